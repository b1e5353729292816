"""What somebody was shown, as limits count it and experiments learn from it: once for each person and send."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

COUNTED = 90 * 86_400.0  # seconds: no limit counts more
CLOSE = 60.0  # seconds: opens so close to each other happen at once, whichever was first


class SeenVariant(NamedTuple):
    """A variant that a person has seen, `at` in seconds since 1970."""

    creative: str
    variant: str
    group: str  # that the variant had then, "" for none
    slot: str
    at: float
    pool: str = ""  # that it was taken from; "" for what is no offer
    place: int = 0  # of its image among those of an email that share the pool


class Worth(NamedTuple):
    """How good what there is to say is: tier, score, and a draw that parts equals. Levels are compared in this order.

    A score that is not known comes after all that are.
    """

    rank: int
    score: float
    draw: float


FIRST_CHANCE = 0.02  # of a click, before there is any


class Learned(NamedTuple):
    """What a creative has learned from opens: a version, the level from which it speaks, weights of its variants.

    By context, such as `segment.loyal = true`, weights that are learned there alone. Of variants whose score names it,
    the chance that they are clicked where they are shown.
    """

    version: int = 0
    threshold: Worth | None = None
    weights: Mapping[str, float] = MappingProxyType({})
    contexts: Mapping[str, Mapping[str, float]] = MappingProxyType({})
    chances: Mapping[str, float] = MappingProxyType({})


class Decided(NamedTuple):
    """What was decided for a person who reads now, on its way to what is counted."""

    slot: str
    group: str = ""
    counts: bool = True  # whether limits count it: the last variant has none
    silence: str = ""  # why nothing was said
    worth: Worth | None = None  # of the best there was to say
    arm: str = ""  # what was drawn
    share: float = 0.0  # how likely that was
    learned: int = 0  # the version of what was learned
    pool: str = ""  # that it was taken from; "" for what is no offer
    place: int = 0
    context: str = ""  # in which it was drawn, such as `segment.loyal = true`


class Chosen(NamedTuple):
    """A choice that was counted: the first of a person and send, and whether they clicked."""

    person: str
    slot: str
    at: float
    variant: str
    silence: str
    worth: Worth | None
    arm: str
    share: float
    clicked: bool
    context: str = ""


class ArmSums(NamedTuple):
    """What came of a variant that was drawn in a context: of opens, or of people where each draws once."""

    context: str
    arm: str
    n: int = 0
    clicked: int = 0
    bought: int = 0
    weighed: float = 0.0  # clicks, each as often as its draw was unlikely: 1 / share
    squared: float = 0.0  # the squares of these

    def plus(self, other: "ArmSums") -> "ArmSums":
        """Of both together."""
        n, clicked, bought = self.n + other.n, self.clicked + other.clicked, self.bought + other.bought
        return ArmSums("", self.arm, n, clicked, bought, self.weighed + other.weighed, self.squared + other.squared)


class ChoiceSums(NamedTuple):
    """Choices since a time, summed up."""

    opens: int
    people: int
    since: float  # the first (seconds since 1970), 0 where there is none
    shown: Mapping[str, int]  # by variant
    asked: int  # of the newest, those not held out
    silent: int  # of these
    arms: Sequence[ArmSums]
    people_in: Mapping[str, int]  # by context
    held: tuple[int, int]  # people held out, and those of them who bought
    rest: tuple[int, int]


class Tally(NamedTuple):
    """How often a variant was shown and clicked in a context, once for each person and send; `drawn`: by lot."""

    context: str
    variant: str
    drawn: bool
    shown: int
    clicked: int


def slot_of(send: str, at: datetime) -> str:
    """What counts once: the send; of an address that names none, the day in UTC."""
    return send or at.astimezone(UTC).date().isoformat()


def slot_of_time(send: str, at: float) -> str:
    """The same, of a time in seconds since 1970."""
    return slot_of(send, datetime.fromtimestamp(at, UTC))
