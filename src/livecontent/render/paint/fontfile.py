"""Font files: which characters they cover, and how they can vary."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from fontTools.ttLib import TTFont
from PIL import ImageFont

from livecontent.compose.text.words import Stripe
from livecontent.render.paint import woff2
from livecontent.render.paint.coverage import Coverage, united

EMOJI_STRIKE = 109  # pixels: the one size of the bitmaps in Noto Color Emoji
SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
# Of the system's fonts only upright sans-serif text faces and emoji are wanted as a last resort.
_UNWANTED = re.compile(r"italic|oblique|mono|serif|light|thin|black|condensed|bold|medium|display", re.IGNORECASE)
_LARGE = 10_000  # characters of a font whose every size takes about a megabyte
# Languages that write a letter in a shape of their own, by the name that OpenType has for them.
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"JAN": "ja", "KOR": "ko", "ZHS": "zh-Hans", "ZHT": "zh-Hant", "ZHH": "zh-HK", "ZHTM": "zh-HK"}
    | {"MAR": "mr", "NEP": "ne", "URD": "ur", "SND": "sd", "KSH": "ks", "SRB": "sr", "MKD": "mk", "BGR": "bg"}
    | {"ROM": "ro", "MOL": "mo", "CAT": "ca", "TRK": "tr", "AZE": "az", "NLD": "nl", "PLK": "pl"}
)


@dataclass(frozen=True, slots=True, eq=False)
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
    under: Stripe  # the lines under and through letters, likewise
    through: Stripe
    covers: Coverage
    emoji: bool  # colour bitmaps of one size
    icons: Mapping[str, str]  # glyph name -> character, for fonts of signs
    languages: frozenset[str] = frozenset()  # those for which it has other shapes of some letters
    flags: frozenset[str] = frozenset()  # each as the two letters that stand for it

    @property
    def system(self) -> bool:
        """Whether it is none that livecontent or its user brought."""
        return Path(self.key).is_absolute()

    @property
    def large(self) -> bool:
        """Whether it is one of those with all of Chinese, which take a megabyte at each size."""
        return len(self.covers) > _LARGE


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
            under, through = _stripes(font)
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
                covers=Coverage.of(() if signs else (*cmap, *_selectors(font))),
                emoji=emoji,
                icons={name: chr(code) for code, name in cmap.items()} if signs else {},
                under=under,
                through=through,
                languages=frozenset(_languages(font)),
                flags=frozenset(_flags(font)) if emoji else frozenset(),
            )
    except Exception:  # noqa: BLE001  both libraries raise anything for a broken file
        return None


def _line_of(font: TTFont) -> tuple[float, float]:
    """Ascent and descent in ems, from the table that FreeType takes them from."""
    em, os2, hhea = font["head"].unitsPerEm, font.get("OS/2"), font["hhea"]
    if os2 is not None and (os2.fsSelection & 128 or not (hhea.ascent or hhea.descent)):
        return os2.sTypoAscender / em, -os2.sTypoDescender / em
    return hhea.ascent / em, -hhea.descent / em


def _stripes(font: TTFont) -> tuple[Stripe, Stripe]:
    """The lines under and through letters in ems: both tables have the upper edge; what is not told is usual."""
    em, os2, post = font["head"].unitsPerEm, font.get("OS/2"), font.get("post")
    height = (post.underlineThickness / em if post else 0) or 0.05
    under = Stripe(post.underlinePosition / em if post and post.underlinePosition else -0.1, height)
    if os2 is None or not os2.yStrikeoutSize:
        return under, Stripe(0.3 + height / 2, height)
    return under, Stripe(os2.yStrikeoutPosition / em, os2.yStrikeoutSize / em)


def _selectors(font: TTFont) -> Iterator[int]:
    """The signs that choose a variant of the character before them."""
    for table in font["cmap"].tables:
        if table.format == 14:
            yield from table.uvsDict


def _languages(font: TTFont) -> Iterator[str]:
    """The languages for which letters are replaced (`locl`)."""
    table = font["GSUB"].table if "GSUB" in font else None
    if table is None or table.ScriptList is None or table.FeatureList is None:
        return
    features = [record.FeatureTag for record in table.FeatureList.FeatureRecord]
    for script in table.ScriptList.ScriptRecord:
        for record in script.Script.LangSysRecord:
            name = _LANGUAGES.get(record.LangSysTag.strip())
            if name and any(features[index] == "locl" for index in record.LangSys.FeatureIndex):
                yield name


def _flags(font: TTFont) -> Iterator[str]:
    """The flags that a font of emoji has; it draws any other two letters as a question mark."""
    letters = {name: chr(code) for code, name in font.getBestCmap().items() if 0x1F1E6 <= code <= 0x1F1FF}
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ()
    for table in (table for lookup in lookups if lookup.LookupType == 4 for table in lookup.SubTable):
        for first in table.ligatures.keys() & letters.keys():
            for ligature in table.ligatures[first]:
                if len(ligature.Component) == 1 and ligature.Component[0] in letters:
                    yield letters[first] + letters[ligature.Component[0]]


def shipped_fonts(folder: Path, known: Mapping[str, FontFile], store: Path | None = None) -> Iterator[FontFile]:
    """The fonts of a `fonts/` folder, where each sub-folder is a family; those that are `known` are not read.

    Those that are packed are unpacked into the store, where there is one.
    """
    for path in sorted(folder.glob("*/*")):
        packed = store is not None and path.suffix.lower() == woff2.SUFFIX
        if packed or path.suffix.lower() in SUFFIXES:
            key = f"{path.parent.name}/{path.name}"
            plain = woff2.unpacked(path, store) if packed and store else path
            font = known.get(key) or (read_font(plain, key, path.parent.name) if plain else None)
            if font:
                yield font


def system_fonts(folders: Iterable[Path], others: Iterable[FontFile]) -> Iterator[FontFile]:
    """The system's upright text faces and emoji that have a character which is in none of the others."""
    covered = united(other.covers for other in others)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES and not _UNWANTED.search(path.stem):
                font = read_font(path, str(path), path.stem)
                agreed = font.covers.agreed if font else None
                if font and agreed and not font.icons and agreed.adds_to(covered):
                    yield replace(font, covers=agreed)
