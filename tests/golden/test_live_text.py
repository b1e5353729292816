"""Live text: a block on a web page says the words that the image shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_golden import EFFECTS, FLOWS, HERE, MEASURED, NAMES, RICH, SCRIPTS, SHAPES, SIGHTS, Sight, moment
from tools.gallery.__main__ import seen
from tools.gallery.shop import Shop
from tools.gallery.sights import CHAPTERS

from livecontent.compose.live_text import DrawnText, LiveText, ParsedVariant, parse_variant
from livecontent.compose.memo import Content
from livecontent.creative.model import AvailableAssets
from livecontent.decide import decide
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from opened_pictures import compiled_of

Compile = Callable[..., CompiledCreative]
_CUT = re.compile(r"[\s\u00ad\u200b\u2028\u2029-]")  # where lines end
EVERYWHERE = [
    *SIGHTS,
    *(Sight("scripts", script, moment({"script": script, "language": "en", "name": "𒀀𒁀"})) for script in SCRIPTS),
    *(
        Sight(
            "rich",
            case,
            moment({"case": case, "language": "en", "name": "<b>Bob", "old": 25, "price": 19.9, "left": 3}),
        )
        for case in RICH
    ),
    Sight("world", "names", moment({"names": "\n".join(NAMES[:7]), "language": "en"})),
    *(Sight("effects", effect, moment({"effect": effect, "language": "en"}, theme="light")) for effect in EFFECTS),
    *(Sight("shapes", shapes, moment({**MEASURED, "language": "ar", "show": shapes})) for shapes in SHAPES),
    *(Sight("flow", "grid" if name.startswith("grid") else "cards", moment(FLOWS[name]), name) for name in FLOWS),
]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop() as made:
        yield made


def said(parsed: ParsedVariant) -> list[str]:
    """What is to be read, without spaces and hyphens, as lines end at them."""
    found = []
    for text in parsed.texts:
        lines = [text.words] if isinstance(text, DrawnText) else ["".join(s.text for s in line) for line in text.lines]
        found.append(_CUT.sub("", "".join(lines)))
    return found


def check(parsed: ParsedVariant, content: Content) -> None:
    """Words of the page and of the image are the same, but for what was cut off where there was no room."""
    words = [_CUT.sub("", one) for one in content.words]
    pairs = list(zip(said(parsed), words, strict=True))
    assert [one for one, other in pairs if not one.endswith("…")] == [
        other for one, other in pairs if not one.endswith("…")
    ]
    assert all(other.startswith(one[:-1]) for one, other in pairs if one.endswith("…"))


@pytest.mark.parametrize("sight", [pytest.param(sight, id=sight.name) for sight in EVERYWHERE])
def test_a_block_says_what_the_image_shows(sight: Sight, templates: Path, compiled: Compile, painter: Painter) -> None:
    folder = templates / sight.creative if sight in SIGHTS else HERE / sight.creative
    creative = compiled(folder)
    variant = creative.variants[decide(creative.loaded.creative, sight.moment, VOCABULARY).variant.name]
    content = variant.content(sight.moment)
    check(parse_variant(content, Workshop.of(painter, VOCABULARY).layout.at_scale(2)), content)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_block_of_the_gallery_says_what_the_image_shows(name: str, shop: Shop) -> None:
    for sight in CHAPTERS[name][1]:
        answer = seen(sight, shop)
        assert answer.prepared is not None
        check(parse_variant(answer.prepared.content, shop.workshop.layout.at_scale(2)), answer.prepared.content)


BUTTON = """
title: T
size: 200x80
variants:
  - name: a
    layers:
      - {shape: rectangle, fill: "#003366", radius: 8, box: [20, 20, 160, 40]}
%s
      - {text: Buy, box: [60, 26, 80, 28], color: white, align: center}
"""


@pytest.mark.parametrize(("between", "ground"), [("", True), ("      - {icon: star, box: [30, 28, 24, 24]}", False)])
def test_the_ground_of_a_button_leaves_the_picture_where_nothing_else_stands_on_it(
    between: str, ground: bool, tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    creative = compiled_of(tmp_path / "button", BUTTON % between, available, painter)
    variant = creative.variants["a"]
    parsed = parse_variant(variant.content(moment({"language": "en"})), Workshop.of(painter, VOCABULARY).layout)
    assert [text.ground is not None for text in parsed.texts if isinstance(text, LiveText)] == [ground]
