"""Corners one by one, and outlines with dashes."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops, ImageOps

from any_scene import asset_of
from livecontent.looks import Corners
from livecontent.render.paint.dashes import open_dashes
from livecontent.render.paint.painter import Painter
from livecontent.render.paint.shapes import Shapes, fitted_corners
from livecontent.scene import Box, Picture, Shape, Stroke
from pixels import BLACK, as_text, difference, drawn, furthest, scene_of

Kind = Literal["rectangle", "ellipse", "line"]
kinds = st.sampled_from(["rectangle", "ellipse", "line"])
sides = st.integers(3, 90)
rounding = st.integers(0, 60)
any_dash = st.tuples(st.integers(1, 30), st.integers(1, 30))


@pytest.mark.parametrize("radius", [1, 4, 9, 20])
@pytest.mark.parametrize("stroke", [0, 1, 3])
def test_four_equal_corners_are_one_radius(radius: int, stroke: int) -> None:
    one = Shapes().mask("rectangle", 40, 40, radius, stroke)
    four = Shapes().mask("rectangle", 40, 40, Corners(radius, radius, radius, radius), stroke)
    assert furthest(one, four) <= 64  # a quarter of a pixel on the curve


@pytest.mark.parametrize("place", range(4))
def test_each_corner_is_round_by_itself(place: int) -> None:
    radius = Corners(*(12 if corner == place else 0 for corner in range(4)))
    mask = Shapes().mask("rectangle", 30, 24, radius)
    corners = [(0, 0), (29, 0), (29, 23), (0, 23)]
    assert [mask.getpixel(corner) for corner in corners] == [0 if corner == place else 255 for corner in range(4)]


@given(width=sides, height=sides, radius=st.builds(Corners, rounding, rounding, rounding, rounding))
def test_corners_never_overlap(width: int, height: int, radius: Corners) -> None:
    one, two, three, four = fitted_corners(radius, width, height)
    assert max(one + two, three + four) <= width
    assert max(one + four, two + three) <= height


@given(kind=kinds, width=sides, height=sides, radius=rounding, stroke=st.integers(1, 9), dash=any_dash)
def test_dashes_lie_on_their_outline(
    kind: Kind, width: int, height: int, radius: int, stroke: int, dash: tuple[int, int]
) -> None:
    whole = Shapes().mask(kind, width, height, radius, stroke)
    dashed = Shapes().mask(kind, width, height, radius, stroke, dash=dash)
    assert ImageChops.subtract(dashed, whole).getbbox() is None
    assert dashed.getbbox() is not None


@pytest.mark.parametrize(("kind", "radius"), [("rectangle", 0), ("rectangle", 9), ("ellipse", 0)])
def test_dashes_are_the_same_on_the_left_and_on_the_right(kind: Kind, radius: int) -> None:
    dashed = Shapes().mask(kind, 80, 44, radius, 3, dash=(6, 5))
    assert furthest(dashed, ImageOps.mirror(dashed)) <= 110  # half a pixel where a dash ends
    covered = ImageChops.difference(Shapes().mask(kind, 80, 44, radius, 3), dashed).getbbox()
    assert covered is not None


@given(length=st.integers(1, 500), dash=any_dash)
def test_a_line_begins_and_ends_with_a_dash(length: int, dash: tuple[int, int]) -> None:
    spans = open_dashes(length, dash)
    assert spans[0][0] == 0
    assert spans[-1][1] == pytest.approx(length)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_dashes_of_a_level_line_are_whole_pixels(painter: Painter) -> None:
    line = Shape(box=Box(1, 2, 10, 1), kind="line", stroke=Stroke(1, BLACK, (2, 2)))
    assert as_text(painter.draw(scene_of(line, height=4))) == drawn("""
        ............
        ............
        .##..##..##.
        ............
    """)


def test_a_picture_is_cut_corner_by_corner(painter: Painter) -> None:
    node = Picture(box=Box(0, 0, 24, 24), asset=asset_of(painter, "RGB"), radius=Corners(12, 0, 0, 0))
    picture = painter.draw(scene_of(node, width=24, height=24))
    plain = painter.draw(scene_of(node._replace(radius=0), width=24, height=24))
    found = difference(picture, plain)
    assert found is not None
    assert found.x + found.width <= 12
    assert found.y + found.height <= 12
