"""Samples in, the figures that are worth keeping out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

_PARTS = (50, 90, 99)


def spread(samples: Sequence[float]) -> dict[str, float]:
    """Median, 90th and 99th percentile, rounded to a tenth."""
    return percentiles(samples, 1)


def percentiles(samples: Sequence[float], digits: int = 3, parts: Sequence[float] = _PARTS) -> dict[str, float]:
    """Percentiles by name, such as p50 and p99.9."""
    ordered = sorted(samples)
    last = len(ordered) - 1
    return {f"p{part:g}": round(ordered[min(int(len(ordered) * part / 100), last)], digits) for part in parts}


def rounds(samples: Sequence[float], digits: int = 3) -> dict[str, object]:
    """One sample for each round: the median, the smallest and the largest, and all of them."""
    kept = [round(sample, digits) for sample in samples]
    return {"median": round(median(samples), digits), "min": min(kept), "max": max(kept), "rounds": kept}


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, object]:
    """How many times as large ours is, round by round: what slows down a round slows down both."""
    return rounds([one / other for one, other in zip(ours, theirs, strict=True)], 2)
