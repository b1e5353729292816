import math
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.imports.values import (
    MAX_TEXT,
    TEXTS,
    Names,
    check_profile,
    clean_text,
    read_cell,
    read_json,
)
from livecontent.links import ref_of
from livecontent.runtime.names import fold

NAMES = Names()

anything = st.text(st.characters())  # with control characters and lone surrogates


def check(values: Mapping[str, object]) -> dict[str, object]:
    return check_profile(values, NAMES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 240", 1240),
        ("3\u00a0500", 3500),
        ("1\u202f234\u00a0567", 1234567),
        ("-1 240.5", -1240.5),
        ("12 34", "12 34"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("0 500", "0 500"),
        ("1  240", "1  240"),
        ("12,5", "12,5"),
        ("1 240,5", "1 240,5"),
    ],
)
def test_spaces_between_groups_of_three_digits_are_those_of_a_number(text: str, value: object) -> None:
    assert read_cell("points", text) == value
    assert isinstance(read_cell("points", text), type(value))
    assert read_cell("postcode", text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", 12.5),
        ("-0,5", -0.5),
        ("1 240,50", 1240.5),
        ("12.5", 12.5),
        ("1,2,3", "1,2,3"),
        ("a,5", "a,5"),
        (",5", ",5"),
    ],
)
def test_a_comma_parts_decimals_where_semicolons_part_fields(text: str, value: object) -> None:
    assert read_cell("points", text, commas=True) == value
    assert read_cell("city", text, commas=True) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("France", "FR"), ("ALLEMAGNE", "DE"), ("Etats-Unis", "US"), ("united kingdom", "GB"), ("uk", "GB")),
        *(("fr", "FR"), ("Atlantis", None), ("European Union", None)),
    ],
)
def test_a_country_is_a_code_or_a_name_in_english_or_french(text: str, code: str | None) -> None:
    assert check({"id": "1", "country": text}).get("country") == code


@given(anything)
def test_a_clean_text_is_one_short_line_in_composed_form(text: str) -> None:
    clean = clean_text(text)
    assert len(clean) <= MAX_TEXT
    assert clean == clean.strip() == unicodedata.normalize("NFC", clean) == clean_text(clean)
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in clean)
    clean.encode()


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"]), max_size=200))
def test_an_ordinary_text_is_only_composed(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@given(anything)
def test_an_id_has_the_same_ref_however_it_is_composed(text: str) -> None:
    clean = clean_text(text)
    assert ref_of(clean, b"k") == ref_of(unicodedata.normalize("NFD", clean), b"k")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ann\0a\x07\x9f", "Anna"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("\ufeff Zoe\u0301 ", "Zo\u00e9"),
        ("lone \ud800 half", "lone  half"),
        ("x" * 1_000_000, "x" * 500),
        ("e" + "\u0301" * 10_000, "\u00e9" + "\u0301" * 499),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("=cmd()", "=cmd()"),
    ],
)
def test_texts_are_cleaned(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-12", -12),
        ("0", 0),
        (" 7 ", 7),
        ("007", "007"),
        ("-0", "-0"),
        ("999999999999999", 999_999_999_999_999),
        ("1000000000000000", "1000000000000000"),
        ("12.50", 12.5),
        ("-0.5", -0.5),
        ("00.5", "00.5"),
        ("1.", "1."),
        (".5", ".5"),
        ("0.12345678901234", 0.12345678901234),
        ("0.123456789012345", "0.123456789012345"),
        ("1e5", "1e5"),
        ("1_000", "1_000"),
        ("\u0661\u0662", "\u0661\u0662"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("9" * 400, "9" * 400),
        ("true", True),
        ("FALSE", False),
        ("vrai", "vrai"),
        ("2026-11-21", "2026-11-21"),
        ("", ""),
    ],
)
def test_a_cell_of_an_attribute_has_the_type_it_looks_like(text: str, value: object) -> None:
    found = read_cell("points", text)
    assert found == value
    assert type(found) is type(value)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_numbers_come_back(number: int) -> None:
    assert read_cell("points", str(number)) == number


@pytest.mark.parametrize("name", sorted({*TEXTS, "id", "latitude", "longitude"}))
def test_known_columns_stay_text(name: str) -> None:
    assert read_cell(name, "01000") == "01000"
    assert read_cell(name, "12") == "12"
    assert read_cell(name, "true") == "true"


@pytest.mark.parametrize("name", ["segments", "tags"])
def test_segments_and_tags_are_lists(name: str) -> None:
    assert read_cell(name, "vip| new buyer ||12") == ["vip", "new buyer", "12"]
    assert read_cell(name, " | ") is None
    assert read_cell("points", "a|b") == "a|b"


