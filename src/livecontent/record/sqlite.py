"""Events in SQLite (write-ahead log): one connection writes, another reads."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import apsw

from livecontent.errors import DataError
from livecontent.record.events import Event

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at REAL NOT NULL, creative TEXT NOT NULL, ref TEXT NOT NULL,
    version TEXT NOT NULL, variant TEXT NOT NULL, step TEXT NOT NULL, format TEXT NOT NULL, client TEXT NOT NULL,
    link TEXT, flaw TEXT NOT NULL, reasons TEXT NOT NULL, micros TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS last_shown (
    creative TEXT NOT NULL, ref TEXT NOT NULL, at REAL NOT NULL, version TEXT NOT NULL, variant TEXT NOT NULL,
    link TEXT, PRIMARY KEY (creative, ref)
) STRICT, WITHOUT ROWID;
"""
# Batches of several processes come in any order.
_LAST_SHOWN = """
INSERT INTO last_shown VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET at = excluded.at, version = excluded.version, variant = excluded.variant, link = excluded.link
WHERE excluded.at >= at
"""


class SqliteEvents:
    """An event store in one file."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `DataError`."""
        try:
            self._writer = _connect(file)
            self._writer.execute(_SCHEMA)
            self._reader = _connect(file)
        except apsw.Error as error:
            raise DataError(f"{file}: events can't be kept there: {error}") from error

    def append(self, events: list[Event]) -> None:
        """One transaction for all."""
        try:
            with self._writer:
                self._writer.executemany(
                    "INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [_row(e) for e in events]
                )
                self._writer.executemany(
                    _LAST_SHOWN,
                    [
                        (e.creative, e.ref, e.at, e.version, e.variant, e.link)
                        for e in events
                        if e.kind == "shown" and e.ref and e.variant
                    ],
                )
        except apsw.Error as error:
            raise OSError(str(error.__context__ or error)) from error  # a full disk undoes the transaction itself

    def last_shown(self, creative: str, ref: str) -> Event | None:
        """By the primary key; None also where the file can't be read."""
        try:
            row = self._reader.execute(
                "SELECT at, version, variant, link FROM last_shown WHERE creative = ? AND ref = ?", (creative, ref)
            ).fetchone()
        except apsw.Error as error:
            log.warning("what was shown can't be read: %s", error)
            return None
        if row is None:
            return None
        at, version, variant, link = row
        return Event("shown", at, creative, ref, version=version, variant=variant, link=link)

    def close(self) -> None:
        """Closes both connections."""
        self._writer.close()
        self._reader.close()


def _connect(file: Path) -> apsw.Connection:
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(5000)
    connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL").fetchall()  # else the second waits
    return connection


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.kind,
        event.at,
        event.creative,
        event.ref,
        event.version,
        event.variant,
        event.step,
        event.format,
        event.client,
        event.link,
        event.flaw,
        json.dumps(dict(event.reasons)),
        json.dumps(dict(event.micros)),
    )
