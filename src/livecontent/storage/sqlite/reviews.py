"""Reviews in SQLite."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from livecontent.storage.reviews import Comment, Verdict
from livecontent.storage.sqlite.connection import Database, making

_SCHEMA = """
CREATE TABLE IF NOT EXISTS comments (
    id TEXT PRIMARY KEY, creative TEXT NOT NULL, version TEXT NOT NULL, at REAL NOT NULL, by TEXT NOT NULL,
    text TEXT NOT NULL, variant TEXT NOT NULL, x REAL, y REAL, done INTEGER NOT NULL, guest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS comments_by_creative ON comments (creative, at);
CREATE TABLE IF NOT EXISTS verdicts (
    creative TEXT NOT NULL, version TEXT NOT NULL, at REAL NOT NULL, by TEXT NOT NULL, judgement TEXT NOT NULL,
    looked TEXT NOT NULL, note TEXT NOT NULL, guest INTEGER NOT NULL, PRIMARY KEY (creative, version, by, guest)
) STRICT, WITHOUT ROWID;
"""
_COMMENT = "INSERT INTO comments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_VERDICT = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_COMMENTS = "SELECT * FROM comments WHERE creative = ? ORDER BY at, id"
_VERDICTS = "SELECT * FROM verdicts WHERE creative = ? ORDER BY at, by"


class SqliteReviews:
    """Reviews in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `StorageError`."""
        self._database = Database(file, making(_SCHEMA))
        self.close = self._database.close

    async def comment(self, comment: Comment) -> None:
        """In a thread, as it may wait for a lock."""
        await asyncio.to_thread(self._database.change, _COMMENT, [comment])

    async def settle(self, creative: str, id_: str, *, done: bool) -> bool:
        """In a thread, as it may wait for a lock."""
        statement = "UPDATE comments SET done = ? WHERE creative = ? AND id = ?"
        return bool(await asyncio.to_thread(self._database.change, statement, [(done, creative, id_)]))

    async def comments(self, creative: str) -> Sequence[Comment]:
        """By the index."""
        rows = await asyncio.to_thread(self._database.read_all, _COMMENTS, creative)
        return [Comment._make((*row[:9], bool(row[9]), bool(row[10]))) for row in rows]

    async def judge(self, verdict: Verdict) -> None:
        """In a thread, as it may wait for a lock."""
        row = (*verdict[:5], json.dumps(verdict.looked), *verdict[6:])
        await asyncio.to_thread(self._database.change, _VERDICT, [row])

    async def verdicts(self, creative: str) -> Sequence[Verdict]:
        """By the primary key."""
        rows = await asyncio.to_thread(self._database.read_all, _VERDICTS, creative)
        return [Verdict._make((*row[:5], json.loads(row[5]), row[6], bool(row[7]))) for row in rows]
