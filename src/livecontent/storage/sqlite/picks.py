"""Recommendations in SQLite."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path

from livecontent.storage.picks import Pick
from livecontent.storage.sqlite.connection import Database, making

_SCHEMA = """
CREATE TABLE IF NOT EXISTS picks (ref TEXT PRIMARY KEY, picks TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS made (at REAL NOT NULL) STRICT;
"""


class SqlitePicks:
    """A store of picks in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `StorageError`."""
        self._database = Database(file, making(_SCHEMA))
        self.close = self._database.close

    def of_person(self, ref: str) -> Sequence[Pick]:
        """By the primary key."""
        text = self._database.read("SELECT picks FROM picks WHERE ref = ?", ref)
        return [Pick(*one) for one in json.loads(text)] if text else ()

    async def replace(self, picks: AsyncIterator[tuple[str, Sequence[Pick]]], at: float) -> int:
        """In one transaction."""
        with self._database.write() as writer:
            writer.execute("DELETE FROM picks")
            count = 0
            async for ref, found in picks:
                writer.execute("INSERT INTO picks VALUES (?, ?)", (ref, json.dumps(found)))
                count += 1
            writer.execute("DELETE FROM made")
            writer.execute("INSERT INTO made VALUES (?)", (at,))
        return count

    async def made_at(self) -> float | None:
        """Noted with them."""
        found: float | None = self._database.read("SELECT max(at) FROM made")
        return found

    async def forget(self, refs: Collection[str]) -> None:
        """In a thread, as it waits for locks, and rewrites the file."""
        rows = [(ref,) for ref in refs]
        await asyncio.to_thread(self._database.erase, "DELETE FROM picks WHERE ref = ?", rows)
