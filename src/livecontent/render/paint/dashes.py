"""Dashes of an outline: where they begin and end, and the strips that they are cut out of."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Literal

from livecontent.looks import Corners
from livecontent.render.paint.warps import Point

DashSpan = tuple[float, float]  # along a path, in pixels
_STEP = 2.0  # pixels between the points of a curve


def open_dashes(length: float, dash: tuple[int, int]) -> list[DashSpan]:
    """Dashes of a line that begins and ends with one; the gaps between are as wide as that asks for."""
    on, off = dash
    gaps = round((length + off) / (on + off)) - 1
    step = (length - on) / gaps if gaps > 0 else 0
    return [(place * step, place * step + on) for place in range(gaps + 1)] if step > on else [(0, length)]


def dash_strips(
    kind: Literal["rectangle", "ellipse", "line"],
    width: int,
    height: int,
    radius: Corners,
    stroke: int,
    dash: tuple[int, int],
) -> Iterator[list[Point]]:
    """Polygons over the dashes of an outline inside its edge; a dash stands on each sharp corner, or on the top."""
    half = stroke / 2
    if kind == "line":
        path = [(0.0, 0.0), (float(width), float(height))]
        for span in open_dashes(math.hypot(width, height), dash):
            yield _strip(path, span, half)
        return
    if kind == "ellipse":
        yield from _around(_ellipse(width, height, half), dash, half)
    elif any(radius):
        yield from _around(_rounded(width, height, radius, half), dash, half)
    else:
        corners = [(half, half), (width - half, half), (width - half, height - half), (half, height - half)]
        for side in pairwise([*corners, corners[0]]):
            length = math.dist(*side)
            for start, end in _centred(length, dash):
                yield _strip(side, (start if start > 0 else -half, end if end < length else length + half), half)


def _around(path: list[Point], dash: tuple[int, int], half: float) -> Iterator[list[Point]]:
    closed = [*path, path[0]]
    length = sum(math.dist(*pair) for pair in pairwise(closed))
    for start, end in _centred(length, dash)[:-1]:
        if start < 0:
            yield _strip(closed, (length + start, length), half)
        yield _strip(closed, (max(start, 0), end), half)


def _centred(length: float, dash: tuple[int, int]) -> list[DashSpan]:
    """Dashes with their middles at equal steps, the first at the start and the last at the end."""
    on, off = dash
    count = max(round(length / (on + off)), 1)
    step = length / count
    return [(place * step - min(on, step) / 2, place * step + min(on, step) / 2) for place in range(count + 1)]


def _strip(path: Sequence[Point], span: DashSpan, half: float) -> list[Point]:
    """A polygon over a part of a path, a little wider than its stroke; beyond the ends the path goes on straight."""
    lengths = [0.0, *accumulate(math.dist(*pair) for pair in pairwise(path))]
    places = [span[0], *(place for place in lengths if span[0] < place < span[1]), span[1]]
    wide = half + 1
    left, right = [], []
    for place in places:
        (x, y), (dx, dy) = _at(path, lengths, place)
        left.append((x - dy * wide, y + dx * wide))
        right.append((x + dy * wide, y - dx * wide))
    return [*left, *reversed(right)]


def _at(path: Sequence[Point], lengths: Sequence[float], place: float) -> tuple[Point, Point]:
    """A point of a path, and its direction."""
    index = min(max(bisect_left(lengths, place), 1), len(path) - 1)
    (x, y), (next_x, next_y) = path[index - 1], path[index]
    length = lengths[index] - lengths[index - 1] or 1
    dx, dy = (next_x - x) / length, (next_y - y) / length
    further = place - lengths[index - 1]
    return (x + dx * further, y + dy * further), (dx, dy)


def _ellipse(width: int, height: int, half: float) -> list[Point]:
    across, down = width / 2 - half, height / 2 - half
    return list(_arc((width / 2, height / 2), across, down, -90, 270))


def _rounded(width: int, height: int, radius: Corners, half: float) -> list[Point]:
    """The middle of the outline of a rectangle with round corners, from the middle of its top."""
    points: list[Point] = [(width / 2, half)]
    turns = (
        (radius.top_right, width - radius.top_right, radius.top_right, -90),
        (radius.bottom_right, width - radius.bottom_right, height - radius.bottom_right, 0),
        (radius.bottom_left, radius.bottom_left, height - radius.bottom_left, 90),
        (radius.top_left, radius.top_left, radius.top_left, 180),
    )
    for round_, x, y, start in turns:
        inner = round_ - half
        if inner > 0:
            points += _arc((x, y), inner, inner, start, start + 90)
        else:
            turn = math.radians(start + 45)
            points.append((x - math.copysign(-inner, math.cos(turn)), y - math.copysign(-inner, math.sin(turn))))
    return points


def _arc(middle: Point, across: float, down: float, start: float, end: float) -> Iterator[Point]:
    """Points of an arc; angles in degrees, clockwise from the right."""
    steps = max(math.ceil(math.radians(abs(end - start)) * max(across, down) / _STEP), 2)
    for step in range(steps + (end - start < 360)):
        angle = math.radians(start + (end - start) * step / steps)
        yield middle[0] + across * math.cos(angle), middle[1] + down * math.sin(angle)
