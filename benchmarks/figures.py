"""Samples in, the figures that are worth keeping out."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks import machine

RESULTS = Path(__file__).parent / "results"

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


def ratios(ours: Sequence[float], theirs: Sequence[float], digits: int = 2) -> dict[str, object]:
    """How many times as large ours is, round by round: what slows down a round slows down both."""
    return rounds([one / other for one, other in zip(ours, theirs, strict=True)], digits)


def write_result(name: str, found: Mapping[str, object]) -> Path:
    """Keeps what was measured, and on which machine, as `results/NAME.json`."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    result = {"machine": machine.describe(), **found}
    file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file
