"""The effects of layers, as they are written."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from livecontent.compose.context import LayoutContext
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.facts import Moment
from livecontent.lint.cost import costs_of
from livecontent.looks import Corners, Curve, Cutout, Effects, Perspective, Radial, Rotation
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Colour, Gradient, Group, Node, Picture, Shadow, Shape, Stroke
from livecontent.sources.registry import VOCABULARY
from made_creatives import NOW, composed, creative_of, loaded_of, moment_of

WHITE = Colour(255, 255, 255)
TURNED = Effects(Rotation(-8))
KINDS = (
    "fill: white",
    "image: a.jpg",
    "text: Hi",
    "shape: ellipse, fill: white",
    "icon: umbrella",
    "countdown: 2026-12-24T18:00",
    "progress: 30",
    "code: abc",
    "group: [{fill: white}]",
)


def nodes_of(fonts: Fonts, *layers: str, moment: Moment | None = None, **keys: str) -> tuple[Node, ...]:
    return composed(creative_of(*layers, **keys), moment or Moment({}), fonts)[0].nodes


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_of_any_kind_is_turned_as_one(fonts: Fonts, kind: str) -> None:
    keys, now = f"{{{kind}, box: [10, 20, 100, 80]", moment_of(now=NOW)
    (node,) = nodes_of(fonts, f"{keys}, rotate: -8, opacity: 0.5, shadow: {{}}}}", moment=now, scale="2")
    assert isinstance(node, Group)
    assert node[0] == Box(20, 40, 200, 160)
    assert node[2:5] == (0.5, Shadow(0, 4, 16, Colour(0, 0, 0, 64)), TURNED)
    inside = node.nodes[0].nodes if kind.startswith("group") and isinstance(node.nodes[0], Group) else node.nodes
    assert inside == nodes_of(fonts, f"{keys}}}", moment=now, scale="2")


def test_layers_of_a_repeat_are_turned_item_by_item(fonts: Fonts) -> None:
    layer = "{repeat: recipient.basket, gap: 5, box: [0, 0, 30, 10], rotate: -8, layers: [{fill: white}]}"
    nodes = nodes_of(fonts, layer, moment=moment_of(recipient={"basket": [1, 2]}))
    boxes = [Box(0, 0, 30, 10), Box(0, 15, 30, 10)]
    assert [(node.box, node[4]) for node in nodes if isinstance(node, Group)] == [(box, TURNED) for box in boxes]
    assert nodes[1].nodes[0].nodes == (Shape(box=boxes[1], paint=WHITE),)  # type: ignore[union-attr]


def test_no_turn_is_no_effect(fonts: Fonts) -> None:
    assert nodes_of(fonts, "{fill: white, rotate: 0}") == nodes_of(fonts, "fill: white")


@pytest.mark.parametrize(
    ("layer", "cut"),
    [
        ("{text: Hello, box: [10, 0, 280, 20]}", ""),
        ("{text: Hello, box: [10, 0, 280, 20], rotate: 90}", "64%"),
        ("{text: Hello, box: [10, 0, 280, 20], rotate: 360}", ""),
        ("{text: Hello, box: [-100, 40, 280, 20], rotate: 90}", "64%"),
        ("{text: Hello, box: [-100, 40, 280, 20]}", "36%"),
        ("{group: [{text: Hello, box: [0, 0, 900, 20]}], box: [10, 0, 280, 20], rotate: 90}", ""),
    ],
)
def test_a_turned_box_is_measured_as_it_stands(
    layer: str, cut: str, tmp_path: Path, available: AvailableAssets
) -> None:
    text = f"title: T\nsize: 300x100\nvariants: [{{name: a, layers: [{layer}]}}]\n"
    warnings = loaded_of(tmp_path / "a", text, available).warnings
    bent = ", as its effects bend it," if "rotate" in layer else ""
    told = f"{cut} of the box{bent} is outside the image, which has 300 x 100 pixels"
    assert [problem.message for problem in warnings] == ([told] if cut else [])


def test_radius_stroke_and_dash_are_what_is_written(fonts: Fonts) -> None:
    nodes = nodes_of(
        fonts,
        "{shape: rectangle, fill: white, radius: [1, 2, 3, 4]}",
        "{shape: rectangle, radius: [2, 2, 2, 2], stroke: {width: 1, dash: [6, 4]}}",
        "{image: a.jpg, radius: 8, stroke: {width: 3, color: white}}",
        "{image: a.jpg, stroke: {color: '#ffffff80'}, opacity: 0.5}",
        scale="2",
    )
    whole, half = Box(0, 0, 600, 200), WHITE._replace(alpha=128)
    assert nodes == (
        Shape(box=whole, paint=WHITE, radius=Corners(2, 4, 6, 8)),
        Shape(box=whole, radius=4, stroke=Stroke(2, Colour(0, 0, 0), (12, 8))),
        Picture(box=Box(3, 3, 594, 194), asset="digest-of-a", radius=13),
        Shape(box=whole, radius=16, stroke=Stroke(6, WHITE)),
        Group(whole, (Picture(whole, "digest-of-a"), Shape(whole, stroke=Stroke(2, half))), 0.5),
    )


@pytest.mark.parametrize(
    ("mask", "wanted"),
    [
        ("ellipse", Cutout()),
        ("rounded", Cutout(radius=100)),
        ("{radius: 12}", Cutout(radius=24)),
        ("{radius: [1, 2, 3, 4]}", Cutout(radius=Corners(2, 4, 6, 8))),
        ("a.jpg", Cutout("digest-of-a")),
        ("'{{ recipient.tier }}.jpg'", Cutout("digest-of-a")),
    ],
)
def test_masks_are_what_is_written(fonts: Fonts, mask: str, wanted: Cutout) -> None:
    layer = f"{{fill: white, mask: {mask}, blend: multiply}}"
    nodes = nodes_of(fonts, layer, moment=moment_of(recipient={"tier": "a"}), scale="2")
    whole = Box(0, 0, 600, 200)
    assert nodes == (Group(whole, (Shape(whole, paint=WHITE),), effects=Effects(None, wanted, "multiply")),)


def test_a_layer_whose_mask_is_not_there_is_left_out(fonts: Fonts) -> None:
    layer = "{fill: white, mask: '{{ recipient.tier }}.jpg'}"
    _, made = composed(creative_of(layer), moment_of(recipient={"tier": "b"}), fonts)
    assert made.left_out == ["fill: there is no file 'b.jpg'"]


def test_a_tint_is_that_of_the_image(fonts: Fonts) -> None:
    (node,) = nodes_of(fonts, "{image: a.jpg, tint: white}")
    assert node == Picture(Box(0, 0, 300, 100), "digest-of-a", tint=WHITE)


def test_a_row_is_turned_around_the_middle_of_what_it_takes(fonts: Fonts) -> None:
    layer = (
        "{row: [{fill: white, width: 40, height: 20}], box: [0, 0, 300, 100], width: auto, height: auto, rotate: -8}"
    )
    (node,) = nodes_of(fonts, layer)
    assert node == Group(Box(0, 0, 40, 20), (Shape(Box(0, 0, 40, 20), paint=WHITE),), effects=TURNED)


def test_gradients_are_what_is_written(fonts: Fonts) -> None:
    nodes = nodes_of(
        fonts,
        "fill: {gradient: [white, black 20%, white, black]}",
        "fill: {gradient: [white, black], radial: circle, center: [30%, 0%]}",
        "fill: {gradient: [white, black], radial: ellipse}",
    )
    black = Colour(0, 0, 0)
    assert [node.paint for node in nodes if isinstance(node, Shape)] == [
        Gradient((WHITE, black, WHITE, black), 180, (0, 0.2, pytest.approx(0.6), 1)),  # type: ignore[arg-type]
        Gradient((WHITE, black), 0, radial=Radial(0.3, 0, True)),
        Gradient((WHITE, black), 0, radial=Radial(0.5, 0.5)),
    ]


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ("{shape: rectangle, fill: white, radius: [1, 2, 3]}", "a radius is one number or [top left, top right"),
        ("{shape: rectangle, fill: white, radius: round}", "a radius is one number or [top left, top right"),
        ("{shape: rectangle, fill: white, radius: -1}", "each 0 to 2000 CSS pixels"),
        ("{shape: line, stroke: {dash: 6}}", "a dash is [its length, the gap after it]"),
        ("{fill: {gradient: [white, black 130%]}}", "the places of colours are 0% to 100%"),
        ("{fill: {gradient: [white 60%, black 20%]}}", "none before that of the colour before it"),
        ("{fill: {gradient: [white, black of 20%]}}", "a place is a percentage, such as 30%"),
        ("{fill: {gradient: [white, black], radial: circle, angle: 3}}", "a radial gradient has a center and no angle"),
        ("{fill: {gradient: [white, black], center: [0%, 0%]}}", "a center is that of a radial gradient"),
        ("{fill: white, mask: b.png}", "there is no file 'b.png'"),
        ("{fill: white, mask: {radius: [1, 2]}}", "a radius is one number or [top left, top right"),
        ("{fill: white, blend: burn}", "'burn' is not allowed here; allowed: 'multiply', 'screen', 'overlay'"),
        ("{text: Hi, stroke: {dash: [6, 4]}}", "the stroke of letters has no dash"),
    ],
)
def test_what_is_no_effect_is_told(layer: str, told: str, tmp_path: Path, available: AvailableAssets) -> None:
    with pytest.raises(CreativeError) as raised:
        loaded_of(tmp_path / "a", f"title: T\nsize: 300x100\nvariants: [{{name: a, layers: [{layer}]}}]\n", available)
    (problem,) = raised.value.problems
    assert told in problem.message
    assert problem.line == 3


def test_a_view_and_a_curve_are_what_is_written(fonts: Fonts) -> None:
    corners = "[[20, 30], [60, 34], [58, 50], [18, 60]]"
    view = Perspective(((20.0, 20.0), (100.0, 28.0), (96.0, 60.0), (16.0, 80.0)))
    whole = Box(20, 40, 80, 40)
    (node,) = nodes_of(fonts, f"{{fill: white, box: [10, 20, 40, 20], perspective: {corners}}}", scale="2")
    shape = Shape(whole, paint=WHITE)
    assert node == Group(whole, (shape,), effects=Effects(view))
    group = f"{{group: [{{fill: white, box: [0, 0, 40, 20], perspective: {corners}}}], box: [10, 20, 99, 99]}}"
    (node,) = nodes_of(fonts, group, scale="2")
    assert node[4] == Effects(Perspective(tuple((x + 20, y + 40) for x, y in view.corners)))
    layer = "{fill: white, box: [10, 20, 40, 20], curve: -90, rotate: -8, mask: ellipse, blend: screen, opacity: 0.5}"
    (node,) = nodes_of(fonts, layer, scale="2")
    bent = Effects(Curve(pytest.approx(80 / math.pi * 2), False), Cutout())  # type: ignore[arg-type]
    turned = Effects(Rotation(-8), None, "screen")
    assert node == Group(whole, (Group(whole, (shape,), effects=bent),), 0.5, effects=turned)
    (node,) = nodes_of(fonts, "{fill: white, box: [10, 20, 40, 20], curve: {radius: 30}}", scale="2")
    assert node[4] == Effects(Curve(60))


FOUR = "a perspective is four corners [left, top] in CSS pixels"
SIDE = "these corners can't be those of a picture that is seen from the side"


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("perspective: [[0, 0], [9, 0], [9, 9]]", FOUR),
        ("perspective: [0, 0, 9, 9]", FOUR),
        ("perspective: 3", FOUR),
        ("perspective: [[0, 0], [9, 0], [9, x], [0, 9]]", FOUR),
        ("perspective: [[0, 0], [90, 0], [20, 20], [0, 90]]", SIDE),
        ("perspective: [[0, 0], [90, 90], [90, 0], [0, 90]]", SIDE),
        ("perspective: [[90, 0], [0, 0], [0, 90], [90, 90]]", SIDE),
        ("perspective: [[0, 0], [0, 0], [90, 90], [0, 90]]", SIDE),
        ("curve: {}", "'radius' is missing"),
        ("curve: {radius: 0}", "the radius of a curve is 1 or more"),
        ("curve: 400", "this must be at most 360"),
        ("curve: {radius: 20}", "the box is wider than the circle is round"),
        ("perspective: [[0, 0], [900, 0], [900, 900], [0, 900]]", "more than 4 times as large as the image"),
    ],
)
def test_what_can_not_be_bent_is_told(keys: str, told: str, tmp_path: Path, available: AvailableAssets) -> None:
    layer = f"{{fill: white, box: [0, 0, 280, 90], {keys}}}"
    with pytest.raises(CreativeError) as raised:
        loaded_of(tmp_path / "a", f"title: T\nsize: 300x100\nvariants: [{{name: a, layers: [{layer}]}}]\n", available)
    (problem,) = raised.value.problems
    assert told in problem.message
    assert problem.line == 3


def test_what_is_enlarged_is_warned_of_and_a_circle_is_measured_as_it_is_seen(
    tmp_path: Path, available: AvailableAssets
) -> None:
    blurred = "{text: Hi, box: [0, 0, 40, 20], perspective: [[0, 0], [280, 0], [280, 90], [0, 90]]}"
    round_ = "{text: Hi, box: [37, 8, 226, 14], curve: 360}"
    text = f"title: T\nsize: 300x100\nvariants: [{{name: a, layers: [{blurred}, {round_}]}}]\n"
    (warning,) = loaded_of(tmp_path / "a", text, available).warnings
    assert warning.message == "this enlarges the box 32 times, and would be blurred"


def test_a_turned_box_costs_what_is_redrawn(tmp_path: Path, available: AvailableAssets, painter: Painter) -> None:
    heights = []
    for turn in (0, 90):
        layer = f"{{text: '{{{{ recipient.id | default: 1 }}}}', box: [100, 90, 100, 20], rotate: {turn}}}"
        text = f"title: T\nsize: 300x200\nformat: png\nalt: x\nvariants: [{{name: a, layers: [{layer}]}}]\n"
        loaded = loaded_of(tmp_path / str(turn), text, available)
        (cost,) = costs_of(CompiledCreative(loaded, Workshop.of(painter, VOCABULARY)), LayoutContext(painter.fonts))
        heights.append(cost.share * 400)
    assert heights[0] <= 40 + 2 * 32  # strips of 32 rows
    assert 200 <= heights[1] <= 200 + 2 * 32