def test_values_of_json_keep_their_type() -> None:
    value = {"a\0": [1, 1.5, True, None, " x "], "b": {"c": "2"}}
    assert read_json(value) == {"a": [1, 1.5, True, None, "x"], "b": {"c": "2"}}


def test_json_is_nested_three_deep_at_most() -> None:
    assert read_json([[[1]]]) == [[[1]]]
    for value in ([[[[]]]], {"a": {"b": {"c": {}}}}, [{"a": [{}]}]):
        with pytest.raises(DataError, match="3 deep"):
            read_json(value)


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 2**63, -(2**63) - 1, 10**400])
def test_numbers_no_rule_can_read_are_refused(number: float) -> None:
    with pytest.raises(DataError, match="number"):
        read_json([number])


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-FR", "fr-FR"),
        ("fr_fr", "fr-FR"),
        ("zh-hant_tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("fra", "fr"),
        ("eng", "en"),
        ("French", "fr"),
        ("fran\u00e7ais", "fr"),
        ("FRANCAIS", "fr"),
        ("anglais", "en"),
        ("german", "de"),
        ("xx", None),
        ("klingonese", None),
        ("fr-", None),
        ("fr-FRANCE", None),
        ("x" * 500, None),
        ("", None),
    ],
)
def test_languages_are_written_in_one_way(text: str, tag: str | None) -> None:
    if tag:
        assert NAMES.language(text) == tag
    else:
        with pytest.raises(ValueError, match="is not a language"):
            NAMES.language(text)


def test_empty_values_are_left_out() -> None:
    assert check({"id": "1", "a": "", "b": None, "c": 0, "d": False}) == {"id": "1", "c": 0, "d": False}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no id"),
        ("", "no id"),
        ("x" * 201, "200"),
        (1.5, "neither"),
        (True, "neither"),
        ([], "neither"),
        ({"id": 1}, "neither"),
    ],
)
def test_a_profile_has_an_id(value: object, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        check({"id": value})


def test_an_id_may_be_a_whole_number_and_is_text_from_then_on() -> None:
    assert check({"id": 12}) == {"id": "12"}
    assert check({"id": "x" * 200}) == {"id": "x" * 200}


def test_known_texts_are_text_or_left_out() -> None:
    assert check({"id": "1", "postcode": 75001, "city": ["Paris"], "first_name": 1.5, "email": True}) == {
        "id": "1",
        "postcode": "75001",
    }


def test_a_language_that_is_none_is_left_out_and_the_rest_kept() -> None:
    assert check({"id": "1", "language": "martian", "city": "Rome"}) == {"id": "1", "city": "Rome"}
    assert check({"id": "1", "language": "FR_fr"}) == {"id": "1", "language": "fr-FR"}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "/etc/localtime", "x" * 500, "\u00e9"])
def test_a_time_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(DataError, match="time zone"):
        check({"id": "1", "timezone": zone})


def test_a_time_zone_is_kept() -> None:
    assert check({"id": "1", "timezone": "Asia/Tokyo"})["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("48.85", "2.35"), (48.85, 2.35), ("48,85", "2,35"), (90, -180), ("-90", "+180")]
)
def test_coordinates_are_degrees(latitude: Any, longitude: Any) -> None:
    profile = check({"id": "1", "latitude": latitude, "longitude": longitude})
    assert (profile["latitude"], profile["longitude"]) in ((48.85, 2.35), (90, -180), (-90, 180))


@pytest.mark.parametrize("value", ["90.1", "-91", "north", "nan", "inf", "1e400", "48\u00b051'", True, [1], {"a": 1}])
def test_coordinates_that_are_none_are_refused(value: object) -> None:
    with pytest.raises(DataError, match="latitude: "):
        check({"id": "1", "latitude": value, "longitude": 2})


@pytest.mark.parametrize("name", ["latitude", "longitude"])
def test_one_coordinate_alone_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="only one of"):
        check({"id": "1", name: "2"})


@given(st.dictionaries(st.sampled_from([*TEXTS, "id", "latitude", "longitude", "points"]), st.none() | anything))
def test_any_values_make_a_profile_or_our_error(values: dict[str, object]) -> None:
    try:
        profile = check({name: read_json(value) for name, value in values.items()})
    except DataError:
        return
    assert profile["id"]
    assert check(profile) == profile


@given(anything)
def test_folding_is_blind_to_case_and_composition(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower()) or not text.isascii()
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
