"""What is done to a group that was drawn as one picture."""

from __future__ import annotations

import pytest
from PIL import Image

from any_scene import asset_of
from livecontent.looks import Effects, Rotation
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Colour, Gradient, Group, Node, Picture, Scene, Shadow, Shape
from pixels import BLACK, BLUE, RED, WHITE, difference, furthest, scene_of

MID = Colour(120, 90, 60)


def turned(degrees: float, *nodes: Node, box: Box) -> Group:
    return Group(box=box, nodes=nodes, effects=Effects(Rotation(degrees)))


def square(painter: Painter, *nodes: Node, side: int = 60, ground: Colour = WHITE) -> Image.Image:
    return painter.draw(scene_of(*nodes, width=side, height=side, background=ground))


@pytest.mark.parametrize("box", [Box(10, 14, 30, 20), Box(10, 14, 31, 20), Box(9, 15, 31, 21)])
@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
def test_a_quarter_turn_moves_pixels_and_changes_none(painter: Painter, box: Box, quarters: int) -> None:
    node = Picture(box=box, asset=asset_of(painter, "RGB"), fit="stretch")
    upright = square(painter, node).crop((box.x, box.y, box.x + box.width, box.y + box.height))
    picture = square(painter, turned(90 * quarters, node, box=box))
    expected = upright.rotate(-90 * quarters, expand=True)
    found = difference(picture, Image.new("RGB", (60, 60), "white"))
    assert found is not None
    assert found[2:] == expected.size
    shown = picture.crop((found.x, found.y, found.x + found.width, found.y + found.height))
    assert difference(shown, expected) is None


def test_it_turns_clockwise_around_the_middle_of_its_box(painter: Painter) -> None:
    bar = Shape(box=Box(30, 28, 25, 4), paint=BLACK)
    picture = square(painter, turned(30, bar, box=Box(0, 0, 60, 60)))
    assert picture.getpixel((30 + 17, 30 + 10)) == (0, 0, 0)
    assert picture.getpixel((30 + 17, 30 - 10)) == (255, 255, 255)


@pytest.mark.parametrize("ground", [WHITE, BLACK, MID])
@pytest.mark.parametrize("paint", [MID, Gradient((MID, MID), 90)])
def test_edges_have_no_other_colour_than_that_of_the_ink_and_what_is_beneath(
    painter: Painter, ground: Colour, paint: Colour
) -> None:
    node = turned(17, Shape(box=Box(14, 14, 32, 32), paint=paint, radius=6), box=Box(10, 10, 40, 40))
    picture = square(painter, node, ground=ground)
    for band, low, high in zip(picture.split(), map(min, MID, ground), map(max, MID, ground), strict=False):
        found = band.getextrema()
        assert (low - 1, high + 1)[0] <= found[0] <= found[1] <= high + 1


def test_one_colour_is_drawn_as_several_are_but_for_the_edges(painter: Painter) -> None:
    box = Box(10, 10, 40, 40)
    shape = Shape(box=box, paint=RED)
    many = square(painter, turned(17, shape._replace(paint=Gradient((RED, RED), 0)), box=box))
    assert furthest(square(painter, turned(17, shape, box=box)).reduce(4), many.reduce(4)) <= 9


def test_a_shadow_falls_downwards_whichever_way_a_layer_is_turned(painter: Painter) -> None:
    box = Box(20, 20, 20, 20)
    node = turned(180, Shape(box=box, paint=BLUE), box=box)._replace(shadow=Shadow(0, 8, 0, BLACK))
    picture = square(painter, node)
    assert picture.getpixel((30, 44)) == (0, 0, 0)
    assert picture.getpixel((30, 16)) == (255, 255, 255)


def test_what_was_bent_is_kept_by_its_value(painter: Painter) -> None:
    fresh = Painter(painter.fonts)
    box = Box(5, 5, 40, 20)
    scene = Scene(60, 60, WHITE, (turned(10, Shape(box=box, paint=MID, radius=9), box=box),))
    first = fresh.draw(scene)
    (cache,) = [cache for cache in fresh.caches if cache.name == "bent pictures"]
    assert (len(cache), cache.hits) == (1, 0)
    assert difference(fresh.draw(scene), first) is None
    assert (len(cache), cache.hits) == (1, 1)
