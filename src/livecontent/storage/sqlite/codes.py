"""Single-use codes in SQLite."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import apsw

from livecontent.facts import Consent
from livecontent.storage.codes import CodeOutcome, GivenCode, PoolCount
from livecontent.storage.sqlite.connection import Database, making
from livecontent.storage.sqlite.together import Together

# A code of the same pool is given once to a person, whatever else goes wrong. A code that was given has a time, also
# where its person was forgotten.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS codes (
    place INTEGER PRIMARY KEY, pool TEXT NOT NULL, code TEXT NOT NULL UNIQUE, ref TEXT, at REAL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS codes_by_person ON codes (ref, pool) WHERE ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS codes_left ON codes (pool, place) WHERE at IS NULL;
CREATE TABLE IF NOT EXISTS pools (
    name TEXT PRIMARY KEY, total INTEGER NOT NULL, remaining INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_OWN = "SELECT code FROM codes WHERE ref = ?1 AND pool = ?2"
_LOOK = f"SELECT ({_OWN}), (SELECT remaining FROM pools WHERE name = ?2)"  # noqa: S608  ours
_NEXT = """
UPDATE codes SET ref = ?1, at = ?3
WHERE place = (SELECT place FROM codes WHERE pool = ?2 AND at IS NULL ORDER BY place LIMIT 1) RETURNING code
"""
_TAKEN = "UPDATE pools SET remaining = remaining - 1 WHERE name = ?"
_ADD = "INSERT INTO codes (pool, code) VALUES (?, ?) ON CONFLICT DO NOTHING"
_GROWN = """
INSERT INTO pools VALUES (?1, ?2, ?2) ON CONFLICT DO UPDATE SET total = total + ?2, remaining = remaining + ?2
"""
# Of a person there is left a day.
_FORGET = "UPDATE codes SET ref = NULL, at = CAST(at AS INTEGER) / 86400 * 86400.0 WHERE ref = ?"


class _Asked(NamedTuple):
    pool: str
    ref: str
    at: float


class SqliteCodes:
    """A store of codes in one file, which several processes may have open."""

    def __init__(self, file: Path, consent_of: Callable[[str], Consent]) -> None:
        """Makes the file if it is not there. Raises `StorageError`.

        `consent_of` tells what a recipient consents to at this moment, from any thread.
        """
        self._consent_of = consent_of
        self._database = Database(file, making(_SCHEMA, durable=True))  # codes that were shown
        self.close = self._database.close
        self._together: Together[_Asked, str | None] = Together(self._give)

    async def add(self, pool: str, codes: Sequence[str]) -> list[CodeOutcome]:
        """In a thread, as it may wait for a lock."""
        return await asyncio.to_thread(self._add, pool, codes)

    def _add(self, pool: str, codes: Sequence[str]) -> list[CodeOutcome]:
        with self._database.write() as writer:
            found = [_added(writer, pool, code) for code in codes]
            writer.execute(_GROWN, (pool, found.count("added")))
        return found

    def give(self, pool: str, ref: str, at: float) -> str | Awaitable[str | None] | None:
        """By the index; only what is new is written, in a thread, as it waits for the disk."""
        own: str | None
        own, left = self._database.read(_LOOK, ref, pool)
        return own if own is not None or not left else self._together.ask(_Asked(pool, ref, at))

    def _give(self, asked: Sequence[_Asked]) -> list[str | None]:
        """Consent is read within the transaction: of who was forgotten, nothing is written."""
        with self._database.write() as writer:
            return [self._given(writer, one) for one in asked]

    def _given(self, writer: apsw.Connection, asked: _Asked) -> str | None:
        pool, ref, at = asked
        code: str | None = writer.execute(_OWN, (ref, pool)).get
        if code is None and self._consent_of(ref) != "none":
            code = writer.execute(_NEXT, (ref, pool, at)).get
            if code is not None:
                writer.execute(_TAKEN, (pool,))
        return code

    async def find(self, pool: str, ref: str) -> str | None:
        """By the index."""
        found: str | None = self._database.read(_OWN, ref, pool)
        return found

    async def pools(self) -> list[PoolCount]:
        """Counted at each change."""
        return [PoolCount(*row) for row in self._database.read_all("SELECT * FROM pools ORDER BY name")]

    async def of_person(self, ref: str) -> list[GivenCode]:
        """By the index."""
        rows = self._database.read_all("SELECT pool, code, at FROM codes WHERE ref = ? ORDER BY pool", ref)
        return [GivenCode(*row) for row in rows]

    async def forget(self, refs: Collection[str]) -> None:
        """In a thread, as it waits for locks, and rewrites the file."""
        await asyncio.to_thread(self._database.erase, _FORGET, [(ref,) for ref in refs])


def _added(writer: apsw.Connection, pool: str, code: str) -> CodeOutcome:
    writer.execute(_ADD, (pool, code))
    if writer.changes():
        return "added"
    where, at = writer.execute("SELECT pool, at FROM codes WHERE code = ?", (code,)).get
    if where != pool:
        return "elsewhere"
    return "known" if at is None else "given"
