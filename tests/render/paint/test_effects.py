"""What is done to a group that was drawn as one picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO
from typing import Literal

import pytest
from PIL import Image, ImageChops, ImageDraw

from any_scene import asset_of, runs_of
from livecontent.looks import Blend, Curve, Cutout, Effects, Perspective, Rotation
from livecontent.render.paint.arched import Arcs
from livecontent.render.paint.painter import Painter
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Colour, Gradient, Group, Node, Picture, Scene, Shadow, Shape, Text
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


VIEW = Perspective(((4, 2), (46, 8), (40, 40), (0, 48)))


def test_the_corners_of_a_box_go_where_they_are_told(painter: Painter) -> None:
    box = Box(5, 5, 30, 20)
    inside = [Shape(box=Box(x, y, 6, 6), paint=RED) for x in (5, 29) for y in (5, 19)]
    node = Group(box=box, nodes=(Shape(box=box, paint=BLUE), *inside), effects=Effects(VIEW))
    picture = square(painter, node)
    corners = [(5 + x, 5 + y) for x, y in VIEW.corners]
    middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
    for x, y in corners:
        step = [(x + (middle[0] - x) * part, y + (middle[1] - y) * part) for part in (0.15, -0.1)]
        found = [picture.getpixel((min(max(int(across), 0), 59), min(max(int(down), 0), 59))) for across, down in step]
        assert found[0] == pytest.approx(RED[:3], abs=40), (x, y)
        assert found[1] == WHITE[:3], (x, y)
    assert picture.getpixel((int(middle[0]), int(middle[1]))) == pytest.approx(BLUE[:3], abs=2)


def test_a_view_of_the_box_itself_changes_nothing(painter: Painter) -> None:
    box = Box(10, 12, 30, 20)
    node = Picture(box=box, asset=asset_of(painter, "RGB"), fit="stretch")
    view = Perspective(((0, 0), (30, 0), (30, 20), (0, 20)))
    assert furthest(square(painter, Group(box, (node,), effects=Effects(view))), square(painter, node)) <= 1


def test_what_is_seen_small_is_even(painter: Painter) -> None:
    stripes = tuple(Shape(box=Box(x, 0, 2, 400), paint=BLACK) for x in range(0, 400, 5))
    view = Perspective(((0, 0), (40, 0), (40, 40), (0, 40)))
    picture = square(painter, Group(Box(0, 0, 400, 400), stripes, effects=Effects(view)))
    assert picture.crop((2, 2, 38, 38)).getextrema() == ((153, 153),) * 3


@pytest.mark.parametrize("upwards", [True, False])
@pytest.mark.parametrize("place", [-0.45, 0, 0.2, 0.45])
def test_what_is_on_an_arc_is_as_far_along_it_as_it_was(painter: Painter, upwards: bool, place: float) -> None:
    box = Box(20, 50, 100, 20)
    dot = Shape(box=Box(round(70 + 100 * place) - 3, 57, 6, 6), kind="ellipse", paint=BLACK)
    picture = square(painter, Group(box, (dot,), effects=Effects(Curve(40, upwards))), side=140)
    found = difference(picture, Image.new("RGB", (140, 140), "white"))
    assert found is not None
    angle, way = place * 100 / 40, 1 if upwards else -1
    wanted = (70 + 40 * math.sin(angle), 60 + way * 40 * (1 - math.cos(angle)))
    assert (found.x + found.width / 2, found.y + found.height / 2) == pytest.approx(wanted, abs=1.1)


@pytest.mark.parametrize("word", ["مرحبا", "क्षत्रिय", "Affiche"])
def test_letters_that_are_joined_stay_so_on_an_arc(painter: Painter, word: str) -> None:
    runs = runs_of(painter.fonts, word, 34, 30, 60, 600)
    text = Text(box=Box(20, 20, 160, 50), runs=runs, colour=BLACK)
    flat = square(painter, text, side=200)
    bent = square(painter, Group(text.box, (text,), effects=Effects(Curve(120))), side=200)
    assert pieces(bent) == pieces(flat)
    one, other = (
        ImageChops.invert(picture.convert("L")).resize((1, 1), Image.Resampling.BOX) for picture in (flat, bent)
    )
    assert one.getpixel((0, 0)) == pytest.approx(other.getpixel((0, 0)), rel=0.06)


def pieces(picture: Image.Image) -> int:
    """How many pieces of ink there are that do not touch."""
    ink = picture.convert("L").point(lambda value: 255 if value < 110 else 0)
    found = 0
    while box := ink.getbbox():
        row = ink.crop((box[0], box[1], box[2], box[1] + 1))
        start = row.tobytes().index(255)
        ImageDraw.floodfill(ink, (box[0] + start, box[1]), 0)
        found += 1
    return found


def test_cells_of_an_arc_are_the_same_for_all_words() -> None:
    arcs = Arcs()
    picture = Image.new("L", (40, 24), 255)
    box, area = Box(0, 0, 200, 40), Box(80, 8, 40, 24)
    target = Box(0, -10, 200, 120)
    once = arcs.bent(Curve(90), box, picture, area, target, Image.Resampling.BICUBIC)
    (cells,) = [value for value in vars(arcs).values() if isinstance(value, Cache)]
    assert (cells.hits, cells.misses) == (0, 1)
    assert difference(arcs.bent(Curve(90), box, picture, area, target, Image.Resampling.BICUBIC), once) is None
    assert (cells.hits, cells.misses) == (1, 1)
