"""A kind of layer that livecontent has not: segments side by side, of which as many are filled as a number says."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import PaintValue, Pixels, Rect
from livecontent.expressions.template import Template
from livecontent.scene import Colour, Node, Shape


class PipsLayer(Layer):
    """Segments side by side."""

    kind: ClassVar[str] = "pips"

    pips: Template
    segments: Annotated[int, Field(ge=2, le=20)] = 5
    fill: PaintValue = Colour(0, 0, 0)
    track: PaintValue = Colour(0, 0, 0, 32)
    gap: Pixels = 4

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How many segments are filled."""
        return (Block(self, box, min(max(round(context.number(self.pips)), 0), self.segments)),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """A rectangle for each segment."""
        x, y, width, height = block.box
        step = (width + self.gap) / self.segments
        segments: Any = range(self.segments)
        return tuple(
            Shape(
                box=context.box(Rect(x + step * place, y, step - self.gap, height)),
                opacity=self.opacity,
                paint=context.paint(self.fill if place < block.value else self.track),
                radius=context.px(height / 4),
            )
            for place in segments
        )
