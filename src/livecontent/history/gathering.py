"""Many messages, gathered by whose they are: each person's are looked at once, however many there are.

Messages go through files and between processes as plain records, which `marshal` writes in a tenth of the time of JSON.
"""

import marshal
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from livecontent.history.messages import PART, Message
from livecontent.history.plain_json import decode_json
from livecontent.history.summary import LATE, Summary, summarise
from livecontent.history.sums import no_sums

# What a message is without its values, which are in its body.
MessageRecord = tuple[bytes, str, str, str, tuple[str, ...], float, int, str]


class Gathered(NamedTuple):
    """What came under one key: messages in the order of their time, each once, and how many were doubles.

    `summary` is what follows of them, where nothing else is known of the person.
    """

    who: str
    records: Sequence[MessageRecord]
    doubles: int
    summary: Summary

    @property
    def also(self) -> set[str]:
        """The keys that the messages link or part."""
        return {other for record in self.records for other in record[4]}

    def messages(self) -> list[Message]:
        """As they came."""
        return list(map(message_of, self.records))


def record_of(message: Message) -> MessageRecord:
    """A message as a record."""
    return (*message[:7], message.body)


def message_of(record: MessageRecord) -> Message:
    """A record as a message."""
    mid, kind, name, who, also, at, offset, body = record
    return Message(mid, kind, name, who, also, at, offset, decode_json(body), body, kind == PART)


def gather(records: Iterable[MessageRecord], late: int = LATE) -> Iterator[Gathered]:
    """By key, in the order in which these come first; of doubles the first counts."""
    by_key: dict[str, dict[bytes, MessageRecord]] = {}
    doubles: dict[str, int] = {}
    for record in records:
        known = by_key.setdefault(record[3], {})
        if known.setdefault(record[0], record) is not record:
            doubles[record[3]] = doubles.get(record[3], 0) + 1
    for who, found in by_key.items():
        ordered = sorted(found.values(), key=lambda one: (one[5], one[0]))
        summary = summarise(no_sums(), list(map(message_of, ordered)), late)
        yield Gathered(who, ordered, doubles.get(who, 0), summary)


def pack_people(people: Iterable[Gathered]) -> bytes:
    """To be sent to another process of the same Python."""
    return marshal.dumps([(*one[:3], tuple(one.summary)) for one in people])


def unpack_people(packed: bytes) -> Iterator[Gathered]:
    """What was packed."""
    for who, records, doubles, summary in marshal.loads(packed):  # noqa: S302  ours
        yield Gathered(who, records, doubles, Summary(*summary))


def in_parts(people: Iterable[Gathered], size: int) -> Iterator[Sequence[Gathered]]:
    """People with about so many messages together."""
    part, messages = list[Gathered](), 0
    for one in people:
        part.append(one)
        messages += len(one.records)
        if messages >= size:
            yield part
            part, messages = [], 0
    if part:
        yield part
