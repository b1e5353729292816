"""A file of events in, of any version before, one of this version out."""

from __future__ import annotations

from pathlib import Path

import apsw

from livecontent.errors import DataError
from livecontent.storage.sqlite.connection import connect

VERSION = 2

_TABLES = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at REAL NOT NULL, creative TEXT NOT NULL, ref TEXT NOT NULL,
    version TEXT NOT NULL, variant TEXT NOT NULL, step TEXT NOT NULL, format TEXT NOT NULL, client TEXT NOT NULL,
    link TEXT, flaw TEXT NOT NULL, reasons TEXT NOT NULL, micros TEXT NOT NULL,
    who TEXT NOT NULL DEFAULT 'unknown', time TEXT NOT NULL DEFAULT 'unsure', send TEXT NOT NULL DEFAULT ''
) STRICT;
"""
_BY_PERSON = """
CREATE INDEX events_by_person ON events (ref, creative, kind, at, send) WHERE ref <> '';
"""
_COUNTS = """
CREATE TABLE counts (
    day TEXT NOT NULL, creative TEXT NOT NULL, version TEXT NOT NULL, variant TEXT NOT NULL, kind TEXT NOT NULL,
    who TEXT NOT NULL, send TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (day, creative, version, variant, kind, who, send)
) STRICT, WITHOUT ROWID;
"""
_FROM_0 = """
ALTER TABLE events ADD COLUMN who TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE events ADD COLUMN time TEXT NOT NULL DEFAULT 'unsure';
ALTER TABLE events ADD COLUMN send TEXT NOT NULL DEFAULT '';
DROP TABLE last_shown;
"""
_FROM_1 = """
DROP TABLE last_shown;
DROP INDEX events_by_ref;
"""


def open_events(file: Path) -> apsw.Connection:
    """A connection to events, brought to this version. Raises `DataError`, also for a file of a version to come."""
    try:
        connection = connect(file)
        if _version(connection) < VERSION:  # else no lock is needed
            with connection:
                _upgrade(connection)
        version = _version(connection)
    except apsw.Error as error:
        raise DataError(f"{file}: events can't be kept there: {error}") from error
    if version > VERSION:
        raise DataError(f"{file} was written by a newer livecontent; use that one, or another data folder")
    return connection


def _upgrade(connection: apsw.Connection) -> None:
    """Leaves alone what another process has brought up to date by now."""
    version = _version(connection)
    if version < VERSION:
        old = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'events'").get
        script = _FROM_1 if version else f"{_FROM_0 if old else _TABLES}{_COUNTS}"
        connection.execute(f"{script}{_BY_PERSON} PRAGMA user_version = {VERSION}").fetchall()


def _version(connection: apsw.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").get)
