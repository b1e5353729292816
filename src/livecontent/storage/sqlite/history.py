"""What people do, in SQLite: messages that are only ever added, and by person what follows of them.

What follows is summed up in the transaction that keeps a message: by adding it where it is the newest; else anew, from
sums before the last few hundred where it is only a little late, or from all messages of the person. So it is the same
in whatever order they come.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw
from pydantic_core import from_json

from livecontent.facts import Consent
from livecontent.history.messages import VISITOR, Message
from livecontent.history.sums import Sums, add_message, comes_after, is_whole, no_sums
from livecontent.history.told import habits_in, history_in, traits_in
from livecontent.storage.history import IdentityLink, PutOutcome
from livecontent.storage.sqlite import alerts, identities
from livecontent.storage.sqlite.alerts import SqliteAlerts, as_message, forget_alerts
from livecontent.storage.sqlite.connection import Database
from livecontent.storage.sqlite.identities import LINKS, Identities
from livecontent.storage.sqlite.together import Together

_SCHEMA = f"""
{identities.SCHEMA}
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
{alerts.SCHEMA}
"""
LATE = 200  # of somebody's messages at least, among which a late one is put without a look at all of them
_ADD = "INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_STATE = "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)"
_OF = "FROM identities JOIN states USING (person) WHERE key = ?"
_HISTORY, _HABITS = f"SELECT history {_OF}", f"SELECT habits {_OF}"
_TRAITS = f"SELECT sums -> '$.traits' {_OF}"
_KEYS = """
SELECT other.key FROM identities AS one JOIN identities AS other USING (person) WHERE one.key = ? ORDER BY other.key
"""
_MESSAGES = f"""
SELECT {alerts.MESSAGE} FROM identities JOIN messages ON identity = id
WHERE person = ? AND (at, mid) > (?, ?) ORDER BY at, mid
"""  # noqa: S608
# Rows are found by the index alone, and only those of the page are read.
_NEWEST = f"""
SELECT seq, {alerts.MESSAGE} FROM messages JOIN identities ON identity = id WHERE seq IN (
    SELECT seq FROM identities AS one JOIN identities AS other USING (person) JOIN messages ON identity = other.id
    WHERE one.key = ?1 AND (at, seq) < (?2, ?3)
    AND (?4 = '[]' OR kind IN (SELECT value FROM json_each(?4))) ORDER BY at DESC, seq DESC LIMIT ?5
) ORDER BY at DESC, seq DESC
"""  # noqa: S608
_NUMBER = """
SELECT count(*) FROM identities AS one JOIN identities AS other USING (person) JOIN messages ON identity = other.id
WHERE one.key = ?
"""
_START: tuple[float, bytes] = (0.0, b"")
_Put = tuple[Sequence[Message], Collection[bytes]]  # messages, and the ids of those that triggers are to look at
_SUMS, _EARLIER = "SELECT sums FROM states WHERE person = ?", "SELECT sums FROM earlier WHERE person = ?"


class SqliteHistory:
    """A store of what people do in one file, which several processes may have open."""

    def __init__(self, file: Path, consent_of: Callable[[str], Consent]) -> None:
        """Makes the file if it is not there. Raises `StorageError`.

        `consent_of` tells what a recipient or visitor consents to at this moment, from any thread.
        """
        self.file = file
        self._consent_of = consent_of
        self._database = Database(file, _prepare)
        self.close = self._database.close
        self.alerts = SqliteAlerts(self._database)
        self._together: Together[_Put, PutOutcome] = Together(self._put)

    async def put(self, messages: Sequence[Message], watched: Collection[bytes] = ()) -> PutOutcome:
        """In a thread, as it waits for the disk."""
        return await self._together.ask((messages, watched))

    def identities(self, ref: str) -> Sequence[str]:
        """By the index of keys."""
        return [str(key) for (key,) in self._database.read_all(_KEYS, ref)] or [ref]

    def history(self, ref: str) -> Mapping[str, Any] | None:
        """Summed up when it came."""
        return self._read(_HISTORY, ref)

    def habits(self, ref: str) -> Mapping[str, Any] | None:
        """Found when the last of it came."""
        return self._read(_HABITS, ref)

    def traits(self, ref: str, rules: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Settled by the rules of now."""
        kept = self._read(_TRAITS, ref)
        return None if kept is None else traits_in(kept, rules)

    def _read(self, statement: str, ref: str) -> Mapping[str, Any] | None:
        text = self._database.read(statement, ref)
        found: Mapping[str, Any] | None = from_json(text) if text else None
        return found

    async def of_person(self, ref: str) -> list[Message]:
        """In a thread."""
        return await asyncio.to_thread(self._of_person, ref)

    def _of_person(self, ref: str) -> list[Message]:
        person = self._database.read("SELECT person FROM identities WHERE key = ?", ref)
        return list(map(as_message, self._database.read_all(_MESSAGES, person, *_START))) if person else []

    async def newest(
        self, ref: str, kinds: Collection[str], before: tuple[float, int], limit: int
    ) -> list[tuple[int, Message]]:
        """By the index, in a thread."""
        rows = await asyncio.to_thread(self._database.read_all, _NEWEST, ref, *before, json.dumps([*kinds]), limit)
        return [(number, as_message(row)) for number, *row in rows]

    async def count_of(self, ref: str) -> int:
        """By the index, in a thread."""
        return int(await asyncio.to_thread(self._database.read, _NUMBER, ref))

    async def links(self, ref: str) -> Sequence[IdentityLink]:
        """By the indexes."""
        return [IdentityLink(*row) for row in self._database.read_all(LINKS, ref)] or [IdentityLink(ref)]

    async def forget(self, refs: Collection[str]) -> None:
        """In a thread, as it may wait for a lock, and rewrites the file."""
        await asyncio.to_thread(self._forget, refs)

    def _forget(self, refs: Collection[str]) -> None:
        with self._database.write() as writer:
            known = Identities(writer)
            found = [(ref, identity) for ref in refs if (identity := known.find(ref))]
            people = {identity.person for ref, identity in found if not ref.startswith(VISITOR)}
            erased = {*known.members(people), *(identity.id for _, identity in found)}
            touched = {identity.person for _, identity in found}
            left = set(known.members(touched)) - erased
            rows = [(id_,) for id_ in erased]
            forget_alerts(writer, rows)
            writer.executemany("DELETE FROM messages WHERE identity = ?", rows)
            writer.executemany("DELETE FROM links WHERE user = ?1 OR other = ?1", rows)
            writer.executemany("DELETE FROM identities WHERE id = ?", rows)
            _drop(writer, touched)
            _sum_up(writer, known, (), known.settle(left))
        if found:
            self._database.wipe(rewrite=True)

    def _put(self, asked: Sequence[_Put]) -> list[PutOutcome]:
        """Consent is read within the transaction: after a withdrawal, nothing is written."""
        with self._database.write() as writer:
            known, consents = Identities(writer), _Consents(self._consent_of, writer)
            outcomes, added = [], list[Message]()
            for messages, watched in asked:
                kept = [message for message in messages if consents.allow(message)]
                new = _add(writer, known, kept, watched)
                added += new
                outcomes.append(PutOutcome(len(new), len(kept) - len(new), len(messages) - len(kept)))
            others = known.link(added)
            _drop(writer, known.outdated)
            _sum_up(writer, known, added, others)
        return outcomes


