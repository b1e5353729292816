"""A small month of a made shop: `python -m benchmarks month` runs the large one, whose result is kept."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks import month
from benchmarks.habits import habits


@pytest.fixture(scope="module")
def store() -> dict[str, Any]:
    return month.with_store(900)


def test_no_cap_is_exceeded_whichever_name_a_person_comes_under(store: dict[str, Any]) -> None:
    assert store["human_opens"] > 1000
    assert store["caps_exceeded"] == 0


def test_as_many_are_silent_as_were_asked_for(store: dict[str, Any]) -> None:
    """Of few opens; the large month is within one point."""
    assert abs(store["silent_of_all"] - 0.9) < 0.05


def test_who_is_held_out_sees_nothing(store: dict[str, Any]) -> None:
    assert store["held_out_who_saw_something"] == 0
    assert 0.02 < store["held_out"] < 0.09


def test_intervals_hold_what_was_planted() -> None:
    assert month.lifts(20, 1000)["inside"] >= 18


def test_no_winner_is_named_where_there_is_none() -> None:
    found = month.winners(2, 600)
    assert (found["false_winners"], found["false_alarms"]) == (0, 0)


def test_what_is_explored_loses_fewer_clicks_than_an_even_split() -> None:
    assert month.regret(2500)["ratio"] < 1


def test_where_different_people_like_different_things_a_context_loses_fewer_clicks() -> None:
    found = month.contextual_regret(4000)
    assert found["ratio"] < found["ratio_without"]


def test_hidden_tastes_are_found_where_people_did_enough_and_nothing_is_claimed_elsewhere() -> None:
    """Of few people; "hardly one in twenty" without a habit is what docs/events.md says."""
    found = habits(300)
    assert found["claims_that_are_right"] > 0.99
    assert found["found_by_support"]["from_10"] > 0.85
    assert found["found_by_support"]["from_20"] > 0.95
    assert found["with_too_little"] > 100
    assert found["claimed_of_too_little"] == 0
    assert found["claimed_without"] < 0.05
    assert found["habits"]["best_hour"]["found_by_support"]["from_20"] > 0.9, "our own opens teach it"
