"""All stores in SQLite files of one folder: the default on one machine."""

import asyncio
from functools import cached_property
from pathlib import Path

from livecontent.facts import Consent
from livecontent.storage.sqlite.consents import SqliteConsents
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.people import SqlitePeople
from livecontent.storage.sqlite.recipients import SqliteRecipients
from livecontent.storage.sqlite.sends import SqliteSends


class SqliteStorage:
    """Each is opened when it is first asked for."""

    def __init__(self, folder: Path, default: Consent) -> None:
        """The folder is there; who has not decided has the default consent."""
        self._folder = folder
        self._default = default

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
        """In both."""
        return SqlitePeople(self.recipients.file, self.consents.file, self._default)

    @cached_property
    def events(self) -> SqliteEvents:
        """In `events.db`."""
        return SqliteEvents(self._folder / "events.db", self.consents.consent_of)

    @cached_property
    def sends(self) -> SqliteSends:
        """In `sends.db`."""
        return SqliteSends(self._folder / "sends.db")

    def open(self) -> None:
        """All of them."""
        _ = self.people, self.events, self.sends

    async def start(self) -> None:
        """Nothing: files need no event loop."""

    async def close(self) -> None:
        """Closes those that were opened; in a thread, as the last one to close a file may have to tidy it."""
        for name in ("people", "events", "sends", "consents"):
            if name in self.__dict__:
                await asyncio.to_thread(self.__dict__.pop(name).close)
