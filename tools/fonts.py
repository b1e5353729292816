"""Makes the Noto fonts of `fonts/` from Debian's packages, and the index that the server reads in their place.

    apt-get install fonts-noto-core fonts-noto-extra fonts-noto-cjk fonts-noto-color-emoji
    python -m tools.fonts [WORD ...]     # all files, or those with such a word in their name: each of CJK takes minutes

Each font keeps its script whole, with all that its letters need to join and to find their places. What goes is what is
never looked at: Latin, which other fonts draw, hints for small screens, names of glyphs.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program

from livecontent.render.paint.font_index import write_index
from livecontent.render.paint.fontfile import shipped_fonts

TARGET = Path(__file__).resolve().parents[1] / "fonts"
DEBIAN = Path("/usr/share/fonts")
WEIGHTS = ("Regular", "Bold")

# The scripts that people write today, and a few old ones that are small.
SCRIPTS = """
    Adlam Arabic Armenian Balinese Bamum BassaVah Batak Bengali Buginese Buhid CanadianAboriginal Chakma Cham
    Cherokee Coptic Deseret Devanagari Ethiopic Georgian Glagolitic Gothic Gujarati GunjalaGondi Gurmukhi
    HanifiRohingya Hanunoo Hebrew Javanese Kaithi Kannada KayahLi Khmer Khojki Khudawadi Lao Lepcha Limbu Lisu
    Mahajani Malayalam Mandaic MasaramGondi Medefaidrin MeeteiMayek MendeKikakui Miao Modi Mongolian Mro Myanmar
    NKo NewTaiLue Newa Ogham OlChiki Oriya Osage Osmanya PahawhHmong PauCinHau PhagsPa Rejang Runic Samaritan
    Saurashtra Sharada Shavian Sinhala SoraSompeng Sundanese SylotiNagri Syriac Tagalog Tagbanwa TaiLe TaiTham
    TaiViet Takri Tamil TamilSupplement Telugu Thaana Thai Tifinagh Tirhuta Vai Wancho WarangCiti Yi
"""
SERIF_ONLY = ("Ahom", "Dogra", "NyiakengPuachueHmong", "Tibetan", "Yezidi")

_JOINING = {0x20, 0x2D, 0xA0, 0x200B, 0x200C, 0x200D, 0x2010, 0x25CC, 0x964, 0x965}
_SELECTORS = {*range(0xFE00, 0xFE03), *range(0xE0100, 0xE01F0)}
_INDIAN = {*range(0x900, 0xE00), *range(0x1CD0, 0x1D00), *range(0xA8E0, 0xA900)}
_FANCY = {*range(0x2100, 0x2150), *range(0x1D400, 0x1D800)}
# Of East Asia's fonts: no shapes for vertical lines, narrow or wide columns, old and ruby forms.
_CJK_FEATURES = ["ccmp", "kern", "liga", "ljmo", "locl", "mark", "mkmk", "tjmo", "vjmo"]
# Instructions that do nothing: without any, FreeType fits outlines to pixels, which moves letters sideways.
_NO_HINTS = b"\xb8\x01\xff\x85\xb0\x04\x8d\xb0\x00!"


class Recipe(NamedTuple):
    """One file: where it comes from, where it goes, and which of its characters are kept."""

    source: Path
    family: str
    kept: Callable[[int], bool]
    pan_cjk: bool = False

    @property
    def target(self) -> Path:
        """The file that is made."""
        return TARGET / self.family / self.source.with_suffix(".otf" if self.pan_cjk else ".ttf").name


def recipes() -> Iterator[Recipe]:
    """All files that are cut; the emoji are taken as they are."""
    noto = DEBIAN / "truetype/noto"
    with TTFont(emoji_font(), lazy=True) as font:
        emoji = frozenset(font.getBestCmap())
    for weight in WEIGHTS:
        yield Recipe(noto / f"NotoSans-{weight}.ttf", "Noto Sans", lambda code: code not in _INDIAN)
        for script in SCRIPTS.split():
            yield Recipe(noto / f"NotoSans{script}-{weight}.ttf", "Noto Sans", _of_script)
        for script in SERIF_ONLY:
            yield Recipe(noto / f"NotoSerif{script}-{weight}.ttf", "Noto Serif", _of_script)
        for signs in ("Symbols", "Symbols2"):
            path = noto / f"NotoSans{signs}-{weight}.ttf"
            yield Recipe(path, "Noto Sans Symbols", lambda code: code >= 0x2010 and code not in emoji)
        yield Recipe(noto / f"NotoSansMath-{weight}.ttf", "Noto Sans Symbols", lambda code: code in _FANCY - emoji)
        cjk = DEBIAN / f"opentype/noto/NotoSansCJK-{weight}.ttc"
        yield Recipe(cjk, "Noto Sans CJK", lambda code: _east_asian(code) and code not in emoji, pan_cjk=True)


def emoji_font() -> Path:
    """Where Debian has it."""
    return DEBIAN / "truetype/noto/NotoColorEmoji.ttf"


def _of_script(code: int) -> bool:
    return code in _JOINING or (code > 0x7F and not 0xA1 <= code < 0x250)


def _east_asian(code: int) -> bool:
    return code >= 0x2010 or 0x1100 <= code < 0x1200 or code == 0x20


def make(recipe: Recipe) -> None:
    """Cuts a font. Raises `ValueError` where its characters are not those that were asked for."""
    options = _options(recipe)
    font = subset.load_font(str(recipe.source), options)
    kept = {code for code in font.getBestCmap() if recipe.kept(code)}
    if recipe.pan_cjk:  # the other formats can't hold so scattered a set
        font["cmap"].tables = [table for table in font["cmap"].tables if table.format in (12, 14)]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept | _SELECTORS)
    cutter.subset(font)
    if "glyf" in font:
        font["prep"] = prep = newTable("prep")
        prep.program = Program()
        prep.program.fromBytecode(_NO_HINTS)
        font["maxp"].maxStackElements = max(font["maxp"].maxStackElements, 8)
    recipe.target.parent.mkdir(parents=True, exist_ok=True)
    font.save(recipe.target)
    with TTFont(recipe.target, lazy=True) as made:
        if made.getBestCmap().keys() != kept:
            raise ValueError(f"{recipe.target}: {len(made.getBestCmap())} characters, not {len(kept)}")


def _options(recipe: Recipe) -> subset.Options:
    options = subset.Options(hinting=False, glyph_names=False, font_number=0)
    options.layout_features = _CJK_FEATURES if recipe.pan_cjk else ["*"]
    options.layout_scripts = ["*"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables = [*options.drop_tables, "BASE", "DSIG", "VORG", "gasp", "vhea", "vmtx"]
    return options


def main(words: list[str]) -> None:
    """Makes the files with such words in their names, else all; then the index of all."""
    for recipe in recipes():
        name = recipe.source.name
        if recipe.source.exists() and (not words or any(word in name for word in words)):
            make(recipe)
            print(f"{recipe.target.stat().st_size:>10,}  {recipe.target.relative_to(TARGET)}", flush=True)  # noqa: T201
    if not words or any(word in emoji_font().name for word in words):
        shutil.copyfile(emoji_font(), TARGET / "Noto Color Emoji" / emoji_font().name)
    write_index(TARGET, shipped_fonts(TARGET, {}))


if __name__ == "__main__":
    main(sys.argv[1:])
