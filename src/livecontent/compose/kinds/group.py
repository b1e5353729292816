"""Layers inside of layers."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, blocks_of, nodes_of
from livecontent.compose.values import Length, Rect
from livecontent.scene import Group, Node


class GroupLayer(Layer):
    """Layers placed from the group's corner, drawn as one where it has an opacity, a shadow or effects."""

    kind: ClassVar[str] = "group"

    group: Annotated[tuple["AnyLayer", ...], Field(min_length=1, max_length=60)]  # type: ignore[name-defined]  # noqa: F821

    def inner(self) -> Mapping[str, tuple[Layer, ...]]:
        """Those of the group."""
        return {"group": self.group}

    @property
    def natural(self) -> tuple[Length, Length]:
        """As large as the boxes inside reach."""
        boxes = [inner.box for inner in self.group]
        if not all(boxes):
            return self.wishes
        return max(box.x + box.width for box in boxes if box), max(box.y + box.height for box in boxes if box)

    def flowing(self, room: Rect, context: ContentContext) -> Iterable[Block]:
        """One block, with those inside."""
        width, height = self.extents
        box = Rect(0, 0, width.fixed or room.width, height.fixed or room.height)
        inner = tuple(blocks_of(self.group, box, context))
        return (Block(self, box, inner),) if inner else ()

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The blocks inside."""
        blocks = tuple(blocks_of(self.group, box, context))
        return (Block(self, box, blocks),) if self.as_one else blocks

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """One node that holds those inside."""
        return held(self, block, context)


def held(layer: Layer, block: Block, context: LayoutContext) -> tuple[Node, ...]:
    """One node for the blocks in another."""
    nodes = nodes_of(block.value, context)
    box, shadow = context.box(block.box), context.shadow(layer.shadow)
    return (Group(box=box, opacity=layer.opacity, shadow=shadow, nodes=nodes),)
