"""Boxes as their effects bend them: how much of them is outside the image, and what would be too large or blurred."""

from collections.abc import Iterator
from typing import NamedTuple

from livecontent.compose.effects import LayerEffects, Outline
from livecontent.compose.values import Rect, Size
from livecontent.looks import Curve
from livecontent.render.paint.arched import reach_of_arc
from livecontent.scene import Box

_MOST_SURFACE = 4  # times that of the image: a layer with effects is drawn in its whole
_BLURRED = 4  # times that of its box: from then on an eye sees it


class BentTooMuch(NamedTuple):
    """What is wrong with the effects of a layer, and the key that it is about."""

    key: str
    message: str
    help: str = ""
    warning: bool = False


def too_bent(layer: LayerEffects, box: Rect, canvas: Size) -> BentTooMuch | None:
    """What of a layer in a box would take too long, be blurred, or overlap itself."""
    if not layer.bent:
        return None
    surface, seen, bent = box.width * box.height, _surface(bent_outline(layer, box)), bent_box(layer, box)
    around = bent.width * bent.height
    if max(surface, around) > _MOST_SURFACE * canvas.width * canvas.height:
        key = "perspective" if layer.perspective and around > surface else "box"
        return BentTooMuch(key, f"with effects, this is more than {_MOST_SURFACE} times as large as the image")
    if layer.curve and box.width > 2 * 3.1416 * abs(layer.curve_radius(box.width)):
        return BentTooMuch(
            "curve", "the box is wider than the circle is round", "make the radius larger, or the box narrower"
        )
    if layer.perspective and seen > _BLURRED * surface:
        message = f"this enlarges the box {seen / surface:.0f} times, and would be blurred"
        return BentTooMuch("perspective", message, "make the box as large as it is seen", warning=True)
    return None


def bent_box(layer: LayerEffects, box: Rect) -> Rect:
    """What is around a box as effects bend it."""
    if not layer.bent:
        return box
    xs, ys = zip(*bent_outline(layer, box), strict=True)
    return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def bent_outline(layer: LayerEffects, box: Rect) -> Outline:
    """The corners of a box as effects bend it; of an arc those of what is around it."""
    if not layer.curve:
        return layer.corners(box)
    radius, whole = layer.curve_radius(box.width), Box(*map(round, box))
    left, top, right, bottom = reach_of_arc(Curve(abs(radius), radius > 0), whole, whole)
    return layer.corners(Rect(left, top, right - left, bottom - top))


def outside_share(corners: Outline, canvas: Size) -> float:
    """How much of what stands between corners is outside: 0 to 1."""
    whole = _surface(corners)
    for side in (0, 1):
        for edge, sign in ((0, 1), (canvas[side], -1)):
            corners = tuple(_cut(corners, side, edge, sign))
    return round(1 - _surface(corners) / whole, 9) if whole else 0.0


def _cut(corners: Outline, side: int, edge: float, sign: int) -> Iterator[tuple[float, float]]:
    """What is left of a polygon on one side of an upright or level line (Sutherland and Hodgman)."""
    for one, other in zip(corners, (*corners[1:], *corners[:1]), strict=True):
        near, far = sign * (one[side] - edge), sign * (other[side] - edge)
        if near >= 0:
            yield one
        if near * far < 0:
            part = near / (near - far)
            yield one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])


def _surface(corners: Outline) -> float:
    pairs = zip(corners, (*corners[1:], *corners[:1]), strict=True)
    return abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in pairs)) / 2
