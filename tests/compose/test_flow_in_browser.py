"""Rows, columns and grids place their items where Chromium does: random trees, each edge within a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from playwright.sync_api import Page

from chromium import needs_chromium, started_chromium
from livecontent.compose.flow.boxes import FlowBox, FlowColumn, FlowGrid, FlowRow, FlowStyle
from livecontent.compose.flow.item import Extent, FlowItem, FlowLeaf
from livecontent.compose.values import Rect

TREES = 200
LINE = 20  # pixels
KINDS = {"row": FlowRow, "column": FlowColumn, "grid": FlowGrid}
CSS = {"start": "flex-start", "end": "flex-end", "center": "center", "stretch": "stretch", "between": "space-between"}
BOXES = """() => [...document.querySelectorAll('section')].map(tree => {
  const root = tree.firstElementChild, from = root.getBoundingClientRect();
  return [root, ...root.querySelectorAll('div')].map(box => {
    const {left, top, width, height} = box.getBoundingClientRect();
    return [left - from.left, top - from.top, width, height];
  });
})"""


@dataclass
class Made:
    """A box of a tree: a container of others, or words of some widths."""

    kind: str = "words"
    words: list[int] = field(default_factory=list)
    inner: list[Made] = field(default_factory=list)
    style: FlowStyle = field(default_factory=FlowStyle)
    width: Extent = field(default_factory=Extent)
    height: Extent = field(default_factory=Extent)

    def tall(self, width: float) -> float:
        """The height of the words, as many in a line as there is room for."""
        lines, used = 0, float("inf")
        for word in self.words:
            if used + word > width:
                lines, used = lines + 1, 0
            used += word
        return lines * LINE

    def item(self) -> FlowItem:
        """The box as livecontent lays it out."""
        if self.kind == "words":
            most, least = sum(self.words), max(self.words, default=0)
            return FlowLeaf(self.width, self.height, least, most, LINE if self.words else 0, self.tall)
        kind: type[FlowBox] = KINDS[self.kind]
        return kind(self.width, self.height, self.style, [one.item() for one in self.inner])

    def html(self, within: str, rtl: bool = False) -> str:
        """The box as a browser is told of it."""
        css = ["box-sizing: border-box"]
        if not within:
            css += [f"direction: {'rtl' if rtl else 'ltr'}", "position: absolute"]
        css += self._sizes(within)
        if self.kind == "words":
            inside = "".join(f'<i style="width: {word}px"></i>' for word in self.words)
            return f'<div style="{"; ".join(css)}">{inside}</div>'
        top, start, bottom, end = self.style.padding
        css += [f"gap: {self.style.gap}px", f"padding-block: {top}px {bottom}px", f"padding-inline: {start}px {end}px"]
        css.append(f"align-items: {CSS[self.style.align]}")
        if self.kind == "grid":
            css += ["display: grid", f"grid-template-columns: repeat({self.style.columns}, minmax(0, 1fr))"]
            css += [f"justify-items: {self.style.align}", "align-content: start", "grid-auto-rows: max-content"]
        else:
            css += ["display: flex", f"flex-direction: {self.kind}", f"justify-content: {CSS[self.style.justify]}"]
            css.append("flex-wrap: wrap" if self.style.wrap else "flex-wrap: nowrap")
        return f'<div style="{"; ".join(css)}">{"".join(one.html(self.kind) for one in self.inner)}</div>'

    def _sizes(self, within: str) -> Iterator[str]:
        for name, wish, along in (("width", self.width, "row"), ("height", self.height, "column")):
            if wish.fixed is not None:
                yield f"{name}: {wish.fixed}px"
            if within == along:
                yield "flex: 1 1 0px" if wish.fill else f"flex: 0 {int(wish.fixed is None)} auto"
            elif wish.fill:
                yield f"{'justify' if within == 'grid' and name == 'width' else 'align'}-self: stretch"
            yield from (f"min-{name}: {wish.low}px" for _ in range(wish.low is not None))
            yield from (f"max-{name}: {wish.high}px" for _ in range(wish.high is not None))


def a_wish(chance: Random, most: int) -> Extent:
    kind = chance.choice(("auto", "auto", "auto", "fill", "fixed"))
    fixed = float(chance.randint(5, most)) if kind == "fixed" else None
    low = float(chance.randint(5, most)) if chance.random() < 0.12 else None
    high = float(chance.randint(5, most)) if chance.random() < 0.12 else None
    return Extent(fixed, kind == "fill", low, high)


def a_tree(chance: Random, depth: int, left: list[int]) -> Made:
    left[0] -= 1
    width, height = a_wish(chance, 160), a_wish(chance, 90)
    if depth == 4 or (depth and chance.random() < 0.5):
        words = [chance.randint(8, 70) for _ in range(chance.randint(0 if depth else 1, 6))]
        return Made(words=words, width=width, height=height)
    kind = chance.choice(("row", "row", "column", "column", "grid"))
    padding = tuple(float(chance.choice((0, 0, 3, 8, 13))) for _ in range(4))
    style = FlowStyle(
        float(chance.choice((0, 4, 9))),
        padding,  # type: ignore[arg-type]
        chance.choice(("start", "center", "end", "stretch", "stretch")),
        "start" if kind == "grid" else chance.choice(("start", "start", "center", "end", "between")),
        kind == "row" and chance.random() < 0.3,
        chance.randint(1, 4) if kind == "grid" else 1,
    )
    count = chance.randint(1, 5)
    inner = [a_tree(chance, depth + 1, left) for _ in range(count) if left[0] > 0]
    return Made(kind, inner=inner, style=style, width=width, height=height)


def a_root(seed: int) -> tuple[Made, Rect, bool]:
    """A tree of 5 to 40 boxes, the box it stands in, and whether it runs from right to left."""
    chance = Random(seed)
    while True:
        tree = a_tree(chance, 0, [40])
        if count_of(tree) >= 5:
            break
    box = Rect(0, 0, chance.randint(60, 600), chance.randint(40, 400))
    tree.width, tree.height = Extent(box.width), Extent(box.height)
    return tree, box, chance.random() < 0.25


def count_of(tree: Made) -> int:
    return 1 + sum(map(count_of, tree.inner))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with started_chromium() as browser:
        yield browser.new_page()


def seen(page: Page, trees: list[tuple[Made, Rect, bool]]) -> list[list[list[float]]]:
    """Where a browser puts all boxes of all trees."""
    head = f"<style>i {{display: inline-block; height: {LINE}px; vertical-align: top}} div {{font-size: 0}}</style>"
    sections = "".join(f"<section>{tree.html('', rtl)}</section>" for tree, _, rtl in trees)
    page.set_content(head + sections)
    found: list[list[list[float]]] = page.evaluate(BOXES)
    return found


@needs_chromium
def test_random_trees_stand_as_in_a_browser(page: Page) -> None:
    trees = [a_root(seed) for seed in range(TREES)]
    wrong = []
    for seed, ((tree, box, rtl), expected) in enumerate(zip(trees, seen(page, trees), strict=True)):
        found = tree.item().laid_out(box, mirrored=rtl)
        off = [
            (index, tuple(here), there)
            for index, (here, there) in enumerate(zip(found, expected, strict=True))
            if any(abs(one - other) > 1 for one, other in zip(_edges(here), _edges(there), strict=True))
        ]
        if off:
            wrong.append((seed, off[0]))
    assert wrong == []


def _edges(box: Rect | list[float]) -> tuple[float, float, float, float]:
    left, top, width, height = box
    return left, top, left + width, top + height
