"""What was decided, and each step to it."""

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Literal, NamedTuple

from livecontent.creative.model import Creative, Variant
from livecontent.decide.circumstances import Hit
from livecontent.showings import Decided, Worth

Silence = Literal["", "holdout", "nothing", "threshold"]


class Tried(NamedTuple):
    """A variant that was tried, in the trace: what its rule and its moments are together, and why.

    `value` is None where that is not known; the note says which fact is not.
    """

    variant: str
    rule: str  # "" for always
    value: bool | None
    note: str = ""
    window: bool | None = True  # whether it is between `from` and `until`
    hit: Hit | None = None  # a limit that keeps it from being shown
    uncounted: str = ""  # why nobody knows whether its limits are reached
    passed_over: str = ""  # the variant that was drawn in its place
    score: float | None = None
    score_note: str = ""  # why its score is not known
    chance: float | None = None  # of a click, where its score names that
    taken: str = ""  # the other image of the email that has shown this offer; "" for none
    left: Literal["", "place", "keeps"] = ""  # to images of lower places, or as this one keeps what it has shown

    @property
    def eligible(self) -> bool:
        """Whether it may be shown."""
        return bool(self.value) and not (self.hit or self.uncounted or self.passed_over or self.taken or self.left)


def worth_of(variant: Variant, tried: Tried) -> tuple[int, float]:
    """Rank and score; a score that is not known comes after all that are."""
    if variant.score is None:
        return variant.rank, 0.0
    return variant.rank, -inf if tried.score is None else tried.score


class Best(NamedTuple):
    """The best of the variants that may be shown, whether or not it is."""

    variant: str
    worth: Worth


class Decision(NamedTuple):
    """The variant that won, and all that were tried for it."""

    variant: Variant
    trace: tuple[Tried, ...]
    silence: Silence = ""  # why the last one is shown in place of something better
    best: Best | None = None
    arm: str = ""  # what was drawn
    share: float = 0.0  # how likely that was
    learned: int = 0  # the version of what was learned
    weights: Mapping[str, float] = MappingProxyType({})  # that were drawn by
    context: str = ""  # in which it was drawn
    context_note: str = ""  # why that is not known
    offer: str = ""  # of the shared ones the one that is left for this image, whether or not it won
    kept: bool = False  # whether that is as this image has shown it in this email before

    def choice(self, creative: Creative, slot: str) -> Decided:
        """What limits and experiments count of it."""
        return Decided(
            slot,
            self.variant.group or "",
            self.variant.name != creative.variants[-1].name,
            self.silence,
            self.best.worth if self.best else None,
            self.arm,
            self.share,
            self.learned,
            *((creative.pool, creative.place) if self.variant.offers else ("", 0)),
            self.context,
        )

    def step_of(self, variant: Variant) -> Tried | None:
        """What was found of a variant; None where it was not tried."""
        return next((tried for tried in self.trace if tried.variant == variant.name), None)
