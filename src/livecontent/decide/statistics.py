"""What counts tell: intervals and winners that may be looked at every day, and draws that went wrong.

All tests are sequential: to look early and often does not make them err more often than they say.
- Differences: the mixture sequential probability ratio test with a normal mixture, from Johari, Koomen, Pekelis and
  Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests", Operations Research 70 (2022).
- Shares of a draw: the multinomial test with a Dirichlet mixture, from Lindon and Malek, "Anytime-Valid Inference for
  Multinomial Count Data", NeurIPS 2022.
"""

from collections.abc import Mapping
from math import exp, inf, lgamma, log, sqrt
from random import Random
from typing import NamedTuple

ALPHA = 0.05  # how often an interval may miss, or a winner be none
LEAST, LEAST_CLICKS = 200, 20  # of each variant, before anything is said
SPREADS = (0.002, 0.01, 0.05)  # how large differences are looked for: standard deviations that are mixed
RATIO_ALPHA = 0.001  # how often a sound draw may raise the alarm
CONCENTRATION = 1000.0  # how near to the shares that were meant a wrong draw is looked for
DRAWS, FLOOR = 1000, 0.02  # of a posterior; the least weight of a variant, so that it goes on being tried


class Mean(NamedTuple):
    """A mean of `n` numbers, and the variance of that mean."""

    n: int
    value: float
    variance: float


class Difference(NamedTuple):
    """What one is above another; the interval misses it in at most 5 of 100 experiments, however often one looks."""

    value: float
    low: float
    high: float
    evidence: float  # that there is one: 20 is 1 in 20 by chance alone

    @property
    def surely(self) -> bool:
        """Whether there is a difference."""
        return self.low > 0 or self.high < 0


def share_of(hits: int, n: int) -> Mean:
    """The share of those who did, drawn a little to the middle: where nobody did, it is not surely 0."""
    share = (hits + 0.5) / (n + 1)
    return Mean(n, hits / n if n else 0.0, share * (1 - share) / n if n else inf)


def mean_of(n: int, total: float, squares: float) -> Mean:
    """Of numbers that are summed up, as are their squares."""
    if n < 2:
        return Mean(n, total, inf)
    mean = total / n
    return Mean(n, mean, max(squares - n * mean**2, 0.0) / (n - 1) / n)


def difference(one: Mean, other: Mean, alpha: float = ALPHA) -> Difference:
    """What one mean is above another."""
    return of_difference(Mean(min(one.n, other.n), one.value - other.value, one.variance + other.variance), alpha)


def of_difference(found: Mean, alpha: float = ALPHA) -> Difference:
    """A mean of differences."""
    if found.variance in (0, inf):
        return Difference(found.value, -inf, inf, 1.0)
    low, half = 0.0, 1.0
    while half - low > 1e-6:  # where the evidence against it is that of the whole interval's end
        middle = (low + half) / 2
        low, half = (middle, half) if _evidence(middle, found.variance) < 1 / alpha else (low, middle)
    evidence = _evidence(found.value, found.variance)
    return Difference(found.value, found.value - half, found.value + half, evidence)


def _evidence(value: float, variance: float) -> float:
    """Against a difference of 0, where this one was found: the mean of that of each spread, which is a mixture, too."""
    found = 0.0
    for spread in SPREADS:
        whole = variance + spread**2
        found += sqrt(variance / whole) * exp(min(value**2 * spread**2 / (2 * variance * whole), 700))
    return found / len(SPREADS)


def wrong_shares(counts: Mapping[str, int], meant: Mapping[str, float]) -> float:
    """The evidence that a draw does not give the shares that were meant; from 1,000 on it is an alarm."""
    whole = sum(meant.values())
    n = sum(counts.get(arm, 0) for arm in meant)
    if not n or len(meant) < 2:
        return 1.0
    found = lgamma(CONCENTRATION) - lgamma(CONCENTRATION + n)
    for arm, weight in meant.items():
        prior, k = CONCENTRATION * weight / whole, counts.get(arm, 0)
        found += lgamma(prior + k) - lgamma(prior) - k * log(weight / whole)
    return exp(min(found, 700))


def chances_to_be_best(clicks: Mapping[str, tuple[float, float]], seed: int) -> dict[str, float]:
    """How likely each variant is the one that is clicked most, by (clicked, shown) of each; none is below a floor.

    Thompson sampling: how often each draws the highest of Beta posteriors from a flat prior. Equal seeds, equal draws.
    """
    chance = Random(seed)  # noqa: S311  no secret
    wins = dict.fromkeys(clicks, 0)
    posteriors = [(arm, 1 + hit, 1 + shown - hit) for arm, (hit, shown) in clicks.items()]
    for _ in range(DRAWS):
        wins[max((chance.betavariate(a, b), arm) for arm, a, b in posteriors)[1]] += 1
    floor = min(FLOOR, 1 / len(wins)) if wins else 0.0
    raised = {arm: max(won / DRAWS, floor) for arm, won in wins.items()}
    return {arm: round(share / sum(raised.values()), 4) for arm, share in raised.items()}