def rename_identities(writer: apsw.Connection, refs: Iterable[tuple[str, str]]) -> None:
    """Gives recipients other refs, old ones to new ones; where there are both, they are one person from then on."""
    known = Identities(writer)
    people = known.settle({id_ for old, new in refs for id_ in known.rename(old, new)})
    _drop(writer, known.outdated)
    _sum_up(writer, known, (), people)


class _Consents:
    """Whose messages are kept: of who consents, or is known to be somebody who does, and has not said no."""

    def __init__(self, consent_of: Callable[[str], Consent], writer: apsw.Connection) -> None:
        self._ask = consent_of
        self._execute = writer.execute
        self._known: dict[str, Consent] = {}
        self._people: dict[str, bool] = {}

    def allow(self, message: Message) -> bool:
        who = message.who
        if who not in self._people:
            self._people[who] = self._of(who) == "full" or (self._of(who) != "none" and self._as_person(who))
        return self._people[who] and all(self._of(other) != "none" for other in message.also)

    def _of(self, key: str) -> Consent:
        if key not in self._known:
            self._known[key] = self._ask(key)
        return self._known[key]

    def _as_person(self, key: str) -> bool:
        others = [str(other) for (other,) in self._execute(_KEYS, (key,)).fetchall()] if key.startswith(VISITOR) else []
        return any(self._of(other) == "full" for other in others if not other.startswith(VISITOR))


