"""Layers and a moment in, a scene out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from livecontent.compose.barcode import compose_barcode
from livecontent.compose.basic import (
    compose_fill,
    compose_icon,
    compose_image,
    compose_progress,
    compose_shape,
)
from livecontent.compose.context import ComposeContext, Substitution
from livecontent.compose.countdown import compose_countdown
from livecontent.compose.text.layout import compose_text
from livecontent.creative.layers import (
    CodeLayer,
    CountdownLayer,
    FillLayer,
    GroupLayer,
    IconLayer,
    ImageLayer,
    Layer,
    ProgressLayer,
    RepeatLayer,
    ShapeLayer,
    TextLayer,
    kind_of,
)
from livecontent.expressions.template import MissingValueError, RedactedValueError
from livecontent.expressions.unknown import UNSTEADY
from livecontent.expressions.window import lasts
from livecontent.scene import Box, Group, Node, Scene, Ticker


class Composed(NamedTuple):
    """What a layer has become: nodes, what is written in them, what had to be left out, for how long they move."""

    nodes: tuple[Node, ...]
    said: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    seconds: int = 1

    def compose(self, _canvas: Box, _desk: ComposeContext) -> Composed:
        """Itself, always."""
        return self


class Composable(Protocol):
    """A layer, and what is known of it in advance."""

    def compose(self, canvas: Box, desk: ComposeContext) -> Composed:
        """What it becomes at a moment."""


def compose(layers: Iterable[Composable | Layer], desk: ComposeContext) -> Scene:
    """The scene of layers. One whose facts are not known is left out, and noted."""
    size = desk.creative.size
    canvas = Box(0, 0, size.width * desk.scale, size.height * desk.scale)
    nodes: list[Node] = []
    seconds = 1
    for layer in layers:
        if type(layer) is not Composed and isinstance(layer, Layer):  # most are composed, and layers are of many kinds
            drawn = compose_layers((layer,), canvas, desk)
            found = Composed(drawn, seconds=seconds_of(drawn))
        else:
            found = layer.compose(canvas, desk)
        nodes += found.nodes
        desk.said += found.said
        desk.left_out += found.left_out
        desk.substitutions += found.substitutions
        if found.seconds > seconds:
            seconds = found.seconds
    return Scene(canvas.width, canvas.height, desk.creative.background, tuple(nodes), seconds)


def seconds_of(nodes: Iterable[Node]) -> int:
    """How long the countdowns among nodes are to run."""
    longest = 1
    for node in nodes:
        if isinstance(node, Ticker):
            longest = max(longest, node.seconds)
        elif isinstance(node, Group):
            longest = max(longest, seconds_of(node.nodes))
    return longest


def compose_layers(layers: Iterable[Layer], within: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """The nodes of layers, from bottom to top."""
    nodes: list[Node] = []
    for layer in layers:
        if desk.live:
            nodes += _compose_later(layer, within, desk)
        elif desk.holds(layer.when):
            nodes += _compose_layer(layer, within, desk)
    return tuple(nodes)


def _compose_layer(layer: Layer, within: Box, desk: ComposeContext) -> tuple[Node, ...]:
    try:
        return _COMPOSERS[type(layer)](layer, desk.box(layer.box, within), desk)
    except RedactedValueError as error:
        desk.substitutions.append(Substitution(layer, "left out", str(error)))
    except MissingValueError as error:
        desk.left_out.append(f"{kind_of(layer)}: {error}")
    return ()


def _compose_later(layer: Layer, within: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """On a prefetch: as live where it is valid for as long, else what its `prefetched` says, where it has one.

    That also stands for a layer of which time alone tells whether it is there.
    """
    if lasts(layer.valid_for):
        return compose_layers((layer,), within, desk.as_live())
    holds, _, timed = desk.holds_later(layer.when)
    if layer.prefetched is not None and (holds or timed):
        desk.substitutions.append(Substitution(layer, "replaced", "its prefetched form is shown"))
        if isinstance(layer.prefetched, tuple):
            return compose_layers(layer.prefetched, within, desk)
        return _compose_layer(layer, within, desk)
    if timed:
        why = f"{layer.when.source if layer.when else ''} {UNSTEADY}"
        desk.substitutions.append(Substitution(layer, "left out", why))
    return _compose_layer(layer, within, desk) if holds else ()


def compose_group(layer: GroupLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """Layers placed from the group's corner."""
    nodes = compose_layers(layer.group, box, desk)
    if layer.opacity == 1 and layer.shadow is None:
        return nodes
    return (Group(box=box, opacity=layer.opacity, shadow=desk.shadow(layer.shadow), nodes=nodes),)


def compose_repeat(layer: RepeatLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """Layers once for each item, side by side or below each other."""
    items = desk.words.get(layer.repeat)
    if not isinstance(items, list):
        raise MissingValueError(f"{layer.repeat} is not known")
    nodes: list[Node] = []
    gap = desk.px(layer.gap)
    for index in range(len(items[layer.offset :][: layer.limit])):
        dx = index * (box.width + gap) if layer.direction == "row" else 0
        dy = index * (box.height + gap) if layer.direction == "column" else 0
        place = box._replace(x=box.x + dx, y=box.y + dy)
        nodes += compose_layers(layer.layers, place, desk.with_item(layer.repeat, layer.offset + index))
    return tuple(nodes)


_COMPOSERS: Mapping[type[Layer], Callable[[Any, Box, ComposeContext], tuple[Node, ...]]] = MappingProxyType(
    {
        FillLayer: compose_fill,
        ImageLayer: compose_image,
        TextLayer: compose_text,
        ShapeLayer: compose_shape,
        IconLayer: compose_icon,
        CountdownLayer: compose_countdown,
        ProgressLayer: compose_progress,
        CodeLayer: compose_barcode,
        GroupLayer: compose_group,
        RepeatLayer: compose_repeat,
    }
)
