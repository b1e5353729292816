"""Layers that come once for each item of a list."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from livecontent.compose.arrange import flow_item
from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.flow.boxes import FlowBox, FlowColumn, FlowGrid, FlowRow, FlowStyle
from livecontent.compose.flow.item import FlowItem
from livecontent.compose.flow.lengths import Placing
from livecontent.compose.kinds.group import held
from livecontent.compose.layer import Block, Flow, Layer, blocks_of
from livecontent.compose.listed import Listed, ListedValue, SortValue
from livecontent.compose.values import Length, Pixels, Rect
from livecontent.expressions.rule import Rule
from livecontent.facts import Need
from livecontent.scene import Node
from livecontent.vocabulary import EACH, FactPath, inside_repeat

_FLOWS: Mapping[str, type[FlowBox]] = MappingProxyType({"row": FlowRow, "column": FlowColumn, "grid": FlowGrid})
# Of the room of items that are not there, what is left before.
_BEFORE: Mapping[str, float] = MappingProxyType({"start": 0.0, "center": 0.5, "end": 1.0})
_USUAL, _MOST = 3, 60  # items of a list, and of a range, unless a limit is said


class RepeatLayer(Layer):
    """Layers once for each item of a list, which they know as `item`, with its `index` from 1, `first` and `last`.

    The box is the first item's. In a row or column the layers are children of it, unless a direction is said: then the
    items are a row, column or grid of their own in it. Each item is drawn as one where the layer has an opacity, a
    shadow or effects.
    """

    kind: ClassVar[str] = "repeat"
    repeats: ClassVar[bool] = True
    wishes: ClassVar[tuple[Length, Length]] = ("auto", "auto")

    repeat: ListedValue
    layers: Annotated[tuple["AnyLayer", ...], Field(min_length=1, max_length=60)]  # type: ignore[name-defined]  # noqa: F821
    where: Rule | None = None
    sort: SortValue | None = None
    offset: Annotated[int, Field(ge=0, le=1000)] = 0
    limit: Annotated[int, Field(ge=1, le=_MOST)] | None = None
    direction: Literal["row", "column", "grid"] | None = None
    columns: Annotated[int, Field(ge=1, le=12)] | None = None
    gap: Pixels = 0
    align: Placing = "stretch"
    justify: Literal["start", "center", "end"] = "start"

    @model_validator(mode="after")
    def _columns_of_a_grid(self) -> "RepeatLayer":
        if (self.columns is None) == (self.direction == "grid"):
            raise ValueError("a grid has columns: write direction: grid and columns: 3")
        return self

    @cached_property
    def listed(self) -> Listed:
        """Which items there are, and which of them are shown."""
        most = (_MOST if self.repeat.startswith("(") else _USUAL) if self.limit is None else self.limit
        return Listed(self.repeat, self.where, self.sort, self.offset, most)

    def needs(self) -> frozenset[Need]:
        """The facts that the list, or the ends of the range, are in, with their keys; those of its rule."""
        ruled = self.where.needs if self.where else ()
        return self.listed.needs.union(inside_repeat(need, self.each) for need in ruled)

    @property
    def each(self) -> FactPath | None:
        """Of the list; of a range there is none."""
        return None if self.listed.range else (*self.listed.paths[0], EACH)

    def inner(self) -> Mapping[str, tuple[Layer, ...]]:
        """Those of each item."""
        return {"layers": self.layers}

    def flowing(self, room: Rect, context: ContentContext) -> Iterable[Block]:
        """The layers of all items as children of a row or column, or as one that is a row, column or grid itself."""
        blocks: list[Block] = []
        flow = Flow(context.rtl)
        for one in self.listed.items(context):
            found = tuple(blocks_of(self.layers, room, one, flowing=True))
            alone = self.as_one and not self.direction
            blocks += (Block(self, room, found, flow=flow),) if alone and found else found
        return (Block(self, room, tuple(blocks), flow=flow),) if self.direction and blocks else blocks

    def item(self, block: Block, context: LayoutContext) -> FlowItem:
        """All items, or the layers below each other of one that is drawn as one."""
        if self.direction is None:
            return flow_item(block, lambda items: FlowColumn(*self.extents, FlowStyle(), items), context)
        kind = _FLOWS[self.direction]
        style = FlowStyle(self.gap, align=self.align, justify=self.justify, columns=self.columns or 1)
        return flow_item(block, lambda items: kind(*self.extents, style, items), context)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The blocks of all items, side by side or below each other."""
        blocks: list[Block] = []
        items = self.listed.items(context)
        for here, one in zip(self.places(box, len(items)), items, strict=True):
            found = tuple(blocks_of(self.layers, here, one))
            blocks += (Block(self, here, found),) if self.as_one else found
        return blocks

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """One node that holds those of an item."""
        return held(self, block, context)

    def boxes(self, box: Rect) -> Sequence[Rect]:
        """One for each item, where there are as many as can be."""
        return self.places(box, self.listed.most)

    def places(self, box: Rect, count: int) -> Sequence[Rect]:
        """Boxes side by side or below each other; fewer than there may be stand where `justify` says."""
        right, down = box.width + self.gap, box.height + self.gap
        most = self.listed.most if self.limit or not self.listed.range else count
        columns = {"row": most, "grid": self.columns or 1}.get(self.direction or "", 1)
        found = []
        for place in range(count):
            row, column = divmod(place, columns)
            missing = columns - min(columns, count - row * columns)
            below = most - count if columns == 1 else 0
            before = _BEFORE[self.justify]
            x, y = box.x + right * (column + before * missing), box.y + down * (row + before * below)
            found.append(Rect(x, y, box.width, box.height))
        return found
