"""Messages into SQLite, and by person what follows of them: in an open transaction.

What follows is summed up by adding a message where it is the newest; else anew, from sums before the last few hundred
where it is only a little late, or from all messages of the person. So it is the same in whatever order they come.
"""

from collections.abc import Collection, Iterable, Sequence

import apsw

from livecontent.history.messages import Message
from livecontent.history.plain_json import decode_json
from livecontent.history.summary import LATE, Summary, summarise
from livecontent.history.sums import Sums, comes_after, is_whole, no_sums
from livecontent.storage.history import PutOutcome
from livecontent.storage.sqlite.alerts import MESSAGE, as_message
from livecontent.storage.sqlite.consenting import Consents
from livecontent.storage.sqlite.identities import Identities

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, mid BLOB NOT NULL UNIQUE, identity INTEGER NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, at REAL NOT NULL, zone INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_identity ON messages (identity, at, mid);
CREATE TABLE IF NOT EXISTS states (
    person INTEGER PRIMARY KEY, sums TEXT NOT NULL, history TEXT NOT NULL, habits TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS earlier (person INTEGER PRIMARY KEY, n INTEGER NOT NULL, sums TEXT NOT NULL) STRICT;
"""
Asked = tuple[Sequence[Message], Collection[bytes]]  # messages, and the ids of those that triggers are to look at
ADD = "INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_STATE = "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)"
_EARLIER = "INSERT OR REPLACE INTO earlier VALUES (?, ?, ?)"
_MESSAGES = f"""
SELECT {MESSAGE} FROM identities JOIN messages ON identity = id
WHERE person = ? AND (at, mid) > (?, ?) ORDER BY at, mid
"""  # noqa: S608
_START: tuple[float, bytes] = (0.0, b"")
_SUMS_OF = "SELECT CAST(sums AS BLOB), (SELECT n FROM earlier WHERE person = ?1) FROM states WHERE person = ?1"


def keep_messages(writer: apsw.Connection, consents: Consents, asked: Iterable[Asked]) -> list[PutOutcome]:
    """Messages of those who consent, and what follows; what became of each of the lists."""
    known, outcomes, added = Identities(writer), list[PutOutcome](), list[Message]()
    for messages, watched in asked:
        kept = [message for message in messages if consents.allow(message)]
        new = _add(writer, known, kept, watched)
        added += new
        outcomes.append(PutOutcome(len(new), len(kept) - len(new), len(messages) - len(kept)))
    others = known.link(added)
    drop_sums(writer, known.outdated)
    sum_up(writer, known, added, others)
    return outcomes


def _add(
    writer: apsw.Connection, known: Identities, messages: Iterable[Message], watched: Collection[bytes]
) -> list[Message]:
    """Those that were not known before."""
    new = []
    for message in messages:
        row = (message.mid, known.make(message.who).id, *message[1:3], message.at, message.offset, message.body)
        writer.execute(ADD, row)
        if writer.changes():
            new.append(message)
            if message.mid in watched:
                writer.execute("INSERT INTO watched VALUES (last_insert_rowid())")
    return new


def sum_up(writer: apsw.Connection, known: Identities, added: Iterable[Message], anew: Collection[int]) -> None:
    """Sums up the people of messages that were added, and others anew."""
    by_person: dict[int, list[Message]] = {person: [] for person in anew}
    for message in added:
        by_person.setdefault(known.make(message.who).person, []).append(message)
    drop_sums(writer, anew)
    put_summaries(writer, ((person, _summed(writer, person, by_person[person], anew)) for person in by_person))


def put_summaries(writer: apsw.Connection, summaries: Iterable[tuple[int, Summary]]) -> None:
    """Keeps what follows, by person."""
    found = list(summaries)
    writer.executemany(_STATE, [(person, *one[1:4]) for person, one in found if one.n])
    writer.executemany(_EARLIER, [(person, *one.earlier) for person, one in found if one.earlier])


def drop_sums(writer: apsw.Connection, people: Collection[int]) -> None:
    """Lets go of the sums of people."""
    for table in ("states", "earlier"):
        writer.executemany(f"DELETE FROM {table} WHERE person = ?", [(person,) for person in people])  # noqa: S608


def all_messages(person: int) -> tuple[str, tuple[object, ...]]:
    """The statement that tells all messages of a person, and its values."""
    return _MESSAGES, (person, *_START)


def _summed(writer: apsw.Connection, person: int, messages: list[Message], anew: Collection[int]) -> Summary:
    messages.sort(key=lambda message: (message.at, message.mid))
    return summarise(*_resume(writer, person, () if person in anew else messages), LATE)


def _resume(writer: apsw.Connection, person: int, messages: Sequence[Message]) -> tuple[Sums, Sequence[Message]]:
    """Sums to go on from, and what is to be added to them: these messages, all where there are none, in their order."""
    if messages:
        text, earlier = writer.execute(_SUMS_OF, (person,)).get or (None, 0)
        sums = no_sums() if text is None else _read_sums(text)
        if sums and comes_after(messages[0], sums) and sums["n"] - (earlier or 0) < 2 * LATE and is_whole(sums):
            return sums, messages
    text = writer.execute("SELECT CAST(sums AS BLOB) FROM earlier WHERE person = ?", (person,)).get
    sums = _read_sums(text) or no_sums()
    if not messages or not comes_after(messages[0], sums) or not is_whole(sums):
        sums = no_sums()
    at, mid = sums["last"]
    return sums, list(map(as_message, writer.execute(_MESSAGES, (person, at, bytes.fromhex(mid))).fetchall()))


def _read_sums(text: bytes | None) -> Sums | None:
    """None where they are damaged: then they are made anew from the messages."""
    try:
        sums = decode_json(text) if text else None
    except (ValueError, RecursionError):
        return None
    return sums if isinstance(sums, dict) else None
