"""Decisions in SQLite, and the last known places of those who allow it: in one file, so that both change at once."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import apsw

from livecontent.errors import StorageError
from livecontent.facts import Consent
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.people import ConsentDecision
from livecontent.storage.sqlite.connection import Database

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
_FORGET = f"DELETE FROM places WHERE ref = ?1 AND NOT {_ALLOWED}"  # noqa: S608  ours
# What is known already changes nothing: whoever reads consents keeps what they have read.
PLACE = "city, region, country, latitude, longitude, timezone, day"
_NEW = ", ".join(f"excluded.{name}" for name in PLACE.split(", "))
_REMEMBER = f"""
INSERT INTO places SELECT ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE {_ALLOWED} ON CONFLICT DO UPDATE
SET ({PLACE}) = ({_NEW}) WHERE ({PLACE}) IS NOT ({_NEW})
"""


class SqliteConsents:
    """Decisions and places in one file, which several processes may have open."""

    def __init__(self, file: Path, default: Consent) -> None:
        """Makes the file if it is not there. Who has not decided has the default. Raises `StorageError`."""
        self.file = file
        self._default = default
        self._database = Database(file, _prepare)
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
        """In a thread, as it may wait for a lock, and rewrites the file where a place is erased."""
        await asyncio.to_thread(self._put, decisions)

    def _put(self, decisions: Sequence[ConsentDecision]) -> None:
        with self._database.write() as writer:
            writer.executemany(_PUT, decisions)
            before = writer.total_changes()
            writer.executemany(_FORGET, [(decision.ref, self._default) for decision in decisions])
            erased = writer.total_changes() > before
        if erased:
            self._database.wipe(rewrite=True)

    async def remember(self, places: Sequence[LastKnownPlace]) -> None:
        """In a thread, as it may wait for a lock."""
        await asyncio.to_thread(self._remember, places)

    def _remember(self, places: Iterable[LastKnownPlace]) -> None:
        rows = [
            (ref, self._default, at.city, at.region, at.country, at.latitude, at.longitude, at.timezone, day)
            for ref, at, day in places
        ]
        with self._database.write() as writer:
            writer.executemany(_REMEMBER, rows)


def _prepare(writer: apsw.Connection) -> None:
    writer.execute(_SCHEMA).fetchall()  # locks nothing where the tables are there
    writer.execute("PRAGMA synchronous = FULL").fetchall()  # a withdrawal outlives a power cut
