"""All stores together."""

from collections.abc import Sequence
from typing import Protocol

from livecontent.storage.events import EventStore
from livecontent.storage.people import ConsentDecision, ConsentStore, PeopleStore
from livecontent.storage.recipients import RecipientStore
from livecontent.storage.sends import SendStore


class Storage(Protocol):
    """The stores of a data folder, each opened when it is first asked for."""

    @property
    def people(self) -> PeopleStore:
        """What an open needs to know of its recipient."""

    @property
    def recipients(self) -> RecipientStore:
        """Imported profiles."""

    @property
    def consents(self) -> ConsentStore:
        """Decisions, and last known places."""

    @property
    def events(self) -> EventStore:
        """What was shown and clicked."""

    @property
    def sends(self) -> SendStore:
        """What was sent when."""

    def open(self) -> None:
        """Opens all that can be opened at once. Raises `StorageError` for the first that can't be used."""

    async def start(self) -> None:
        """Opens what needs an event loop."""

    async def close(self) -> None:
        """Closes those that were opened."""


async def decide_consent(decisions: Sequence[ConsentDecision], storage: Storage) -> None:
    """Keeps decisions, then erases at once what they do not allow any more. Raises `StorageError`.

    In this order: whoever writes an event reads the consent when nobody else can write events.
    """
    await storage.consents.put(decisions)
    states = {decision.ref: (await storage.people.look_up(decision.ref)).consent for decision in decisions}
    await storage.events.forget([ref for ref, state in states.items() if state != "full"])
