"""Progress bars."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

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
    segments: Annotated[int, Field(ge=2, le=100)] | None = None
    gap: Pixels = 4

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How much of it is filled: 0 to 1."""
        return (Block(self, box, context.share(self.progress, self.of)),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """Each segment, filled from the first on; without segments the bar on its track."""
        tracks = self._tracks(context.box(block.box), context)
        nodes: list[Node] = []
        for place, box in enumerate(tracks):
            nodes += self._filled(box, min(max(block.value * len(tracks) - place, 0.0), 1.0), context)
        return self.together(tuple(nodes), block.box, context)

    def _tracks(self, box: Box, context: LayoutContext) -> list[Box]:
        """Where the segments stand, as even as whole pixels allow, in the order in which they are filled."""
        count = self.segments or 1
        level = self.direction in ("right", "left")
        length, gap = box.width if level else box.height, context.px(self.gap) if count > 1 else 0
        step = (length + gap) / count
        parts = [(round(place * step), max(round((place + 1) * step) - gap, 1)) for place in range(count)]
        tracks = [
            box._replace(x=box.x + start, width=max(end - start, 1))
            if level
            else box._replace(y=box.y + start, height=max(end - start, 1))
            for start, end in parts
        ]
        return tracks if self.direction in ("right", "down") else tracks[::-1]

    def _filled(self, box: Box, part: float, context: LayoutContext) -> Iterable[Shape]:
        """A track and the bar, exactly as long as its part; one shorter than its round ends is cut off by it."""
        most = min(box.width, box.height) // 2
        radius = most if self.radius is None else min(context.px(self.radius), most)
        yield Shape(box=box, paint=context.paint(self.track), radius=radius)
        length = round((box.width if self.direction in ("right", "left") else box.height) * part)
        if length:
            bar = self._bar(box, length, max(length, 2 * radius))
            clip = box if length < 2 * radius else None
            yield Shape(box=bar, paint=context.paint(self.fill), radius=radius, clip=clip)

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