def _add(
    writer: apsw.Connection, known: Identities, messages: Iterable[Message], watched: Collection[bytes]
) -> list[Message]:
    """Those that were not known before."""
    new = []
    for message in messages:
        row = (message.mid, known.make(message.who).id, *message[1:3], message.at, message.offset, message.body)
        writer.execute(_ADD, row)
        if writer.changes():
            new.append(message)
            if message.mid in watched:
                writer.execute("INSERT INTO watched VALUES (last_insert_rowid())")
    return new


def _sum_up(writer: apsw.Connection, known: Identities, added: Iterable[Message], anew: Collection[int]) -> None:
    by_person: dict[int, list[Message]] = {person: [] for person in anew}
    for message in added:
        by_person.setdefault(known.make(message.who).person, []).append(message)
    _drop(writer, anew)
    writer.executemany(_STATE, _states(writer, by_person, anew))


def _drop(writer: apsw.Connection, people: Collection[int]) -> None:
    """Lets go of the sums of people."""
    for table in ("states", "earlier"):
        writer.executemany(f"DELETE FROM {table} WHERE person = ?", [(person,) for person in people])  # noqa: S608


def _states(
    writer: apsw.Connection, by_person: Mapping[int, list[Message]], anew: Collection[int]
) -> Iterator[tuple[int, str, str, str]]:
    for person, messages in by_person.items():
        messages.sort(key=lambda message: (message.at, message.mid))
        sums, rest = _resume(writer, person, () if person in anew else messages)
        early = len(rest) - LATE
        for place, message in enumerate(rest):
            if place == early >= LATE:
                writer.execute("INSERT OR REPLACE INTO earlier VALUES (?, ?, ?)", (person, sums["n"], _written(sums)))
            add_message(sums, message)
        if sums["n"]:
            yield person, _written(sums), _written(history_in(sums)), _written(habits_in(sums))


def _resume(writer: apsw.Connection, person: int, messages: Sequence[Message]) -> tuple[Sums, Sequence[Message]]:
    """Sums to go on from, and what is to be added to them: these messages, all where there are none, in their order."""
    if messages:
        sums = _kept(writer, _SUMS, person)
        earlier: int = writer.execute("SELECT n FROM earlier WHERE person = ?", (person,)).get or 0
        if comes_after(messages[0], sums) and sums["n"] - earlier < 2 * LATE and is_whole(sums):
            return sums, messages
    sums = _kept(writer, _EARLIER, person)
    if not messages or not comes_after(messages[0], sums) or not is_whole(sums):
        sums = no_sums()
    at, mid = sums["last"]
    return sums, list(map(as_message, writer.execute(_MESSAGES, (person, at, bytes.fromhex(mid))).fetchall()))


def _kept(writer: apsw.Connection, statement: str, person: int) -> Sums:
    text = writer.execute(statement, (person,)).get
    return json.loads(text) if text else no_sums()


def _written(value: object) -> str:
    """In the order that it has: the last is at the end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare(writer: apsw.Connection) -> None:
    writer.execute(_SCHEMA).fetchall()
    writer.execute("PRAGMA synchronous = FULL").fetchall()  # what was acknowledged outlives a power cut
