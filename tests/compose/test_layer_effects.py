"""The effects of layers, as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.facts import Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Colour, Effects, Group, Node, Rotation, Shadow, Shape
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
    assert node[2:] == (0.5, Shadow(0, 4, 16, Colour(0, 0, 0, 64)), TURNED)
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
