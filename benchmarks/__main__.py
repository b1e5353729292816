"""`python -m benchmarks [NAME ...]`: runs measurements and keeps each as `benchmarks/results/NAME.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import machine, openings

RESULTS = Path(__file__).parent / "results"
ALL = {"openings": openings.measure}


def main(names: list[str]) -> None:
    """Runs the measurements named, or all."""
    RESULTS.mkdir(exist_ok=True)
    for name in names or list(ALL):
        result = {"machine": machine.describe(), **ALL[name]()}
        text = json.dumps(result, indent=2) + "\n"
        (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
