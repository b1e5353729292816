"""The web fonts of the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.subset import parse_unicodes
from fontTools.ttLib import TTFont
from tools.page_fonts import FONTS, TARGET, WebFont

STYLE = (TARGET.parent / "base.css").read_text("utf-8")


def ranges(name: str) -> set[int]:
    """The characters for which browsers load a file."""
    found = re.search(rf"fonts/{name}\.woff2.*?unicode-range: ([^}}]+) }}", STYLE)
    assert found
    return set(parse_unicodes(found[1].replace(" ", "")))


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_a_font_has_what_it_is_loaded_for(font: WebFont) -> None:
    path = Path(TARGET / f"{font.name}.woff2")
    with TTFont(path) as made:
        own = set(made.getBestCmap())
    assert own <= set(parse_unicodes(font.characters.replace(" ", ",")))
    if font.name.startswith("inter"):
        assert own <= ranges(font.name)
        assert ranges(font.name) - set(parse_unicodes(font.characters.replace(" ", ","))) == set()
    assert path.stat().st_size < 40_000
