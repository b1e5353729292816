"""The team in SQLite."""

import asyncio
import json
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import apsw

from livecontent.facts import Consent
from livecontent.storage.sqlite.connection import Database, making
from livecontent.storage.team import BEGINNING, LOOK, AuditEntry, Token

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, digest BLOB NOT NULL, made REAL NOT NULL,
    expires REAL NOT NULL, revoked REAL NOT NULL, used REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    digest BLOB PRIMARY KEY, token TEXT NOT NULL, began REAL NOT NULL, expires REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, creative TEXT NOT NULL,
    details TEXT NOT NULL, chain BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS looks (number INTEGER PRIMARY KEY, ref TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS looks_by_ref ON looks (ref, number);
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is never deleted'); END;
"""
_COLUMNS = "id, name, role, digest, made, expires, revoked, used"
_TOKEN = f"SELECT {_COLUMNS} FROM tokens WHERE id = ?"  # noqa: S608  ours
_TOKENS = f"SELECT {_COLUMNS} FROM tokens ORDER BY made DESC, id"  # noqa: S608
_SESSION = f"""
SELECT {", ".join(f"tokens.{name}" for name in _COLUMNS.split(", "))} FROM sessions
JOIN tokens ON tokens.id = sessions.token WHERE sessions.digest = ?1 AND sessions.expires > ?2
"""  # noqa: S608
_REVOKE = "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked = 0"
_USED = "UPDATE tokens SET used = ? WHERE id = ?"
_LAST = "SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1"
_ENTRIES = """
SELECT audit.number, at, who, action, creative, details, chain, coalesce(ref, '')
FROM audit LEFT JOIN looks USING (number)
"""
_LOOKED = """
SELECT at FROM looks JOIN audit USING (number) WHERE ref = ? AND who = ? ORDER BY looks.number DESC LIMIT 1
"""
_CHUNK = 1000  # entries that are read at once


class SqliteTeam:
    """A store of the team in one file, which several processes may have open."""

    def __init__(
        self, file: Path, consent_of: Callable[[str], Consent], clock: Callable[[], float] = time.time
    ) -> None:
        """Makes the file if it is not there. Raises `StorageError`.

        `consent_of` tells what a recipient consents to at this moment, from any thread.
        """
        self._database = Database(file, making(_SCHEMA, durable=True))  # what was told to be done
        self._consent_of = consent_of
        self._clock = clock
        self.close = self._database.close

    async def add_token(self, token: Token, who: str) -> None:
        """In one transaction."""

        def work(writer: apsw.Connection) -> None:
            writer.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?)", token)
            self._log(writer, who, "token.create", "", {"token": token.id, "name": token.name, "role": token.role})

        await self._write(work)

    async def tokens(self) -> Sequence[Token]:
        """All at once: there are few."""
        return [Token(*row) for row in self._database.read_all(_TOKENS)]

    def token(self, token_id: str) -> Token | None:
        """By the primary key."""
        row = self._database.read(_TOKEN, token_id)
        return Token(*row) if row else None

    async def note_use(self, token_id: str, at: float) -> None:
        """By the primary key."""
        await self._write(lambda writer: writer.execute(_USED, (at, token_id)))

    async def revoke(self, token_id: str, at: float, who: str) -> bool:
        """In one transaction."""

        def work(writer: apsw.Connection) -> bool:
            writer.execute(_REVOKE, (at, token_id))
            if not writer.changes():
                return False
            writer.execute("DELETE FROM sessions WHERE token = ?", (token_id,))
            self._log(writer, who, "token.revoke", "", {"token": token_id})
            return True

        return await self._write(work)

    async def begin_session(self, digest: bytes, token_id: str, at: float, expires: float) -> None:
        """In one transaction, with when the token was last used."""

        def work(writer: apsw.Connection) -> None:
            writer.execute("DELETE FROM sessions WHERE expires <= ?", (at,))
            writer.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (digest, token_id, at, expires))
            writer.execute(_USED, (at, token_id))

        await self._write(work)

    def session(self, digest: bytes, at: float) -> Token | None:
        """By the primary key; the token is read as it is now, so that to revoke it ends the session."""
        row = self._database.read(_SESSION, digest, at)
        token = Token(*row) if row else None
        return token if token and token.holds(at) else None

    async def end_session(self, digest: bytes) -> None:
        """By the primary key."""
        await self._write(lambda writer: writer.execute("DELETE FROM sessions WHERE digest = ?", (digest,)))

    async def end_sessions(self, token_id: str) -> None:
        """There are few."""
        await self._write(lambda writer: writer.execute("DELETE FROM sessions WHERE token = ?", (token_id,)))

    async def record(self, who: str, action: str, creative: str = "", **details: str) -> AuditEntry:
        """In one transaction, so that each entry follows another, whoever writes."""
        return await self._write(lambda writer: self._log(writer, who, action, creative, details))

    async def record_look(self, who: str, ref: str, within: float) -> None:
        """In one transaction, in which consent is read; what is known already is only read."""
        if (self._database.read(_LOOKED, self._named(ref), who) or 0.0) > self._clock() - within:
            return

        def work(writer: apsw.Connection) -> None:
            entry = self._log(writer, who, LOOK, "", {})
            writer.execute("INSERT INTO looks VALUES (?, ?)", (entry.number, self._named(ref)))

        await self._write(work)

    def _named(self, ref: str) -> str:
        return ref if self._consent_of(ref) == "full" else ""

    async def unname(self, refs: Collection[str]) -> None:
        """In a thread, as it waits for locks, and rewrites the file."""
        rows = [(ref,) for ref in refs]
        await asyncio.to_thread(self._database.erase, "DELETE FROM looks WHERE ref = ?", rows)

    async def entries(self, limit: int, before: int = 0) -> Sequence[AuditEntry]:
        """By the primary key."""
        where = f"{_ENTRIES} WHERE audit.number < ? OR ? = 0 ORDER BY audit.number DESC LIMIT ?"
        rows = await asyncio.to_thread(self._database.read_all, where, before, before, limit)
        return [_entry(row) for row in rows]

    async def broken_at(self) -> int:
        """Reads all, in a thread."""
        return await asyncio.to_thread(self._broken_at)

    def _broken_at(self) -> int:
        number, chain = 0, BEGINNING
        while rows := self._database.read_all(
            f"{_ENTRIES} WHERE audit.number > ? ORDER BY audit.number LIMIT ?", number, _CHUNK
        ):
            for entry in map(_entry, rows):
                number += 1
                if entry.number != number or entry.chain != entry.chained_to(chain):
                    return number
                chain = entry.chain
        return 0

    def _log(
        self, writer: apsw.Connection, who: str, action: str, creative: str, details: dict[str, str]
    ) -> AuditEntry:
        last, chain = writer.execute(_LAST).get or (0, BEGINNING)
        entry = AuditEntry(last + 1, self._clock(), who, action, creative, details)
        entry = entry._replace(chain=entry.chained_to(chain))
        row = (*entry[:5], json.dumps(details), entry.chain)
        writer.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return entry

    async def _write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Does work in one transaction, in a thread, as it may wait for a lock."""

        def run() -> T:
            with self._database.write() as writer:
                return work(writer)

        return await asyncio.to_thread(run)


def rename_looks(writer: apsw.Connection, refs: Iterable[tuple[str, str]]) -> None:
    """Gives people who were looked up other refs, old ones to new ones."""
    writer.execute(_SCHEMA).fetchall()  # the file may be of an earlier version
    writer.executemany("UPDATE looks SET ref = ?2 WHERE ref = ?1", refs)


def _entry(row: tuple[int, float, str, str, str, str, bytes, str]) -> AuditEntry:
    return AuditEntry(*row[:5], json.loads(row[5]), *row[6:])
