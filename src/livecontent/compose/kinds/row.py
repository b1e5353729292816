"""Rows and columns: layers one after the other, as large as their words take."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field

from livecontent.compose.arrange import arranged, flow_item
from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.flow.boxes import FlowBox, FlowColumn, FlowRow, FlowStyle, Spreading
from livecontent.compose.flow.item import FlowItem
from livecontent.compose.flow.lengths import Placing
from livecontent.compose.ground import on_ground
from livecontent.compose.layer import Block, Flow, Layer, blocks_of, nodes_of
from livecontent.compose.outlines import RadiusValue
from livecontent.compose.values import Length, Padding, PaddingValue, PaintValue, Pixels, Rect, StrokeValue
from livecontent.scene import Group, Node

Children = Annotated[tuple["AnyLayer", ...], Field(min_length=1, max_length=60)]  # type: ignore[name-defined]  # noqa: F821


class FlowLayer(Layer):
    """Layers one after the other, on a ground; what is left out leaves no gap, and without any it is left out too.

    Where the language runs from right to left, all of it is mirrored.
    """

    wishes: ClassVar[tuple[Length, Length]] = ("auto", "auto")
    flows: ClassVar[bool] = True
    hugs: ClassVar[bool] = True
    laid: ClassVar[type[FlowBox]]

    gap: Pixels = 0
    padding: PaddingValue = Padding()
    align: Placing = "stretch"
    justify: Spreading = "start"
    fill: PaintValue | None = None
    radius: RadiusValue = 0
    stroke: StrokeValue | None = None

    @cached_property
    def flow_style(self) -> FlowStyle:
        """How its children are placed."""
        top, right, bottom, left = self.padding
        return FlowStyle(self.gap, (top, left, bottom, right), self.align, self.justify)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The blocks of its children."""
        inner = tuple(blocks_of(self.inner()[self.kind], box, context, flowing=True))
        return (Block(self, box, inner, flow=Flow(context.rtl)),) if inner else ()

    def item(self, block: Block, context: LayoutContext) -> FlowBox:
        """Itself with its children, to be placed."""
        return flow_item(block, self._holding, context)

    def _holding(self, items: Sequence[FlowItem]) -> FlowBox:
        return self.laid(*self.extents, self.flow_style, items)

    def settled(self, block: Block, context: LayoutContext) -> Block:
        """One of its blocks, and those in it, in their places."""
        if block.flow is None or block.flow.placed:
            return block
        return arranged(block, self.item(block, context))

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """Its ground, and its children in their places."""
        block = self.settled(block, context)
        nodes = nodes_of(block.value, context)
        if self.fill or self.stroke:
            return on_ground(self, block.box, nodes, context, self.fill, self.radius, self.stroke)
        shadow = context.shadow(self.shadow)
        if self.opacity == 1 and shadow is None:
            return nodes
        return (Group(box=context.box(block.box), opacity=self.opacity, shadow=shadow, nodes=nodes),)


class RowLayer(FlowLayer):
    """Layers side by side."""

    kind: ClassVar[str] = "row"
    laid: ClassVar[type[FlowBox]] = FlowRow

    row: Children
    wrap: bool = False  # whether what has no room in a line begins another

    @cached_property
    def flow_style(self) -> FlowStyle:
        """How its children are placed."""
        return super().flow_style._replace(wrap=self.wrap)

    def inner(self) -> Mapping[str, tuple[Layer, ...]]:
        """Its children."""
        return {"row": self.row}


class ColumnLayer(FlowLayer):
    """Layers below each other."""

    kind: ClassVar[str] = "column"
    laid: ClassVar[type[FlowBox]] = FlowColumn

    column: Children

    def inner(self) -> Mapping[str, tuple[Layer, ...]]:
        """Its children."""
        return {"column": self.column}
