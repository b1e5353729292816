"""What is known of the person behind a ref and what they consent to, and the stores of both."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from livecontent.facts import Consent, Person
from livecontent.storage.events import LastKnownPlace


class ConsentDecision(NamedTuple):
    """What somebody has decided, `at` in seconds since 1970."""

    ref: str
    state: Consent
    at: float


class PeopleStore(Protocol):
    """Tells all that an open needs to know of its recipient."""

    async def look_up(self, ref: str) -> Person:
        """Consent, profile and last known place, at once and as they are now. Never raises.

        Where consent can't be read it is "none", as that may be what they decided.
        """


class ConsentStore(Protocol):
    """Keeps decisions, and the last known places of those who allow it. Each method raises `StorageError`."""

    async def find(self, ref: str) -> ConsentDecision | None:
        """What somebody has decided."""

    async def put(self, decisions: Sequence[ConsentDecision]) -> None:
        """Keeps the newest decision of each, and erases the places that it does not allow."""

    async def remember(self, places: Sequence[LastKnownPlace]) -> None:
        """Keeps the places of those who allow it by now."""
