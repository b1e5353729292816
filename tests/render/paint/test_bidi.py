"""The order of letters in lines that mix directions (UAX 9)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.render.paint.bidi import _NEVER_TURNS, _TURNS, Bidi, runs_right_to_left


def test_what_never_turns_has_no_letter_that_does() -> None:
    plain = filter(_NEVER_TURNS.fullmatch, map(chr, range(0x110000)))
    assert _TURNS.isdisjoint(map(unicodedata.bidirectional, plain))


@pytest.mark.parametrize("text", ["", "Averse", "Zoé, 25 % ☔", "नमस्ते", "12/24"])
def test_what_runs_from_left_to_right_needs_no_levels(text: str) -> None:
    assert Bidi().levels(text, rtl=False) == ()


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("שלום", [1, 1, 1, 1]),
        ("ab של", [0, 0, 0, 1, 1]),
        ("של ab", [1, 1, 1, 2, 2]),
        ("של 12", [1, 1, 1, 2, 2]),
        ("a של 12 b", [0, 0, 1, 1, 1, 2, 2, 0, 0]),
        ("(של)", [1, 1, 1, 1]),
        ("a (של) b", [0, 0, 0, 1, 1, 0, 0, 0]),
        ("عمر 25% off", [1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2]),
        ("😀של", [1, 1, 1]),
    ],
)
def test_levels_are_those_of_the_algorithm(text: str, levels: list[int]) -> None:
    assert list(Bidi().levels(text, runs_right_to_left(text))) == levels


def test_the_language_of_a_paragraph_tells_its_direction_whatever_its_first_letter() -> None:
    assert list(Bidi().levels("של ab", rtl=False)) == [1, 1, 0, 0, 0]
    assert list(Bidi().levels("ab של", rtl=True)) == [2, 2, 1, 1, 1]
    assert list(Bidi().levels("ab!", rtl=True)) == [2, 2, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", False), ("123 !", False), ("Averse", False), ("12 של ab", True), ("« عمر »", True), ("☔ ab של", False)],
)
def test_the_first_strong_letter_sets_the_direction(text: str, expected: bool) -> None:
    assert runs_right_to_left(text) is expected


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(st.sampled_from("ab12 .,()%שלعم١\u200f\u0301😀"), max_size=30) | st.text(max_size=30))
def test_every_letter_has_a_level_that_agrees_with_the_paragraph(text: str) -> None:
    levels = Bidi().levels(text, runs_right_to_left(text))
    assert len(levels) in (0, len(text))
    assert all(0 <= level <= 126 for level in levels)
    if levels:
        assert min(levels) >= int(runs_right_to_left(text))
