"""Sends of emails: what was sent when, from a person's word; in, how long ago one was out."""

from __future__ import annotations

import json
import logging
import re
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from livecontent.errors import DataError
from livecontent.storage.sqlite.connection import READ_WAIT, connect

log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sends (
    id TEXT PRIMARY KEY, at REAL NOT NULL, creatives TEXT NOT NULL, esp TEXT NOT NULL, name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


class Send(NamedTuple):
    """An email that was sent, or will be: `at` in seconds since 1970, the email tool, a name for people."""

    id: str
    at: float
    creatives: tuple[str, ...] = ()
    esp: str = ""
    name: str = ""


def is_send(text: str) -> bool:
    """Whether a text can be the id of a send: letters, digits, dots, underscores and hyphens, at most 64."""
    return bool(_ID.fullmatch(text))


class SqliteSends:
    """Sends in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `DataError`."""
        self._file = file
        try:
            self._writer = connect(file)
            self._writer.execute(_SCHEMA).fetchall()  # locks nothing where the tables are there
            self._reader = connect(file, READ_WAIT)
            self._cursor = self._reader.cursor()
        except apsw.Error as error:
            raise DataError(f"{file}: sends can't be kept there: {error}") from error
        self._lock = threading.Lock()

    def since(self, send_id: str, at: datetime) -> float | None:
        """Seconds from a send to a time, less than none before it; None for a send that nobody knows."""
        if not is_send(send_id):
            return None
        try:
            with self._lock:
                sent = self._cursor.execute("SELECT at FROM sends WHERE id = ?", (send_id,)).get
        except apsw.Error as error:
            log.warning("sends can't be read: %s", error)
            return None
        return None if sent is None else at.timestamp() - float(sent)

    def put(self, send: Send) -> None:
        """Takes a send in, in the place of one with the same id. Raises `DataError`."""
        row = send._replace(creatives=json.dumps(send.creatives))  # type: ignore[arg-type]
        try:
            self._writer.execute("INSERT OR REPLACE INTO sends VALUES (?, ?, ?, ?, ?)", row).fetchall()
        except apsw.Error as error:
            raise DataError(f"{self._file}: {error}") from error

    def list(self) -> list[Send]:
        """All sends, the newest first. Raises `DataError`."""
        try:
            rows: list[Any] = self._writer.execute(
                "SELECT id, at, creatives, esp, name FROM sends ORDER BY at DESC, id"
            ).fetchall()
        except apsw.Error as error:
            raise DataError(f"{self._file}: {error}") from error
        return [Send(id_, at, tuple(json.loads(creatives)), esp, name) for id_, at, creatives, esp, name in rows]

    def close(self) -> None:
        """Closes both connections."""
        self._writer.close()
        self._reader.close()
