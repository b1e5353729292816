"""Which font draws which characters: never a box, never a font of the system where one that ships will do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.errors import DrawingError
from livecontent.render.paint.choice import clusters
from livecontent.render.paint.fontfile import read_font, shipped_fonts, system_fonts
from livecontent.render.paint.fonts import Fonts
from pixels import inked

ROOT = Path(__file__).resolve().parents[3]
EMOJI = "Noto Color Emoji/NotoColorEmoji.ttf"
SIZE = 40

SCRIPTS = {
    "Latin": "Œuvre Ærø Łódź Çağrı Zoë ß",
    "Vietnamese": "Nguyễn Việt",
    "Greek": "Ελλάδα",
    "Cyrillic": "Україна",
    "Arabic": "مرحبا",
    "Persian": "می\u200cخواهم",
    "Hebrew": "שָׁלוֹם",
    "Devanagari": "क्षत्रिय",
    "money": "€₹₪₺",
    "Chinese": "王小明",
    "Japanese": "田中さくら",
    "Korean": "김철수",
    "Thai": "สมชาย",
    "Amharic": "አማርኛ",
    "Burmese": "အောင်ဆန်း",
}


def cmap(file: str) -> dict[int, str]:
    with TTFont(ROOT / "fonts" / file, lazy=True) as font:
        selectors = (table.uvsDict for table in font["cmap"].tables if table.format == 14)
        return {**font.getBestCmap(), **{code: "" for codes in selectors for code in codes}}


@pytest.fixture(scope="module")
def cmaps() -> dict[str, dict[int, str]]:
    """What each shipped font covers, as the font says."""
    return {
        path.relative_to(ROOT / "fonts").as_posix(): cmap(path.relative_to(ROOT / "fonts").as_posix())
        for path in (ROOT / "fonts").glob("*/*.[to]tf")
    }


@pytest.mark.parametrize("family", ["Inter", "Fraunces"])
@pytest.mark.parametrize(("weight", "italic"), [(400, False), (700, False), (450, True)])
@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_goes_whole_to_fonts_that_cover_it(
    fonts: Fonts, cmaps: dict[str, dict[int, str]], script: str, family: str, weight: int, italic: bool
) -> None:
    pieces = fonts.split(SCRIPTS[script], family, weight, italic)
    assert "".join(text for text, _ in pieces) == SCRIPTS[script]
    for text, face in pieces:
        assert cmaps[face.file].keys() >= set(map(ord, text))


@pytest.mark.parametrize(
    "word", ["مرحبا", "שָׁלוֹם", "क्षत्रिय", "می\u200cخواهم", "বাংলা।", "葛\U000e0100城", "ᄒ\u1161\u11ab"]
)
def test_a_word_of_a_script_that_joins_is_one_piece(fonts: Fonts, word: str) -> None:
    assert len(fonts.split(word, "Fraunces", 400, False)) == 1


@pytest.mark.parametrize("sign", "、。「」『』【】〜（）！？：")
def test_a_sign_among_chinese_letters_is_drawn_as_these_wherever_it_stands(fonts: Fonts, sign: str) -> None:
    (letters,) = {face for _, face in fonts.split("太い", "Fraunces", 400, False, "ja")}
    for text in (sign, f"{sign}太い", f"A {sign}", f"太い{sign}"):
        faces = {face for part, face in fonts.split(text, "Fraunces", 400, False, "ja") if sign in part}
        assert faces == {letters}, text


anything = st.text(max_size=12) | st.text(
    st.sampled_from("aé1# \u00a0\u202f\u0301\u20e3\ufe0f\ufe0e\u200d\u200f👍👩💻❤🇫🇷🏽日ፊम्ب\U000e0067\ue000"),
    max_size=10,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=anything, family=st.sampled_from(["Inter", "Fraunces"]), italic=st.booleans())
def test_no_text_at_all_asks_a_font_for_what_it_does_not_cover(
    fonts: Fonts, cmaps: dict[str, dict[int, str]], text: str, family: str, italic: bool
) -> None:
    pieces = fonts.split(text, family, 600, italic)
    for piece, face in pieces:
        assert cmaps[face.file].keys() >= set(map(ord, piece))
    assert is_subsequence("".join(piece for piece, _ in pieces), text)


def is_subsequence(part: str, whole: str) -> bool:
    """Whether a text is left of another when some characters go; a rare space may have become a plain one."""
    rest: Iterator[str] = iter(whole)
    return all(any(c == other or (c == " " and other.isspace()) for other in rest) for c in part)


@given(st.text(max_size=20))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_clusters_are_the_whole_text_in_order(text: str) -> None:
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("👨‍👩‍👧x", ["👨‍👩‍👧", "x"]),
        ("🇫🇷🇬🇧🇫", ["🇫🇷", "🇬🇧", "🇫"]),
        ("1\ufe0f\u20e32", ["1\ufe0f\u20e3", "2"]),
        ("🏴\U000e0067\U000e007f.", ["🏴\U000e0067\U000e007f", "."]),
        ("क्ष", ["क्", "ष"]),
    ],
)
def test_what_belongs_together_is_one_cluster(text: str, expected: list[str]) -> None:
    assert list(clusters(text)) == expected


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("❤️", "❤"),
        ("☔", "☔"),
        ("👍🏽", "👍🏽"),
        ("👩🏿‍💻", "👩🏿\u200d💻"),
        ("🇫🇷", "🇫🇷"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("👩‍💻", "👩\u200d💻"),
        ("👨‍👩‍👧", "👨\u200d👩\u200d👧"),
        ("1️⃣", "1\u20e3"),
        ("#⃣", "#\u20e3"),
        ("☂", "☂"),
    ],
)
def test_an_emoji_is_drawn_in_colour_and_as_one(fonts: Fonts, text: str, drawn: str) -> None:
    ((piece, face),) = fonts.split(text, "Inter", 400, False)
    assert (piece, face.file) == (drawn, EMOJI)
    mask, _, _ = inked(fonts.mask(piece, face, SIZE))
    assert mask.mode == "RGBA"
    assert mask.getbbox() is not None
    box, _, _ = inked(fonts.mask("\uffff", face, SIZE))  # no font has it
    assert mask.tobytes() != box.tobytes()


@pytest.mark.parametrize("text", ["👩‍💻", "👨‍👩‍👧", "1️⃣"])
def test_joined_emoji_are_one_picture_or_its_parts_without_a_box_between(fonts: Fonts, text: str) -> None:
    ((piece, face),) = fonts.split(text, "Inter", 400, False)
    parts = [c for c in piece if c not in "\u200d\u20e3"]
    assert fonts.advance(piece, face, SIZE) <= sum(fonts.advance(part, face, SIZE) for part in parts) * 1.3


def test_a_heart_is_ink_alone_and_a_picture_with_the_sign_that_asks_for_it(fonts: Fonts) -> None:
    assert fonts.split("❤", "Inter", 400, False)[0][1].file == "Inter/Inter.ttf"
    assert fonts.split("❤\ufe0e", "Inter", 400, False)[0][1].file == "Inter/Inter.ttf"
    assert fonts.split("a❤️b", "Inter", 400, False) == [
        ("a", fonts.split("a", "Inter", 400, False)[0][1]),
        ("❤", fonts.split("☔", "Inter", 400, False)[0][1]),
        ("b", fonts.split("b", "Inter", 400, False)[0][1]),
    ]


@pytest.mark.parametrize("text", ["𒀀𒁀", "\U0001fae9", "\ue123", "\U0010fffd", "\u0378"])
def test_what_no_font_has_is_left_out_and_the_rest_stays(fonts: Fonts, text: str) -> None:
    assert fonts.split(text, "Inter", 400, False) == []
    assert "".join(piece for piece, _ in fonts.split(f"A {text} B", "Inter", 400, False)) == "A  B"


@pytest.mark.parametrize("family", ["Inter", "Fraunces"])
@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u2007", "\u3000"])
def test_every_space_is_a_space_and_no_box(fonts: Fonts, family: str, space: str) -> None:
    pieces = fonts.split(f"1{space}2", family, 400, False)
    widths = [fonts.advance(text, face, SIZE) for text, face in pieces]
    digits = sum(fonts.advance(d, fonts.split(d, family, 400, False)[0][1], SIZE) for d in "12")
    assert SIZE * 0.05 < sum(widths) - digits < SIZE * 1.1
    for text, face in fonts.split(space, family, 400, False):
        assert fonts.mask(text, face, SIZE).image.getbbox() is None


def outweighing(tmp_path: Path, source: str) -> Path:
    """A folder of a system font whose weight suits better than any that ships."""
    folder = tmp_path / "system"
    folder.mkdir()
    with TTFont(ROOT / "fonts" / source) as font:
        font["OS/2"].usWeightClass = 500
        font.save(folder / "Better.ttf")
    return folder


def test_a_font_of_the_system_is_the_last_resort(tmp_path: Path) -> None:
    folder = outweighing(tmp_path, "Noto Sans/NotoSansArabic-Regular.ttf")
    both = Fonts([ROOT / "fonts"], system=[folder])
    assert both.split("مرحبا", "Inter", 500, False)[0][1].file == "Noto Sans/NotoSansArabic-Regular.ttf"


def test_a_font_of_the_system_draws_what_no_shipped_font_has(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fonts" / "Inter", tmp_path / "fonts" / "Inter")
    folder = outweighing(tmp_path, "Noto Sans/NotoSansArabic-Regular.ttf")
    both = Fonts([tmp_path / "fonts"], system=[folder])
    ((text, face),) = both.split("مرحبا", "Inter", 500, False)
    assert (text, face.file) == ("مرحبا", str(folder / "Better.ttf"))
    assert both.mask(text, face, SIZE, rtl=True).image.getbbox() is not None


def test_a_system_font_named_as_a_family_does_not_take_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "system"
    folder.mkdir()
    shutil.copy(ROOT / "fonts" / "Inter" / "Inter.ttf", folder / "Fraunces.ttf")
    both = Fonts([ROOT / "fonts"], system=[folder])
    assert both.split("A", "Fraunces", 400, False)[0][1].file == "Fraunces/Fraunces.ttf"


def test_of_two_folders_with_a_file_of_one_name_the_first_counts(tmp_path: Path) -> None:
    (tmp_path / "Inter").mkdir()
    shutil.copy(ROOT / "fonts" / "Fraunces" / "Fraunces.ttf", tmp_path / "Inter" / "Inter.ttf")
    own, shipped = Fonts([tmp_path, ROOT / "fonts"], system=()), Fonts([ROOT / "fonts"], system=())
    ((_, face),) = own.split("Averse", "Inter", 400, False)
    ((_, serif),) = shipped.split("Averse", "Fraunces", 400, False)
    assert own.advance("Averse", face, SIZE) == shipped.advance("Averse", serif, SIZE)


def test_what_the_first_of_two_files_of_one_name_lacks_is_not_taken_from_the_second(tmp_path: Path) -> None:
    (tmp_path / "Inter").mkdir()
    shutil.copy(ROOT / "fonts" / "Fraunces" / "Fraunces.ttf", tmp_path / "Inter" / "Inter.ttf")
    own = Fonts([tmp_path, ROOT / "fonts"], system=())
    ((text, face),) = own.split("Ж", "Inter", 400, False)
    assert (text, face.file) == ("Ж", "Noto Sans/NotoSans-Regular.ttf")


def test_of_the_system_only_plain_text_faces_are_taken(tmp_path: Path) -> None:
    for name in ("Plain", "Plain-Bold", "Plain-Italic", "PlainMono", "PlainSerif"):
        shutil.copy(ROOT / "fonts" / "Noto Sans" / "NotoSansHebrew-Regular.ttf", tmp_path / f"{name}.ttf")
    assert [font.path.stem for font in system_fonts([tmp_path], [])] == ["Plain"]


def test_signs_of_the_systems_icon_fonts_are_no_letters(tmp_path: Path) -> None:
    with TTFont(ROOT / "fonts" / "Noto Sans" / "NotoSansHebrew-Regular.ttf") as font:
        for table in font["cmap"].tables:
            table.cmap[0xE123] = table.cmap[ord("א")]
        font.save(tmp_path / "Icons.ttf")
    (font,) = system_fonts([tmp_path], [])
    assert font.covers.has("א")
    assert not font.covers.has("\ue123")


def broken_fonts() -> Iterator[tuple[str, bytes]]:
    whole = (ROOT / "fonts" / "Noto Sans" / "NotoSansHebrew-Regular.ttf").read_bytes()
    yield "empty", b""
    yield "text", b"this is no font"
    yield "zeros", bytes(5000)
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(100)
    for length in (3, 12, 40, 100, 300, 1000, 5000, len(whole) // 2, len(whole) - 200):
        yield f"{length} bytes", whole[:length]
    for tag in (b"head", b"cmap", b"OS/2", b"maxp", b"glyf", b"hhea"):
        place = whole.index(tag)
        yield f"{tag.decode()} outside", whole[: place + 8] + b"\x7f\xff\xff\xff" + whole[place + 12 :]
        yield f"{tag.decode()} of 1 byte", whole[: place + 12] + b"\0\0\0\1" + whole[place + 16 :]


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in broken_fonts()])
def test_a_broken_font_file_is_skipped_or_does_no_harm(tmp_path: Path, data: bytes) -> None:
    shutil.copytree(ROOT / "fonts" / "Inter", tmp_path / "Inter")
    (tmp_path / "Broken").mkdir()
    (tmp_path / "Broken" / "Broken.ttf").write_bytes(data)
    (tmp_path / "Broken" / "Folder.ttf").mkdir()
    both = Fonts([tmp_path], system=[])
    (text, face), *rest = both.split("Aשלום", "Inter", 400, False)
    assert (text, face.file) == ("A", "Inter/Inter.ttf")
    for piece, other in rest:
        both.mask(piece, other, SIZE)
        both.advance(piece, other, SIZE, rtl=True)


def test_a_file_that_is_no_font_reads_as_none(tmp_path: Path) -> None:
    assert read_font(tmp_path / "missing.ttf", "a", "a") is None
    (tmp_path / "garbage.ttf").write_bytes(bytes(range(256)) * 20)
    assert read_font(tmp_path / "garbage.ttf", "a", "a") is None


def test_families_are_folders_and_icons_are_no_family(fonts: Fonts) -> None:
    assert {"Inter", "Fraunces", "Noto Sans"} <= fonts.families
    assert "Phosphor" not in fonts.families
    character, face = fonts.icons["umbrella"]
    mask, _, _ = inked(fonts.mask(character, face, SIZE))
    assert mask.getbbox() is not None
    assert all(font.family for font in shipped_fonts(ROOT / "fonts", {}))


def test_signs_of_the_icon_font_never_stand_in_a_text(fonts: Fonts) -> None:
    character, _ = fonts.icons["umbrella"]
    assert fonts.split(character, "Inter", 400, False) == []


def test_without_any_font_there_is_one_clear_error() -> None:
    with pytest.raises(DrawingError, match="no font"):
        Fonts([], system=()).split("a", "Inter", 400, False)


def test_digits_are_letters_though_the_emoji_font_has_them(fonts: Fonts) -> None:
    assert all(fonts.split(c, "Inter", 400, False)[0][1].file != EMOJI for c in "#*0123456789")


@pytest.mark.parametrize(
    ("language", "shapes"),
    [
        *(("ja", "ja"), ("ja-JP", "ja"), ("ko", "ko"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hant")),
        *(("zh-Hant-TW", "zh-Hant"), ("zh-HK", "zh-HK"), ("zh-MO", "zh-HK"), ("yue", "zh-HK"), ("fr", ""), ("", "")),
    ],
)
def test_chinese_letters_have_the_shapes_of_a_language(fonts: Fonts, language: str, shapes: str) -> None:
    ((_, face),) = fonts.split("骨直角", "Inter", 400, False, language)
    assert face.language == shapes
    assert fonts.split("Zoë", "Inter", 400, False, language) == fonts.split("Zoë", "Inter", 400, False)


def test_shapes_are_drawn_and_kept_apart(fonts: Fonts) -> None:
    faces = [fonts.split("骨直角", "Inter", 400, False, language)[0][1] for language in ("ja", "zh", "zh-TW")]
    masks = [fonts.mask("骨直角", face, 60).image.tobytes() for face in faces]
    assert len(set(masks)) == 3
    assert [fonts.mask("骨直角", face, 60).image.tobytes() for face in reversed(faces)] == masks[::-1]
