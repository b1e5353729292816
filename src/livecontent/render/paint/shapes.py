"""Shapes and paints: masks with smooth edges, and gradients."""

import math
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from PIL import Image, ImageChops, ImageDraw

from livecontent.looks import Corners, Radial, Radius
from livecontent.render.paint.arcs import ArcForm, draw_arc, draw_part
from livecontent.render.paint.bounds import inside
from livecontent.render.paint.dashes import dash_strips
from livecontent.render.paint.paths import PathForm, draw_path
from livecontent.runtime.cache import Cache
from livecontent.scene import Arc, Box, Gradient, Path

MASK_BYTES = 8 * 1024 * 1024
_WHOLE = 500_000  # pixels of a mask: of a larger one only the part that is asked for is drawn
_LARGEST = 64_000_000  # pixels of a mask before it is averaged
_OVERSAMPLING = 4  # edges are drawn so many times larger, then averaged
_RAMP = 256
_CONE_MIDDLE, _CONE_REACH = 128.5, 127.5  # of Pillow's radial gradient, in its pixels; it has 255 in its corners
_CONE_TOP = _CONE_REACH * math.sqrt(2)
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
        radius: Radius = 0,
        stroke: int = 0,
        part: Box | None = None,
        dash: tuple[int, int] | None = None,
    ) -> Image.Image:
        """Coverage ('L') of a part of a filled shape, or of an outline `stroke` wide inside its edge."""
        whole = Box(0, 0, width, height)
        part = part or whole
        # Lines run by fractions of pixels, which are rounded otherwise where an image starts elsewhere.
        drawn = part if width * height > _WHOLE and kind != "line" else whole
        form = (kind, width, height, radius, stroke, drawn, dash)
        mask = self._kept(form, partial(_draw, *form))
        return mask if drawn == part else _cut(mask, part)

    def arc(self, form: ArcForm, part: Box) -> Image.Image:
        """Coverage ('L') of a part of the square that a part of a ring stands in."""
        if form.side**2 > _WHOLE:
            return self._kept((form, part), partial(draw_part, form, part))
        ring = self._kept(form.ring, partial(draw_part, form.ring, Box(0, 0, form.side, form.side)))
        return _cut(self._kept(form, partial(draw_arc, form, ring)), part)

    def along(self, node: Arc | Path, seen: Box) -> Image.Image:
        """Coverage ('L') of an arc or a path in a part of the scene that lies in its box."""
        if isinstance(node, Arc):
            return self.arc(ArcForm.of(node), inside(seen, node.circle))
        form = PathForm(*node.box[2:], node.points, node.line, node.closed)
        return _cut(self._kept(form, partial(draw_path, form)), inside(seen, node.box))

    def _kept(self, key: tuple[object, ...], make: Callable[[], Image.Image]) -> Image.Image:
        mask = self._masks.get(key)
        return self._masks.put(key, make()) if mask is None else mask


def _cut(mask: Image.Image, part: Box) -> Image.Image:
    return mask.crop((part.x, part.y, part.x + part.width, part.y + part.height))


def _draw(
    kind: Literal["rectangle", "ellipse", "line"],
    width: int,
    height: int,
    radius: Radius,
    stroke: int,
    part: Box,
    dash: tuple[int, int] | None,
) -> Image.Image:
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
    elif isinstance(radius, int):
        draw.rounded_rectangle(corners, radius * n, **ink)
    else:
        fitting = fitted_corners(radius, width, height)
        _uneven(draw, (left, top, width * n, height * n), tuple(one * n for one in fitting))
        if stroke and min(width, height) > 2 * stroke:
            inner = Image.new("L", big.size)
            box = (left + stroke * n, top + stroke * n, (width - 2 * stroke) * n, (height - 2 * stroke) * n)
            _uneven(ImageDraw.Draw(inner), box, tuple(max(one - stroke, 0) * n for one in fitting))
            big = ImageChops.subtract(big, inner)
    if dash and stroke:
        strips = Image.new("L", big.size)
        draw = ImageDraw.Draw(strips)
        even = radius if isinstance(radius, Corners) else Corners(*4 * (radius,))
        for strip in dash_strips(kind, width, height, fitted_corners(even, width, height), stroke, dash):
            draw.polygon([(left + x * n, top + y * n) for x, y in strip], fill=255)
        big = ImageChops.darker(big, strips)
    return big.reduce(n)


