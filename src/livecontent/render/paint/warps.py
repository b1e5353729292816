"""Warps: pictures that are turned, seen from the side or set on an arc, and where their ink goes.

Around a picture everything is clear, so that its edges become smooth. Its colours count by their opacity ('RGBa'), so
that none of what is clear is seen in them; they are mixed of their neighbours alone, as a cubic curve would draw a
bright line along each edge. Of coverage ('L') nothing is seen of that, and letters stay sharp.
"""

import math
from collections.abc import Iterable

from PIL import Image

from livecontent.looks import Curve, Perspective, Rotation, Warp
from livecontent.render.paint.arched import Arcs, reach_of_arc
from livecontent.scene import Box

_CLEAR = 2  # pixels around a picture, as far as a cubic curve looks
Point = tuple[float, float]
# x = (a x + b y + c) / (g x + h y + i), y = (d x + e y + f) / (g x + h y + i)
Matrix = tuple[float, float, float, float, float, float, float, float, float]


def reach(warp: Warp, box: Box, area: Box) -> Box:
    """Where ink of an area of what stands in a box may go."""
    if isinstance(warp, Perspective):
        return _reach_of_view(warp, box, area)
    if isinstance(warp, Curve):
        left, top, right, bottom = reach_of_arc(warp, box, area)
        return _around(((left - _CLEAR, top - _CLEAR), (right + _CLEAR, bottom + _CLEAR)))
    x, y, width, height = area
    left, top, right, bottom = x - _CLEAR, y - _CLEAR, x + width + _CLEAR, y + height + _CLEAR
    return _around(_moved(_turn(warp, box), ((left, top), (right, top), (right, bottom), (left, bottom))))


def warped(warp: Warp, box: Box, picture: Image.Image, area: Box, arcs: Arcs) -> tuple[Image.Image, Box]:
    """A picture ('L' or 'RGBa') of an area of what stands in a box, bent; and where it stands then."""
    target = reach(warp, box, area)
    curve = Image.Resampling.BICUBIC if picture.mode == "L" else Image.Resampling.BILINEAR
    if isinstance(warp, Curve):
        around = Box(area.x - _CLEAR, area.y - _CLEAR, area.width + 2 * _CLEAR, area.height + 2 * _CLEAR)
        return arcs.bent(warp, box, _framed(picture, _CLEAR), around, target, curve), target
    smaller = _shrinking(warp, box) if isinstance(warp, Perspective) else 1
    source = _framed(picture, _CLEAR * smaller)
    if smaller > 1:
        source = source.reduce(smaller)
    back = _turn(Rotation(-warp.degrees), box) if isinstance(warp, Rotation) else _inverse(_view(warp, box))
    # From the corner of the target to that of the source, whose pixels have their middle half a pixel further.
    left, top = area.x - _CLEAR * smaller, area.y - _CLEAR * smaller
    across = _product((1 / smaller, 0, -left / smaller, 0, 1 / smaller, -top / smaller, 0, 0, 1), back)
    a, b, c, d, e, f, g, h, i = _product(across, (1, 0, target.x, 0, 1, target.y, 0, 0, 1))
    if isinstance(warp, Rotation):
        return source.transform(target[2:], Image.Transform.AFFINE, (a, b, c, d, e, f), curve), target
    i = i or 1e-9  # the horizon goes through the corner of the target
    data = (a / i, b / i, c / i, d / i, e / i, f / i, g / i, h / i)
    return source.transform(target[2:], Image.Transform.PERSPECTIVE, data, curve), target


def _framed(picture: Image.Image, margin: int) -> Image.Image:
    """A picture with so many clear pixels on each side."""
    framed = Image.new(picture.mode, (picture.width + 2 * margin, picture.height + 2 * margin))
    framed.paste(picture, (margin, margin))
    return framed


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
        *(0, 0, 1),
    )


def _view(view: Perspective, box: Box) -> Matrix:
    """From where a point of the scene is to where it goes.

    Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), 2.2.3: a square becomes any four corners.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = view.corners
    dx1, dx2, dx3 = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, dy3 = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    scale = dx1 * dy2 - dx2 * dy1
    g, h = (dx3 * dy2 - dx2 * dy3) / scale, (dx1 * dy3 - dx3 * dy1) / scale
    square = (x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0)
    into_square = (1 / box.width, 0, -box.x / box.width, 0, 1 / box.height, -box.y / box.height, 0, 0, 1)
    return _product((1, 0, box.x, 0, 1, box.y, 0, 0, 1), _product(square, into_square))


def _reach_of_view(view: Perspective, box: Box, area: Box) -> Box:
    """Around an area of a box, with what its edge spreads over where it is enlarged most."""
    matrix = _view(view, box)
    x, y, width, height = area
    corners = list(_moved(matrix, ((x, y), (x + width, y), (x + width, y + height), (x, y + height))))
    sides = [math.dist(one, other) for one, other in zip(corners, corners[1:] + corners[:1], strict=True)]
    larger = max(sides[0] / width, sides[2] / width, sides[1] / height, sides[3] / height)
    margin = math.ceil(_CLEAR * max(larger, 1)) + 1
    found = _around(corners)
    return Box(found.x - margin, found.y - margin, found.width + 2 * margin, found.height + 2 * margin)


def _shrinking(view: Perspective, box: Box) -> int:
    """How many pixels become one across and down, on the whole."""
    corners = view.corners
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    surface = abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in pairs)) / 2
    return max(int(math.sqrt(box.width * box.height / max(surface, 1))), 1)


def _product(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does the other first, then the one."""
    a, b, c, d, e, f, g, h, i = other
    rows = [one[:3], one[3:6], one[6:]]
    columns = ((a, d, g), (b, e, h), (c, f, i))
    return tuple(x * u + y * v + z * w for x, y, z in rows for u, v, w in columns)  # type: ignore[return-value]


def _inverse(matrix: Matrix) -> Matrix:
    """The matrix that undoes another: its size is of no account, as all is divided by the last row."""
    a, b, c, d, e, f, g, h, i = matrix
    return (
        *(e * i - f * h, c * h - b * i, b * f - c * e),
        *(f * g - d * i, a * i - c * g, c * d - a * f),
        *(d * h - e * g, b * g - a * h, a * e - b * d),
    )


def _moved(matrix: Matrix, points: Iterable[Point]) -> Iterable[Point]:
    a, b, c, d, e, f, g, h, i = matrix
    for x, y in points:
        far = g * x + h * y + i
        yield (a * x + b * y + c) / far, (d * x + e * y + f) / far


def _around(points: Iterable[Point]) -> Box:
    """The smallest box of whole pixels around points."""
    xs, ys = zip(*points, strict=True)
    left, top = math.floor(min(xs)), math.floor(min(ys))
    return Box(left, top, math.ceil(max(xs)) - left, math.ceil(max(ys)) - top)
