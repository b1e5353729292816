"""Gradients, colours that let the ground through, and opacity."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from any_scene import colours, nodes
from livecontent.looks import Radial
from livecontent.render.paint.painter import Painter
from livecontent.render.paint.shapes import gradient
from livecontent.scene import (
    Box,
    Colour,
    CountdownClock,
    DigitGroup,
    Face,
    Gradient,
    Group,
    Node,
    Shadow,
    Shape,
    Ticker,
)
from pixels import BLACK, BLUE, RED, WHITE, furthest, scene_of

CLEAR = Colour(0, 0, 0, 0)
SIZE = (60, 40)
CORNERS = {"top left": (0, 0), "top right": (59, 0), "bottom left": (0, 39), "bottom right": (59, 39)}


def paint(angle: float, *stops: Colour, size: tuple[int, int] = SIZE) -> Image.Image:
    return gradient(Gradient(stops or (BLACK, WHITE), angle), *size)


@pytest.mark.parametrize(
    ("angle", "first", "last"),
    [
        (0, ["bottom left", "bottom right"], ["top left", "top right"]),
        (180, ["top left", "top right"], ["bottom left", "bottom right"]),
        (90, ["top left", "bottom left"], ["top right", "bottom right"]),
        (-90, ["top right", "bottom right"], ["top left", "bottom left"]),
        (45, ["bottom left"], ["top right"]),
        (135, ["top left"], ["bottom right"]),
        (225, ["top right"], ["bottom left"]),
        (315, ["bottom right"], ["top left"]),
    ],
)
def test_the_first_and_last_colours_are_in_their_corners(angle: float, first: list[str], last: list[str]) -> None:
    picture = paint(angle)
    assert all(picture.getpixel(CORNERS[corner])[0] <= 6 for corner in first)
    assert all(picture.getpixel(CORNERS[corner])[0] >= 249 for corner in last)


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135, 180, 200, 270, -30])
def test_a_gradient_only_grows_along_its_line(angle: float) -> None:
    picture = paint(angle).getchannel("R")
    across, down = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
    for y in range(SIZE[1]):
        row = list(picture.crop((0, y, SIZE[0], y + 1)).tobytes())
        assert row == sorted(row, reverse=across < 0)
    for x in range(SIZE[0]):
        column = list(picture.crop((x, 0, x + 1, SIZE[1])).tobytes())
        assert column == sorted(column, reverse=down < 0)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    stops=st.lists(colours, min_size=2, max_size=4),
    angle=st.floats(-360, 360),
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    data=st.data(),
)
def test_a_gradient_is_that_of_css(
    stops: list[Colour], angle: float, width: int, height: int, data: st.DataObject
) -> None:
    """The formulas of https://www.w3.org/TR/css-images-3/#linear-gradients, in the middle of a pixel."""
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    length = abs(width * sine) + abs(height * cosine)
    place = ((x + 0.5 - width / 2) * sine - (y + 0.5 - height / 2) * cosine) / length + 0.5
    position = min(max(place, 0), 1) * (len(stops) - 1)
    index = min(int(position), len(stops) - 2)
    one, other, part = stops[index], stops[index + 1], position - index
    alpha = one.alpha * (1 - part) + other.alpha * part
    found = paint(angle, *stops, size=(width, height)).getpixel((x, y))
    close = 2 + (len(stops) - 1) * 1.5  # a step of the ramp
    assert abs(found[3] - alpha) <= close
    for band in range(3):
        premultiplied = one[band] * one.alpha * (1 - part) + other[band] * other.alpha * part
        assert abs(found[band] * found[3] / 255 - premultiplied / 255) <= close


def test_what_fades_out_keeps_its_colour(painter: Painter) -> None:
    for ends in ((WHITE, CLEAR), (CLEAR, WHITE)):
        shape = Shape(box=Box(0, 0, 40, 4), paint=Gradient(ends, 90))
        picture = painter.draw(scene_of(shape, width=40, height=4))
        assert furthest(picture, Image.new("RGB", (40, 4), "white")) == 0


def test_a_gradient_of_one_colour_is_that_colour(painter: Painter) -> None:
    shape = Shape(box=Box(0, 0, 50, 30), paint=Gradient((RED, RED, RED), 33))
    assert painter.draw(scene_of(shape, width=50, height=30)).getcolors() == [(1500, RED[:3])]


def test_a_gradient_of_one_pixel_is_the_middle() -> None:
    assert all(120 <= value <= 135 for value in paint(180, size=(1, 1)).getpixel((0, 0))[:3])


def test_a_gradient_follows_a_round_edge(painter: Painter) -> None:
    shape = Shape(box=Box(0, 0, 40, 40), kind="ellipse", paint=Gradient((RED, BLUE), 90))
    picture = painter.draw(scene_of(shape, width=40, height=40))
    assert picture.getpixel((0, 0)) == WHITE[:3]
    red, _, blue = picture.getpixel((5, 20))
    assert red > 200 > 100 > blue


