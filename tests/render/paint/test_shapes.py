"""Small shapes as text: what is inked, what is not, and where the smooth edge runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.render.paint.bounds import bounds
from livecontent.render.paint.painter import Painter
from livecontent.render.paint.shapes import MASK_BYTES, PathForm, Shapes, draw_path
from livecontent.scene import Box, Modules, Node, Shape, Stroke
from pixels import BLACK, BLUE, RED, WHITE, as_text, difference, drawn, ink_of, inside, scene_of


def text_of(painter: Painter, node: Node) -> str:
    return as_text(painter.draw(scene_of(node)))


def test_a_rectangle_fills_its_box_and_nothing_else(painter: Painter) -> None:
    assert text_of(painter, Shape(box=Box(2, 1, 6, 4), paint=BLACK)) == drawn("""
        ............
        ..######....
        ..######....
        ..######....
        ..######....
        ............
        ............
        ............
    """)


def test_a_radius_rounds_all_four_corners(painter: Painter) -> None:
    assert text_of(painter, Shape(box=Box(1, 1, 10, 6), paint=BLACK, radius=2)) == drawn("""
        ............
        .++######++.
        .+########+.
        .##########.
        .##########.
        .+########+.
        .++######++.
        ............
    """)


def test_a_radius_larger_than_the_box_makes_round_ends(painter: Painter) -> None:
    box = Box(1, 1, 10, 6)
    round_ends = text_of(painter, Shape(box=box, paint=BLACK, radius=3))
    assert text_of(painter, Shape(box=box, paint=BLACK, radius=99)) == round_ends
    assert round_ends.splitlines()[1] == "..++####++.."


def test_an_ellipse_touches_all_four_sides(painter: Painter) -> None:
    assert text_of(painter, Shape(box=Box(1, 1, 10, 6), kind="ellipse", paint=BLACK)) == drawn("""
        ............
        ..+++##+++..
        .++######++.
        .+########+.
        .+########+.
        .++######++.
        ..+++##+++..
        ............
    """)


def test_a_stroke_runs_inside_the_edge(painter: Painter) -> None:
    assert text_of(painter, Shape(box=Box(1, 1, 10, 6), stroke=Stroke(2, BLACK))) == drawn("""
        ............
        .##########.
        .##########.
        .##......##.
        .##......##.
        .##########.
        .##########.
        ............
    """)


def test_a_stroke_of_a_round_shape_leaves_its_middle_open(painter: Painter) -> None:
    rounded = text_of(painter, Shape(box=Box(1, 1, 10, 6), stroke=Stroke(1, BLACK), radius=3))
    ellipse = text_of(painter, Shape(box=Box(1, 1, 10, 6), stroke=Stroke(1, BLACK), kind="ellipse"))
    for text in (rounded, ellipse):
        assert text.splitlines()[3][4:8] == "...."
        assert text.splitlines()[1][5:7] == "##"


@pytest.mark.parametrize("kind", ["rectangle", "ellipse"])
@pytest.mark.parametrize("radius", [0, 2])
def test_a_stroke_wider_than_the_shape_fills_it(painter: Painter, kind: str, radius: int) -> None:
    box = Box(1, 1, 10, 6)
    stroked = Shape(box=box, kind=kind, stroke=Stroke(9, BLACK), radius=radius)
    filled = Shape(box=box, kind=kind, paint=BLACK, radius=radius)
    assert text_of(painter, stroked) == text_of(painter, filled)


def test_a_stroke_lies_over_the_fill(painter: Painter) -> None:
    picture = painter.draw(scene_of(Shape(box=Box(1, 1, 10, 6), paint=RED, stroke=Stroke(2, BLUE))))
    assert [picture.getpixel((x, 4)) for x in (0, 1, 2, 3, 5, 8, 9, 10, 11)] == [
        WHITE[:3], BLUE[:3], BLUE[:3], RED[:3], RED[:3], RED[:3], BLUE[:3], BLUE[:3], WHITE[:3],
    ]  # fmt: skip


def test_a_level_line_is_as_thick_as_its_stroke(painter: Painter) -> None:
    line = Shape(box=Box(1, 2, 9, 1), kind="line", stroke=Stroke(3, BLACK))
    assert text_of(painter, line) == drawn("""
        ............
        ............
        .#########..
        .#########..
        .#########..
        ............
        ............
        ............
    """)


def test_an_upright_line_is_as_thick_as_its_stroke(painter: Painter) -> None:
    line = Shape(box=Box(3, 1, 1, 6), kind="line", stroke=Stroke(2, BLACK))
    assert text_of(painter, line) == drawn("""
        ............
        ...##.......
        ...##.......
        ...##.......
        ...##.......
        ...##.......
        ...##.......
        ............
    """)


@pytest.mark.parametrize("box", [Box(1, 2, 9, 1), Box(3, 1, 1, 6), Box(1, 1, 1, 1), Box(1, 1, 2, 2), Box(1, 1, 9, 6)])
@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_the_ink_of_a_line_stays_in_its_bounds(painter: Painter, box: Box, width: int) -> None:
    line = Shape(box=box, kind="line", stroke=Stroke(width, BLACK))
    area = bounds(line, painter.fonts)
    ink = ink_of(painter, line)
    assert area is not None
    assert ink is not None
    assert inside(ink, area)


def test_a_slanted_line_runs_from_the_top_left_to_the_bottom_right(painter: Painter) -> None:
    line = Shape(box=Box(1, 0, 8, 8), kind="line", stroke=Stroke(2, BLACK))
    picture = painter.draw(scene_of(line)).convert("L")
    assert all(picture.getpixel((1 + step, step)) < 80 for step in range(8))
    assert all(picture.getpixel((8 - step, step)) == 255 for step in (0, 1, 2, 5, 6, 7))


def test_a_line_has_no_fill(painter: Painter) -> None:
    line = Shape(box=Box(1, 1, 8, 6), kind="line", paint=BLACK, stroke=None)
    assert ink_of(painter, line) is None


def test_modules_are_whole_pixels_in_the_middle_of_the_box(painter: Painter) -> None:
    assert text_of(painter, Modules(box=Box(1, 1, 10, 6), rows=("101", "010"), colour=BLACK)) == drawn("""
        ............
        .###...###..
        .###...###..
        .###...###..
        ....###.....
        ....###.....
        ....###.....
        ............
    """)


def test_bars_are_as_high_as_the_box(painter: Painter) -> None:
    assert text_of(painter, Modules(box=Box(1, 1, 10, 6), rows=("1011",), colour=BLACK)) == drawn("""
        ............
        ..##..####..
        ..##..####..
        ..##..####..
        ..##..####..
        ..##..####..
        ..##..####..
        ............
    """)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["rectangle", "ellipse"]),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    radius=st.integers(0, 50),
    stroke=st.integers(0, 12),
)
def test_shapes_are_the_same_in_a_mirror_and_upside_down(
    kind: str, width: int, height: int, radius: int, stroke: int
) -> None:
    mask = Shapes().mask(kind, width, height, radius, stroke)  # type: ignore[arg-type]
    rows = [mask.crop((0, y, width, y + 1)).tobytes() for y in range(height)]
    assert rows == rows[::-1]
    assert all(row == row[::-1] for row in rows)
    assert mask.getbbox() is not None


def test_the_place_of_a_shape_does_not_change_how_it_looks(painter: Painter) -> None:
    pictures = []
    for x in (-6, 0, 3):
        shape = Shape(box=Box(x, 2, 9, 7), kind="ellipse", paint=RED, stroke=Stroke(2, BLUE))
        pictures.append(painter.draw(scene_of(shape, width=30, height=12)).crop((x + 6, 0, x + 9, 12)))
    assert all(difference(pictures[0], other) is None for other in pictures[1:])


def test_masks_are_kept_within_their_bytes() -> None:
    shapes = Shapes()
    for width in range(500, 560):
        shapes.mask("ellipse", width, 700)
    assert MASK_BYTES / 2 < shapes._masks.size <= MASK_BYTES
    assert shapes.mask("ellipse", 559, 700) is shapes.mask("ellipse", 559, 700)


@pytest.mark.parametrize("line", [0.05, 0.2, 0.9])
@pytest.mark.parametrize("closed", [True, False])
def test_a_line_thinner_than_a_pixel_is_drawn(line: float, closed: bool) -> None:
    mask = draw_path(PathForm(3, 2, ((0.3, 0.4), (2.1, 0.7), (1.2, 1.9)), line, closed))
    assert mask.size == (3, 2)
    assert mask.getbbox() is not None
