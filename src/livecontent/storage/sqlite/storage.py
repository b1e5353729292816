"""All stores in SQLite files of one folder, the default on one machine; and the store of sends."""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from livecontent.errors import StorageError
from livecontent.facts import Consent
from livecontent.storage.base import Send, is_send
from livecontent.storage.sqlite.audience import SqliteAudience
from livecontent.storage.sqlite.codes import SqliteCodes
from livecontent.storage.sqlite.connection import Database, making
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.experiments import SqliteExperiments
from livecontent.storage.sqlite.history import SqliteHistory
from livecontent.storage.sqlite.people import SqliteConsents, SqlitePeople
from livecontent.storage.sqlite.picks import SqlitePicks
from livecontent.storage.sqlite.products import SqliteProducts
from livecontent.storage.sqlite.recipients import SqliteRecipients
from livecontent.storage.sqlite.renaming import rename_people
from livecontent.storage.sqlite.reviews import SqliteReviews
from livecontent.storage.sqlite.showings import SqliteShowings
from livecontent.storage.sqlite.team import SqliteTeam
from livecontent.storage.sqlite.votes import SqliteVotes

log = logging.getLogger(__name__)

SPOOLS = "spool"  # the folder of events that are not in the store yet

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sends (
    id TEXT PRIMARY KEY, at REAL NOT NULL, creatives TEXT NOT NULL, esp TEXT NOT NULL, name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


class SqliteSends:
    """Sends in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `StorageError`."""
        self._database = Database(file, making(_SCHEMA))
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
        row = (send.id, send.at, json.dumps(send.creatives), send.esp, send.name)
        await asyncio.to_thread(self._database.change, "INSERT OR REPLACE INTO sends VALUES (?, ?, ?, ?, ?)", [row])

    async def list(self) -> list[Send]:
        """All at once: there are few."""
        rows = self._database.read_all("SELECT id, at, creatives, esp, name FROM sends ORDER BY at DESC, id")
        return [Send(id_, at, tuple(json.loads(creatives)), esp, name) for id_, at, creatives, esp, name in rows]


class SqliteStorage:
    """Each is opened when it is first asked for."""

    def __init__(self, folder: Path, default: Consent) -> None:
        """The folder is there; who has not decided has the default consent."""
        self._folder = folder
        self._default = default
        self._mark = folder / "forgotten"

    @cached_property
    def recipients(self) -> SqliteRecipients:
        """In `recipients.db`."""
        return SqliteRecipients(self._folder / "recipients.db")

    @cached_property
    def consents(self) -> SqliteConsents:
        """In `consent.db`."""
        return SqliteConsents(self._folder / "consent.db", self._default)

    @cached_property
    def people(self) -> SqlitePeople:
        """In these two, and in `showings.db`."""
        return SqlitePeople(self.recipients.file, self.consents.file, self.showings.file, self._default)

    @cached_property
    def events(self) -> SqliteEvents:
        """In `events.db`."""
        spools, count = self._folder / SPOOLS, self.showings.count
        return SqliteEvents(self._folder / "events.db", self.consents.consent_of, spools, count)

    @cached_property
    def showings(self) -> SqliteShowings:
        """In `showings.db`."""
        return SqliteShowings(self._folder / "showings.db")

    @cached_property
    def sends(self) -> SqliteSends:
        """In `sends.db`."""
        return SqliteSends(self._folder / "sends.db")

    @cached_property
    def products(self) -> SqliteProducts:
        """In `products.db`, and what is live in `live.db`."""
        return SqliteProducts(self._folder / "products.db", self._folder / "live.db")

    @cached_property
    def codes(self) -> SqliteCodes:
        """In `codes.db`."""
        return SqliteCodes(self._folder / "codes.db", self.consents.consent_of)

    @cached_property
    def picks(self) -> SqlitePicks:
        """In `picks.db`."""
        return SqlitePicks(self._folder / "picks.db")

    @cached_property
    def votes(self) -> SqliteVotes:
        """In `votes.db`."""
        return SqliteVotes(self._folder / "votes.db", self.consents.consent_of)

    @cached_property
    def history(self) -> SqliteHistory:
        """In `history.db`."""
        return SqliteHistory(self._folder / "history.db", self.consents.consent_of)

    @property
    def audience(self) -> SqliteAudience:
        """Over three of them; nothing stays open."""
        return SqliteAudience(self.recipients.file, self.consents.file, self.history.file, self._default)

    @property
    def experiments(self) -> SqliteExperiments:
        """Over two of them; nothing stays open."""
        return SqliteExperiments(self.showings.file, self.history.file)

    @cached_property
    def team(self) -> SqliteTeam:
        """In `team.db`."""
        return SqliteTeam(self._folder / "team.db", self.consents.consent_of)

    @cached_property
    def reviews(self) -> SqliteReviews:
        """In `reviews.db`."""
        return SqliteReviews(self._folder / "reviews.db")

    async def rename(self, refs: Mapping[str, str]) -> None:
        """In a thread, as it may wait for locks."""
        await asyncio.to_thread(rename_people, self._folder, refs)

    def mark_forgotten(self) -> None:
        """By the time of an empty file."""
        try:
            self._mark.touch(mode=0o600)
        except OSError as error:
            raise StorageError(f"{self._mark}: {error.strerror}") from None

    def forgotten_at(self) -> float:
        """The time of that file."""
        try:
            return self._mark.stat().st_mtime
        except OSError:
            return 0.0

    def open(self) -> None:
        """All of them."""
        _ = self.people, self.events, self.sends, self.products, self.codes, self.votes, self.picks, self.history

    async def start(self) -> None:
        """Nothing: files need no event loop."""

    async def close(self) -> None:
        """Closes those that were opened; in a thread, as the last one to close a file may have to tidy it."""
        names = ("people", "events", "sends", "products", "codes", "votes", "picks", "history", "team", "reviews")
        for name in (*names, "consents", "showings"):
            if name in self.__dict__:
                await asyncio.to_thread(self.__dict__.pop(name).close)