def fitted_corners(radius: Corners, width: int, height: int) -> Corners:
    """Corners that do not overlap, as in CSS: all get smaller by the same part."""
    one, two, three, four = radius
    sides = ((width, one + two), (height, two + three), (width, three + four), (height, four + one))
    part = min([1.0, *(side / taken for side, taken in sides if taken)])
    return Corners(*(int(corner * part) for corner in radius))


def _uneven(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], radii: tuple[int, ...]) -> None:
    """Fills a rectangle whose corners differ."""
    left, top, width, height = box
    right, bottom = left + width - 1, top + height - 1
    draw.rectangle((left, top, right, bottom), fill=255)
    for place, radius in enumerate(radii):
        if radius:
            x, from_x = (left, left) if place in (0, 3) else (right - radius + 1, right - 2 * radius + 1)
            y, from_y = (top, top) if place in (0, 1) else (bottom - radius + 1, bottom - 2 * radius + 1)
            draw.rectangle((x, y, x + radius - 1, y + radius - 1), fill=0)
            circle = (from_x, from_y, from_x + 2 * radius - 1, from_y + 2 * radius - 1)
            draw.pieslice(circle, 180 + 90 * place, 270 + 90 * place, fill=255)


def gradient(paint: Gradient, width: int, height: int, part: Box | None = None) -> Image.Image:
    """A part of a gradient ('RGBA'), as in CSS."""
    part = part or Box(0, 0, width, height)
    if paint.radial:
        position, top = _outwards(paint.radial, width, height, part), _CONE_TOP
    else:
        position, top = _along(paint.angle, width, height, part), _RAMP - 1
    return Image.merge("RGBA", [position.point(_table(paint, band, top)) for band in range(4)])


def _along(angle: float, width: int, height: int, part: Box) -> Image.Image:
    """How far each pixel is along a line that runs so that corners have the first and last colour: 0 to 255."""
    across, down = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
    length = abs(width * across) + abs(height * down)
    step_x, step_y = (round(step / length * _RAMP * _EXACT) / _EXACT for step in (across, down))
    start = _RAMP / 2 - (step_x * (width - 2 * part.x) + step_y * (height - 2 * part.y)) / 2
    ramp = Image.new("L", (1, _RAMP + 2))
    ramp.putdata([0, *range(_RAMP), _RAMP - 1])
    return ramp.resize((3, _RAMP + 2)).transform(
        part[2:], Image.Transform.AFFINE, (0, 0, 1.5, step_x, step_y, start + 1), Image.Resampling.BILINEAR
    )


def _outwards(radial: Radial, width: int, height: int, part: Box) -> Image.Image:
    """How far each pixel is from a middle, on the way to the farthest corner: 0 to 180."""
    x, y = radial.x * width, radial.y * height
    across, down = max(x, width - x), max(y, height - y)  # to the farthest sides
    reach = (math.hypot(across, down),) * 2 if radial.circle else (across * math.sqrt(2), down * math.sqrt(2))
    step_x, step_y = (round(_CONE_REACH / length * _EXACT) / _EXACT for length in reach)
    left = round((_CONE_MIDDLE - x * step_x) * _EXACT) / _EXACT + part.x * step_x
    top = round((_CONE_MIDDLE - y * step_y) * _EXACT) / _EXACT + part.y * step_y
    return Image.radial_gradient("L").transform(
        part[2:], Image.Transform.AFFINE, (step_x, 0, left, 0, step_y, top), Image.Resampling.BILINEAR
    )


def _table(paint: Gradient, band: int, top: float) -> list[int]:
    """The value of a band at each of 256 positions, of which `top` is the last; colours count by their opacity.

    https://www.w3.org/TR/css-images-3/#coloring-gradient-line: premultiplied, so that what fades out keeps its colour.
    """
    stops = paint.stops
    table = []
    for position in range(_RAMP):
        index, part = _between(paint, min(position / top, 1.0))
        one, other = stops[index], stops[index + 1]
        left, right = 1 - part, part
        if band < 3:
            left, right = left * one.alpha, right * other.alpha
        table.append(round((one[band] * left + other[band] * right) / ((left + right) or 1)))
    return table


def _between(paint: Gradient, place: float) -> tuple[int, float]:
    """The stop before a place (0 to 1), and how far it is to the next one: 0 to 1."""
    last = len(paint.stops) - 2
    if not paint.places:
        place *= len(paint.stops) - 1
        index = min(int(place), last)
        return index, place - index
    index = min(max(bisect_right(paint.places, place) - 1, 0), last)
    start, end = paint.places[index : index + 2]
    return index, min(max((place - start) / (end - start), 0.0), 1.0) if end > start else float(place >= end)
