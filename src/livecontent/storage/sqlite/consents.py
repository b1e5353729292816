"""Who consents to what: decisions in, the state of a recipient out, read anew at each opening.

What a consent has taught, a place, is in the same file, so that both change at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import apsw

from livecontent.errors import DataError
from livecontent.facts import Consent, Place
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.sqlite.connection import READ_WAIT, connect, wipe

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS consents (
    ref TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('full', 'no-record', 'none')), at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS places (
    ref TEXT PRIMARY KEY, city TEXT, region TEXT, country TEXT, latitude REAL, longitude REAL, timezone TEXT,
    day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
_PUT = """
INSERT INTO consents VALUES (?, ?, ?) ON CONFLICT DO UPDATE
SET state = excluded.state, at = excluded.at WHERE excluded.at >= at
"""
_STATE = "SELECT state FROM consents WHERE ref = ?1"
_ALLOWED = f"coalesce(({_STATE}), ?2) = 'full'"
_UNTEACH = f"DELETE FROM places WHERE ref = ?1 AND NOT {_ALLOWED}"  # noqa: S608  ours
# What is taught already changes nothing: whoever reads consents keeps what they have read.
_COLUMNS = "city, region, country, latitude, longitude, timezone, day"
_NEW = ", ".join(f"excluded.{name}" for name in _COLUMNS.split(", "))
_TEACH = f"""
INSERT INTO places SELECT ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE {_ALLOWED} ON CONFLICT DO UPDATE
SET ({_COLUMNS}) = ({_NEW}) WHERE ({_COLUMNS}) IS NOT ({_NEW})
"""
_TAUGHT = f"""
SELECT {_COLUMNS} FROM places WHERE ref = ?1 AND {_ALLOWED}
"""  # noqa: S608


class ConsentDecision(NamedTuple):
    """What somebody has decided, `at` in seconds since 1970."""

    ref: str
    state: Consent
    at: float


class ForgetsRecipients(Protocol):
    """Has records of persons."""

    def forget(self, refs: Collection[str]) -> None:
        """Erases who they are from all that was recorded. Raises `DataError`."""


class SqliteConsents:
    """Decisions and taught places in one file, which several processes may have open."""

    def __init__(self, file: Path, default: Consent, clock: Callable[[], float] = time.time) -> None:
        """Makes the file if it is not there. Who has not decided has the default. Raises `DataError`."""
        self._file = file
        self._default = default
        self._clock = clock
        try:
            self._writer = connect(file)
            self._writer.execute(_SCHEMA).fetchall()  # locks nothing where the tables are there
            self._writer.execute("PRAGMA synchronous = FULL").fetchall()  # a withdrawal outlives a power cut
            self._reader = connect(file, READ_WAIT)
            self._cursor = self._reader.cursor()
        except apsw.Error as error:
            raise DataError(f"{file}: consents can't be kept there: {error}") from error
        self._lock = threading.Lock()  # a connection that is busy in one thread refuses another

    def of(self, ref: str) -> Consent:
        """The state by the primary key; none where it can't be read, as that may be what they decided."""
        try:
            with self._lock:
                state = self._cursor.execute(_STATE, (ref,)).get
        except (apsw.Error, UnicodeError) as error:
            log.warning("consents can't be read, so nobody is recorded: %s", error)
            return "none"
        return cast("Consent", state or self._default)

    def find(self, ref: str) -> ConsentDecision | None:
        """What somebody has decided. Raises `DataError`."""
        try:
            with self._lock:
                row = self._reader.execute("SELECT ref, state, at FROM consents WHERE ref = ?", (ref,)).fetchone()
        except (apsw.Error, UnicodeError) as error:
            raise DataError(f"{self._file}: {error}") from error
        return ConsentDecision(*row) if row else None

    def put(self, decisions: Sequence[ConsentDecision]) -> None:
        """Keeps the newest decision of each, and unlearns the places that it does not allow. Raises `DataError`."""
        try:
            with self._writer:
                self._writer.executemany(_PUT, decisions)
                before = self._writer.total_changes()
                self._writer.executemany(_UNTEACH, [(decision.ref, self._default) for decision in decisions])
                unlearned = self._writer.total_changes() > before
            if unlearned:
                wipe(self._writer, rewrite=True)
        except apsw.Error as error:
            raise DataError(f"{self._file}: {error}") from error

    def teach(self, visits: Iterable[LastKnownPlace]) -> None:
        """Keeps the places of those who allow it by now. Raises `OSError`."""
        rows = [
            (
                *(visit.ref, self._default, visit.place.city, visit.place.region, visit.place.country),
                *(visit.place.latitude, visit.place.longitude, visit.place.timezone, visit.day),
            )
            for visit in visits
        ]
        try:
            with self._writer:
                self._writer.executemany(_TEACH, rows)
        except apsw.Error as error:
            raise OSError(str(error.__context__ or error)) from error

    def taught(self, ref: str) -> tuple[Place, float] | None:
        """Where somebody was on an earlier visit, and its age in seconds, from the start of that day (UTC)."""
        try:
            with self._lock:
                row = self._reader.execute(_TAUGHT, (ref, self._default)).fetchone()
        except (apsw.Error, UnicodeError) as error:
            log.warning("places of earlier visits can't be read: %s", error)
            return None
        if row is None:
            return None
        *place, day = row
        return Place(*place), self._clock() - datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()

    def close(self) -> None:
        """Closes both connections."""
        self._writer.close()
        self._reader.close()


def decide_consent(decisions: Sequence[ConsentDecision], consents: SqliteConsents, events: ForgetsRecipients) -> None:
    """Keeps decisions, then erases at once what they do not allow any more. Raises `DataError`.

    In this order: whoever writes an event reads the consent when nobody else can write events.
    """
    consents.put(decisions)
    events.forget({decision.ref for decision in decisions if consents.of(decision.ref) != "full"})
