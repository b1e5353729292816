"""The working tree against a commit, in turns.

In each round both sides start anew. Then they take turns in slices of some openings, so that whatever slows down the
machine slows down both. Each is asked for the same, of the same people, in the same order. Ratios are of one round:
below 1, the working tree takes less. Results go to `benchmarks/results/compare.json`.
"""

import argparse
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import machine
from benchmarks.compare.cases import CASES, Home, Step, steps_of
from benchmarks.compare.sides import Driver, Side, commit_of, drive, lay_out
from benchmarks.compare.summary import HERE, THERE, Series, table
from benchmarks.demo import write_demo
from benchmarks.figures import write_result
from benchmarks.people import cities, people
from benchmarks.processes import LOAD_CORE, SERVER_CORE, pinned
from benchmarks.shop import ROOT, write_shop

SLICE = 20  # openings; then it is the other's turn
_ANSWERED = re.compile(r"^livecontent_open(?:ing)?s_total\{(.*)\} (\S+)$", re.MULTILINE)


def main(arguments: Sequence[str]) -> None:
    """Compares, writes the results and prints them."""
    asked = _arguments(arguments)
    began = time.monotonic()
    try:
        commit = commit_of(asked.commit)
        with pinned(LOAD_CORE), _two_sides(commit) as sides:
            measured = _Measured(sides)
            for number in range(asked.rounds):
                print(f"round {number + 1} of {asked.rounds} ...", flush=True)
                measured.round(asked.what)
    except RuntimeError as error:
        sys.exit(f"compare: {error}")
    cases = {name: series.summary() for name, series in measured.series.items()}
    print("\n".join(table(cases)))
    file = write_result(
        "compare",
        {
            "settings": {"rounds": asked.rounds, "openings_in_a_turn": SLICE, "core": SERVER_CORE},
            "seconds": round(time.monotonic() - began),
            "commits": {side.name: side.commit for side in sides},
            "answers_that_are_live": {name: measured.live(name) for name in (HERE, THERE)},
            "cases": cases,
        },
    )
    print(file)


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    parser.add_argument("commit", metavar="COMMIT", help="such as 97075c1, HEAD or main")
    parser.add_argument("--rounds", type=int, default=5, help="in which both sides start anew (%(default)s)")
    parser.add_argument("--what", default=",".join(CASES), help="cases, with commas between (%(default)s)")
    asked = parser.parse_args(arguments)
    asked.what = [name for name in asked.what.lower().split(",") if name]
    if unknown := [name for name in asked.what if name not in CASES]:
        parser.error(f"--what: there is no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    if asked.rounds < 1 or not asked.what:
        parser.error("at least one round of one case")
    return asked


@contextmanager
def _two_sides(commit: str) -> Iterator[tuple[Side, Side]]:
    """The working tree and the commit, each with the shop and the demo as its own code makes them."""
    with TemporaryDirectory(prefix="livecontent-compare-") as name:
        folder = Path(name)
        lay_out(commit, folder / "commit")
        sides = (
            Side(HERE, machine.commit(), ROOT, folder / "here"),
            Side(THERE, commit, folder / "commit", folder / "there"),
        )
        everybody = [person for group in people(cities()) for person in group]
        for side in sides:
            for home in ("shop", "demo"):
                side.home(home).mkdir(parents=True)
            write_shop(side.home("shop"), everybody, side.tree)
            write_demo(side.home("demo"), side.tree)
        yield sides


class _Measured:
    """The series of all cases, and what the sides told of their answers."""

    def __init__(self, sides: tuple[Side, Side]) -> None:
        self.series: dict[str, Series] = defaultdict(Series)
        self._sides = sides
        self._answers: dict[str, Counter[str]] = {side.name: Counter() for side in sides}

    def round(self, names: Sequence[str]) -> None:
        """All steps of the cases named; both sides start anew for the shop and for the demo."""
        for home in dict.fromkeys(CASES[name] for name in names):
            steps = steps_of(home, names)
            for name in dict.fromkeys(step.name for step in steps if step.name):
                self.series[name].begin()
            self._round(home, steps)

    def _round(self, home: Home, steps: Sequence[Step]) -> None:
        here, there = self._sides
        with drive(here, home) as one, drive(there, home) as other:
            drivers = (one, other)
            for step in steps:
                self._take_turns(drivers, step)
            for driver in drivers:
                for labels, count in _ANSWERED.findall(driver.metrics()):
                    self._answers[driver.side.name]["live" if '="live"' in labels else labels] += round(float(count))

    def _take_turns(self, drivers: tuple[Driver, Driver], step: Step) -> None:
        """Turn and turn about; who is first changes, too."""
        for start in range(0, len(step.requests), SLICE):
            requests = step.requests[start : start + SLICE]
            turns = {driver.side.name: driver.answer(requests) for driver in drivers}
            drivers = (drivers[1], drivers[0])
            if step.name:
                self.series[step.name].add(turns)

    def live(self, side: str) -> dict[str, object]:
        """How many answers were built in full, and what the others were."""
        answers = self._answers[side]
        return {"part": round(answers["live"] / max(answers.total(), 1), 4), "others": dict(answers.most_common(8))}
