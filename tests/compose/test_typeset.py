from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from texts import ALL, texts

from livecontent.compose.text.breaks import Breaks
from livecontent.compose.text.paragraphs import paragraphs_of
from livecontent.compose.text.said import Said
from livecontent.compose.text.words import Style, TextLine, Word, Words
from livecontent.compose.text.wrap import ELLIPSIS, Typesetter
from livecontent.render.paint.bidi import runs_right_to_left
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.cache import Cache

SPACES = " \u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u3000\u200b\n"
FRENCH = "!?:;»%€"

widths = st.integers(4, 500)
sizes = st.sampled_from([12, 24, 40])


BREAKS = Breaks()


def setter_of(fonts: Fonts, size: int = 24) -> Typesetter:
    return Typesetter(fonts, Style("Inter", 400, italic=False, size=size), Cache("test", 9), BREAKS.parts)


def words_in(setter: Typesetter, text: str, language: str = "en") -> list[Words]:
    said = Said(text, language, runs_right_to_left(text))
    return setter.words(paragraphs_of(said, setter._measure, BREAKS))


def lines_of(setter: Typesetter, text: str, width: float, *, balanced: bool = True) -> list[TextLine]:
    return setter.wrapped(words_in(setter, text), width, balanced=balanced)


def without_spaces(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, SPACES)))


def letters_of(word: Word) -> str:
    """Its letters, without a hyphen that was drawn where it is cut."""
    return word.text[:-1] if word.cut and word.text[-1] == "-" and len(word.text) > 1 else word.text


def text_of(lines: list[TextLine]) -> str:
    return without_spaces("".join(letters_of(word) for line in lines for word in line.words))


def is_one_letter(text: str) -> bool:
    """Whether a text can't be parted: one letter with its marks, or signs that are joined."""
    rest = text[1:]
    return all(
        unicodedata.category(c)[0] == "M" or c in "\u200d🏽" or a == "\u200d" for a, c in zip(text, rest, strict=False)
    )


@given(texts, widths, sizes)
def test_no_line_is_wider_than_the_box_but_for_a_single_letter(fonts: Fonts, text: str, width: int, size: int) -> None:
    for line in lines_of(setter_of(fonts, size), text, width):
        if line.width > width + 1e-6:
            assert len(line.words) == 1
            assert is_one_letter(line.words[0].text), line.words[0].text


@given(texts, widths, sizes)
def test_no_letter_is_lost_and_all_stay_in_order(fonts: Fonts, text: str, width: int, size: int) -> None:
    assert text_of(lines_of(setter_of(fonts, size), text, width)) == without_spaces(text)


@given(texts, widths)
def test_balancing_makes_no_line_more(fonts: Fonts, text: str, width: int) -> None:
    setter = setter_of(fonts)
    assert len(lines_of(setter, text, width)) == len(lines_of(setter, text, width, balanced=False))


@given(texts, widths)
@example("::::::::::::::::::-:b", 21)
@example("mot-:mot", 34)
def test_no_line_starts_with_the_signs_that_french_sets_after_a_space(fonts: Fonts, text: str, width: int) -> None:
    for paragraph in text.split("\n"):
        for line in lines_of(setter_of(fonts), paragraph, width)[1:]:
            assert line.words[0].text[0] not in FRENCH or line.words[0].cut


@given(texts, widths)
def test_runs_stand_from_left_to_right_within_the_line(fonts: Fonts, text: str, width: int) -> None:
    setter = setter_of(fonts)
    for line in lines_of(setter, text, width):
        runs = setter.runs(line, 10, 50, 1)
        assert [run.x for run in runs] == sorted(run.x for run in runs)
        for run in runs:
            end = run.x + fonts.advance(run.text, run.face, run.size, run.rtl)
            assert 10 <= run.x <= end <= 10 + line.width + 1


