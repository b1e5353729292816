"""What moves from frame to frame: scene in, the rectangles that each frame changes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from PIL import Image

from livecontent.draw.bounds import bounds, common, union, with_shadow
from livecontent.draw.painter import Painter
from livecontent.scene import Box, Group, Node, Scene, Text, Ticker


def changes(
    scene: Scene, painter: Painter, plate: Image.Image | None = None, ready: int = 0
) -> Iterator[tuple[int, int, Image.Image] | None]:
    """For each frame after the first: left, top and picture ('RGB') of what it changes; None for nothing."""
    for frame in range(1, scene.frames):
        area = union(_changed(node, frame, painter) for node in scene.nodes)
        area = area and common(area, Box(0, 0, scene.width, scene.height))
        yield (area.x, area.y, painter.region(scene, area, plate, ready, frame)) if area else None


def _changed(node: Node, frame: int, painter: Painter) -> Box | None:
    """Where a node, or its shadow, is not as it was in the frame before."""
    if isinstance(node, Group):
        area = union(_changed(inner, frame, painter) for inner in node.nodes)
    elif isinstance(node, Ticker):
        before, after = set(_letters(node.nodes(frame - 1))), set(_letters(node.nodes(frame)))
        area = union(bounds(inner, painter.fonts) for inner in before ^ after)
    else:
        return None
    return with_shadow(area, node) if area else None


def _letters(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes, with texts taken apart in runs."""
    for node in nodes:
        if isinstance(node, Text):
            yield from (replace(node, runs=(run,)) for run in node.runs)
        else:
            yield node
