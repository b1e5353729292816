"""Events in SQLite (write-ahead log): one connection writes, another reads."""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path

import apsw

from livecontent.errors import DataError
from livecontent.facts import Consent
from livecontent.storage.events import AnonymousCount, Event, count_of
from livecontent.storage.sqlite.connection import connect, wipe
from livecontent.storage.sqlite.schema import open_events

log = logging.getLogger(__name__)

_FEW = 10  # refs that are looked for in a file one by one
_CHUNK, _OVERLAP = 1 << 20, 64  # bytes

_EVENT = f"INSERT INTO events VALUES (NULL, {', '.join('?' * 16)})"  # noqa: S608  ours
# By the index, from its end: batches of several processes come in any order.
_LAST_SHOWN = """
SELECT send, at, version, variant, link FROM events WHERE ref = ?1 AND ref <> '' AND creative = ?2
AND kind = 'shown' AND variant <> '' AND (send = ?3 OR ?3 = '') ORDER BY at DESC, seq DESC LIMIT 1
"""
_COUNT = """
INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count
"""
# Of a person there is left a day; a link may hold what only they know.
_STRIP = """
UPDATE events SET ref = '', link = NULL, reasons = '{}', micros = '{}', at = CAST(at AS INTEGER) / 86400 * 86400.0
WHERE ref = ? AND ref <> ''
"""


class SqliteEvents:
    """An event store in one file."""

    def __init__(self, file: Path, consent_of: Callable[[str], Consent]) -> None:
        """Makes the file if it is not there, brings an older one up to date. Raises `DataError`.

        `consent_of` tells what a recipient consents to at this moment.
        """
        self._consent_of = consent_of
        self._writer = open_events(file)
        self._reader = connect(file)
        self._bytes: int | None = os.open(file, os.O_RDONLY)  # closed last: that lets go of the locks of both

    def append(self, events: Sequence[Event | AnonymousCount]) -> None:
        """One transaction for all. Consent is read within it: after a withdrawal, nothing is written."""
        try:
            with self._writer:
                refs = {event.ref for event in events if isinstance(event, Event) and event.ref}
                silent = {ref for ref in refs if self._consent_of(ref) != "full"}
                self._write(
                    [e if isinstance(e, AnonymousCount) or e.ref not in silent else count_of(e) for e in events]
                )
        except apsw.Error as error:
            raise OSError(str(error.__context__ or error)) from error  # a full disk undoes the transaction itself

    def _write(self, records: list[Event | AnonymousCount]) -> None:
        events = [record for record in records if isinstance(record, Event)]
        tallies = Counter(record for record in records if isinstance(record, AnonymousCount))
        self._writer.executemany(_EVENT, [_row(event) for event in events])
        self._writer.executemany(_COUNT, [(*tally, count) for tally, count in tallies.items()])

    def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        """None also where the file can't be read."""
        try:
            row = self._reader.execute(_LAST_SHOWN, (ref, creative, send)).fetchone()
            if row is None and send:
                row = self._reader.execute(_LAST_SHOWN, (ref, creative, "")).fetchone()
        except apsw.Error as error:
            log.warning("what was shown can't be read: %s", error)
            return None
        if row is None:
            return None
        send, at, version, variant, link = row
        return Event("shown", at, creative, ref, version=version, variant=variant, link=link, send=send)

    def forget(self, refs: Collection[str]) -> None:
        """Events lose ref, link and time of day, and leave no trace of it on the disk.

        Raises `DataError`.
        """
        rows = [(ref,) for ref in refs if ref]
        if not rows:
            return
        try:
            with self._writer:
                self._writer.executemany(_STRIP, rows)
            wipe(self._writer, rewrite=False)
            if len(refs) > _FEW or self._holds(refs):
                wipe(self._writer, rewrite=True)
        except apsw.Error as error:
            raise DataError(f"recorded data was not erased, run this again: {error}") from error

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
        """Closes both connections."""
        self._writer.close()
        self._reader.close()
        if self._bytes is not None:
            os.close(self._bytes)
            self._bytes = None


def _row(event: Event) -> tuple[object, ...]:
    """The columns are the fields, two of them as JSON."""
    return (*event[:11], _spelled(tuple(event.reasons.items())), json.dumps(dict(event.micros)), *event[13:])


@lru_cache(maxsize=1024)
def _spelled(reasons: tuple[tuple[str, str], ...]) -> str:
    """Reasons as JSON: there are few combinations, which come again and again."""
    return json.dumps(dict(reasons))