@pytest.mark.parametrize("alpha", [0, 1, 64, 128, 254, 255])
def test_a_colour_lets_the_ground_through_by_its_alpha(painter: Painter, alpha: int) -> None:
    for kind in ("rectangle", "ellipse"):
        shape = Shape(box=Box(0, 0, 21, 21), kind=kind, paint=Colour(255, 0, 0, alpha))
        picture = painter.draw(scene_of(shape, width=21, height=21, background=Colour(0, 100, 200)))
        part = alpha / 255
        expected = (255 * part, 100 * (1 - part), 200 * (1 - part))
        assert all(abs(a - b) <= 1 for a, b in zip(picture.getpixel((10, 10)), expected, strict=True))


def test_a_group_fades_as_a_whole(painter: Painter) -> None:
    under, over = Shape(box=Box(0, 0, 8, 8), paint=RED), Shape(box=Box(4, 0, 8, 8), paint=BLUE)
    group = Group(box=Box(0, 0, 12, 8), nodes=(under, over), opacity=0.5)
    picture = painter.draw(scene_of(group))
    assert picture.getpixel((1, 1)) == (255, 127, 127)
    assert picture.getpixel((5, 1)) == picture.getpixel((10, 1)) == (127, 127, 255)  # no red shines through


def ticks(node: Node) -> bool:
    return isinstance(node, Ticker) or (isinstance(node, Group) and any(map(ticks, node.nodes)))


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a node can hold many numbers
@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data(), opacity=st.sampled_from([0.0, 0.1, 0.5, 0.9]))
def test_opacity_blends_a_node_and_its_shadow_with_what_is_behind(
    painter: Painter, data: st.DataObject, opacity: float
) -> None:
    node = data.draw(nodes(painter).filter(lambda node: not ticks(node)))
    behind = Shape(box=Box(0, 0, 70, 50), paint=Gradient((RED, BLUE, WHITE), 120))
    opaque, faded = node._replace(opacity=1.0), node._replace(opacity=opacity)
    without, whole, part = (
        painter.draw(scene_of(behind, *more, width=70, height=50)) for more in ((), (opaque,), (faded,))
    )
    assert furthest(part, Image.blend(without, whole, opacity)) <= 1


def test_the_numbers_of_a_countdown_fade_once(painter: Painter) -> None:
    cell = DigitGroup(1, 60, 2, 2, 40, 24, (22,) * 10)
    clock = CountdownClock((cell,), Face("Inter/Inter.ttf", 900), 40, BLACK)
    solid, faded = (Ticker(box=Box(0, 0, 60, 50), clock=clock, left=5, opacity=level) for level in (1.0, 0.5))
    empty, whole, part = (painter.draw(scene_of(*some, width=60, height=50)) for some in ((), (solid,), (faded,)))
    assert furthest(part, Image.blend(empty, whole, 0.5)) <= 1


def test_nothing_is_seen_of_a_node_without_opacity(painter: Painter) -> None:
    shape = Shape(box=Box(1, 1, 9, 6), paint=BLACK, shadow=Shadow(1, 1, 2, BLACK), opacity=0)
    assert furthest(painter.draw(scene_of(shape)), painter.draw(scene_of())) == 0


@pytest.mark.parametrize("circle", [True, False])
@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (0.25, 0.5), (0.0, 1.0), (1.5, 0.5)])
def test_a_radial_gradient_runs_from_its_middle_to_the_farthest_corner(circle: bool, x: float, y: float) -> None:
    picture = gradient(Gradient((RED, BLUE), 0, radial=Radial(x, y, circle)), 120, 60)
    corners = {(place_x, place_y): picture.getpixel((place_x, place_y)) for place_x in (0, 119) for place_y in (0, 59)}
    farthest = max(corners, key=lambda corner: (abs(corner[0] - x * 119), abs(corner[1] - y * 59)))
    red, _, blue, _ = corners[farthest]  # type: ignore[misc]
    assert red <= 6
    assert blue >= 249
    if x <= 1:
        red, _, blue, _ = picture.getpixel((min(int(x * 120), 119), min(int(y * 60), 59)))  # type: ignore[misc]
        assert red >= 247
        assert blue <= 8


def test_circles_are_round_and_ellipses_as_wide_and_high_as_the_box() -> None:
    for circle, far in ((True, (60 + 25, 30)), (False, (60 + 50, 30))):
        picture = gradient(Gradient((RED, BLUE), 0, radial=Radial(0.5, 0.5, circle)), 120, 60)
        one, other = picture.getpixel((60, 30 + 25)), picture.getpixel(far)
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 3  # type: ignore[arg-type]


def test_colours_stand_at_their_places() -> None:
    picture = gradient(Gradient((RED, BLUE, BLACK, WHITE), 90, (0.25, 0.5, 0.75, 0.75)), 400, 1)
    found = [picture.getpixel((x, 0))[:3] for x in (0, 98, 200, 299, 304, 399)]  # type: ignore[index]
    wanted = [RED, RED, BLUE, BLACK, WHITE, WHITE]
    assert all(max(map(abs, map(int.__sub__, one, two))) <= 9 for one, two in zip(found, wanted, strict=True)), found
