"""Layers inside of layers: groups, and layers that come once for each item of a list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, blocks_of, nodes_of
from livecontent.compose.values import Pixels, Rect
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

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The blocks of all items, side by side or below each other."""
        items = _list_at(context.words, self.path)
        if isinstance(items, str):
            raise MissingValueError(f"{self.repeat} is a text, not a list: lists come from JSON Lines")
        if items is None:
            raise MissingValueError(f"{self.repeat} is not known")
        live = (context.live and _list_at(context.live.words, self.path)) or items
        blocks: list[Block] = []
        for index, inside in zip(range(len(items))[self.offset :], self.boxes(box), strict=False):
            found = tuple(blocks_of(self.layers, inside, context.with_item(items[index], live[index])))
            blocks += (Block(self, inside, found),) if self.as_one else found
        return blocks

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
