"""Progress bars."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.values import Length, PaintValue, Pixels, Rect
from livecontent.expressions.template import Template
from livecontent.scene import Box, Colour, Node, Shape


class ProgressLayer(Layer):
    """A bar on its track, filled by `progress` of `of`."""

    kind: ClassVar[str] = "progress"
    wishes: ClassVar[tuple[Length, Length]] = ("fill", 8)
    most_cut: ClassVar[float] = 0.02
    becomes: ClassVar[Mapping[str, Wanted]] = {"progress": "number", "of": "number"}

    progress: Template
    of: Template = Template("100")
    fill: PaintValue = Colour(0, 0, 0)
    track: PaintValue = Colour(0, 0, 0, 32)
    radius: Pixels | None = None  # None: round ends
    direction: Literal["right", "left", "up", "down"] = "right"

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How much of it is filled: 0 to 1."""
        return (Block(self, box, context.share(self.progress, self.of)),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The track and the bar, exactly as long as its part; one shorter than its round ends is cut off by it."""
        box = context.box(block.box)
        most = min(box.width, box.height) // 2
        radius = most if self.radius is None else min(context.px(self.radius), most)
        shadow, paint = context.shadow(self.shadow), context.paint(self.track)
        track = Shape(box=box, opacity=self.opacity, shadow=shadow, paint=paint, radius=radius)
        whole = box.width if self.direction in ("right", "left") else box.height
        length = round(whole * block.value)
        if not length:
            return (track,)
        bar = self._bar(box, length, max(length, 2 * radius))
        clip = box if length < 2 * radius else None
        fill = context.paint(self.fill)
        return track, Shape(box=bar, opacity=self.opacity, paint=fill, radius=radius, clip=clip)

    def _bar(self, box: Box, length: int, drawn: int) -> Box:
        """The box of a bar that ends so many pixels from the start of its track, and is drawn from further back."""
        match self.direction:
            case "right":
                return box._replace(x=box.x + length - drawn, width=drawn)
            case "left":
                return box._replace(x=box.x + box.width - length, width=drawn)
            case "down":
                return box._replace(y=box.y + length - drawn, height=drawn)
            case "up":
                return box._replace(y=box.y + box.height - length, height=drawn)
