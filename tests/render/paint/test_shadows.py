"""Shadows: where they fall, how far they reach, and what throws them."""

from __future__ import annotations

import pytest
from PIL import Image

from livecontent.render.paint.bounds import bounds
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Colour, Face, Group, Run, Shadow, Shape, Text
from pixels import BLACK, BLUE, RED, as_text, difference, drawn, furthest, ink_of, inside, scene_of

CLEAR = Colour(0, 0, 0, 0)


def test_a_shadow_without_blur_is_a_copy_at_its_offset_under_the_node(painter: Painter) -> None:
    shape = Shape(box=Box(1, 1, 5, 3), paint=Colour(128, 128, 128), shadow=Shadow(3, 2, 0, BLACK))
    assert as_text(painter.draw(scene_of(shape))) == drawn("""
        ............
        .+++++......
        .+++++......
        .+++++###...
        ....#####...
        ....#####...
        ............
        ............
    """)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (6, 0), (-6, 0), (0, 9), (4, -7), (40, 40)])
@pytest.mark.parametrize("blur", [0, 1, 2, 3, 4, 7, 15, 40])
def test_a_shadow_stays_in_the_bounds_of_its_node(painter: Painter, dx: int, dy: int, blur: int) -> None:
    for width in (1, 20):
        shape = Shape(box=Box(50, 50, width, 20), paint=BLACK, shadow=Shadow(dx, dy, blur, BLACK))
        ink, area = ink_of(painter, shape), bounds(shape, painter.fonts)
        assert ink is not None
        assert area is not None
        assert inside(ink, area)


@pytest.mark.parametrize("blur", [1, 2, 5, 12, 20])
def test_a_shadow_is_even_on_all_sides(painter: Painter, blur: int) -> None:
    shape = Shape(box=Box(-100, 30, 40, 40), paint=BLACK, shadow=Shadow(130, 0, blur, BLACK))
    picture = painter.draw(scene_of(shape, width=100, height=100)).convert("L")
    for turned in (Image.Transpose.ROTATE_90, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM):
        assert furthest(picture, picture.transpose(turned)) <= 1


def test_the_blur_of_a_shadow_is_twice_its_standard_deviation(painter: Painter) -> None:
    """At the edge of a wide shadow half is left, one standard deviation outside 16 %, two 2 %."""
    upper = Shape(box=Box(-200, 100, 500, 100), paint=BLACK, shadow=Shadow(0, -60, 20, BLACK))
    picture = painter.draw(scene_of(upper, width=50, height=90)).convert("L")
    shadow = {distance: 1 - picture.getpixel((25, 40 - distance)) / 255 for distance in (-10, 1, 10, 20)}
    assert shadow[-10] == pytest.approx(0.85, abs=0.03)
    assert shadow[1] == pytest.approx(0.48, abs=0.03)
    assert shadow[10] == pytest.approx(0.16, abs=0.03)
    assert shadow[20] == pytest.approx(0.02, abs=0.015)


def test_a_shadow_has_its_own_colour_and_strength(painter: Painter) -> None:
    shape = Shape(box=Box(1, 1, 3, 3), paint=RED, shadow=Shadow(5, 2, 0, Colour(0, 0, 255, 128)))
    picture = painter.draw(scene_of(shape))
    assert picture.getpixel((2, 2)) == RED[:3]
    assert picture.getpixel((7, 4)) == (127, 127, 255)


def test_what_lets_light_through_throws_a_weaker_shadow(painter: Painter) -> None:
    shape = Shape(box=Box(1, 1, 3, 3), paint=Colour(255, 0, 0, 128), shadow=Shadow(5, 2, 0, BLACK))
    assert painter.draw(scene_of(shape)).getpixel((7, 4)) == (127, 127, 127)
    nothing = Shape(box=Box(1, 1, 3, 3), paint=CLEAR, shadow=Shadow(5, 2, 0, BLACK))
    assert ink_of(painter, nothing) is None


def test_letters_throw_shadows_of_letters(painter: Painter) -> None:
    runs = (Run("H", Face("Inter/Inter.ttf", 400), 20, 4, 20),)
    plain = Text(box=Box(0, 0, 9, 9), runs=runs, colour=BLACK)
    moved = Text(box=Box(0, 0, 9, 9), runs=(Run("H", Face("Inter/Inter.ttf", 400), 20, 34, 20),), colour=BLUE)
    thrown = Text(box=Box(0, 0, 9, 9), runs=runs, colour=BLACK, shadow=Shadow(30, 0, 0, BLUE))
    both = painter.draw(scene_of(plain, moved, width=60, height=24))
    assert difference(painter.draw(scene_of(thrown, width=60, height=24)), both) is None


def test_a_group_throws_one_shadow(painter: Painter) -> None:
    shapes = (Shape(box=Box(0, 0, 3, 3), paint=RED), Shape(box=Box(2, 2, 3, 3), paint=BLUE))
    half = Colour(0, 0, 0, 128)
    group = Group(box=Box(0, 0, 5, 5), nodes=shapes, shadow=Shadow(6, 0, 0, half))
    picture = painter.draw(scene_of(group))
    assert picture.getpixel((8, 2)) == picture.getpixel((6, 0)) == (127, 127, 127)


def test_a_shadow_from_outside_falls_into_the_picture(painter: Painter) -> None:
    outside = Shape(box=Box(-20, 1, 10, 4), paint=RED, shadow=Shadow(14, 0, 0, BLACK))
    assert as_text(painter.draw(scene_of(outside, width=6, height=6))) == drawn("""
        ......
        ####..
        ####..
        ####..
        ####..
        ......
    """)
