"""Gathered messages into SQLite: of people of whom nothing else is known, with what was found to follow of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import apsw

from livecontent.history.gathering import Gathered, message_of
from livecontent.history.summary import Summary
from livecontent.storage.history import PutOutcome
from livecontent.storage.sqlite.consenting import Consents
from livecontent.storage.sqlite.identities import Identities
from livecontent.storage.sqlite.summing import ADD, drop_sums, keep_messages, put_summaries, sum_up


class _KnownError(Exception):
    """One of the messages is known already."""


def put_gathered(writer: apsw.Connection, consents: Consents, people: Sequence[Gathered]) -> PutOutcome:
    """As all their messages one by one; in an open transaction."""
    known = Identities(writer)
    new = {one.who: one for one in people if consents.allow_all(one.who, one.also) and known.find(one.who) is None}
    taken = 0
    with suppress(_KnownError), writer:  # undone where one is known
        taken = _put_new(writer, known, list(new.values()))
    rest = [one for one in people if one.who not in new] if taken else people
    messages = [message for one in rest for message in one.messages()]
    (outcome,) = keep_messages(writer, consents, [(messages, ())])
    doubles, unkept = (
        sum(one.doubles for one in people if consents.allow_all(one.who, ()) == allowed) for allowed in (True, False)
    )
    return PutOutcome(outcome.taken + taken, outcome.repeated + doubles, outcome.unkept + unkept)


def _put_new(writer: apsw.Connection, known: Identities, people: Sequence[Gathered]) -> int:
    """Those of whom nothing is known; how many messages they have."""
    by_id = {known.make(one.who).id: one for one in people}
    rows = [
        (mid, id_, kind, name, at, offset, body)
        for id_, one in by_id.items()
        for mid, kind, name, _, _, at, offset, body in one.records
    ]
    before = writer.total_changes()
    writer.executemany(ADD, rows)
    if writer.total_changes() - before != len(rows):
        raise _KnownError
    others = known.link(message_of(record) for one in people for record in one.records if record[4])
    drop_sums(writer, known.outdated)
    found, anew = _joined(known, {id_: one.summary for id_, one in by_id.items()}, others)
    put_summaries(writer, found.items())
    sum_up(writer, known, (), anew)
    return len(rows)


def _joined(
    known: Identities, summaries: Mapping[int, Summary], linked: set[int]
) -> tuple[Mapping[int, Summary], set[int]]:
    """What follows, by person; and the people of whom something else is known, who are to be summed up anew."""
    found, anew, newest = dict(summaries), set[int](), min(summaries, default=0)
    for person in linked:
        ids = known.members([person])
        told = [id_ for id_ in ids if id_ in summaries]
        if min(ids) < newest or len(told) != 1:
            anew.add(person)
        mine = [found.pop(id_) for id_ in told]
        if person not in anew:
            found[person] = mine[0]
    return found, anew
