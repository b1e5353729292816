"""Shapes and paints: masks with smooth edges, and gradients."""

from __future__ import annotations

import math
from typing import Any, Literal

from cachetools import LRUCache
from PIL import Image, ImageDraw

from livecontent.scene import Colour, Gradient

MASK_BYTES = 8 * 1024 * 1024
_LARGEST = 64_000_000  # pixels of a mask before it is averaged
_OVERSAMPLING = 4  # edges are drawn so many times larger, then averaged
_RAMP = 256


class Shapes:
    """Makes masks, and keeps the ones used last."""

    def __init__(self) -> None:
        self._masks: LRUCache[tuple[object, ...], Image.Image] = LRUCache(
            MASK_BYTES, getsizeof=lambda mask: mask.width * mask.height
        )

    def mask(
        self, kind: Literal["rectangle", "ellipse", "line"], width: int, height: int, radius: int = 0, stroke: int = 0
    ) -> Image.Image:
        """Coverage ('L') of a filled shape, or of an outline `stroke` wide inside its edge."""
        key = (kind, width, height, radius, stroke)
        mask = self._masks.get(key)
        if mask is None:
            mask = _draw(kind, width, height, radius, stroke)
            if width * height < MASK_BYTES // 4:
                self._masks[key] = mask
        return mask


def _draw(kind: str, width: int, height: int, radius: int, stroke: int) -> Image.Image:
    n = max(1, min(_OVERSAMPLING, math.isqrt(_LARGEST // (width * height))))
    big = Image.new("L", (width * n, height * n))
    draw = ImageDraw.Draw(big)
    corners = (0, 0, width * n - 1, height * n - 1)
    ink: dict[str, Any] = {"outline": 255, "width": stroke * n} if stroke else {"fill": 255}
    if kind == "line":
        draw.line(corners, fill=255, width=stroke * n)
    elif kind == "ellipse":
        draw.ellipse(corners, **ink)
    else:
        draw.rounded_rectangle(corners, radius * n, **ink)
    return big.reduce(n)


def gradient(paint: Gradient, width: int, height: int) -> Image.Image:
    """A linear gradient ('RGBA'), as in CSS: its line runs so that corners have the first and last colour."""
    angle = math.radians(paint.angle)
    across, down = math.sin(angle), -math.cos(angle)
    length = abs(width * across) + abs(height * down)
    step_x, step_y = across / length * _RAMP, down / length * _RAMP
    start = _RAMP / 2 - (step_x * width + step_y * height) / 2
    ramp = Image.new("L", (1, _RAMP + 2))
    ramp.putdata([0, *range(_RAMP), _RAMP - 1])
    position = ramp.resize((3, _RAMP + 2)).transform(
        (width, height), Image.Transform.AFFINE, (0, 0, 1.5, step_x, step_y, start + 1), Image.Resampling.BILINEAR
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
