"""Alerts: what triggers have found in messages, until it is told to somebody outside by a webhook.

Of an alert there is kept which trigger fired of which message, and no words: what it says is found when it is told.
"""

from collections.abc import Collection, Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple, Protocol

from livecontent.history.messages import Message

AlertState = Literal["waiting", "dead", "done"]
KEPT = 7 * 86_400.0  # seconds that a dead alert is kept


class WatchedMessage(NamedTuple):
    """A message that triggers are still to look at."""

    seq: int
    message: Message


class Firing(NamedTuple):
    """A trigger that a message has fired `at`, in seconds since 1970; `rest` is in seconds."""

    seq: int
    trigger: str
    at: float
    rest: float


class Alert(NamedTuple):
    """What is to be told: `due` is when it is tried next, of a dead one when it died."""

    seq: int
    trigger: str
    at: float
    state: AlertState
    tries: int
    due: float
    problem: str  # why the last try failed
    message: Message

    @property
    def id(self) -> str:
        """The same however often it is told."""
        name = self.message.mid + self.trigger.encode()
        return f"msg_{blake2b(name, digest_size=16, person=b'alert').hexdigest()}"


class AlertStanding(NamedTuple):
    """How many wait and are dead, and when the first of those that wait was fired."""

    waiting: int
    dead: int
    oldest: float | None


class AlertStore(Protocol):
    """Keeps alerts beside the messages that they are of. Each method raises `StorageError`."""

    def watched(self, most: int) -> list[WatchedMessage]:
        """Messages that were put to be watched, and that triggers have not looked at yet, in the order they came."""

    async def fire(self, looked: Collection[int], firings: Sequence[Firing]) -> list[Firing]:
        """Notes that messages were looked at and what they fired, both or none; the firings that alerts wait of now.

        A trigger that rests for the person, under any of their identities, fires nothing; nor does a message twice.
        """

    def due(self, trigger: str, now: float, most: int) -> list[Alert]:
        """Those of a trigger that are to be tried now, the longest due first."""

    async def settle(self, after: Alert, before: Alert) -> None:
        """Keeps what became of an alert, if it is still there: `state`, `tries`, `due` and `problem`.

        Where it is due at another time than before, somebody wants it tried again: then only that it was told counts.
        """

    async def retry(self, alerts: Collection[Alert], now: float) -> None:
        """Lets alerts be tried again from the beginning, but for those that were told meanwhile."""

    async def bury(self, triggers: Collection[str], now: float, problem: str) -> None:
        """Those that wait for any other trigger are dead now."""

    def alerts(self) -> list[Alert]:
        """All that wait or are dead, the oldest first."""

    def of_person(self, ref: str) -> list[Alert]:
        """All that is kept of a person, under any of their identities, the oldest first."""

    def standing(self) -> AlertStanding:
        """How many there are."""

    async def drop(self, alerts: Collection[Alert]) -> None:
        """Erases alerts."""

    async def tidy(self, now: float) -> None:
        """Erases those that were told whose triggers rest no more, and those that have been dead for `KEPT`."""
