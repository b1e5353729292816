"""Words put together of letters are the words of the shaping engine: as far, and pixel by pixel."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.glyphs import Mask, SizedFace, same_ink, tight
from livecontent.scene import Face

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZàâçéèêëîïôöùûüÿœæßøåłĐşčžÁÑÖÉ’'-,.!?"
NUMBERS = "0123456789.,%€$£ \u00a0\u202f"
FACES = [Face("Inter/Inter.ttf", 400), Face("Inter/Inter.ttf", 700), Face("Fraunces/Fraunces.ttf", 600)]
faces = st.sampled_from([*FACES, Face("Fraunces/Fraunces-Italic.ttf", 500)])


words = st.text(st.sampled_from(LETTERS), min_size=1, max_size=14)
numbers = st.text(st.sampled_from(NUMBERS), min_size=1, max_size=14)


@given(words | numbers, faces, st.sampled_from([11, 28, 37, 64]))
@example("1\u202f119,90\u00a0€", FACES[0], 36)
@example("€4.50", FACES[2], 28)
@example("Geoffroy,", FACES[2], 64)
@example("affiche", FACES[0], 40)
@example("Tïfjörð", FACES[2], 50)
@example("L’Haÿ-les-Roses!", FACES[1], 33)
def test_words_of_letters_are_the_words_of_the_shaping_engine(fonts: Fonts, text: str, face: Face, size: int) -> None:
    sized = SizedFace(face, size, size)
    expected = fonts._draw(text, sized)
    for _ in text:  # a word is learned bit by bit
        fonts._letters.places(text, sized)
        fonts._masks.clear()
        fonts._advances.clear()
        found = fonts.mask(text, face, size)
        assert (found.image.tobytes(), *found[1:]) == (tight(expected).image.tobytes(), *tight(expected)[1:])
        places = fonts._letters.places(text, sized)
        assert places is None or places[-1] == fonts._measure(text, sized)


def test_another_place_or_pixel_is_other_ink(fonts: Fonts) -> None:
    one = fonts.mask("Averse", FACES[0], 30)
    padded = Image.new("L", (one.image.width + 3, one.image.height + 2))
    padded.paste(one.image, (1, 2))
    assert same_ink(one, Mask(padded.im, one.dx - 1, one.dy - 2))
    assert not same_ink(one, Mask(one.ink, one.dx + 1, one.dy))
    padded.putpixel((0, 0), 9)
    assert not same_ink(one, Mask(padded.im, one.dx - 1, one.dy - 2))


@pytest.mark.parametrize("text", ["كلمة", "क्ष", "A1", "3x4", "a b", "ab\u0301", "a" * 41, "中文", "x"])
def test_what_is_no_word_of_latin_letters_and_no_number_is_left_to_the_engine(fonts: Fonts, text: str) -> None:
    assert fonts._letters.places(text, SizedFace(FACES[0], 30, 30)) is None


def learned(fonts: Fonts, text: str) -> list[float] | None:
    for _ in text:
        fonts._letters.places(text, SizedFace(FACES[2], 60, 60))
    return fonts._letters.places(text, SizedFace(FACES[2], 60, 60))


def test_letters_that_join_are_left_to_the_engine(fonts: Fonts) -> None:
    joined = [pair for pair in ("fi", "fl", "ff", "ij") if learned(fonts, pair) is None]
    assert {"fi", "fl", "ff"} & set(joined)
    assert learned(fonts, "La") is not None
