"""How runs look: joined, stacked, from right to left, heavy, slanted, and kept no longer than memory allows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from livecontent.errors import DrawingError
from livecontent.render.paint.fonts import MASK_BYTES, Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Face, Run, Text
from pixels import BLACK, difference, inked, scene_of

ROOT = Path(__file__).resolve().parents[3]
INTER = Face("Inter/Inter.ttf", 400)
SERIF = Face("Fraunces/Fraunces.ttf", 400)
ARABIC = Face("Noto Sans/NotoSansArabic-Regular.ttf", 400)
HEBREW = Face("Noto Sans/NotoSansHebrew-Regular.ttf", 400)
HINDI = Face("Noto Sans/NotoSansDevanagari-Regular.ttf", 400)
EMOJI = Face("Noto Color Emoji/NotoColorEmoji.ttf", 400)


def ink(fonts: Fonts, text: str, face: Face, size: int = 40) -> int:
    """How much ink a run has: the sum of its coverage."""
    histogram = fonts.mask(text, face, size).image.histogram()
    return sum(value * count for value, count in enumerate(histogram))


def test_the_layout_engine_that_joins_letters_is_there(fonts: Fonts) -> None:
    assert fonts.shapes
    assert fonts.bidi.available


def test_arabic_letters_join(fonts: Fonts) -> None:
    word = "مكتبة"
    apart = sum(fonts.advance(letter, ARABIC, 40, rtl=True) for letter in word)
    assert fonts.advance(word, ARABIC, 40, rtl=True) < apart * 0.9
    mask, _, _ = inked(fonts.mask("بب", ARABIC, 40, rtl=True))
    letter, _, _ = inked(fonts.mask("ب", ARABIC, 40, rtl=True))
    right = mask.crop((mask.width - letter.width, mask.height - letter.height, mask.width, mask.height))
    assert difference(right, letter) is not None
    assert columns_without_ink(mask) == 0  # a line leads from one letter to the other


def test_a_sign_that_parts_letters_parts_them(fonts: Fonts) -> None:
    joined, parted = fonts.mask("بب", ARABIC, 40, rtl=True).image, fonts.mask("ب\u200cب", ARABIC, 40, rtl=True).image
    assert parted.width > joined.width


def columns_without_ink(mask: Image.Image) -> int:
    """Between the first and the last column that has some."""
    left, _, right, _ = mask.getbbox() or (0, 0, 0, 0)
    return sum(mask.crop((x, 0, x + 1, mask.height)).getbbox() is None for x in range(left, right))


def test_lam_and_alef_are_one_sign(fonts: Fonts) -> None:
    one = fonts.advance("لا", ARABIC, 40, rtl=True)
    assert one < fonts.advance("ل", ARABIC, 40, rtl=True) + fonts.advance("ا", ARABIC, 40, rtl=True) - 2


@pytest.mark.parametrize("conjunct", ["क्ष", "त्र", "श्री", "र्क"])
def test_devanagari_conjuncts_are_narrower_than_their_letters_with_a_virama(fonts: Fonts, conjunct: str) -> None:
    parted = conjunct.replace("\u094d", "\u094d\u200c")
    assert fonts.advance(conjunct, HINDI, 40) < fonts.advance(parted, HINDI, 40)


def test_a_devanagari_vowel_stands_before_the_letter_it_follows(fonts: Fonts) -> None:
    both, _, _ = inked(fonts.mask("कि", HINDI, 60))
    letter, _, _ = inked(fonts.mask("क", HINDI, 60))
    ends = both.crop((both.width - letter.width, both.height - letter.height, both.width, both.height))
    unlike = ImageChops.difference(ends, letter).histogram()
    assert sum(unlike[64:]) < 0.05 * letter.width * letter.height  # the letter is at the right end


def test_ligatures_are_drawn(fonts: Fonts) -> None:
    parted = fonts.mask("f\u200cf\u200ci", SERIF, 60).image
    assert fonts.mask("ffi", SERIF, 60).image.tobytes() != parted.tobytes()


def test_accents_stand_over_their_letter_however_they_are_written(fonts: Fonts) -> None:
    plain, _, top = inked(fonts.mask("e", INTER, 60))
    for written in ("é", "e\u0301"):
        mask, _, dy = inked(fonts.mask(written, INTER, 60))
        assert dy < top - 8
        assert abs(mask.width - plain.width) <= 2


def test_the_first_letter_of_a_run_from_right_to_left_stands_at_its_right_end(fonts: Fonts) -> None:
    word, _, top = inked(fonts.mask("שלום", HEBREW, 40, rtl=True))
    letter, _, dy = inked(fonts.mask("ש", HEBREW, 40, rtl=True))
    left = word.width - letter.width
    end = word.crop((left, dy - top, left + letter.width, dy - top + letter.height))
    unlike = ImageChops.difference(end, letter).histogram()
    assert sum(unlike[96:]) < 0.05 * letter.width * letter.height


def test_a_bracket_in_a_run_from_right_to_left_is_mirrored(fonts: Fonts) -> None:
    assert fonts.mask("(", INTER, 40, rtl=True).image.tobytes() == fonts.mask(")", INTER, 40).image.tobytes()


def test_heavier_weights_have_more_ink(fonts: Fonts) -> None:
    for family in ("Inter", "Fraunces"):
        faces = [fonts.split("Averse", family, weight, False)[0][1] for weight in (200, 400, 600, 900)]
        amounts = [ink(fonts, "Averse", face) for face in faces]
        assert amounts == sorted(set(amounts))


def test_weights_of_files_without_an_axis_are_the_nearest_file(fonts: Fonts) -> None:
    regular, bold = (fonts.split("שלום", "Inter", weight, False)[0][1] for weight in (400, 700))
    assert (regular.file, bold.file) == (HEBREW.file, "Noto Sans/NotoSansHebrew-Bold.ttf")
    assert ink(fonts, "שלום", bold) > ink(fonts, "שלום", regular)


def test_italics_are_another_file(fonts: Fonts) -> None:
    upright, slanted = (fonts.split("Averse", "Fraunces", 400, italic)[0][1] for italic in (False, True))
    assert slanted.file == "Fraunces/Fraunces-Italic.ttf"
    assert fonts.mask("Averse", upright, 40).image.tobytes() != fonts.mask("Averse", slanted, 40).image.tobytes()


def test_small_letters_are_set_wider_by_the_optical_size(fonts: Fonts) -> None:
    small, large = (fonts.advance("handgloves", INTER, size) / size for size in (14, 32))
    assert small > large * 1.02


def test_one_size_of_a_face_does_not_change_another(fonts: Fonts) -> None:
    fresh = Fonts([ROOT / "fonts"], system=())
    before = fresh.mask("Averse", INTER, 30).image.tobytes()
    other = Fonts([ROOT / "fonts"], system=())
    other.mask("Averse", INTER._replace(weight=900), 30)
    other.mask("Averse", INTER, 60)
    assert other.mask("Averse", INTER, 30).image.tobytes() == before == fonts.mask("Averse", INTER, 30).image.tobytes()


@pytest.mark.parametrize("size", [12, 27, 60, 200])
def test_an_emoji_is_as_large_as_the_letters_it_stands_with(fonts: Fonts, size: int) -> None:
    mask, dx, dy = inked(fonts.mask("☔", EMOJI, size))
    assert size * 0.9 <= mask.height <= size * 1.3
    assert size <= fonts.advance("☔", EMOJI, size) <= size * 1.3
    assert dx >= 0
    assert dy < 0 < mask.height + dy  # a little below the baseline


def test_letters_stand_on_the_baseline(fonts: Fonts) -> None:
    for face in (INTER, SERIF):
        mask, _, dy = inked(fonts.mask("x", face, 60))
        assert abs(mask.height + dy) <= 1


def test_what_has_no_ink_has_an_empty_mask(fonts: Fonts) -> None:
    for text in ("", " ", "\u00a0", "\u200b"):
        assert fonts.mask(text, INTER, 40).image.getbbox() is None


def test_an_outline_goes_around_the_letters(fonts: Fonts) -> None:
    plain, left, top = inked(fonts.mask("o", INTER, 40))
    wide, left3, top3 = inked(fonts.mask("o", INTER, 40, stroke=3))
    assert (left - left3, top - top3) == (3, 3)
    assert (wide.width, wide.height) == (plain.width + 6, plain.height + 6)


@pytest.mark.parametrize(("x", "y"), [(-9, 20), (-9, 5), (20, 3), (35, 50), (-200, 20)])
def test_letters_that_leave_the_picture_are_cut_off_at_its_edge(painter: Painter, x: int, y: int) -> None:
    def written(left: int, top: int, width: int, height: int) -> Image.Image:
        runs = (Run("gÅ", INTER, 30, x + left, y + top),)
        text = Text(box=Box(0, 0, 1, 1), runs=runs, colour=BLACK)
        return painter.draw(scene_of(text, width=width, height=height))

    whole = written(300, 100, 700, 300)
    assert difference(written(0, 0, 50, 40), whole.crop((300, 100, 350, 140))) is None


def test_an_emoji_keeps_its_own_colours(painter: Painter) -> None:
    runs = (Run("🍎", EMOJI, 40, 0, 40),)
    text = Text(box=Box(0, 0, 50, 50), runs=runs, colour=BLACK)
    picture = painter.draw(scene_of(text, width=50, height=50))
    red, green, blue = picture.getpixel((25, 32))
    assert red > green + 80
    assert red > blue + 80


def names(count: int) -> list[str]:
    rng = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzéèøåßçñ"
    return ["".join(rng.choice(letters) for _ in range(rng.randint(3, 12))).title() for _ in range(count)]


def resident() -> int:
    """Bytes of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="tells memory on Linux only")
def test_ten_thousand_names_take_no_more_memory_than_is_set_aside() -> None:
    fonts = Fonts([ROOT / "fonts"], system=())
    for name in names(300):
        fonts.mask(name, SERIF, 28)
    before = resident()
    largest = 0
    for name in names(10_000):
        fonts.advance(name, SERIF, 28)
        fonts.mask(name, SERIF, 28)
        largest = max(largest, fonts._masks.size)
    assert MASK_BYTES / 2 < largest <= MASK_BYTES
    assert resident() - before < 2.5 * MASK_BYTES


def test_masks_too_large_to_keep_are_drawn_and_not_kept() -> None:
    fonts = Fonts([ROOT / "fonts"], system=())
    assert fonts.mask("W" * 100, INTER, 400).image.width > 10_000
    assert fonts._masks.size == 0


def test_a_size_at_which_a_font_can_not_be_drawn_is_our_error(fonts: Fonts) -> None:
    with pytest.raises(DrawingError, match="Inter"):
        fonts.mask("a", INTER, 10**6)
