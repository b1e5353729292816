"""What people consent to, and all that an open needs to know of its recipient, in SQLite.

Profiles are in a file of their own, so that an import that holds it for minutes does not keep a withdrawal out of the
other. That has decisions and the last known places of those who allow it, so that both change at once.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import apsw
from pydantic_core import from_json

from livecontent.errors import StorageError
from livecontent.facts import Consent, Person, Place
from livecontent.storage.base import ConsentDecision, read_profile
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.sqlite.connection import READ_WAIT, Database, making, mark_erased
from livecontent.storage.sqlite.showings import SHOWING, read_seen

log = logging.getLogger(__name__)

SLOW = 0.01  # seconds; a file that fails after more than that is left alone for a while
PAUSE = 1.0  # seconds that it is left alone

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
_FORGET = f"DELETE FROM places WHERE ref = ?1 AND NOT {_ALLOWED}"  # noqa: S608  ours
# What is known already changes nothing: whoever reads consents keeps what they have read.
PLACE = "city, region, country, latitude, longitude, timezone, day"
_NEW = ", ".join(f"excluded.{name}" for name in PLACE.split(", "))
_REMEMBER = f"""
INSERT INTO places SELECT ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE {_ALLOWED} ON CONFLICT DO UPDATE
SET ({PLACE}) = ({_NEW}) WHERE ({PLACE}) IS NOT ({_NEW})
"""

# A quarter of the time that three joins take.
_PERSON = f"""
SELECT (SELECT state FROM consents.consents WHERE ref = ?1), (SELECT profile FROM recipients WHERE ref = ?1),
    (SELECT json_array({PLACE}) FROM consents.places WHERE ref = ?1),
    (SELECT json_group_array(json_array({SHOWING})) FROM showings.showings
     WHERE person = ?1 AND counts = 1)
"""  # noqa: S608  ours
_CONSENT = "SELECT state FROM consents.consents WHERE ref = ?"


_NOTHING = "[]"  # as SQLite writes a list without items


class SqliteConsents:
    """Decisions and places in one file, which several processes may have open."""

    def __init__(self, file: Path, default: Consent) -> None:
        """Makes the file if it is not there. Who has not decided has the default. Raises `StorageError`."""
        self.file = file
        self._default = default
        self._database = Database(file, making(_SCHEMA, durable=True))  # withdrawals
        self.close = self._database.close

    def consent_of(self, ref: str) -> Consent:
        """The state at this moment, from any thread; none where it can't be read, as that may be what they decided."""
        try:
            return cast("Consent", self._database.read(_STATE, ref) or self._default)
        except StorageError as error:
            log.warning("consents can't be read, so nobody is recorded: %s", error)
            return "none"

    async def find(self, ref: str) -> ConsentDecision | None:
        """By the primary key."""
        row = self._database.read("SELECT ref, state, at FROM consents WHERE ref = ?", ref)
        return ConsentDecision(*row) if row else None

    async def put(self, decisions: Sequence[ConsentDecision]) -> None:
        """In a thread, as it may wait for locks, and rewrites the file where a place is erased."""
        await asyncio.to_thread(self._put, decisions)

    def _put(self, decisions: Sequence[ConsentDecision]) -> None:
        with self._database.write() as writer:
            writer.executemany(_PUT, decisions)
            before = writer.total_changes()
            writer.executemany(_FORGET, [(decision.ref, self._default) for decision in decisions])
            if writer.total_changes() > before:
                mark_erased(writer)
        self._database.finish_erasing()

    async def remember(self, places: Sequence[LastKnownPlace]) -> None:
        """In a thread, as it may wait for a lock."""
        rows = [
            (ref, self._default, at.city, at.region, at.country, at.latitude, at.longitude, at.timezone, day)
            for ref, at, day in places
        ]
        await asyncio.to_thread(self._database.change, _REMEMBER, rows)


class SqlitePeople:
    """Looks people up, from any thread; everybody waits while one is looked up."""

    def __init__(
        self,
        recipients: Path,
        consents: Path,
        showings: Path,
        default: Consent,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Three files that are there already. Who has not decided has the default; the clock is in seconds."""
        self._default = default
        self._clock = clock
        self._again_at = clock()
        self._connection = apsw.Connection(str(recipients))
        self._connection.set_busy_timeout(READ_WAIT)
        self._connection.execute("ATTACH ? AS consents", (str(consents),))
        self._connection.execute("ATTACH ? AS showings", (str(showings),))
        self._cursor = self._connection.cursor()
        self._lock = threading.Lock()  # apsw refuses two threads at once
        self.close = self._connection.close

    async def look_up(self, ref: str) -> Person:
        """By the primary keys. Where the profile can't be read, consent may still be."""
        asked_at = self._clock()
        if asked_at < self._again_at:
            return self._without_profile(ref, "the store has just failed, and is asked again in a second")
        try:
            with self._lock:
                state, text, place, seen = self._cursor.execute(_PERSON, (ref,)).get
        except (apsw.Error, UnicodeError) as error:
            # Each open would wait for the lock in turn.
            if self._clock() - asked_at > SLOW:
                self._again_at = self._clock() + PAUSE
            self._renew_cursor()
            return self._without_profile(ref, str(error), passing=not isinstance(error, UnicodeError))
        consent = state or self._default
        if consent == "none":
            return Person("", "none", decided=state is not None)
        profile, problem = read_profile(text) if text is not None else (None, "")
        person = Person(ref, consent, profile, state is not None, problem=problem)
        if seen != _NOTHING and consent == "full":
            person = person._replace(seen=read_seen(seen))
        if place and consent == "full":
            *where, day = from_json(place)
            return person._replace(last_place=Place(*where), last_seen=day)
        return person

    def _without_profile(self, ref: str, problem: str, *, passing: bool = True) -> Person:
        try:
            with self._lock:
                state = self._cursor.execute(_CONSENT, (ref,)).get
        except (apsw.Error, UnicodeError) as error:
            log.warning("consents can't be read, so nobody is recorded: %s", error)
            self._renew_cursor()
            return Person("", "none", problem=problem, passing=True)
        consent = state or self._default
        if consent == "none":
            return Person("", "none", decided=state is not None)
        return Person(ref, consent, decided=state is not None, problem=problem, passing=passing)

    def _renew_cursor(self) -> None:
        """The one before may be in the middle of a row, and keep the log."""
        with suppress(apsw.Error):
            self._cursor = self._connection.cursor()
