"""What people do, in SQLite: messages that are only ever added, and by person what follows of them."""

import asyncio
import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw

from livecontent.facts import Consent
from livecontent.history.gathering import Gathered
from livecontent.history.messages import OPEN, VISITOR, Message
from livecontent.history.told import traits_in
from livecontent.storage.base import read_kept
from livecontent.storage.history import IdentityLink, PutOutcome
from livecontent.storage.sqlite import alerts, identities, summing
from livecontent.storage.sqlite.alerts import SqliteAlerts, as_message, forget_alerts
from livecontent.storage.sqlite.connection import Database
from livecontent.storage.sqlite.consenting import KEYS, Consents
from livecontent.storage.sqlite.gathered import put_gathered
from livecontent.storage.sqlite.identities import LINKS, Identities
from livecontent.storage.sqlite.summing import Asked, all_messages, drop_sums, keep_messages, sum_up
from livecontent.storage.sqlite.together import Together

_SCHEMA = f"{identities.SCHEMA}{summing.SCHEMA}{alerts.SCHEMA}"
TURN, GAP = 1.0, 0.11  # seconds of many messages, after which others write, and how long
_LOG = 4000  # pages: a batch changes hundreds, and the same ones again and again
_OF = "FROM identities JOIN states USING (person) WHERE key = ?"
_HISTORY, _HABITS = f"SELECT history {_OF}", f"SELECT habits {_OF}"
_TRAITS = f"SELECT iif(history = 'null', NULL, sums -> '$.traits') {_OF}"
# Opens are told as events.
_TOLD = f"kind <> '{OPEN}'"
# Rows are found by the index alone, and only those of the page are read.
_NEWEST = f"""
SELECT seq, {alerts.MESSAGE} FROM messages JOIN identities ON identity = id WHERE seq IN (
    SELECT seq FROM identities AS one JOIN identities AS other USING (person) JOIN messages ON identity = other.id
    WHERE one.key = ?1 AND (at, seq) < (?2, ?3)
    AND {_TOLD} AND (?4 = '[]' OR kind IN (SELECT value FROM json_each(?4))) ORDER BY at DESC, seq DESC LIMIT ?5
) ORDER BY at DESC, seq DESC
"""  # noqa: S608
_NUMBER = f"""
SELECT count(*) FROM identities AS one JOIN identities AS other USING (person) JOIN messages ON identity = other.id
WHERE one.key = ? AND {_TOLD}
"""  # noqa: S608


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
        self._gave_way = 0.0
        self.alerts = SqliteAlerts(self._database)
        self._together: Together[Asked, PutOutcome] = Together(self._put)

    async def put(self, messages: Sequence[Message], watched: Collection[bytes] = ()) -> PutOutcome:
        """In a thread, as it waits for the disk."""
        return await self._together.ask((messages, watched))

    async def put_gathered(self, people: Sequence[Gathered]) -> PutOutcome:
        """In a thread. Once a second others get their turn: whoever waits for the lock looks ten times a second."""
        outcome = await asyncio.to_thread(self._put_gathered, people)
        if time.monotonic() - self._gave_way > TURN:
            await asyncio.sleep(GAP)
            self._gave_way = time.monotonic()
        return outcome

    def _put_gathered(self, people: Sequence[Gathered]) -> PutOutcome:
        with self._database.write() as writer:
            return put_gathered(writer, Consents(self._consent_of, writer), people)

    def identities(self, ref: str) -> Sequence[str]:
        """By the index of keys."""
        return [str(key) for (key,) in self._database.read_all(KEYS, ref)] or [ref]

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
        found: Mapping[str, Any] | None = read_kept(text) if text else None
        return found

    async def of_person(self, ref: str) -> list[Message]:
        """In a thread."""
        return await asyncio.to_thread(self._of_person, ref)

    def _of_person(self, ref: str) -> list[Message]:
        person = self._database.read("SELECT person FROM identities WHERE key = ?", ref)
        if not person:
            return []
        statement, values = all_messages(person)
        found = map(as_message, self._database.read_all(statement, *values))
        return [message for message in found if message.kind != OPEN]

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
        """In a thread, as it waits for locks, and rewrites the file."""
        await asyncio.to_thread(self._forget, refs)

    def _forget(self, refs: Collection[str]) -> None:
        with self._database.erasing() as writer:
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
            drop_sums(writer, touched)
            sum_up(writer, known, (), known.settle(left))

    def _put(self, asked: Sequence[Asked]) -> list[PutOutcome]:
        """Consent is read within the transaction: after a withdrawal, nothing is written."""
        with self._database.write() as writer:
            return keep_messages(writer, Consents(self._consent_of, writer), asked)


def rename_identities(writer: apsw.Connection, refs: Iterable[tuple[str, str]]) -> None:
    """Gives recipients other refs, old ones to new ones; where there are both, they are one person from then on."""
    known = Identities(writer)
    people = known.settle({id_ for old, new in refs for id_ in known.rename(old, new)})
    drop_sums(writer, known.outdated)
    sum_up(writer, known, (), people)


def _prepare(writer: apsw.Connection) -> None:
    writer.execute(_SCHEMA).fetchall()
    writer.execute("PRAGMA synchronous = FULL").fetchall()  # what was acknowledged outlives a power cut
    writer.execute(f"PRAGMA wal_autocheckpoint = {_LOG}").fetchall()
