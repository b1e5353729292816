"""Icons of the icon font."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import ColourValue, Length, Rect
from livecontent.expressions.template import MissingValueError, Template
from livecontent.scene import Colour, Node, Run, Text


class IconLayer(Layer):
    """An icon in a colour, such as `umbrella`, `map-pin` or `sun-fill`; as large as the box allows, in its middle."""

    kind: ClassVar[str] = "icon"
    wishes: ClassVar[tuple[Length, Length]] = (24, 24)
    square: ClassVar[bool] = True
    most_cut: ClassVar[float] = 0.5
    refers: ClassVar[Mapping[str, Literal["image", "icon"]]] = {**Layer.refers, "icon": "icon"}

    icon: Template
    color: ColourValue = Colour(0, 0, 0)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """Its character and font."""
        name = context.name(self.icon)
        glyph = context.resources.icons.get(name)
        if glyph is None:
            raise MissingValueError(f"there is no icon {name[:60]!r}")
        return (Block(self, box, glyph),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """A text of one character."""
        box = context.box(block.box)
        character, face = block.value
        size = min(box.width, box.height)
        # Icon fonts draw in a square of one em that stands on the descent: 15/16 above the baseline.
        x, y = box.x + (box.width - size) // 2, box.y + (box.height - size) // 2 + round(size * 15 / 16)
        runs = (Run(character, face, size, x, y),)
        return (Text(box=box, opacity=self.opacity, shadow=context.shadow(self.shadow), runs=runs, colour=self.color),)
