"""`python -m benchmarks [NAME ...]`: runs measurements and keeps each as `benchmarks/results/NAME.json`.

Without names: all that need neither Node nor an hour. `peers` needs Node and Chromium, `memory` takes its time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import inprocess, machine, memory, openings, peers, serving, verdict, workers
from benchmarks.day import replay as day
from benchmarks.options import Options

RESULTS = Path(__file__).parent / "results"
ALL: dict[str, Callable[[Options], dict[str, object]]] = {
    "openings": lambda _: openings.measure(),
    "verdict": verdict.measure,
    "inprocess": inprocess.measure,
    "serving": serving.measure,
    "workers": workers.measure,
    "peers": peers.measure,
    "memory": memory.measure,
    "day": lambda _: day.measure(),
}
USUAL = ("openings", "verdict", "inprocess", "serving", "workers", "day")


def main() -> None:
    """Runs the measurements named, or the usual ones."""
    asked = _arguments()
    options = Options(asked.rounds, asked.seconds, asked.openings)
    RESULTS.mkdir(exist_ok=True)
    for name in asked.names or USUAL:
        print(f"{name} ...", flush=True)
        start = time.monotonic()
        found = ALL[name](options)
        settings = {"rounds": options.rounds, "seconds_each": options.seconds}
        result = {"machine": machine.describe(), "settings": settings, **found}
        file = RESULTS / f"{name}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"  {file}, {time.monotonic() - start:.0f} s", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ALL], metavar="NAME", help=", ".join(ALL))
    usual = Options()
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="in which all take turns")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="that each has in a round")
    parser.add_argument("--openings", type=int, default=usual.openings, help="of the measurement of memory")
    return parser.parse_args()


if __name__ == "__main__":
    main()
