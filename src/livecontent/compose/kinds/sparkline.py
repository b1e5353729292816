"""A list of numbers as a line."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.series import SeriesText, series_of
from livecontent.compose.values import ColourValue, Length, PaintValue, Rect
from livecontent.scene import Box, Colour, Node, Path, Shape

_MOST = 400  # numbers
_PLACES = 2  # decimals of a pixel


class SparklineLayer(Layer):
    """A line from the first number to the last, the least at the bottom of the box and the largest at its top."""

    kind: ClassVar[str] = "sparkline"
    wishes: ClassVar[tuple[Length, Length]] = ("fill", 48)
    most_cut: ClassVar[float] = 0.02
    by_language: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"sparkline": "numbers"}

    sparkline: SeriesText
    color: ColourValue = Colour(0, 0, 0)
    thickness: Annotated[float, Field(gt=0, le=50)] = 2
    fill: PaintValue | None = None
    dot: Annotated[float, Field(ge=0, le=100)] = 8

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The numbers in the order in which they stand from left to right."""
        numbers = series_of(self.sparkline, context, _MOST)
        return (Block(self, box, (numbers, context.rtl)),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The area below, the line, and the dot at its end."""
        numbers, rtl = block.value
        box = context.box(block.box)
        line, dot = max(self.thickness * context.scale, 1.0), self.dot * context.scale
        points = _points(numbers, box, line / 2, max(line, dot) / 2, rtl=rtl)
        nodes: list[Node] = []
        if self.fill is not None and len(points) > 1:
            below = ((points[-1][0], float(box.height)), (points[0][0], float(box.height)))
            nodes.append(Path(box, (*points, *below), 0, context.paint(self.fill), closed=True))
        nodes.append(Path(box, points, line, self.color))
        if dot:
            side = max(round(dot), 1)
            x, y = points[-1]
            place = Box(round(box.x + x - side / 2), round(box.y + y - side / 2), side, side)
            nodes.append(Shape(place, "ellipse", self.color))
        return self.together(tuple(nodes), block.box, context)


def _points(
    numbers: tuple[float, ...], box: Box, start: float, end: float, *, rtl: bool
) -> tuple[tuple[float, float], ...]:
    """Where numbers stand in a box, with so much room before the first, and around the last; one alone is the last."""
    low, high = min(numbers), max(numbers)
    wide, tall = max(box.width - start - end, 0.0), max(box.height - 2 * end, 0.0)
    points = []
    for place, number in enumerate(numbers):
        part = place / (len(numbers) - 1) if len(numbers) > 1 else 1.0
        x = start + part * wide
        y = end + ((high - number) / (high - low) if high > low else 0.5) * tall
        points.append((round(box.width - x if rtl else x, _PLACES), round(y, _PLACES)))
    return tuple(points)
