"""Layers inside of layers: groups, and layers that come once for each item of a list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from livecontent.compose.arrange import flow_item
from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.flow.boxes import FlowColumn, FlowStyle
from livecontent.compose.flow.item import FlowItem
from livecontent.compose.layer import Block, Flow, Layer, blocks_of, nodes_of
from livecontent.compose.values import Length, Pixels, Rect
from livecontent.expressions.template import MissingValueError
from livecontent.facts import Need
from livecontent.scene import Group, Node

_NAME = r"\.[a-zA-Z_][a-zA-Z0-9_]*"
_KEY = r"\[(?:\"[^\"\[\]]+\"|'[^'\[\]]+')\]"
_STEPS = re.compile(r"""(?:^|\.)(\w+)|\[["'](.+?)["']\]""")


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
        return _held(self, block, context)


class RepeatLayer(Layer):
    """Layers once for each item of a list, which they know as `item`; the box is the first item's.

    Each item is drawn as one where the layer has an opacity, a shadow or effects.
    """

    kind: ClassVar[str] = "repeat"
    repeats: ClassVar[bool] = True
    wishes: ClassVar[tuple[Length, Length]] = ("auto", "auto")

    repeat: Annotated[str, StringConstraints(pattern=rf"^[a-z_][a-z0-9_]*({_NAME}|{_KEY})*$")]
    layers: Annotated[tuple["AnyLayer", ...], Field(min_length=1, max_length=60)]  # type: ignore[name-defined]  # noqa: F821
    offset: Annotated[int, Field(ge=0, le=20)] = 0
    limit: Annotated[int, Field(ge=1, le=20)] = 3
    direction: Literal["row", "column"] = "column"
    gap: Pixels = 0

    @property
    def path(self) -> tuple[str, ...]:
        """Where the list stands among the facts, such as ("recipient", "basket")."""
        return tuple(name or key for name, key in _STEPS.findall(self.repeat))

    def needs(self) -> frozenset[Need]:
        """The fact that is the list, or has it; with its key, where it has keys."""
        root, *rest = self.path
        return frozenset({(root, rest[0]) if self.repeat.startswith(f"{root}[") else root})

    def inner(self) -> Mapping[str, tuple[Layer, ...]]:
        """Those of each item."""
        return {"layers": self.layers}

    def flowing(self, room: Rect, context: ContentContext) -> Iterable[Block]:
        """The blocks of all items, each of which is a child of the row or column that it stands in."""
        blocks: list[Block] = []
        for one in self._items(context):
            found = tuple(blocks_of(self.layers, room, one, flowing=True))
            blocks += (Block(self, room, found, flow=Flow(context.rtl)),) if self.as_one and found else found
        return blocks

    def item(self, block: Block, context: LayoutContext) -> FlowItem:
        """An item that is drawn as one, with its layers below each other."""
        return flow_item(block, FlowColumn, FlowStyle(), self.extents, context)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The blocks of all items, side by side or below each other."""
        blocks: list[Block] = []
        for here, one in zip(self.boxes(box), self._items(context), strict=False):
            found = tuple(blocks_of(self.layers, here, one))
            blocks += (Block(self, here, found),) if self.as_one else found
        return blocks

    def _items(self, context: ContentContext) -> list[ContentContext]:
        """The context of each item that is shown. Raises `MissingValueError`."""
        items = _list_at(context.words, self.path)
        if isinstance(items, str):
            raise MissingValueError(f"{self.repeat} is a text, not a list: lists come from JSON Lines")
        if items is None:
            raise MissingValueError(f"{self.repeat} is not known")
        live = (context.live and _list_at(context.live.words, self.path)) or items
        shown = range(len(items))[self.offset : self.offset + self.limit]
        return [context.with_item(items[index], live[index]) for index in shown]

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """One node that holds those of an item."""
        return _held(self, block, context)

    def boxes(self, box: Rect) -> Sequence[Rect]:
        """One for each item, side by side or below each other."""
        dx, dy = (box.width + self.gap, 0) if self.direction == "row" else (0, box.height + self.gap)
        return [box._replace(x=box.x + dx * place, y=box.y + dy * place) for place in range(self.limit)]


def _held(layer: Layer, block: Block, context: LayoutContext) -> tuple[Node, ...]:
    nodes = nodes_of(block.value, context)
    box, shadow = context.box(block.box), context.shadow(layer.shadow)
    return (Group(box=box, opacity=layer.opacity, shadow=shadow, nodes=nodes),)


def _list_at(words: Mapping[str, object], path: tuple[str, ...]) -> Sequence[Any] | str | None:
    value: object = words
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, list | tuple | str) else None
