from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.compose.text.sanitize import _PLAIN, MAX_CHARACTERS, MAX_MARKS, sanitize

ODD = (
    "a \n\r\t\u200c\u200d\u2028\u202e\u2066\ufe0f\u0301\u0323\u0344ेक्\u1100\u1161\u11a8\ufb1d"
    "\ud800\udfff\uffff\U000e0001\U0010ffff"
)
any_text = st.text(st.characters(), max_size=80) | st.text(st.sampled_from(ODD), max_size=80) | st.text(max_size=1200)
marks = st.characters(categories=["Mn", "Me"])


@given(any_text)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)


def test_plain_characters_are_neither_marks_nor_joined_with_what_stands_before_them() -> None:
    for character in filter(_PLAIN.fullmatch, map(chr, range(0x110000))):
        assert unicodedata.normalize("NFC", character) == character
        assert unicodedata.category(character) not in ("Mn", "Me")
        assert unicodedata.combining(character) == 0


@given(any_text)
def test_clean_text_is_short_composed_and_can_be_written(text: str) -> None:
    found = sanitize(text)
    assert len(found) <= MAX_CHARACTERS
    assert unicodedata.is_normalized("NFC", found)
    found.encode()


@given(any_text)
def test_nothing_is_left_that_controls_the_line(text: str) -> None:
    for character in sanitize(text):
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\uffff"


@given(st.text(st.characters(categories=["Lu", "Ll", "Nd", "Po", "Lo"]), max_size=MAX_CHARACTERS // 4))
def test_letters_digits_and_punctuation_are_kept(text: str) -> None:
    assert sanitize(text) == unicodedata.normalize("NFC", text)


@given(st.text(marks | st.sampled_from("\u200d\u2060\u00ad"), min_size=20, max_size=300))
def test_a_letter_carries_few_marks_whatever_stands_between_them(text: str) -> None:
    found = sanitize(f"e{text}x")
    assert sum(unicodedata.category(character) in ("Mn", "Me") for character in found) <= MAX_MARKS + 1
    assert found.endswith("x")


@pytest.mark.parametrize("start", ["", " ", "a\n", "a "])
@pytest.mark.parametrize("lost", ["\u0301", "\u200d", "\u200c\u0301", "\u200d\ufe0f", "\u20e3"])
def test_marks_and_joiners_without_a_letter_are_dropped(start: str, lost: str) -> None:
    assert sanitize(f"{start}{lost}b") == f"{start}b"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\u2028d\u2029e\x85f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\tb\0c\x1b[31md", "a bc[31md"),
        ("\u202eevil\u202c", "evil"),
        ("Jose\u0301", "José"),
        ("\ud83d", ""),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇫🇷", "👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇫🇷"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("İstanbul ß ς", "İstanbul ß ς"),
        ("a\u00a0b\u202fc", "a\u00a0b\u202fc"),
        ("x" * 1_000_000, "x" * MAX_CHARACTERS),
        ("\n" * 10_000, "\n" * MAX_CHARACTERS),
        ("e" + "\u0301" * 10_000, "é" + "\u0301" * MAX_MARKS),
    ],
)
def test_text_from_anywhere_is_made_fit_to_draw(text: str, cleaned: str) -> None:
    assert sanitize(text) == cleaned
