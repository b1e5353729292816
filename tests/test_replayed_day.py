"""A day of openings by the mail clients of a list: what is seen is compared with the world when it is read.

The mix, and what each client fetches, stand in `benchmarks/day/readers.py`; 10,000 readers are in the benchmarks.
"""

from __future__ import annotations

import pytest
from benchmarks.day.readers import CLIENTS
from benchmarks.day.replay import Tally, replay, total

READERS = 2000


@pytest.fixture(scope="module")
def judged() -> dict[str, Tally]:
    return replay(READERS, classified=True)


def test_where_requests_are_classified_nothing_false_is_read(judged: dict[str, Tally]) -> None:
    assert total(judged).pictures == READERS
    assert judged.keys() == CLIENTS.keys()
    assert {name: dict(tally.wrong) for name, tally in judged.items() if tally.false} == {}


def test_and_pictures_say_what_can_be_known(judged: dict[str, Tally]) -> None:
    for name, tally in judged.items():
        assert tally.made >= 0.95 * tally.possible, name


def test_where_they_are_not_much_is_false() -> None:
    blind = replay(500, classified=False)
    assert total(blind).false > 200
    wrong = total(blind).wrong
    assert all(wrong[kind] for kind in ("city", "weather", "now", "ticking", "store", "sky"))
