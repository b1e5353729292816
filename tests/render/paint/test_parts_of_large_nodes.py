"""Of a node that is larger than the region only the region is drawn, and it is the same part of the whole."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from any_scene import colours, parts, scenes
from livecontent.looks import Radial
from livecontent.render.paint import shapes
from livecontent.render.paint.arcs import ArcForm
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.paint.shapes import Shapes, gradient
from livecontent.scene import Arc, Box, Gradient, Group, Modules, Node, Picture, Shadow, Shape, Stroke
from pixels import BLACK, BLUE, RED, difference, scene_of

WIDTH, HEIGHT = 2000, 1500
WHOLE = Box(0, 0, WIDTH, HEIGHT)
REGION = Box(970, 3, 64, 48)
GRADIENT = Gradient((RED, BLACK, BLUE), 33)


def crop(picture: Image.Image, box: Box) -> Image.Image:
    return picture.crop((box.x, box.y, box.x + box.width, box.y + box.height))


@st.composite
def placed(draw: st.DrawFn, most: int = 400) -> tuple[int, int, Box]:
    """A size, and a part of it."""
    width, height = draw(st.integers(1, most)), draw(st.integers(1, most))
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return width, height, Box(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y)))


@settings(max_examples=200)
@given(
    stops=st.lists(colours, min_size=2, max_size=4).map(tuple),
    angle=st.floats(-360, 360) | st.sampled_from([0.0, 45.0, 90.0, 180.0]),
    radial=st.none() | st.builds(Radial, st.floats(-2, 3), st.floats(-2, 3), st.booleans()),
    part=placed(4000).filter(lambda it: it[0] * it[1] <= 400_000),
)
def test_a_part_of_a_gradient_is_that_of_the_whole(
    stops: Any, angle: float, radial: Radial | None, part: tuple[int, int, Box]
) -> None:
    width, height, box = part
    paint = Gradient(stops, angle, radial=radial)
    assert difference(gradient(paint, width, height, box), crop(gradient(paint, width, height), box)) is None


@settings(max_examples=200)
@given(
    kind=st.sampled_from(["rectangle", "ellipse", "line"]),
    part=placed(),
    radius=st.integers(0, 120),
    stroke=st.integers(0, 60),
)
def test_a_part_of_a_mask_is_that_of_the_whole(kind: Any, part: tuple[int, int, Box], radius: int, stroke: int) -> None:
    width, height, box = part
    whole = Shapes().mask(kind, width, height, radius, stroke)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_WHOLE", 0)
        assert difference(Shapes().mask(kind, width, height, radius, stroke, box), crop(whole, box)) is None


@settings(max_examples=200)
@given(
    side=st.integers(1, 300),
    thickness=st.integers(1, 160),
    start=st.floats(0, 360),
    sweep=st.floats(0.01, 360) | st.sampled_from([90.0, 180.0, 359.99, 360.0]),
    round_ends=st.booleans(),
    data=st.data(),
)
def test_a_part_of_an_arc_drawn_finely_is_that_of_the_whole_with_its_coarse_middle(
    side: int, thickness: int, start: float, sweep: float, round_ends: bool, data: st.DataObject
) -> None:
    form = ArcForm(side, min(thickness, max(side // 2, 1)), start, sweep, round_ends)
    x, y = data.draw(st.integers(0, side - 1)), data.draw(st.integers(0, side - 1))
    box = Box(x, y, data.draw(st.integers(1, side - x)), data.draw(st.integers(1, side - y)))
    kept = Shapes().arc(form, box)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_WHOLE", 0)
        assert difference(Shapes().arc(form, box), kept) is None


@settings(max_examples=60)
@given(data=st.data())
def test_a_region_is_that_of_the_whole_where_all_masks_are_drawn_by_parts(fonts: Fonts, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_WHOLE", 0)
        painter = Painter(fonts)
        scene, box = data.draw(scenes(painter)), data.draw(parts)
        assert difference(painter.region(scene, box), crop(painter.draw(scene), box)) is None


LARGE: dict[str, Node] = {
    "plain": Shape(box=WHOLE, paint=RED),
    "seen through": Shape(box=WHOLE, paint=RED._replace(alpha=90)),
    "gradient": Shape(box=WHOLE, paint=GRADIENT),
    "round corners": Shape(box=WHOLE, paint=GRADIENT, radius=200),
    "ellipse": Shape(box=WHOLE, kind="ellipse", paint=RED),
    "outline": Shape(box=WHOLE, kind="ellipse", stroke=Stroke(9, BLUE)),
    "arc": Arc(box=WHOLE, circle=Box(250, 0, 1500, 1500), thickness=90, start=300.0, sweep=99.0, paint=GRADIENT),
    "code": Modules(box=WHOLE, rows=("101", "010", "111"), colour=BLACK),
    "bars": Modules(box=WHOLE, rows=("1011",), colour=BLACK),
    "group": Group(box=WHOLE, nodes=(Shape(box=WHOLE, paint=RED), Shape(box=WHOLE, kind="ellipse", paint=BLUE))),
}
LARGE |= {f"{name}, faded": node._replace(opacity=0.5) for name, node in LARGE.items()}
LARGE |= {
    f"{name}, with a shadow": LARGE[name]._replace(shadow=Shadow(2, 2, 6, BLACK))
    for name in ("gradient", "ellipse", "group, faded")
}


@pytest.mark.parametrize("name", LARGE)
def test_nothing_much_larger_than_the_region_is_drawn(fonts: Fonts, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ground = Image.new("RGB", (WIDTH, HEIGHT), "white")
    scene = scene_of(LARGE[name], width=WIDTH, height=HEIGHT)
    whole = crop(Painter(fonts).draw(scene, ground), REGION)
    sizes: list[int] = []
    make, remake = Image.new, Image.Image._new

    def new(mode: str, size: tuple[int, int], *more: Any) -> Image.Image:
        sizes.append(size[0] * size[1])
        return make(mode, size, *more)

    def renew(self: Image.Image, core: Any) -> Image.Image:
        sizes.append(core.size[0] * core.size[1])
        return remake(self, core)

    monkeypatch.setattr(Image, "new", new)
    monkeypatch.setattr(Image.Image, "_new", renew)
    part = Painter(fonts).region(scene, REGION, ground)
    monkeypatch.undo()
    assert difference(part, whole) is None
    assert max(sizes) <= 16 * 96 * 80  # a mask is drawn four times larger, a shadow of what is around


@pytest.mark.parametrize("side", [2400, 2800])
def test_a_picture_as_large_as_a_creative_may_be_is_fitted_once(fonts: Fonts, side: int) -> None:
    painter = Painter(fonts)
    out = BytesIO()
    Image.linear_gradient("L").save(out, "PNG")
    node = Picture(box=Box(0, 0, side, side), asset=painter.images.add(out.getvalue()))
    pictures = [painter.images.fitted(node.asset, side, side, "cover")[0] for _ in range(2)]
    assert pictures[0] is pictures[1]
