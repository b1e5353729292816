"""What a creative learns from what was decided: the level from which it speaks, and the weights of its variants."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from livecontent.creative.model import Creative
from livecontent.decide.statistics import chances_to_be_best
from livecontent.learning.chances import NO_OFFERS, ClickCounts, chances_of
from livecontent.showings import Chosen, Learned, Tally, Worth

WINDOW = 10_000  # opens that a threshold is found from: what was good a month ago says little
FEW = 500  # opens that it needs; until then as many are silent by chance
ENOUGH = 50  # opens of each variant, before a context has weights of its own
MOST_CONTEXTS = 20  # that have them
_LOWEST = Worth(-1_000_000, 0.0, 0.0)  # of an open with nothing that may be shown

ArmShares: TypeAlias = Mapping[str, float]  # by variant
ByArm: TypeAlias = Mapping[str, tuple[float, float]]  # by variant: clicked, of so many shown


def learn_from(
    creative: Creative,
    chosen: Sequence[Chosen],
    tallies: Sequence[Tally],
    before: Learned,
    offers: ClickCounts = NO_OFFERS,
) -> Learned:
    """What is learned from choices, the newest first, and from how often each variant was shown and clicked.

    `offers` are counted in all creatives. What was before, where nothing has changed.
    """
    threshold = threshold_of(creative.silence, chosen) if creative.silence else None
    weights, contexts = weights_of(creative, tallies) if creative.explore else ({}, {})
    chances = chances_of(creative, tallies, offers) if creative.by_chance else {}
    found = before._replace(threshold=threshold, weights=weights, contexts=contexts, chances=chances)
    return before if found == before else found._replace(version=before.version + 1)


def threshold_of(silence: float, chosen: Sequence[Chosen]) -> Worth | None:
    """The level that so many opens are below; None where there were too few."""
    levels = sorted(one.worth or _LOWEST for one in chosen[:WINDOW] if one.silence != "holdout")
    return levels[min(int(silence * len(levels)), len(levels) - 1)] if len(levels) >= FEW else None


def weights_of(creative: Creative, tallies: Sequence[Tally]) -> tuple[ArmShares, Mapping[str, ArmShares]]:
    """How often each variant is shown from now on, by how often it was clicked where it was drawn and shown.

    Of all opens, and by context, where that has enough of each variant: the largest, if there are many.
    """
    of = _by_context(creative, tallies)
    enough = [name for name, found in of.items() if name and min(shown for _, shown in found.values()) >= ENOUGH]
    enough.sort(key=lambda context: (-_opens(of[context]), context))
    own = enough[:MOST_CONTEXTS]
    rest = _added([found for context, found in of.items() if context not in own], creative.arms)
    whole = _evened([rest, *(of[context] for context in own)], creative.arms)
    seed = int(sum(map(_opens, of.values())))  # equal counts, equal weights
    return chances_to_be_best(whole, seed), {context: chances_to_be_best(of[context], seed) for context in own}


def has_context(creative: Creative, label: str) -> bool:
    """Whether a label is of the context that is declared now."""
    context = creative.explore.context if creative.explore else None
    return context is not None and context.is_own(label)


def _by_context(creative: Creative, tallies: Sequence[Tally]) -> dict[str, ByArm]:
    """What was drawn, in each context of the expression that is now declared; all else is of none."""
    of: dict[str, list[ByArm]] = defaultdict(list)
    for one in tallies:
        if one.drawn and one.variant in creative.arms:
            name = one.context if has_context(creative, one.context) else ""
            of[name].append({one.variant: (one.clicked, one.shown)})
    found = {name: _added(counts, creative.arms) for name, counts in of.items()}
    return {name: counts for name, counts in found.items() if name} | {"": found.get("", _added([], creative.arms))}


def _added(counts: Sequence[ByArm], arms: Iterable[str]) -> ByArm:
    columns = {arm: [one.get(arm, (0, 0)) for one in counts] for arm in arms}
    return {arm: (sum(hits for hits, _ in own), sum(shown for _, shown in own)) for arm, own in columns.items()}


def _opens(counts: ByArm) -> float:
    return sum(shown for _, shown in counts.values())


def _evened(strata: Sequence[ByArm], arms: Iterable[str]) -> ByArm:
    """ByArm of all opens, as if each variant had been shown in all contexts alike.

    It was not: each was shown most where it is clicked most. So its rate is the mean of those of the contexts, each
    with the share of opens that it has, and counts for as many opens as such a mean is worth.
    """
    whole = [one for one in strata if all(shown for _, shown in one.values())]
    if len(whole) < 2:
        return whole[0] if whole else _added(strata, arms)
    shares = [_opens(one) / sum(map(_opens, whole)) for one in whole]
    found = {}
    for arm in arms:
        counts = [one[arm] for one in whole]
        rate = sum(share * clicked / shown for share, (clicked, shown) in zip(shares, counts, strict=True))
        worth = 1 / sum(share**2 / shown for share, (_, shown) in zip(shares, counts, strict=True))
        found[arm] = (rate * worth, worth)
    return found


def silent_share(chosen: Sequence[Chosen]) -> float | None:
    """The share of the newest opens that were silent, of those not held out."""
    asked = [one for one in chosen[:WINDOW] if one.silence != "holdout"]
    return sum(one.silence != "" for one in asked) / len(asked) if asked else None
