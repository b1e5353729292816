"""Font files: which characters they cover, and how they can vary."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

EMOJI_STRIKE = 109  # pixels: the one size of the bitmaps in Noto Color Emoji
SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
# Of the system's fonts only upright sans-serif text faces and emoji are wanted as a last resort.
_UNWANTED = re.compile(r"italic|oblique|mono|serif|light|thin|black|condensed|bold|medium|display", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FontFile:
    """One file: its key in scenes, its style, the characters it covers, its axes of variation, its glyph names."""

    key: str
    path: Path
    family: str
    weight: int
    italic: bool
    axes: tuple[tuple[str, float, float], ...]  # tag, smallest, largest
    ascent: float  # of a line, in ems
    descent: float
    covers: frozenset[int]
    emoji: bool  # colour bitmaps of one size
    icons: Mapping[str, str]  # glyph name -> character, for fonts of signs


def read_font(path: Path, key: str, family: str) -> FontFile | None:
    """Reads a file; None where it is no usable font."""
    try:
        with path.open("rb") as file, TTFont(file, lazy=True, fontNumber=0) as font:
            cmap: dict[int, str] = font.getBestCmap() or {}
            emoji = "CBDT" in font
            if not cmap or not ("glyf" in font or "CFF " in font or "CFF2" in font or emoji):
                return None
            ImageFont.truetype(str(path), EMOJI_STRIKE).getmask(chr(min(cmap)))  # FreeType wants more than fontTools
            axes = tuple((a.axisTag, a.minValue, a.maxValue) for a in font["fvar"].axes) if "fvar" in font else ()
            ascent, descent = _line_of(font)
            signs = all(0xE000 <= code <= 0xF8FF for code in cmap)
            return FontFile(
                key=key,
                path=path,
                family=family,
                weight=font["OS/2"].usWeightClass if "OS/2" in font else 400,
                italic=bool(font["head"].macStyle & 2),
                axes=axes,
                ascent=ascent,
                descent=descent,
                covers=frozenset() if signs else frozenset(cmap),
                emoji=emoji,
                icons={name: chr(code) for code, name in cmap.items()} if signs else {},
            )
    except Exception:  # noqa: BLE001  both libraries raise anything for a broken file
        return None


def _line_of(font: TTFont) -> tuple[float, float]:
    """Ascent and descent in ems, from the table that FreeType takes them from."""
    em, os2, hhea = font["head"].unitsPerEm, font.get("OS/2"), font["hhea"]
    if os2 is not None and (os2.fsSelection & 128 or not (hhea.ascent or hhea.descent)):
        return os2.sTypoAscender / em, -os2.sTypoDescender / em
    return hhea.ascent / em, -hhea.descent / em


def shipped_fonts(folder: Path) -> Iterator[FontFile]:
    """The fonts of a `fonts/` folder, where each sub-folder is a family."""
    for path in sorted(folder.glob("*/*")):
        if path.suffix.lower() in SUFFIXES:
            font = read_font(path, f"{path.parent.name}/{path.name}", path.parent.name)
            if font:
                yield font


def system_fonts(folders: Iterable[Path]) -> Iterator[FontFile]:
    """The system's upright text faces and emoji, for characters that no shipped font has."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES and not _UNWANTED.search(path.stem):
                font = read_font(path, str(path), path.stem)
                if font and not font.icons:
                    yield font
