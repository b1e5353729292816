"""Rings and gauges: a number as a part of a circle."""

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.values import Length, PaintValue, Rect
from livecontent.expressions.template import Template
from livecontent.scene import Arc, Box, Colour, Node

_BAND = 1 / 8  # of the diameter, where no thickness is given
_FULL = 360.0


class ArcLayer(Layer):
    """A band along a circle, filled by a number of a whole."""

    wishes: ClassVar[tuple[Length, Length]] = (64, 64)
    most_cut: ClassVar[float] = 0.02
    inks: ClassVar[frozenset[str]] = Layer.inks | {"fill", "track"}

    of: Template = Template("100")
    thickness: Annotated[float, Field(gt=0, le=2000)] | None = None
    fill: PaintValue = Colour(0, 0, 0)
    track: PaintValue = Colour(0, 0, 0, 32)
    ends: Literal["round", "flat"] = "round"
    direction: Literal["clockwise", "counterclockwise"] = "clockwise"

    def _bands(
        self, block: Block, box: Box, circle: Box, start: float, sweep: float, context: LayoutContext
    ) -> tuple[Node, ...]:
        """The track, and its exact part. The box is what is seen of the circle."""
        thickness = circle.width * _BAND if self.thickness is None else self.thickness * context.scale
        band = max(round(thickness), 1)

        def arc(paint: PaintValue, angle: float) -> Arc:
            first = start if self.direction == "clockwise" else start - angle
            return Arc(box, circle, band, first % _FULL, angle, context.paint(paint), self.ends == "round")

        bands = (arc(self.track, sweep), *([arc(self.fill, sweep * block.value)] if block.value else ()))
        return self.together(bands, block.box, context)


class RingLayer(ArcLayer):
    """A ring, as large as the box allows, in its middle."""

    kind: ClassVar[str] = "ring"
    square: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"ring": "number", "of": "number"}

    ring: Template
    start: Annotated[float, Field(ge=-360, le=360)] = 0

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How much of it is filled: 0 to 1."""
        return (Block(self, box, context.share(self.ring, self.of)),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The track and the band on it."""
        x, y, width, height = context.box(block.box)
        side = min(width, height)
        circle = Box(x + (width - side) // 2, y + (height - side) // 2, side, side)
        return self._bands(block, circle, circle, self.start, _FULL, context)


class GaugeLayer(ArcLayer):
    """A part of a ring, as large as the box allows with the centre of its circle; without a `start`, open below."""

    kind: ClassVar[str] = "gauge"
    becomes: ClassVar[Mapping[str, Wanted]] = {"gauge": "number", "of": "number"}

    gauge: Template
    start: Annotated[float, Field(ge=-360, le=360)] | None = None
    sweep: Annotated[float, Field(gt=0, le=360)] = 270

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How much of it is filled: 0 to 1."""
        return (Block(self, box, context.share(self.gauge, self.of)),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The track and the band on it."""
        turn = self.sweep if self.direction == "clockwise" else -self.sweep
        start = -turn / 2 if self.start is None else self.start
        x, y, width, height = context.box(block.box)
        left, top, right, bottom = _reach(min(start, start + turn), self.sweep)
        radius = max(int(min(width / (right - left), height / (bottom - top))), 1)
        # The middle of what is seen stands in the middle of the box.
        center_x = round(x + width / 2 - radius * (left + right) / 2)
        center_y = round(y + height / 2 - radius * (top + bottom) / 2)
        circle = Box(center_x - radius, center_y - radius, 2 * radius, 2 * radius)
        corner = center_x + math.floor(radius * left), center_y + math.floor(radius * top)
        far = center_x + math.ceil(radius * right), center_y + math.ceil(radius * bottom)
        seen = Box(*corner, far[0] - corner[0], far[1] - corner[1])
        return self._bands(block, seen, circle, start, self.sweep, context)


def _reach(start: float, sweep: float) -> tuple[float, float, float, float]:
    """How far a sector of a circle of radius 1 reaches from its centre: left, top, right, bottom."""
    quarters = [quarter for quarter in range(-720, 721, 90) if start <= quarter <= start + sweep]
    angles = [math.radians(angle) for angle in (start, start + sweep, *quarters)]
    xs = [0.0, *(round(math.sin(angle), 9) for angle in angles)]
    ys = [0.0, *(round(-math.cos(angle), 9) for angle in angles)]
    return min(xs), min(ys), max(xs), max(ys)
