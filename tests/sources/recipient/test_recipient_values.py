import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.imports.values import MAX_TEXT, clean_text, read_json
from livecontent.links import ref_of
from livecontent.runtime.names import fold

anything = st.text(st.characters())  # with control characters and lone surrogates


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


@given(anything)
def test_folding_is_blind_to_case_and_composition(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower()) or not text.isascii()
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
