"""Makes the web fonts of the studio's pages from `fonts/`: WOFF2 of what pages write, and of names that people have.

    python -m tools.page_fonts

One width of optical size and few weights: a page loads all it needs of them in about 90 kB.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "livecontent" / "studio" / "static" / "fonts"

# Also in the `unicode-range` of studio/static/base.css.
LATIN = "U+20-7E U+A0-FF U+131 U+152-153 U+2009-200A U+2010-2027 U+202F U+2039-203A U+20AC U+2190-2193 U+2212"
LATIN_EXT = "U+100-130 U+132-151 U+154-24F U+300-304 U+306-30C U+1E00-1EFF"
ARABIC = "U+60C U+61B U+61F U+621-63A U+640-652 U+660-669 U+67E U+686 U+698 U+6A9 U+6AF U+6CC U+6F0-6F9"
HEBREW = "U+590-5FF"
DEVANAGARI = "U+901-903 U+905-914 U+915-939 U+93C U+93E-94D U+950 U+964-96F U+200C-200D U+25CC"

_PLAIN = ["kern", "ccmp", "mark", "tnum"]
_FINE = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk"]
_JOINED = ["ccmp", "locl", "init", "medi", "fina", "isol", "rlig", "liga", "mark", "mkmk", "kern"]
# Of conjuncts the half forms, which read as well: each of the others is a glyph of its own.
_INDIAN = ["nukt", "akhn", "rphf", "rkrf", "half", "haln", "vatu", "abvm", "blwm", "dist", "kern", "mark", "mkmk"]


class WebFont(NamedTuple):
    """A file of the pages: its source, the characters it has, its features, and the axes that stay or are fixed."""

    name: str
    source: str
    characters: str
    features: list[str]
    axes: Mapping[str, float | tuple[float, float]] = MappingProxyType({})


FONTS = (
    WebFont("inter", "Inter/Inter.ttf", LATIN, _PLAIN, {"opsz": 14, "wght": (400, 650)}),
    WebFont("inter-ext", "Inter/Inter.ttf", LATIN_EXT, _PLAIN, {"opsz": 14, "wght": (400, 650)}),
    WebFont("fraunces", "Fraunces/Fraunces.ttf", LATIN, _FINE, {"opsz": 72, "wght": 380}),
    WebFont("fraunces-italic", "Fraunces/Fraunces-Italic.ttf", LATIN, _FINE, {"opsz": 72, "wght": 380}),
    WebFont("arabic", "Noto Sans/NotoSansArabic-Regular.ttf", ARABIC, _JOINED),
    WebFont("hebrew", "Noto Sans/NotoSansHebrew-Regular.ttf", HEBREW, _JOINED),
    WebFont("devanagari", "Noto Sans/NotoSansDevanagari-Regular.ttf", DEVANAGARI, _INDIAN),
)


def make_page_font(wanted: WebFont) -> Path:
    """Cuts one; the file."""
    options = subset.Options(hinting=False, glyph_names=False)
    options.layout_features = wanted.features
    options.name_IDs = [0, 1, 2, 13, 14]  # with copyright and licence
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(wanted.characters.replace(" ", ",")))
    font = TTFont(ROOT / "fonts" / wanted.source, recalcTimestamp=False)
    cutter.subset(font)
    if wanted.axes:
        font = instancer.instantiateVariableFont(font, dict(wanted.axes))
    font.flavor = "woff2"
    target = TARGET / f"{wanted.name}.woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)
    return target


if __name__ == "__main__":
    for one in FONTS:
        made = make_page_font(one)
        print(f"{made.stat().st_size:>8,}  {made.name}")  # noqa: T201
