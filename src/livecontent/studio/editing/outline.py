"""Where the layers of a variant stand for some facts: each with its box, though groups, rows and lists hold others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from livecontent.compose.context import ContentContext, LayoutContext, placed
from livecontent.compose.kinds.group import GroupLayer
from livecontent.compose.kinds.repeat import RepeatLayer
from livecontent.compose.layer import Block, Layer, blocks_of, one_before, shows
from livecontent.compose.values import Rect
from livecontent.creative.plain_yaml import YamlPath
from livecontent.expressions.template import MissingValueError


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """A layer for some facts; boxes in CSS pixels from the corner of the canvas."""

    path: YamlPath
    layer: Layer
    depth: int
    box: Rect | None  # None where it is not shown
    within: Rect  # what its own box is placed from
    flows: bool  # whether a row or column tells where it stands
    why: str = ""  # it is not shown
    copies: tuple[Rect, ...] = ()  # where the further items of a list stand


@dataclass(frozen=True, slots=True)
class LayerOutline:
    """Finds them, in the order in which they are drawn."""

    context: ContentContext
    layout: LayoutContext
    found: list[PlacedLayer] = field(default_factory=list)

    def add(self, layers: Sequence[Layer], path: YamlPath, canvas: Rect) -> None:
        """The layers of a variant, or those over all variants."""
        blocks = [block.layer.settled(block, self.layout) for block in blocks_of(layers, canvas, self.context)]
        self._add(layers, path, canvas, self.context, iter(blocks), depth=0, flows=False)

    def _add(
        self,
        layers: Sequence[Layer],
        path: YamlPath,
        within: Rect,
        context: ContentContext,
        blocks: Iterator[Block],
        *,
        depth: int,
        flows: bool,
    ) -> None:
        """Layers whose blocks are the next ones: each takes as many as it comes to by itself."""
        for index, layer in enumerate(layers):
            own = context.with_own_notes()
            count = len(tuple(blocks_of((layer,), within, own, flowing=flows)))
            mine = [block for _, block in zip(range(count), blocks, strict=False)]
            here = (*path, index)
            if not mine:
                self.found.append(PlacedLayer(here, layer, depth, None, within, flows, _why_not(layer, own)))
                continue
            box = _around(mine) if flows or layer.flows else placed(mine[0].layer.box or layer.box, within)
            box = placed(layer.box, within) if layer.inner() and not (flows or layer.flows) else box
            at = len(self.found)
            self.found.append(PlacedLayer(here, layer, depth, box, within, flows))
            if context.live is None or layer.prefetched is None:
                copies = self._inside(layer, here, box, own.valid(layer.valid_for), mine, depth=depth + 1, flows=flows)
                self.found[at] = PlacedLayer(here, layer, depth, box, within, flows, copies=copies)

    def _inside(
        self,
        layer: Layer,
        path: YamlPath,
        box: Rect,
        context: ContentContext,
        blocks: Sequence[Block],
        *,
        depth: int,
        flows: bool,
    ) -> tuple[Rect, ...]:
        """The layers in another; of a list those of its first item."""
        copies: tuple[Rect, ...] = ()
        if isinstance(layer, RepeatLayer):
            items = _items(layer, context)
            if not items:
                return ()
            context = items[0]
            if flows:
                blocks = _held(blocks) if layer.direction else blocks
            else:
                box, *others = layer.places(box, len(items))
                copies = tuple(others)
            blocks = _held(blocks[:1]) if layer.as_one else blocks
        elif layer.flows or (isinstance(layer, GroupLayer) and (flows or layer.as_one)):
            blocks = _held(blocks)
            flows = layer.flows
        for key, inner in layer.inner().items():
            self._add(inner, (*path, key), box, context, iter(blocks), depth=depth, flows=flows)
        return copies


def _held(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks in others."""
    return [inner for block in blocks if type(block.value) is tuple for inner in block.value]


def _items(layer: RepeatLayer, context: ContentContext) -> Sequence[ContentContext]:
    try:
        return layer.listed.items(context)
    except MissingValueError:
        return ()


def _around(blocks: Sequence[Block]) -> Rect:
    """The smallest box around all."""
    boxes = [block.box for block in blocks]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Rect(left, top, right - left, bottom - top)


def _why_not(layer: Layer, context: ContentContext) -> str:
    """Why a layer is not shown, in the words of the engine."""
    if layer.before and one_before(layer, context):
        return "another is shown in its place"
    if context.left_out:
        return context.left_out[0]
    tested = shows(layer, context)
    if tested.value is None:
        return tested.note
    return f"{layer.when.source} is not so" if layer.when else "it is not its time, or there is nothing to show"
