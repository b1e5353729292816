"""Sends in SQLite."""

import asyncio
import json
import logging
from datetime import datetime
from pathlib import Path

from livecontent.errors import StorageError
from livecontent.storage.sends import Send, is_send
from livecontent.storage.sqlite.connection import Database

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sends (
    id TEXT PRIMARY KEY, at REAL NOT NULL, creatives TEXT NOT NULL, esp TEXT NOT NULL, name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


class SqliteSends:
    """Sends in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `StorageError`."""
        self._database = Database(file, lambda connection: connection.execute(_SCHEMA).fetchall())
        self.close = self._database.close

    async def since(self, send_id: str, at: datetime) -> float | None:
        """By the primary key."""
        try:
            sent = self._database.read("SELECT at FROM sends WHERE id = ?", send_id) if is_send(send_id) else None
        except StorageError as error:
            log.warning("sends can't be read: %s", error)
            return None
        return None if sent is None else at.timestamp() - float(sent)

    async def put(self, send: Send) -> None:
        """In a thread, as it may wait for a lock."""

        def write() -> None:
            with self._database.write() as writer:
                row = (send.id, send.at, json.dumps(send.creatives), send.esp, send.name)
                writer.execute("INSERT OR REPLACE INTO sends VALUES (?, ?, ?, ?, ?)", row)

        await asyncio.to_thread(write)

    async def list(self) -> list[Send]:
        """All at once: there are few."""
        rows = self._database.read_all("SELECT id, at, creatives, esp, name FROM sends ORDER BY at DESC, id")
        return [Send(id_, at, tuple(json.loads(creatives)), esp, name) for id_, at, creatives, esp, name in rows]
