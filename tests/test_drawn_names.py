"""The law: what an image shows of a name, its alt text says, letter for letter; and no letter goes in silence.

What is shown is read from what was handed to a font whose own table has a glyph for it, not from what was asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest
from babel import Locale, localedata
from fontTools import unicodedata as scripts
from fontTools.ttLib import TTFont
from hypothesis import example, given
from hypothesis import strategies as st

from livecontent.compose.link import compose_alt
from livecontent.compose.text.sanitize import sanitize
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.glyphs import Mask
from livecontent.render.paint.painter import Painter
from livecontent.scene import Face
from made_creatives import composed, creative_of, moment_of
from names_of_scripts import names_of_scripts

ROOT = Path(__file__).resolve().parents[1]
HELLO = "Hello {{ recipient.name | default: 'there' }}!"
LAYER = f'{{text: "{HELLO}", box: [0, 0, 900, 600], font: {{size: 12, weight: WEIGHT}}}}'
NAMES = {name: script for script, names in names_of_scripts().items() for name in names}
UNSEEN = frozenset("\u200c\u200d\u200e\u200f\ufe0e\ufe0f\u00ad\u034f\u061c\u2060\u200b")


class WatchedFonts(Fonts):
    """The shipped fonts; they note what they are given to draw."""

    def __init__(self) -> None:
        super().__init__([ROOT / "fonts"], system=())
        self.given: list[tuple[str, Face]] = []

    def mask(
        self, text: str, face: Face, size: float, rtl: bool = False, stroke: int = 0, optical: float = 0.0
    ) -> Mask:
        """Notes a run."""
        self.given.append((text, face))
        return super().mask(text, face, size, rtl, stroke, optical)


@pytest.fixture(scope="module")
def watched() -> WatchedFonts:
    return WatchedFonts()


@lru_cache(maxsize=200)
def glyphs(file: str) -> Mapping[int, str]:
    """The table of a font, with the selectors of variants that it knows."""
    with TTFont(ROOT / "fonts" / file, lazy=True) as font:
        selectors = (table.uvsDict for table in font["cmap"].tables if table.format == 14)
        return {**font.getBestCmap(), **{code: "variant" for codes in selectors for code in codes}}


def letters(text: str) -> Counter[str]:
    """What of a text can be seen."""
    return Counter(sign for sign in text if not (sign in UNSEEN or sign.isspace() or 0xE0000 <= ord(sign) < 0xE1000))


def shown_and_said(name: str, weight: int, fonts: WatchedFonts) -> tuple[Counter[str], Counter[str], tuple[str, ...]]:
    """What was drawn with a glyph of its own, what the alt text says, and what no font has."""
    creative = creative_of(LAYER.replace("WEIGHT", str(weight)), size="900x600")
    scene, made = composed(creative, moment_of(recipient={"name": name}), fonts)
    fonts.given.clear()
    Painter(fonts).draw(scene)
    drawn = "".join(
        sign for text, face in fonts.given for sign in text if glyphs(face.file).get(ord(sign), ".notdef") != ".notdef"
    )
    return letters(drawn), letters(compose_alt(None, made.content.words, made.context)), made.content.undrawn


@pytest.mark.parametrize("weight", [400, 700])
@pytest.mark.parametrize("script", names_of_scripts())
def test_names_of_all_scripts_are_drawn_whole_and_said_whole(script: str, weight: int, watched: WatchedFonts) -> None:
    for name in names_of_scripts()[script]:
        shown, said, undrawn = shown_and_said(name, weight, watched)
        assert shown == said == letters(f"Hello {sanitize(name)}!"), name
        assert undrawn == ()


def test_there_are_200_names_in_40_scripts() -> None:
    assert len(NAMES) >= 200
    assert len({scripts.script(name[0]) for name in NAMES}) >= 40


any_name = st.lists(
    st.text(max_size=4)
    | st.sampled_from(sorted(NAMES))
    | st.text(
        st.sampled_from("aé\u0301\u0323\u20e3\ufe0f\u200d\u200f👍👩💻❤🇫🇷🏽日ፊम्ब\U000e0067\ue123𒀀\u0378\u1100\u1161"),
        max_size=5,
    ),
    min_size=1,
    max_size=3,
).map("".join)


@given(name=any_name, weight=st.sampled_from([400, 700]))
@example(name="𒀀", weight=400)
@example(name="Ann\U0001fae9", weight=700)
def test_any_name_at_all_is_shown_as_it_is_said(name: str, weight: int, watched: WatchedFonts) -> None:
    shown, said, undrawn = shown_and_said(name, weight, watched)
    assert shown == said
    clean = sanitize(name)
    default = bool(undrawn) or not clean.strip() or not letters(clean)
    whole = letters("Hello there!" if undrawn else f"Hello {clean}!")
    assert said == whole or (default and said == letters("Hello there!"))


def test_the_words_of_every_language_of_cldr_are_drawn(fonts: Fonts) -> None:
    """Languages in each of their scripts: names of months and days, of languages and currencies."""
    tags = [tag for tag in localedata.locale_identifiers() if not re.search("_(?:[A-Z]{2}|[0-9]{3})(?:_|$)", tag)]
    undrawn = fonts.drawable[1]
    lacking = {}
    for locale in (Locale.parse(tag) for tag in tags if tag != "root"):
        calendar = [*locale.months["format"]["wide"].values(), *locale.days["format"]["wide"].values()]
        names = [locale.display_name or "", *locale.languages.values(), *locale.currency_symbols.values()]
        lacking |= {(str(locale), word): sign for word in (*calendar, *names) if (sign := undrawn(sanitize(word)))}
    assert (len(tags) > 350, lacking) == (True, {})


def test_a_letter_that_is_composed_when_it_is_cleaned_is_drawn_as_one(watched: WatchedFonts) -> None:
    shown, said, _ = shown_and_said(unicodedata.normalize("NFD", "Zoë 김"), 400, watched)
    assert shown == said == letters("Hello Zoë 김!")
