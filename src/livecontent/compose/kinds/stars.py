"""Ratings as a row of stars."""

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.values import Length, PaintValue, Pixels, Rect
from livecontent.expressions.template import Template
from livecontent.scene import Box, Colour, Node, Paint, Path

_INNER = 0.5  # of the radius of the tips: that of the corners between
_ROUND = 0.1  # of the radius: how round tips are
_TURN = math.radians(36)  # from a tip to the corner beside it
_APOTHEM = _INNER * math.sin(_TURN) / math.hypot(1 - _INNER * math.cos(_TURN), _INNER * math.sin(_TURN))
_INSET = 1 - _ROUND / _APOTHEM  # how far corners stand inside, for the line around
_UP, _DOWN = _INSET + _ROUND, _INSET * math.cos(_TURN) + _ROUND  # from the middle, in radii
_WIDE = 2 * (_INSET * math.sin(2 * _TURN) + _ROUND)


class Rating(NamedTuple):
    """How many stars are filled, and whether the first one stands at the right."""

    filled: float
    rtl: bool


class StarsLayer(Layer):
    """As many stars as the whole, filled from the first on; as large as the box allows, where a line begins."""

    kind: ClassVar[str] = "stars"
    most_cut: ClassVar[float] = 0.02
    by_language: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"stars": "number"}
    inks: ClassVar[frozenset[str]] = Layer.inks | {"fill", "track"}

    stars: Template
    of: Annotated[int, Field(ge=1, le=20)] = 5
    fill: PaintValue = Colour(0, 0, 0)
    track: PaintValue = Colour(0, 0, 0, 32)
    gap: Pixels = 4

    @property
    def natural(self) -> tuple[Length, Length]:
        """As wide as its stars are at their height."""
        height = 20.0 if self.height is None or isinstance(self.height, str) else float(self.height)
        return self.of * height + self.gap * (self.of - 1), height

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How many are filled; it says `4.3 / 5`, as the recipient's language writes numbers."""
        filled = min(max(context.number(self.stars), 0.0), float(self.of))
        words = f"{context.written(Decimal(repr(filled)))} / {context.written(Decimal(self.of))}"
        return (Block(self, box, Rating(filled, context.rtl), words),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """Each star, and over it the part that is filled."""
        rating: Rating = block.value
        nodes: list[Node] = []
        for place, star in enumerate(self._places(context.box(block.box), context.px(self.gap), rtl=rating.rtl)):
            part = round(min(max(rating.filled - place, 0.0), 1.0) * star.width)
            if part < star.width:
                nodes.append(_part(star, star, context.paint(self.track)))
            if part:
                x = star.x + star.width - part if rating.rtl else star.x
                nodes.append(_part(star, star._replace(x=x, width=part), context.paint(self.fill)))
        return self.together(tuple(nodes), block.box, context)

    def _places(self, box: Box, gap: int, *, rtl: bool) -> Iterator[Box]:
        """Where the stars stand, the first one first."""
        side = max(min(box.height, (box.width - gap * (self.of - 1)) // self.of), 1)
        top = box.y + (box.height - side) // 2
        for place in range(self.of):
            along = place * (side + gap)
            yield Box(box.x + box.width - side - along if rtl else box.x + along, top, side, side)


def _part(star: Box, seen: Box, paint: Paint) -> Path:
    """What is seen of a star in a part of its box."""
    radius = star.width / _WIDE
    middle_x, middle_y = star.x - seen.x + star.width / 2, star.width / 2 + radius * (_UP - _DOWN) / 2
    points = []
    for corner in range(10):
        reach = _INSET * radius * (_INNER if corner % 2 else 1)
        angle = _TURN * corner
        points.append((middle_x + reach * math.sin(angle), middle_y - reach * math.cos(angle)))
    return Path(seen, tuple(points), 2 * _ROUND * radius, paint, closed=True)
