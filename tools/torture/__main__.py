"""`python -m tools.torture [CHAPTER ...]`: tortures a server, and writes what was seen into docs/trust.md.

`make torture` runs all chapters, in a few minutes. `--hours 1` does everything ten times as often.
Exits with 1 where something was seen that is not wanted, or where the code has changed meanwhile.
"""

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks.machine import commit

from tools.torture import disk, fuzz, kills, matrix, overload, people, slow
from tools.torture.page import write
from tools.torture.result import Found, Options, keep

CHAPTERS: dict[str, Callable[[Options], Found]] = {
    "matrix": matrix.measure,
    "requests": fuzz.measure,
    "kills": kills.measure,
    "workers": kills.measure_workers,
    "disk": disk.measure,
    "people": people.measure,
    "slow": slow.measure,
    "overload": overload.measure,
}


def main() -> None:
    """Runs the chapters named, or all."""
    asked = _arguments()
    options = Options(asked.hours, asked.seed, asked.times)
    held, of = True, commit().removesuffix("+")
    for name in asked.chapters or CHAPTERS:
        if (now := commit().removesuffix("+")) != of:
            sys.exit(f"the code is no longer {of}, but {now}: run the chapters from {name} on, or all, at one commit")
        print(f"{name} ...", flush=True)
        start = time.monotonic()
        found = CHAPTERS[name](options)
        held &= keep(name, options, time.monotonic() - start, found)
        write()
        for row in found.rows:
            wanted = f", wanted {row.wanted}" if row.wanted else ""
            print(f"{'  ' if row.held else '! '}{row.what}: {row.seen} of {row.times:,}{wanted}", flush=True)
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
    sys.exit(0 if held else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.torture", description=__doc__)
    parser.add_argument("chapters", nargs="*", choices=[[], *CHAPTERS], metavar="CHAPTER", help=", ".join(CHAPTERS))
    parser.add_argument("--hours", type=float, default=0.1, help="1 does everything ten times as often")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--times", type=int, help="how often, whatever the hours")
    return parser.parse_args()


if __name__ == "__main__":
    main()
