"""What livecontent makes of the columns that it knows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.imports.known import LISTS, TEXTS, KnownAttributes, settle_place
from livecontent.imports.notes import Notes, Remark, damage_in

READINGS = KnownAttributes().readings


def value_of(name: str, value: object) -> object:
    found = READINGS[name](value)
    return found.value if isinstance(found, Remark) else found


@pytest.mark.parametrize("name", [*TEXTS, "language", "country", "timezone", "latitude"])
@pytest.mark.parametrize("word", ["NULL", "\\N", "None", "nan", "NaN", "N/A", "#N/A", "-", "--", "."])
def test_words_for_nothing_are_empty_and_told(name: str, word: str) -> None:
    found = READINGS[name](word)
    assert isinstance(found, Remark)
    assert (found.value, found.what) == (None, "taken as empty")


@pytest.mark.parametrize("name", ["Nan", "Noah", "Null", "Jean-Luc", "O'Neil", "N", "田中", "🌸"])
def test_names_are_no_words_for_nothing(name: str) -> None:
    assert READINGS["first_name"](name) == name


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        *(("", "no id"), ("x" * 201, "200"), (1.5, "neither"), (True, "neither"), ([], "neither"), ({}, "neither")),
        *(("NULL", "no id"), ("3.36123E+11", "a spreadsheet has shortened the id to 3.36123E\\+11")),
        *(("3,4e+11", "shortened"), ("1.002345678901235e+17", "shortened")),
    ],
)
def test_what_is_no_id_is_refused(value: object, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        READINGS["id"](value)


@pytest.mark.parametrize(("value", "text"), [(12, "12"), ("x" * 200, "x" * 200), ("12e4", "12e4"), ("-", "-")])
def test_an_id_may_be_a_whole_number_and_is_text_from_then_on(value: object, text: str) -> None:
    assert READINGS["id"](value) == text


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("text", ["01000", "12", "true", "1.240"])
def test_known_texts_stay_text(name: str, text: str) -> None:
    assert READINGS[name](text) == text


@pytest.mark.parametrize("value", [["Paris"], 1.5, True, {"a": 1}])
def test_what_is_no_text_is_left_out_and_told(value: object) -> None:
    assert READINGS["city"](value) == Remark(None, "not a text, left out", str(value))


@pytest.mark.parametrize("name", LISTS)
def test_segments_and_tags_are_lists(name: str) -> None:
    assert READINGS[name]("vip| new buyer ||12") == ["vip", "new buyer", "12"]
    assert READINGS[name](["a"]) == ["a"]
    assert value_of(name, " | ") is None


@pytest.mark.parametrize("value", ["90.1", "-91", "north", "nan", "inf", "1e400", "48\u00b051'", True, [1], {"a": 1}])
def test_coordinates_that_are_none_are_left_out(value: object) -> None:
    assert value_of("latitude", value) is None


@pytest.mark.parametrize(
    ("value", "degrees"), [("48.85", 48.85), (48.85, 48.85), ("48,85", 48.85), ("+48", 48), (9, 9)]
)
def test_coordinates_are_degrees(value: Any, degrees: float) -> None:
    assert READINGS["latitude"](value) == degrees


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"latitude": 48.0}, "latitude: a coordinate without the other"),
        ({"longitude": 2.0}, "longitude: a coordinate"),
        ({"latitude": 0.0, "longitude": 0.0}, "latitude: no place (0, 0)"),
    ],
)
def test_half_a_place_is_none_and_so_is_the_middle_of_the_sea(place: dict[str, object], told: str) -> None:
    notes = Notes()
    settle_place(place, 7, notes)
    assert place == {}
    assert [str(note)[: len(told)] for note in notes] == [told]


def test_a_place_on_the_equator_is_one() -> None:
    place: dict[str, object] = {"latitude": 0.0, "longitude": 32.4}
    settle_place(place, 7, Notes())
    assert place == {"latitude": 0.0, "longitude": 32.4}


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        *(("O&#39;Brien", "HTML"), ("Fran&ccedil;ois", "HTML"), ("&#xE9;", "HTML"), ("RenÃ©e", "UTF-8")),
        *(("3.36E+11", "shortened"), ("РђРЅРЅР°", "UTF-8"), ("S√∏ren", "UTF-8"), ("Zo\ufffd", "lost")),
        *(
            (name, "")
            for name in ("Zoé", "Łukasz", "Анна", "Сергей", "田中", "Marks & Spencer", "AT&T;", "Søren", "√2")
        ),
    ],
)
def test_damage_is_seen(text: str, damage: str) -> None:
    assert damage in damage_in(text)
    assert bool(damage) == bool(damage_in(text))


@given(
    st.sampled_from(sorted(READINGS)), st.one_of(st.text(st.characters()), st.integers(), st.floats(), st.booleans())
)
def test_any_value_is_read_told_or_refused(name: str, value: object) -> None:
    try:
        found = READINGS[name](value)
    except DataError:
        assert name == "id"
        return
    if isinstance(found, str):
        assert found == found.strip() != ""
        assert READINGS[name](found) == found
