"""What an open costs: the share of each variant that is redrawn, and why.

An estimate at publish, by the boxes of layers: words seldom fill theirs.
"""

from collections.abc import Iterator
from typing import NamedTuple

from livecontent.compose.context import LayoutContext, placed
from livecontent.compose.layer import Layer
from livecontent.compose.values import Rect
from livecontent.lint.bent import bent_box
from livecontent.render.compile import CompiledCreative, CompiledVariant
from livecontent.render.encode.tiles import TileRange
from livecontent.render.paint.bounds import spread
from livecontent.render.regions import touching
from livecontent.scene import Shape


class Forced(NamedTuple):
    """A part of the image, from 0 to 1, and the layers that share it: one of them changes, all are drawn."""

    share: float
    layers: tuple[str, ...]


class Cost(NamedTuple):
    """Of a variant: how much of the image is drawn anew where nothing was seen before, and why."""

    variant: str
    share: float
    parts: tuple[Forced, ...]  # the largest first


def costs_of(compiled: CompiledCreative, layout: LayoutContext) -> list[Cost]:
    """The costs of all variants."""
    creative = compiled.loaded.creative
    scaled = layout.at_scale(creative.scale)
    return [
        _cost(one, Rect(0, 0, *creative.size_of(one.variant)), scaled)
        for one in compiled.variants.values()
        if not one.variant.collapse
    ]


def _cost(variant: CompiledVariant, canvas: Rect, layout: LayoutContext) -> Cost:
    grid = variant.images().base.encoder.grid
    whole = grid.box(grid.whole)
    places: list[TileRange | None] = []
    names: list[str] = []
    for layer in variant.changing:
        for inner, rect in _leaves(layer, canvas):
            box = layout.box(bent_box(inner, rect))
            area = spread(box, Shape(box=box, shadow=layout.shadow(inner.shadow)))
            places.append(grid.tiles(area))
            names.append(_name(inner))
    parts = []
    for tiles, members in touching(places):
        area = grid.box(tiles)
        share = area.width * area.height / (whole.width * whole.height)
        parts.append(Forced(share, tuple(dict.fromkeys(names[index] for index in members))))
    return Cost(variant.variant.name, sum(part.share for part in parts), tuple(sorted(parts, reverse=True)))


def _leaves(layer: Layer, within: Rect) -> Iterator[tuple[Layer, Rect]]:
    """The layers that are drawn, and where."""
    alone = layer.as_one and not layer.repeats
    inside = [] if alone else [inner for layers in layer.inner().values() for inner in layers]
    if not inside:
        yield from ((one, one.boxes(placed(one.box, within))[0]) for one in layer.variations())
    boxes = layer.boxes(placed(layer.box, within))
    for box in boxes if inside else ():
        for inner in inside:
            yield from _leaves(inner, box)


def _name(layer: Layer) -> str:
    """A layer as its author finds it."""
    where = "" if layer.box is None else f" [{', '.join(f'{length:g}' for length in layer.box)}]"
    return f"{layer.kind}{where}"
