"""Pictures as text, and what two pictures differ in: what tests of drawing look at."""

from __future__ import annotations

from PIL import Image, ImageChops

from livecontent.render.paint.canvas import Canvas
from livecontent.render.paint.glyphs import Mask
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Colour, Node, Scene

BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)
RED = Colour(255, 0, 0)
BLUE = Colour(0, 0, 255)


def scene_of(*nodes: Node, width: int = 12, height: int = 8, background: Colour = WHITE, seconds: int = 1) -> Scene:
    """A small scene."""
    return Scene(width, height, background, nodes, seconds)


def as_text(picture: Image.Image) -> str:
    """A picture of black on white: '#' ink, '.' none, '+' the smooth edge between."""
    grey = picture.convert("L")
    signs = {0: "#", 255: "."}
    rows = (grey.crop((0, y, grey.width, y + 1)).tobytes() for y in range(grey.height))
    return "\n".join("".join(signs.get(value, "+") for value in row) for row in rows)


def drawn(text: str) -> str:
    """A picture as text, as it stands indented in a test."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def difference(one: Image.Image, other: Image.Image) -> Box | None:
    """The box of the pixels that differ, None where there are none."""
    assert (one.size, one.mode) == (other.size, other.mode)
    found = ImageChops.difference(one, other).getbbox(alpha_only=False)
    return Box(found[0], found[1], found[2] - found[0], found[3] - found[1]) if found else None


def inked(mask: Mask) -> tuple[Image.Image, int, int]:
    """The image of a mask, and its place."""
    return mask.image, mask.dx, mask.dy


def furthest(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a channel of a pixel."""
    assert (one.size, one.mode) == (other.size, other.mode)
    extrema = ImageChops.difference(one, other).getextrema()
    pairs = [extrema] if isinstance(extrema[0], int | float) else extrema
    return max(int(high) for _, high in pairs)


def inside(inner: Box, outer: Box) -> bool:
    """Whether a box lies in another."""
    return (
        inner.x >= outer.x
        and inner.y >= outer.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def ink_of(painter: Painter, node: Node, frame: int = 0, around: int = 160) -> Box | None:
    """The box of all pixels that drawing a node changes, on white and on black, with nothing cut off."""
    left, top = node.box.x - around, node.box.y - around
    size = (node.box.width + 2 * around, node.box.height + 2 * around)
    found = []
    for ground in ("white", "black"):
        empty = Image.new("RGB", size, ground)
        canvas = Canvas(empty.copy(), left, top)
        painter.paint(canvas, [node], frame)
        changed = difference(empty, canvas.image)
        if changed:
            found.append(changed._replace(x=changed.x + left, y=changed.y + top))
    if not found:
        return None
    x, y = min(box.x for box in found), min(box.y for box in found)
    right, bottom = max(box.x + box.width for box in found), max(box.y + box.height for box in found)
    return Box(x, y, right - x, bottom - y)
