"""Warps: pictures that are turned, and where their ink goes.

Around a picture everything is clear, so that its edges become smooth. Its colours count by their opacity ('RGBa'), so
that none of what is clear is seen in them; they are mixed of their neighbours alone, as a cubic curve would draw a
bright line along each edge. Of coverage ('L') nothing is seen of that, and letters stay sharp.
"""

import math
from collections.abc import Iterable

from PIL import Image

from livecontent.looks import Rotation, Warp
from livecontent.scene import Box

_CLEAR = 2  # pixels around a picture, as far as a cubic curve looks
Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]  # x = a x + b y + c, y = d x + e y + f


def reach(warp: Warp, box: Box, area: Box) -> Box:
    """Where ink of an area of what stands in a box may go."""
    x, y, width, height = area
    left, top, right, bottom = x - _CLEAR, y - _CLEAR, x + width + _CLEAR, y + height + _CLEAR
    a, b, c, d, e, f = _turn(warp, box)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return _around((a * x + b * y + c, d * x + e * y + f) for x, y in corners)


def warped(warp: Warp, box: Box, picture: Image.Image, area: Box) -> tuple[Image.Image, Box]:
    """A picture ('L' or 'RGBa') of an area of what stands in a box, bent; and where it stands then."""
    target = reach(warp, box, area)
    source = Image.new(picture.mode, (area.width + 2 * _CLEAR, area.height + 2 * _CLEAR))
    source.paste(picture, (_CLEAR, _CLEAR))
    a, b, c, d, e, f = _turn(Rotation(-warp.degrees), box)
    # From the corner of the target to that of the source, whose pixels have their middle half a pixel further.
    x, y = target.x, target.y
    data = (a, b, a * x + b * y + c - area.x + _CLEAR, d, e, d * x + e * y + f - area.y + _CLEAR)
    curve = Image.Resampling.BICUBIC if picture.mode == "L" else Image.Resampling.BILINEAR
    return source.transform(target[2:], Image.Transform.AFFINE, data, curve), target


def _turn(rotation: Rotation, box: Box) -> Matrix:
    """From where a point of the scene is to where it goes."""
    x, y, width, height = box
    angle = math.radians(rotation.degrees)
    across, down = math.cos(angle), math.sin(angle)
    middle_x, middle_y = x + width / 2, y + height / 2
    if rotation.degrees % 90 == 0:  # pixels become pixels, so that nothing is blurred
        across, down = round(across), round(down)
        middle_x += (width + height) % 2 * abs(down) / 2
    return (
        *(across, -down, middle_x - across * middle_x + down * middle_y),
        *(down, across, middle_y - down * middle_x - across * middle_y),
    )


def _around(points: Iterable[Point]) -> Box:
    """The smallest box of whole pixels around points."""
    xs, ys = zip(*points, strict=True)
    left, top = math.floor(min(xs)), math.floor(min(ys))
    return Box(left, top, math.ceil(max(xs)) - left, math.ceil(max(ys)) - top)
