"""What a creative learns from what was decided: the level from which it speaks, and the weights of its variants."""

from collections.abc import Mapping, Sequence

from livecontent.creative.model import Creative
from livecontent.decide.statistics import chances_to_be_best
from livecontent.showings import Chosen, Learned, Worth

WINDOW = 10_000  # opens that a threshold is found from: what was good a month ago says little
FEW = 500  # opens that it needs; until then as many are silent by chance
_LOWEST = Worth(-1_000_000, 0.0, 0.0)  # of an open with nothing that may be shown


def learn_from(
    creative: Creative, chosen: Sequence[Chosen], tried: Mapping[str, tuple[int, int]], before: Learned
) -> Learned:
    """What is learned from choices, the newest first, and from clicks and showings of each variant that was drawn.

    What was before, where nothing has changed.
    """
    threshold = threshold_of(creative.silence, chosen) if creative.silence else None
    weights = weights_of(creative, tried, before.version) if creative.explore else {}
    found = before._replace(threshold=threshold, weights=weights)
    return before if found == before else found._replace(version=before.version + 1)


def threshold_of(silence: float, chosen: Sequence[Chosen]) -> Worth | None:
    """The level that so many opens are below; None where there were too few."""
    levels = sorted(one.worth or _LOWEST for one in chosen[:WINDOW] if one.silence != "holdout")
    return levels[min(int(silence * len(levels)), len(levels) - 1)] if len(levels) >= FEW else None


def weights_of(creative: Creative, tried: Mapping[str, tuple[int, int]], seed: int) -> dict[str, float]:
    """How often each variant is shown from now on, by how often it was clicked where it was drawn and shown."""
    return chances_to_be_best({arm: tried.get(arm, (0, 0)) for arm in creative.arms}, seed)


def silent_share(chosen: Sequence[Chosen]) -> float | None:
    """The share of the newest opens that were silent, of those not held out."""
    asked = [one for one in chosen[:WINDOW] if one.silence != "holdout"]
    return sum(one.silence != "" for one in asked) / len(asked) if asked else None
