"""What a store keeps of what people have seen, and of what was learned from that."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from livecontent.showings import ChoiceSums, Chosen, Decided, Learned, SeenVariant, Tally
from livecontent.storage.events import Event


def drawn_under(ref: str, first: Mapping[str, float]) -> str:
    """The identity that a person draws under: the first that something was shown to, so that no new one changes it.

    `first` has the times of all that something was shown to; where there is none, it is the one that opens.
    """
    return min(first, key=lambda one: (first[one], one), default=ref)


class ExperimentStore(Protocol):
    """Tells what came of choices, by person: whichever of their identities they opened under."""

    async def sums(self, creative: str, since: float, newest: int, *, by_open: bool) -> ChoiceSums:
        """Of a creative since a time (seconds since 1970), its silence of the newest; arms by open, else by person.

        Raises `StorageError`.
        """


class ShowingStore(Protocol):
    """Keeps what was decided for people who consent, once for each variant, person and send.

    Each method raises `StorageError`.
    """

    def count(self, events: Sequence[Event]) -> None:
        """Counts what was shown to people and what they clicked; to count the same again changes nothing."""

    def seen_by(self, identities: Sequence[str]) -> Sequence[SeenVariant]:
        """What was seen under these identities, as limits count it; at once."""

    def first_shown(self, identities: Sequence[str]) -> Mapping[str, float]:
        """When each of these that something was decided for had the first of it (seconds since 1970); at once."""

    def choices(self, person: str, creative: str, slot: str) -> Mapping[str, Decided]:
        """What was decided for a person in a send, by variant; "" where nothing was said; at once."""

    async def of_person(self, ref: str) -> list[SeenVariant]:
        """All that is counted of somebody, in its order."""

    async def chosen(self, creative: str, since: float = 0.0, newest: int = 0) -> list[Chosen]:
        """What was decided in a creative since a time (seconds since 1970), or the newest of it; the newest first."""

    async def tallies(self, creative: str) -> Sequence[Tally]:
        """How often each variant of a creative was shown and clicked, in each context; no more is read for it."""

    async def offers_seen(self, since: float) -> Mapping[str, tuple[int, int]]:
        """How many saw each offer since a time (seconds since 1970), in whichever creative, and how many clicked.

        Identities count, not persons.
        """

    async def learned(self) -> Mapping[str, Learned]:
        """What all creatives have learned, by their name."""

    async def learn(self, learned: Mapping[str, Learned], at: float) -> None:
        """Puts what creatives have learned in the place of what they had before; `at` in seconds since 1970.

        All at once: those that share offers never rank them by what was learned at different times.
        """

    async def contexts(self) -> Mapping[str, Collection[str]]:
        """The labels of contexts that anything was shown in, by creative."""

    async def drop_contexts(self, creative: str, labels: Collection[str]) -> None:
        """Puts what was shown in these contexts in none, without a trace."""

    async def forget(self, refs: Collection[str]) -> None:
        """Deletes all that is counted of these people, without a trace."""

    async def tidy(self, before: float) -> None:
        """Deletes what is older than a time (seconds since 1970), but the time of the first of each person."""
