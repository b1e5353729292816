"""What is done to a group that was drawn as one picture."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Literal

import pytest
from PIL import Image

from any_scene import asset_of
from livecontent.looks import Blend, Cutout, Effects, Rotation
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


BLENDS: dict[Blend, Callable[[int, int], float]] = {
    "multiply": lambda below, ink: below * ink / 255,
    "screen": lambda below, ink: below + ink - below * ink / 255,
    "overlay": lambda below, ink: 2 * below * ink / 255 if below < 128 else 255 - 2 * (255 - below) * (255 - ink) / 255,
    "darken": min,
    "lighten": max,
}
INK = Colour(200, 60, 120)


@pytest.mark.parametrize("blend", BLENDS)
@pytest.mark.parametrize("alpha", [255, 128])
@pytest.mark.parametrize("paint", [INK, Gradient((INK, INK), 0)])
def test_colours_are_mixed_with_those_beneath_by_the_formulas_of_css(
    painter: Painter, blend: Blend, alpha: int, paint: Colour | Gradient
) -> None:
    if isinstance(paint, Colour):
        paint = paint._replace(alpha=alpha)
    else:
        paint = Gradient(tuple(stop._replace(alpha=alpha) for stop in paint.stops), 0)
    shape = Shape(box=Box(0, 0, 60, 60), paint=paint)
    node = Group(box=shape.box, nodes=(shape,), effects=Effects(blend=blend))
    for ground in (WHITE, BLACK, MID, Colour(30, 200, 127)):
        found = square(painter, node, ground=ground).getpixel((30, 30))
        whole = [BLENDS[blend](below, ink) for below, ink in zip(ground, INK, strict=True)][:3]
        wanted = [below + (mixed - below) * alpha / 255 for below, mixed in zip(ground, whole, strict=False)]
        assert found == pytest.approx(wanted, abs=2.1)


@pytest.mark.parametrize("blend", BLENDS)
def test_in_a_picture_of_its_own_colours_are_mixed_only_with_those_of_that_picture(
    painter: Painter, blend: Blend
) -> None:
    shape = Shape(box=Box(20, 0, 40, 60), paint=INK)
    mixed = Group(box=shape.box, nodes=(shape,), effects=Effects(blend=blend))
    below = Shape(box=Box(0, 0, 40, 60), paint=MID)
    whole = Box(0, 0, 60, 60)
    alone = Group(box=whole, nodes=(below, mixed), effects=Effects(mask=Cutout(radius=0)))
    picture = square(painter, alone, ground=Colour(9, 99, 9))
    assert picture.getpixel((50, 30)) == INK[:3]
    wanted = [BLENDS[blend](one, ink) for one, ink in zip(MID, INK, strict=True)][:3]
    assert picture.getpixel((30, 30)) == pytest.approx(wanted, abs=1.1)


def mask_of(painter: Painter, mode: str) -> str:
    """A bitmap whose left half lets through."""
    left, right = {"RGBA": ((0, 0, 0, 255), (255, 255, 255, 0)), "L": (255, 0)}[mode]
    bitmap = Image.new(mode, (40, 20), right)
    bitmap.paste(left, (0, 0, 20, 20))
    out = BytesIO()
    bitmap.save(out, "PNG")
    return painter.images.add(out.getvalue())


@pytest.mark.parametrize("mode", ["RGBA", "L"])
def test_a_bitmap_masks_where_it_is_opaque_or_light_and_keeps_its_shape(painter: Painter, mode: str) -> None:
    box = Box(10, 0, 40, 60)
    node = Group(box=box, nodes=(Shape(box=box, paint=RED),), effects=Effects(mask=Cutout(mask_of(painter, mode))))
    picture = square(painter, node)
    assert [picture.getpixel((x, 30)) for x in (5, 12, 27, 33, 48)] == [
        WHITE[:3],
        RED[:3],
        RED[:3],
        WHITE[:3],
        WHITE[:3],
    ]
    assert [picture.getpixel((20, y)) for y in (18, 22, 38, 42)] == [WHITE[:3], RED[:3], RED[:3], WHITE[:3]]


@pytest.mark.parametrize(("mask", "kind", "radius"), [(Cutout(), "ellipse", 0), (Cutout(radius=12), "rectangle", 12)])
def test_a_shape_masks_as_it_is_drawn(
    painter: Painter, mask: Cutout, kind: Literal["ellipse", "rectangle"], radius: int
) -> None:
    box = Box(6, 10, 44, 36)
    inside = Shape(box=Box(0, 0, 60, 60), paint=RED)
    cut = square(painter, Group(box=box, nodes=(inside,), effects=Effects(mask=mask)))
    assert furthest(cut, square(painter, Shape(box=box, kind=kind, paint=RED, radius=radius))) <= 1


def tinted(painter: Painter, bitmap: Image.Image, tint: Colour) -> Image.Image:
    out = BytesIO()
    bitmap.save(out, "PNG")
    return square(painter, Picture(Box(0, 0, 60, 60), painter.images.add(out.getvalue()), tint=tint), ground=MID)


def test_a_tint_makes_a_silhouette_of_what_is_transparent_and_keeps_the_light_of_what_is_not(painter: Painter) -> None:
    icon = Image.new("RGBA", (60, 60), (1, 2, 3, 0))
    icon.paste((250, 240, 9, 255), (0, 0, 30, 60))
    found = tinted(painter, icon, RED)
    assert [found.getpixel((x, 30)) for x in (10, 50)] == [RED[:3], MID[:3]]
    photo = Image.linear_gradient("L").rotate(90).convert("RGB")
    found = tinted(painter, photo, BLUE)
    assert found.getpixel((0, 30)) == pytest.approx((0, 0, 255), abs=9)
    assert found.getpixel((30, 30)) == pytest.approx((127, 127, 255), abs=9)
    assert found.getpixel((59, 30)) == pytest.approx((255, 255, 255), abs=9)
    half = tinted(painter, Image.new("RGB", (9, 9), (0, 0, 0)), BLUE._replace(alpha=128))
    assert half.getpixel((30, 30)) == pytest.approx((0, 0, 128), abs=1)
