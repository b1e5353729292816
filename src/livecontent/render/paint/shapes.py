"""Shapes and paints: masks with smooth edges, and gradients."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from PIL import Image, ImageDraw

from livecontent.render.paint.arcs import ArcForm, draw_arc, draw_part
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Colour, Gradient

MASK_BYTES = 8 * 1024 * 1024
_WHOLE = 500_000  # pixels of a mask: of a larger one only the part that is asked for is drawn
_LARGEST = 64_000_000  # pixels of a mask before it is averaged
_OVERSAMPLING = 4  # edges are drawn so many times larger, then averaged
_RAMP = 256
_EXACT = 2**32  # steps of a gradient are fractions of it, so that places add up without rounding


class Shapes:
    """Makes masks, and keeps the ones used last."""

    def __init__(self) -> None:
        self._masks: Cache[tuple[object, ...], Image.Image] = Cache(
            "masks of shapes", MASK_BYTES, lambda mask: mask.width * mask.height
        )

    def mask(
        self,
        kind: Literal["rectangle", "ellipse", "line"],
        width: int,
        height: int,
        radius: int = 0,
        stroke: int = 0,
        part: Box | None = None,
    ) -> Image.Image:
        """Coverage ('L') of a part of a filled shape, or of an outline `stroke` wide inside its edge."""
        whole = Box(0, 0, width, height)
        part = part or whole
        # Lines run by fractions of pixels, which are rounded otherwise where an image starts elsewhere.
        drawn = part if width * height > _WHOLE and kind != "line" else whole
        form = (kind, width, height, radius, stroke, drawn)
        mask = self._kept(form, partial(_draw, *form))
        return mask if drawn == part else _cut(mask, part)

    def arc(self, form: ArcForm, part: Box) -> Image.Image:
        """Coverage ('L') of a part of the square that a part of a ring stands in."""
        if form.side**2 > _WHOLE:
            return self._kept((form, part), partial(draw_part, form, part))
        ring = self._kept(form.ring, partial(draw_part, form.ring, Box(0, 0, form.side, form.side)))
        return _cut(self._kept(form, partial(draw_arc, form, ring)), part)

    def _kept(self, key: tuple[object, ...], make: Callable[[], Image.Image]) -> Image.Image:
        mask = self._masks.get(key)
        return self._masks.put(key, make()) if mask is None else mask


def _cut(mask: Image.Image, part: Box) -> Image.Image:
    return mask.crop((part.x, part.y, part.x + part.width, part.y + part.height))


def _draw(kind: str, width: int, height: int, radius: int, stroke: int, part: Box) -> Image.Image:
    n = max(1, min(_OVERSAMPLING, math.isqrt(_LARGEST // (width * height))))
    big = Image.new("L", (part.width * n, part.height * n))
    draw = ImageDraw.Draw(big)
    left, top = -part.x * n, -part.y * n
    corners = (left, top, left + width * n - 1, top + height * n - 1)
    ink: dict[str, Any] = {"outline": 255, "width": stroke * n} if stroke else {"fill": 255}
    if kind == "line":
        draw.line(corners, fill=255, width=stroke * n)
    elif kind == "ellipse":
        draw.ellipse(corners, **ink)
    else:
        draw.rounded_rectangle(corners, radius * n, **ink)
    return big.reduce(n)


def gradient(paint: Gradient, width: int, height: int, part: Box | None = None) -> Image.Image:
    """A part of a linear gradient ('RGBA'), as in CSS: its line runs so that corners have the first and last colour."""
    part = part or Box(0, 0, width, height)
    angle = math.radians(paint.angle)
    across, down = math.sin(angle), -math.cos(angle)
    length = abs(width * across) + abs(height * down)
    step_x, step_y = (round(step / length * _RAMP * _EXACT) / _EXACT for step in (across, down))
    start = _RAMP / 2 - (step_x * (width - 2 * part.x) + step_y * (height - 2 * part.y)) / 2
    ramp = Image.new("L", (1, _RAMP + 2))
    ramp.putdata([0, *range(_RAMP), _RAMP - 1])
    position = ramp.resize((3, _RAMP + 2)).transform(
        part[2:], Image.Transform.AFFINE, (0, 0, 1.5, step_x, step_y, start + 1), Image.Resampling.BILINEAR
    )
    return Image.merge("RGBA", [position.point(_table(paint.stops, band)) for band in range(4)])


def _table(stops: tuple[Colour, ...], band: int) -> list[int]:
    """The value of a band at each of the 256 positions; colours count by their opacity.

    https://www.w3.org/TR/css-images-3/#coloring-gradient-line: premultiplied, so that what fades out keeps its colour.
    """
    table = []
    for position in range(_RAMP):
        place = position / (_RAMP - 1) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        part = place - index
        one, other = stops[index], stops[index + 1]
        left, right = 1 - part, part
        if band < 3:
            left, right = left * one.alpha, right * other.alpha
        table.append(round((one[band] * left + other[band] * right) / ((left + right) or 1)))
    return table
