"""The chance that a variant is clicked where it is shown: its rate, near that of all while it was shown little.

The mean of what is likely after the clicks, where it was likely before, with the worth of `WEIGHT` showings, that
all are clicked alike: (clicked + WEIGHT * overall) / (shown + WEIGHT), the empirical Bayes estimate of a rate,
https://en.wikipedia.org/wiki/Empirical_Bayes_method#Beta-binomial_model. The rate of all is found in the same way, from
`FIRST_CHANCE`. So each is between 0 and 1, and one that nobody has seen has the rate of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from livecontent.creative.model import Creative
from livecontent.showings import FIRST_CHANCE, Tally

WEIGHT = 100  # showings

ClickCounts: TypeAlias = Mapping[str, tuple[int, int]]  # by variant: clicked, of so many shown
NO_OFFERS: ClickCounts = MappingProxyType({})


def chances_of(creative: Creative, tallies: Sequence[Tally], offers: ClickCounts) -> Mapping[str, float]:
    """By variant, for those whose score names it; of an offer by all creatives, so that all rank it alike."""
    own = {one.name for one in creative.ranked if not one.offers}
    found = _estimated(_counted(tallies, own), own)
    of_offers = _estimated(offers, [one.name for one in creative.ranked if one.offers])
    return {one.name: (of_offers if one.offers else found)[one.name] for one in creative.by_chance}


def count_offers(tallies: Iterable[tuple[Creative, Sequence[Tally]]]) -> ClickCounts:
    """How often each offer was shown and clicked, in all creatives together."""
    found: dict[str, tuple[int, int]] = {}
    for creative, own in tallies:
        for name, (clicked, shown) in _counted(own, {one.name for one in creative.variants if one.offers}).items():
            before = found.get(name, (0, 0))
            found[name] = before[0] + clicked, before[1] + shown
    return found


def _counted(tallies: Sequence[Tally], names: Iterable[str]) -> ClickCounts:
    """In all contexts, drawn or not."""
    found = dict.fromkeys(names, (0, 0))
    for one in tallies:
        if one.variant in found:
            clicked, shown = found[one.variant]
            found[one.variant] = clicked + one.clicked, shown + one.shown
    return found


def _estimated(counts: ClickCounts, names: Iterable[str]) -> Mapping[str, float]:
    """Of these names, by all that was counted."""
    overall = _rate(sum(hits for hits, _ in counts.values()), sum(shown for _, shown in counts.values()), FIRST_CHANCE)
    return {name: _rate(*counts.get(name, (0, 0)), overall) for name in names}


def _rate(clicked: int, shown: int, before: float) -> float:
    return (clicked + WEIGHT * before) / (shown + WEIGHT)
