"""Masks of lines through points, and of the areas inside them."""

import math
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw

from livecontent.render.paint.arcs import fineness

_LARGEST = 8_000_000  # pixels before they are averaged: a new line takes 1 to 3 ms
_Point = tuple[float, float]


class PathForm(NamedTuple):
    """Points in pixels from the corner of a box; a line's width, 0 for none; closed: with the area inside."""

    width: int
    height: int
    points: tuple[_Point, ...]
    line: float
    closed: bool


def draw_path(form: PathForm) -> Image.Image:
    """Coverage ('L') of the box: always all of it, as slanted edges are rounded otherwise from another corner."""
    n = fineness(form.width * form.height, _LARGEST)
    big = Image.new("L", (form.width * n, form.height * n))
    draw = ImageDraw.Draw(big)
    points = [(x * n - 0.5, y * n - 0.5) for x, y in form.points]  # a pixel's place is its middle
    if form.closed and len(points) > 2:
        draw.polygon([_whole(point) for point in points], fill=255)
    if form.line:
        half = form.line * n / 2
        for one, other in pairwise([*points, *points[:1]] if form.closed else points):
            draw.polygon(_bar(one, other, half), fill=255)
        for x, y in points:
            reach = max(0.0, half - 0.5)  # a line may be thinner than a pixel
            draw.ellipse((*_whole((x - reach, y - reach)), *_whole((x + reach, y + reach))), fill=255)
    return big.reduce(n)


def _bar(one: _Point, other: _Point, half: float) -> list[tuple[int, int]]:
    """The corners of a straight line so wide."""
    length = math.dist(one, other) or 1.0
    dx, dy = half * (other[1] - one[1]) / length, half * (one[0] - other[0]) / length
    corners = ((one[0] + dx, one[1] + dy), (other[0] + dx, other[1] + dy))
    return [_whole(point) for point in (*corners, (other[0] - dx, other[1] - dy), (one[0] - dx, one[1] - dy))]


def _whole(point: _Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])
