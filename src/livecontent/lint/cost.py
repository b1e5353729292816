"""What an opening costs: a compiled creative in; the share of each variant that is drawn anew, and why, out.

An estimate at publish, by the boxes of layers: words seldom fill theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from livecontent.compose.context import ComposeContext, make_context
from livecontent.compose.memo import MemoizedLayer
from livecontent.creative.layers import GroupLayer, Layer, RepeatLayer, kind_of
from livecontent.facts import Moment
from livecontent.render.compile import CompiledCreative, CompiledVariant
from livecontent.render.encode.tiles import TileRange
from livecontent.render.paint.bounds import with_shadow
from livecontent.render.regions import touching
from livecontent.scene import Box, Shape


class Forced(NamedTuple):
    """A part of the picture, from 0 to 1, and the layers that share it: one of them changes, all are drawn."""

    share: float
    layers: tuple[str, ...]


class Cost(NamedTuple):
    """Of a variant: how much of the picture is drawn anew where nothing was seen before, and why."""

    variant: str
    share: float
    parts: tuple[Forced, ...]  # the largest first


def costs_of(compiled: CompiledCreative) -> list[Cost]:
    """The costs of all variants."""
    desk = make_context(compiled.published.creative, Moment({}), compiled.materials)
    return [_cost(name, cast, desk) for name, cast in compiled.casts.items()]


def _cost(name: str, cast: CompiledVariant, desk: ComposeContext) -> Cost:
    grid = cast.plate.encoder.grid
    canvas = grid.box(grid.whole)
    places: list[TileRange | None] = []
    names: list[str] = []
    for layer in cast.layers:
        for inner, box in _leaves(layer.layer, canvas, desk) if isinstance(layer, MemoizedLayer) else ():
            area = with_shadow(box, Shape(box=box, shadow=desk.shadow(inner.shadow)))
            places.append(grid.tiles(area))
            names.append(_name(inner))
    parts = []
    for tiles, members in touching(places):
        area = grid.box(tiles)
        share = area.width * area.height / (canvas.width * canvas.height)
        parts.append(Forced(share, tuple(dict.fromkeys(names[index] for index in members))))
    return Cost(name, sum(part.share for part in parts), tuple(sorted(parts, reverse=True)))


def _leaves(layer: Layer, within: Box, desk: ComposeContext) -> Iterator[tuple[Layer, Box]]:
    """The layers that are drawn, and where."""
    box = desk.box(layer.box, within)
    if isinstance(layer, GroupLayer):
        for inner in layer.group:
            yield from _leaves(inner, box, desk)
    elif isinstance(layer, RepeatLayer):
        step = (box.height if layer.direction == "column" else box.width) + desk.px(layer.gap)
        for index in range(layer.limit):
            dx, dy = (0, index * step) if layer.direction == "column" else (index * step, 0)
            for inner in layer.layers:
                yield from _leaves(inner, box._replace(x=box.x + dx, y=box.y + dy), desk)
    else:
        yield layer, box


def _name(layer: Layer) -> str:
    """A layer as its author finds it."""
    where = "" if layer.box is None else f" [{', '.join(f'{length:g}' for length in layer.box)}]"
    return f"{kind_of(layer)}{where}"
