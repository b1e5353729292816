"""Rows and columns of real words in the font that ships stand as in Chromium: their lines break alike."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page
from test_flow_in_browser import BOXES, CSS, page
from test_rows import rects

from chromium import needs_chromium
from livecontent.compose.arrange import arranged
from livecontent.compose.context import LayoutContext
from livecontent.compose.flow.boxes import FlowBox
from livecontent.render.paint.fonts import Fonts
from made_creatives import content_of, context_of, moment_of, valid

__all__ = ["page"]
ROOT = Path(__file__).parents[2]
TREES = 100
# Without signs that our lines do not part from what is before, and that a browser's letters move at spaces.
WORDS = (
    *("Rain", "boots", "for", "the", "whole", "family", "with", "a", "warm", "lining", "umbrella", "New", "Sale"),
    *("Last", "one", "in", "stock", "organic", "cotton", "made", "Portugal", "Waterproof", "AVATAR", "Typography"),
    *("fluffy", "offices", "1240", "20%"),
)
FONT = (ROOT / "fonts/Inter/Inter.ttf").as_uri()
HEAD = f"""<style>
@font-face {{font-family: Inter; src: url({FONT}); font-weight: 100 900}}
div {{font-family: Inter; line-height: 1.2; box-sizing: border-box}}
</style>"""


def a_text(chance: Random) -> dict[str, Any]:
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 9)))
    font = {"size": chance.choice((11, 14, 16, 19, 26)), "weight": chance.choice((400, 600, 700))}
    keys = {"width": chance.choice(("auto", "auto", "fill", 180)), "padding": chance.choice((0, 0, 5))}
    return {"text": words, "font": font, **keys}


def a_layer(chance: Random, depth: int) -> dict[str, Any]:
    if depth == 3 or (depth and chance.random() < 0.55):
        return a_text(chance)
    kind = chance.choice(("row", "column"))
    keys = {"gap": chance.choice((0, 6)), "padding": chance.choice((0, 8)), "align": chance.choice(list(CSS)[:4])}
    keys["justify"] = chance.choice(("start", "center", "end", "between"))
    return {kind: [a_layer(chance, depth + 1) for _ in range(chance.randint(1, 4))], **keys}


def html_of(layer: dict[str, Any], within: str) -> str:
    css = [f"padding: {layer['padding']}px"]
    width = layer.get("width", "auto")
    if not within:
        css += ["position: absolute; width: 500px; height: 400px"]
    elif within == "row":
        css += ["flex: 1 1 0" if width == "fill" else f"flex: 0 {int(width == 'auto')} auto"]
    else:
        css += ["flex: 0 1 auto", *(["align-self: stretch"] if width == "fill" else [])]
    css += [f"width: {width}px"] if isinstance(width, int) else []
    if "text" in layer:
        font = layer["font"]
        css += [f"font-size: {font['size']}px; font-weight: {font['weight']}"]
        return f'<div style="{"; ".join(css)}">{layer["text"]}</div>'
    kind = "row" if "row" in layer else "column"
    css += [f"display: flex; flex-direction: {kind}; gap: {layer['gap']}px"]
    css += [f"align-items: {CSS[layer['align']]}; justify-content: {CSS[layer['justify']]}"]
    return f'<div style="{"; ".join(css)}">{"".join(html_of(inner, kind) for inner in layer[kind])}</div>'


@needs_chromium
def test_words_take_as_much_room_as_in_a_browser(page: Page, fonts: Fonts) -> None:
    layers = [a_layer(Random(seed), 0) for seed in range(TREES)]
    page.goto(ROOT.as_uri())
    page.set_content(HEAD + "".join(f"<section>{html_of(layer, '')}</section>" for layer in layers))
    page.evaluate("document.fonts.ready")
    wrong = []
    for layer, expected in zip(layers, page.evaluate(BOXES), strict=True):
        variants = [{"name": "only", "layers": [{**layer, "box": [0, 0, 500, 400]}]}]
        creative = valid({"title": "T", "size": "500x400", "variants": variants})
        (found,) = content_of(creative, context_of(creative, moment_of(), fonts)).layers
        (block,) = found.blocks
        layout = LayoutContext(fonts)
        item = block.layer.item(block, layout)
        assert isinstance(item, FlowBox)
        for here, (left, top, width, height) in zip(rects(arranged(block, item)), expected, strict=True):
            edges = (left, top, left + width, top + height)
            ours = (here.x, here.y, here.x + here.width, here.y + here.height)
            if any(abs(one - other) > 1 for one, other in zip(ours, edges, strict=True)):
                wrong.append((layer, tuple(here), (left, top, width, height)))
                break
    assert wrong == []
