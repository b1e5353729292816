"""What is set on an arc: drawn flat and then bent, so that letters that are joined stay so.

It is bent in cells, each of them as its four corners are: they are so small that nobody sees it.
"""

import math
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from PIL import Image

from livecontent.looks import Curve
from livecontent.runtime.cache import Cache
from livecontent.scene import Box

_CELL = 10  # pixels: with 16 letters become wavy
_KEPT = 200_000  # cells: those of a hundred lines
_AROUND = 4  # of the height of a box, the part above and below it that letters may reach


class _Cell(NamedTuple):
    """A square of the bent picture, and what it shows of the flat one, both from the corner of the box."""

    x: int
    y: int
    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, float, float, float]  # as Pillow's QUAD: a + b x + c y + d x y
    down: tuple[float, float, float, float]


class Arcs:
    """Bends pictures to arcs; the cells are the same for all words, and kept."""

    def __init__(self) -> None:
        self._cells: Cache[tuple[Curve, int, int], list[_Cell]] = Cache("cells of arcs", _KEPT, len)

    def bent(
        self, curve: Curve, box: Box, picture: Image.Image, area: Box, target: Box, curves: Image.Resampling
    ) -> Image.Image:
        """The target, of a picture of an area of a box; what is not of the picture is clear."""
        key = (curve, box.width, box.height)
        cells = self._cells.get(key) or self._cells.put(key, list(_cells_of(curve, box.width, box.height)))
        x, y = area.x - box.x, area.y - box.y
        right, bottom = x + area.width, y + area.height
        seen = [cell for cell in cells if cell[2] < right and cell[3] < bottom and cell[4] > x and cell[5] > y]
        if not seen:
            return Image.new(picture.mode, target[2:])
        left, top = min(cell.x for cell in seen), min(cell.y for cell in seen)
        size = (max(cell.x for cell in seen) + _CELL - left, max(cell.y for cell in seen) + _CELL - top)
        out = Image.new(picture.mode, size)
        pixels, flat, method = out.im, picture.im, Image.Transform.QUAD
        for cell in seen:
            at_x, at_y = cell.x - left, cell.y - top
            data = (cell.across[0] - x, *cell.across[1:], cell.down[0] - y, *cell.down[1:])
            pixels.transform((at_x, at_y, at_x + _CELL, at_y + _CELL), flat, method, data, curves, 1)
        from_x, from_y = target.x - box.x - left, target.y - box.y - top
        return out.crop((from_x, from_y, from_x + target.width, from_y + target.height))


def reach_of_arc(curve: Curve, box: Box, area: Box) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an area of a box on an arc."""
    x, y = area.x - box.x - box.width / 2, area.y - box.y - box.height / 2
    way = 1 if curve.upwards else -1
    near, far = sorted(max(curve.radius - way * side, 0.0) for side in (y, y + area.height))
    start, end = x / curve.radius, (x + area.width) / curve.radius
    if end - start >= 2 * math.pi:
        start, end = -math.pi, math.pi
    quarters = range(math.ceil(start / (math.pi / 2)), math.floor(end / (math.pi / 2)) + 1)
    angles = [start, end, *(quarter * math.pi / 2 for quarter in quarters)]
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2 + way * curve.radius
    points = [(math.sin(angle) * out, -way * math.cos(angle) * out) for angle, out in product(angles, (near, far))]
    xs, ys = zip(*points, strict=True)
    return middle_x + min(xs), middle_y + min(ys), middle_x + max(xs), middle_y + max(ys)


def _cells_of(curve: Curve, width: int, height: int) -> Iterator[_Cell]:
    """The cells over all that a box becomes, and a little around it."""
    more = height // _AROUND + _CELL
    box = Box(0, 0, width, height)
    whole = Box(-more, -more, width + 2 * more, height + 2 * more)
    left, top, right, bottom = (math.floor(side / _CELL) for side in reach_of_arc(curve, box, whole))
    xs, ys = range(left, right + 2), range(top, bottom + 2)
    corners = {(x, y): _flat(curve, width, height, x * _CELL, y * _CELL) for x, y in product(xs, ys)}
    turn = 2 * math.pi * curve.radius
    for x, y in product(xs[:-1], ys[:-1]):
        four = [corners[x, y], corners[x, y + 1], corners[x + 1, y + 1], corners[x + 1, y]]
        first = four[0][0]
        us = [u - turn * round((u - first) / turn) for u, _ in four]  # beyond the end of a circle it begins again
        vs = [v for _, v in four]
        if max(vs) > -more and min(vs) < height + more:
            yield _Cell(x * _CELL, y * _CELL, min(us), min(vs), max(us), max(vs), _quad(us), _quad(vs))


def _flat(curve: Curve, width: int, height: int, x: float, y: float) -> tuple[float, float]:
    """Where a point of the arc comes from."""
    way = 1 if curve.upwards else -1
    across, up = x - width / 2, way * (height / 2 - y) + curve.radius
    angle, out = math.atan2(across, up), math.hypot(across, up)
    return width / 2 + curve.radius * angle, height / 2 - way * (out - curve.radius)


def _quad(corners: list[float]) -> tuple[float, float, float, float]:
    """From the four corners of a cell, counterclockwise from the top left."""
    one, two, three, four = corners
    return one, (four - one) / _CELL, (two - one) / _CELL, (three - two - four + one) / _CELL**2
