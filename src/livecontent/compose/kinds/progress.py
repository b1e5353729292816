"""Progress bars."""

from collections.abc import Iterable
from typing import ClassVar

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import PaintValue, Pixels, Rect
from livecontent.expressions.template import Template
from livecontent.scene import Colour, Node, Shape


class ProgressLayer(Layer):
    """A bar on its track, filled by `progress` of `of`."""

    kind: ClassVar[str] = "progress"

    progress: Template
    of: Template = Template("100")
    fill: PaintValue = Colour(0, 0, 0)
    track: PaintValue = Colour(0, 0, 0, 32)
    radius: Pixels | None = None  # None: round ends

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How much of it is filled: 0 to 1."""
        whole = context.number(self.of)
        part = min(max(context.number(self.progress) / whole, 0), 1) if whole > 0 else 0.0
        return (Block(self, box, part),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The track and the bar; one that is not empty is at least a dot."""
        box = context.box(block.box)
        radius = box.height // 2 if self.radius is None else context.px(self.radius)
        shadow = context.shadow(self.shadow)
        paint = context.paint(self.track)
        track = Shape(box=box, opacity=self.opacity, shadow=shadow, paint=paint, radius=radius)
        if block.value == 0:
            return (track,)
        width = min(max(round(box.width * block.value), box.height), box.width)
        filled = box._replace(width=width)
        return track, Shape(box=filled, opacity=self.opacity, paint=context.paint(self.fill), radius=radius)
