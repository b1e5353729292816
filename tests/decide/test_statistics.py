"""Intervals, winners and alarms that hold however often one looks; draws that are what they say."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.decide.draws import Draws
from livecontent.decide.statistics import (
    RATIO_ALPHA,
    chances_to_be_best,
    difference,
    mean_of,
    of_difference,
    share_of,
    wrong_shares,
)

DRAWS = Draws(b"a key of tests")


def test_an_interval_that_is_looked_at_a_hundred_times_seldom_misses() -> None:
    """A usual 95 % interval misses in a third of such experiments."""
    missed = 0
    for seed in range(60):
        chance = random.Random(seed)
        one = other = 0
        wrong = False
        for look in range(1, 101):
            one += sum(chance.random() < 0.1 for _ in range(50))
            other += sum(chance.random() < 0.1 for _ in range(50))
            found = difference(share_of(one, 50 * look), share_of(other, 50 * look))
            wrong = wrong or found.surely
        missed += wrong
    assert missed <= 6


def test_a_real_difference_is_found() -> None:
    found = difference(share_of(1300, 10_000), share_of(1000, 10_000))
    assert found.surely
    assert found.low < 0.03 < found.high
    assert found.evidence > 20


@given(st.integers(0, 500), st.integers(0, 500), st.integers(500, 5000), st.integers(500, 5000))
def test_what_one_is_above_another_the_other_is_below(a: int, b: int, n: int, m: int) -> None:
    there, back = difference(share_of(a, n), share_of(b, m)), difference(share_of(b, m), share_of(a, n))
    assert there.low == pytest.approx(-back.high)
    assert there.low <= there.value <= there.high
    assert there.surely == (there.evidence > 20) or abs(there.evidence - 20) < 0.1


def test_of_too_little_nothing_is_said() -> None:
    assert not of_difference(mean_of(1, 1.0, 1.0)).surely
    assert not difference(share_of(0, 0), share_of(5, 10)).surely


def test_a_draw_that_went_wrong_raises_the_alarm_and_a_sound_one_does_not() -> None:
    chance = random.Random(3)
    for share, alarm in ((0.5, False), (0.46, True)):
        red = sum(chance.random() < share for _ in range(20_000))
        found = wrong_shares({"red": red, "blue": 20_000 - red}, {"red": 1, "blue": 1})
        assert (found > 1 / RATIO_ALPHA) is alarm
    assert wrong_shares({}, {"red": 1, "blue": 1}) == 1


def test_weights_go_to_what_is_clicked_and_none_falls_to_nothing() -> None:
    found = chances_to_be_best({"a": (10, 1000), "b": (60, 1000), "c": (12, 1000)}, 7)
    assert found == chances_to_be_best({"a": (10, 1000), "b": (60, 1000), "c": (12, 1000)}, 7)
    assert max(found, key=found.__getitem__) == "b"
    assert min(found.values()) > 0.015
    assert sum(found.values()) == pytest.approx(1, abs=0.001)


def test_draws_keep_to_their_weights_and_adding_one_moves_people_to_it_only() -> None:
    people = [f"p{number}" for number in range(20_000)]
    before = {one: DRAWS.arm({"red": 3, "blue": 1}, "split", "today", one) for one in people}
    after = {one: DRAWS.arm({"red": 3, "blue": 1, "green": 1}, "split", "today", one) for one in people}
    assert Counter(before.values())["red"] / len(people) == pytest.approx(0.75, abs=0.01)
    moved = {after[one] for one in people if after[one] != before[one]}
    assert moved == {"green"}
    assert Counter(after.values())["green"] / len(people) == pytest.approx(0.2, abs=0.01)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_draw_is_a_number_between_0_and_1_and_stays(one: str, other: str) -> None:
    drawn = DRAWS.number(one, other)
    assert 0 < drawn < 1
    assert drawn == Draws(b"a key of tests").number(one, other)
