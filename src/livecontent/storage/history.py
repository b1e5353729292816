"""What people do, from everywhere, and what follows of it: kept of those who consent to be recorded, and of no others.

A person may have several identities: recipients by their refs, visitors by their keys. Links between them are read,
never copied: a message stays under the identity that it came with, and what is linked can be parted again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from livecontent.history.gathering import Gathered
from livecontent.history.messages import Message
from livecontent.storage.alerts import AlertStore


class PutOutcome(NamedTuple):
    """What became of messages: taken, known already, or not kept, as the person does not consent."""

    taken: int
    repeated: int
    unkept: int


class IdentityLink(NamedTuple):
    """An identity of a person: its key, and since when it is linked (seconds since 1970), None if by nothing known."""

    key: str
    since: float | None = None


class HistoryStore(Protocol):
    """Keeps messages, and sums of them by person. Each method raises `StorageError`."""

    async def put(self, messages: Sequence[Message], watched: Collection[bytes] = ()) -> PutOutcome:
        """Keeps messages, all or none; durable when it answers.

        A message that is known by its id changes nothing. Triggers are to look at those whose `mid` is in `watched`.
        """

    @property
    def alerts(self) -> AlertStore:
        """What triggers find in the messages."""

    async def put_gathered(self, people: Sequence[Gathered]) -> PutOutcome:
        """Keeps the messages of people, as `put` does; what follows of them may be taken from their summaries."""

    def identities(self, ref: str) -> Sequence[str]:
        """The keys of the person who has this one, it among them: what is counted once for a person is under all."""

    def history(self, ref: str) -> Mapping[str, Any] | None:
        """What the person has done last, as `history_in`; at once. None of whom nothing is kept."""

    def habits(self, ref: str) -> Mapping[str, Any] | None:
        """The habits of the person, as `habits_in`; at once. None of whom nothing is kept."""

    def traits(self, ref: str, rules: Mapping[str, str]) -> Mapping[str, Any] | None:
        """What was told of the person by identify, as `traits_in`; at once. None of whom nothing is kept."""

    async def of_person(self, ref: str) -> list[Message]:
        """All that the person did, in the order of its time; opens teach their best hour, and are told as events."""

    async def newest(
        self, ref: str, kinds: Collection[str], before: tuple[float, int], limit: int
    ) -> list[tuple[int, Message]]:
        """What the person did with its numbers, the newest first, before a time (seconds since 1970) and number.

        Of some kinds alone, where any are named.
        """

    async def count_of(self, ref: str) -> int:
        """How much of what the person did is kept."""

    async def links(self, ref: str) -> Sequence[IdentityLink]:
        """All identities of the person, by their keys, and since when each is linked to another."""

    async def forget(self, refs: Collection[str]) -> None:
        """Erases these people without a trace, all their identities and links; of a visitor, this one alone."""
