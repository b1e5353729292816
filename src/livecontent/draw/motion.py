"""What moves from frame to frame: scene in, the rectangles that each frame changes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from PIL import Image

from livecontent.draw.painter import Painter
from livecontent.scene import Box, Group, Node, Scene, Text, Ticker


def changes(
    scene: Scene, painter: Painter, plate: Image.Image | None = None, ready: int = 0
) -> Iterator[tuple[int, int, Image.Image] | None]:
    """For each frame after the first: left, top and picture ('RGB') of what it changes; None for nothing."""
    tickers = list(_tickers(scene.nodes))
    for frame in range(1, scene.frames):
        area = _union(_changed(ticker, frame, painter) for ticker in tickers)
        area = area and _clip(area, scene)
        yield (area.x, area.y, painter.region(scene, area, plate, ready, frame)) if area else None


def _tickers(nodes: Iterable[Node]) -> Iterator[Ticker]:
    for node in nodes:
        if isinstance(node, Ticker):
            yield node
        elif isinstance(node, Group):
            yield from _tickers(node.nodes)


def _changed(ticker: Ticker, frame: int, painter: Painter) -> Box | None:
    before, after = set(_letters(ticker.nodes(frame - 1))), set(_letters(ticker.nodes(frame)))
    area = _union(bounds(node, painter) for node in before ^ after)
    return _with_shadow(area, ticker) if area else None


def _letters(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes, with texts taken apart in runs."""
    for node in nodes:
        if isinstance(node, Text):
            yield from (replace(node, runs=(run,)) for run in node.runs)
        else:
            yield node


def bounds(node: Node, painter: Painter) -> Box | None:
    """The rectangle that a node's ink and shadow stay in; None where it has no ink."""
    if isinstance(node, Text):
        stroke = node.stroke.width if node.stroke else 0
        area = None
        for run in node.runs:
            mask, dx, dy = painter.fonts.mask(run.text, run.face, run.size, run.rtl, stroke)
            area = _union((area, Box(run.x + dx, run.y + dy, *mask.size)))
    elif isinstance(node, Group):
        area = _union(bounds(inner, painter) for inner in node.nodes)
    else:
        area = node.box
    return _with_shadow(area, node) if area else None


def _with_shadow(area: Box, node: Node) -> Box:
    if node.shadow is None:
        return area
    reach = 2 * node.shadow.blur + max(abs(node.shadow.dx), abs(node.shadow.dy))
    return Box(area.x - reach, area.y - reach, area.width + 2 * reach, area.height + 2 * reach)


def _union(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box around all."""
    found = [box for box in boxes if box]
    if not found:
        return None
    left, top = min(b.x for b in found), min(b.y for b in found)
    right, bottom = max(b.x + b.width for b in found), max(b.y + b.height for b in found)
    return Box(left, top, right - left, bottom - top)


def _clip(box: Box, scene: Scene) -> Box | None:
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, scene.width), min(box.y + box.height, scene.height)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
