"""Events in SQLite, brought up to date where the file is of an earlier version."""

import asyncio
import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import apsw

from livecontent.errors import StorageError
from livecontent.facts import Consent
from livecontent.storage.events import AnonymousCount, CreativeDay, Event, SendReport, SpoolMark, count_of
from livecontent.storage.results import HeadCount, Results, WrongImages
from livecontent.storage.spool import delete_quarantine, recover
from livecontent.storage.sqlite.connection import Database
from livecontent.storage.sqlite.copies import delete_copies, upgrade
from livecontent.storage.sqlite.event_pages import EventPages
from livecontent.storage.sqlite.report import read_creatives, read_opened, read_report
from livecontent.storage.sqlite.results import read_heads, read_results

log = logging.getLogger(__name__)

_FEW = 10  # refs that are looked for in a file one by one
_CHUNK, _OVERLAP = 1 << 20, 64  # bytes

VERSION = 3

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
_SPOOLS = """
CREATE TABLE IF NOT EXISTS spools (name TEXT PRIMARY KEY, done INTEGER NOT NULL) STRICT, WITHOUT ROWID;
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

_EVENT = f"INSERT INTO events VALUES (NULL, {', '.join('?' * 16)})"  # noqa: S608  ours
# By the index, from its end: batches of several processes come in any order.
_LAST_SHOWN = """
SELECT send, at, version, variant, link FROM events WHERE ref = ?1 AND ref <> '' AND creative = ?2
AND kind = 'shown' AND variant <> '' AND (send = ?3 OR ?3 = '') ORDER BY at DESC, seq DESC LIMIT 1
"""
_MARK = "INSERT OR REPLACE INTO spools VALUES (?, ?)"
_COUNT = """
INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count
"""
# Of a person there is left a day; a link may hold what only they know.
_STRIP = """
UPDATE events SET ref = '', link = NULL, reasons = '{}', micros = '{}', at = CAST(at AS INTEGER) / 86400 * 86400.0
WHERE ref = ? AND ref <> ''
"""


class SqliteEvents(EventPages):
    """An event store in one file, which several processes may have open."""

    def __init__(
        self,
        file: Path,
        consent_of: Callable[[str], Consent],
        spools: Path | None = None,
        count: Callable[[Sequence[Event]], object] = lambda _: None,
    ) -> None:
        """Makes the file if it is not there, brings an older one up to date. Raises `StorageError`.

        `consent_of` tells what a recipient consents to at this moment, from any thread. What is left in the folder of
        spools by processes that died is stored. `count` is told all that is kept, perhaps twice.
        """
        self._consent_of = consent_of
        self._count = count
        super().__init__(Database(file, _prepare))
        self._bytes: int | None = os.open(file, os.O_RDONLY)  # closed last: that lets go of the locks of both
        self._spools = spools
        if spools:
            recover(spools, self)

    async def append(self, events: Sequence[Event | AnonymousCount], mark: SpoolMark | None = None) -> None:
        """In a thread, as it may wait for a lock."""
        await asyncio.to_thread(self.add, events, mark)

    def done(self, spool: str) -> int:
        """By the primary key."""
        return int(self._database.read("SELECT done FROM spools WHERE name = ?", spool) or 0)

    def add(self, events: Sequence[Event | AnonymousCount], mark: SpoolMark | None = None) -> None:
        """Consent is read within the transaction: after a withdrawal, nothing is written."""
        if self._database.follow():
            log.error("%s was deleted or replaced: what it held is not here, events go on", self._database.file)
        with self._database.write() as writer:
            refs = {event.ref for event in events if isinstance(event, Event) and event.ref}
            silent = {ref for ref in refs if self._consent_of(ref) != "full"}
            kept = [event for event in events if isinstance(event, Event) and event.ref not in silent]
            counted = [
                count_of(event) if isinstance(event, Event) else event
                for event in events
                if not isinstance(event, Event) or event.ref in silent
            ]
            self._count(kept)  # before it is sure that they are kept: then none is missed
            writer.executemany(_EVENT, [_row(event) for event in kept])
            writer.executemany(_COUNT, [(*count, number) for count, number in Counter(counted).items()])
            if mark:
                writer.execute(_MARK, mark)

    async def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        """By the index."""
        try:
            row = self._database.read(_LAST_SHOWN, ref, creative, send)
            if row is None and send:
                row = self._database.read(_LAST_SHOWN, ref, creative, "")
        except StorageError as error:
            log.warning("what was shown can't be read: %s", error)
            return None
        if row is None:
            return None
        send, at, version, variant, link = row
        return Event("shown", at, creative, ref, version=version, variant=variant, link=link, send=send)

    async def report(self, since: float, send: str = "", creative: str = "") -> list[SendReport]:
        """In a thread, as it reads the whole table."""
        return await asyncio.to_thread(read_report, self._database.file, since, send, creative)

    async def creatives(self, since: float) -> Mapping[str, CreativeDay]:
        """In a thread, from the end of the table."""
        return await asyncio.to_thread(read_creatives, self._database.file, since)

    async def was_opened(self, creative: str) -> bool:
        """In a thread, as it may read the whole table."""
        return await asyncio.to_thread(read_opened, self._database.file, creative)

    async def head_count(self, wrong: WrongImages) -> HeadCount:
        """In a thread, as it reads all of a creative."""
        return await asyncio.to_thread(read_heads, self._database.file, wrong)

    async def results(self, creative: str, since: float) -> Results:
        """In a thread, as it reads all of a creative."""
        return await asyncio.to_thread(read_results, self._database.file, creative, since)

    async def forget(self, refs: Collection[str]) -> None:
        """In a thread, as it waits for locks, and reads or rewrites the file."""
        await asyncio.to_thread(self._forget, refs)

    def _forget(self, refs: Collection[str]) -> None:
        rows = [(ref,) for ref in refs if ref]
        if not rows:
            return
        delete_copies(self._database.file)
        try:
            with self._database.write() as writer:
                writer.executemany(_STRIP, rows)
            if self._spools:  # whose events no store took, nobody can tell for sure
                delete_quarantine(self._spools)
            self._database.wipe(rewrite=False)
            if len(refs) > _FEW or self._holds(refs):
                self._database.wipe(rewrite=True)
        except (StorageError, OSError) as error:
            raise StorageError(f"recorded data was not erased, run this again: {error}") from error

    def _holds(self, refs: Collection[str]) -> bool:
        """Whether any of the file's bytes are a ref; read in chunks that overlap by more than one."""
        sought = [ref.encode() for ref in refs]
        place, chunk = 0, b"-"
        while self._bytes is not None and chunk:
            chunk = os.pread(self._bytes, _CHUNK, place)
            if any(ref in chunk for ref in sought):
                return True
            place += max(len(chunk) - _OVERLAP, 1)
        return False

    def close(self) -> None:
        """Closes all that is open."""
        self._database.close()
        if self._bytes is not None:
            os.close(self._bytes)
            self._bytes = None


def _row(event: Event) -> tuple[object, ...]:
    """The columns are the fields, two of them as JSON."""
    return (*event[:11], json.dumps(dict(event.reasons)), json.dumps(dict(event.micros)), *event[13:16])


def _prepare(connection: apsw.Connection) -> None:
    """Brings a file to this version. Raises `StorageError` for one of a version to come."""

    def change(found: int) -> None:
        old = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'events'").get
        first = f"{_FROM_0 if old else _TABLES}{_COUNTS}{_BY_PERSON}"
        script = {0: first, 1: f"{_FROM_1}{_BY_PERSON}"}.get(found, "")
        connection.execute(f"{script}{_SPOOLS}").fetchall()

    upgrade(connection, VERSION, change)
