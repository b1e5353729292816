"""How much Python an open runs, counted in calls: the same on every machine, so that a limit can hold it.

A limit that is broken: `python -m benchmarks calls` tells in which modules the calls are.
"""

import pytest
from benchmarks.calls import Case, count_apart

CEILINGS = {"r1": 450, "r2": 360, "r3 seen": 93, "mix": 370}  # calls an open, at most


@pytest.fixture(scope="module")
def counted() -> dict[str, Case]:
    return count_apart()


@pytest.mark.parametrize("case", CEILINGS)
def test_an_open_runs_no_more_python_than_this(case: str, counted: dict[str, Case]) -> None:
    assert counted[case]["calls"] <= CEILINGS[case], counted[case]["modules"]