@given(texts, widths)
def test_a_shortened_line_fits_and_ends_in_an_ellipsis(fonts: Fonts, text: str, width: int) -> None:
    setter = setter_of(fonts)
    lines = lines_of(setter, text, width)
    short = setter.shorten(lines[0], more=True, width=width)
    assert short.width <= width
    kept = "".join(word.text for word in short.words)
    if short.words:
        assert kept.endswith(ELLIPSIS)
        assert text_of(lines[:1]).startswith(without_spaces(kept.removesuffix(ELLIPSIS)))
    else:
        assert setter._with_ellipsis("", None, rtl=False).width > width


@given(texts, widths)
def test_equal_texts_are_set_equally(fonts: Fonts, text: str, width: int) -> None:
    assert lines_of(setter_of(fonts), text, width) == lines_of(setter_of(fonts), text, width)


@given(st.text(st.sampled_from(ALL + "\u0301\u0308"), min_size=1, max_size=12).filter(str.isprintable))
def test_letters_are_cut_out_of_a_word_with_their_marks(fonts: Fonts, text: str) -> None:
    for line in lines_of(setter_of(fonts), text, 1):
        for word in line.words:
            assert not unicodedata.category(word.text[0]).startswith("M") or text.startswith(word.text)
            assert word.text[0] not in "\u200d🏽" or text.startswith(word.text)


def words_of(fonts: Fonts, text: str, width: float) -> list[str]:
    return [" ".join(word.text for word in line.words) for line in lines_of(setter_of(fonts), text, width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Vive l’ombre !", 140, ["Vive", "l’ombre !"]),
        ("Vive l’ombre  !", 140, ["Vive", "l’ombre  !"]),
        ("« Bonjour » dit-elle", 140, ["« Bonjour »", "dit-elle"]),
        ("remise : 30 % ici", 120, ["remise :", "30 % ici"]),
        ("prix 12 € net", 100, ["prix", "12 € net"]),
        ("It is -5 out", 76, ["It is", "-5 out"]),
        ("from 10\u201320 h", 100, ["from", "10\u201320 h"]),
        ("and/or", 50, ["and/", "or"]),
        ("Jean-Baptiste", 90, ["Jean-", "Baptiste"]),
        ("the sea—the rain", 130, ["the sea—", "the rain"]),
        ("12\u00a0345", 50, ["12\u00a03", "45"]),
        ("a\n\nb", 100, ["a", "", "b"]),
        ("a\n  b  \n", 100, ["a", "b"]),
        ("WWWWWW abc", 80, ["WWW-", "WWW", "abc"]),
        ("one two three four", 160, ["one two", "three four"]),
        ("日本語テ", 500, ["日本語テ"]),
        ("", 100, [""]),
    ],
)
def test_lines_break_where_readers_expect_it(fonts: Fonts, text: str, width: float, lines: list[str]) -> None:
    assert words_of(fonts, text, width) == lines


def test_the_space_after_a_cut_word_is_kept(fonts: Fonts) -> None:
    setter = setter_of(fonts)
    last = lines_of(setter, "WWWWWWWWWW ab", 110)[-1]
    assert [word.text for word in last.words] == ["WW", "ab"]
    first, second = setter.runs(last, 0, 0, 1)
    assert second.x > fonts.advance("WW", first.face, 24) + 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("שלום 123 abc", ["abc", "123", "שלום"]),
        ("abc שלום עולם", ["abc", "עולם", "שלום"]),
        ("שלום (עולם)", [")", "עולם", "(", "שלום"]),
        ("سعر 12 EUR", ["EUR", "12", "سعر"]),
        ("abc def", ["abc", "def"]),
    ],
)
def test_words_of_both_directions_stand_in_their_visual_order(fonts: Fonts, text: str, shown: list[str]) -> None:
    setter = setter_of(fonts)
    (line,) = lines_of(setter, text, 1000)
    assert [run.text for run in setter.runs(line, 0, 0, 1)] == shown
    assert line.rtl == (text[0] > "z")


def test_a_cut_word_keeps_the_direction_it_has_in_its_paragraph(fonts: Fonts) -> None:
    setter = setter_of(fonts)
    last = lines_of(setter, "שלום ABCDEFGHIJKL אב", 120)[-1]
    assert [word.text for word in last.words][-1] == "אב"
    assert setter.runs(last, 0, 0, 1)[0].text == "אב"
