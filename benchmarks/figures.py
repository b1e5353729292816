"""Samples in, the figures that are worth keeping out."""

from __future__ import annotations

from collections.abc import Sequence


def spread(samples: Sequence[float]) -> dict[str, float]:
    """Median, 90th and 99th percentile, rounded to a tenth."""
    ordered = sorted(samples)
    return {f"p{part}": round(ordered[min(len(ordered) * part // 100, len(ordered) - 1)], 1) for part in (50, 90, 99)}
