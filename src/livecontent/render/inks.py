"""The colours that an image of few colours has exactly: those that its layers name, and what lies between them."""

from collections.abc import Iterable
from itertools import pairwise

from livecontent.compose.layer import Layer, walk
from livecontent.compose.text.tags import RichText
from livecontent.compose.values import GradientValue, StrokeValue
from livecontent.render.encode.palette import Rgb
from livecontent.scene import Colour

_STEPS = 8
_EXACT = 128  # colours of a palette of 256
_SHADES = 48  # of these, at most: of gradients, which the image that the palette suits need not show


def exact_colours(layers: Iterable[Layer], background: Colour) -> list[Rgb]:
    """The colours that layers name, shades of gradients, and steps between letters and what they stand on."""
    inks: list[Rgb] = []
    grounds: list[Rgb] = [background[:3]]
    ramps: list[tuple[Rgb, Rgb]] = []
    for layer in walk(layers, prefetched=True):
        for name, value in layer:
            (inks if name in layer.inks else grounds).extend(_colours_of(value))
            if isinstance(value, GradientValue):
                ramps += pairwise(_colours_of(value))
    between = list(dict.fromkeys(ramps))
    shades = [_mix(one, other, part) for one, other in between for part in _parts(_SHADES // len(between) + 1)]
    mixed = [_mix(ground, ink, part) for ink in inks for ground in grounds for part in _parts(_STEPS)]
    return list(dict.fromkeys([*inks, *grounds, *shades, *mixed]))[:_EXACT]


def _parts(steps: int) -> list[float]:
    """What lies between 0 and 1, in so many steps."""
    return [step / steps for step in range(1, steps)]


def _colours_of(value: object) -> Iterable[Rgb]:
    match value:
        case Colour():
            return (value[:3],)
        case StrokeValue():
            return (value.color[:3],)
        case GradientValue() | RichText():
            return (colour[:3] for colour in value.colours)
    return ()


def _mix(one: Rgb, other: Rgb, part: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue
