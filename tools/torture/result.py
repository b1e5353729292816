"""What a chapter has found: rows with what is wanted and what was seen; kept as JSON, chapter by chapter."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import machine
from benchmarks.figures import RESULTS

FILE = RESULTS / "torture.json"


@dataclass(frozen=True)
class Row:
    """One promise: how often it was tried, what is wanted and what was seen."""

    what: str
    times: int
    wanted: str
    seen: str
    held: bool


@dataclass(frozen=True)
class Options:
    """How long, and from which seed."""

    hours: float
    seed: int
    times: int | None = None

    def many(self, in_an_hour: int, least: int) -> int:
        """How often something is done: so often in a run of an hour."""
        return self.times or max(round(in_an_hour * self.hours), least)


@dataclass(frozen=True)
class Found:
    """Rows, and what is worth keeping beside them."""

    rows: Sequence[Row]
    more: Mapping[str, Any]


def none_of(what: str, times: int, count: int) -> Row:
    """Something that should not happen at all."""
    return Row(what, times, "0", f"{count:,}", count == 0 and times > 0)


FAULTS_OF_ANSWERS = {
    "invalid images": ("no picture", "wrong size", "wrong type", "cut off"),
    "images of another person": ("another person's",),
    "5xx": ("5xx",),
    "images not answered, not in time, or without 200": ("not 200", "not in time", "not answered"),
}


def rows_of(faults: Counter[str], times: int, tracebacks: int | None = None, who: str = "") -> list[Row]:
    """What may not happen to any answer."""
    counts = {what: sum(faults[kind] for kind in kinds) for what, kinds in FAULTS_OF_ANSWERS.items()}
    if tracebacks is not None:
        counts["tracebacks in the log"] = tracebacks
    return [none_of(f"{who}{what}", times, count) for what, count in counts.items()]


def read() -> dict[str, Any]:
    """All chapters that there are."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


def keep(name: str, options: Options, seconds: float, found: Found) -> bool:
    """Puts a chapter in the file; whether all that is wanted was seen."""
    held = all(row.held for row in found.rows)
    chapter = {
        "held": held,
        "rows": [asdict(row) for row in found.rows],
        "seed": options.seed,
        "hours": options.hours,
        "seconds": round(seconds),
        "machine": machine.describe(),
        **found.more,
    }
    FILE.write_text(json.dumps({**read(), name: chapter}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return held
