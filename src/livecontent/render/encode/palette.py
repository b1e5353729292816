"""Palettes: the 256 colours that suit an image, and images in the colours of a palette."""

from collections.abc import Sequence
from itertools import product
from math import dist

from PIL import Image

Rgb = tuple[int, int, int]

_SAMPLED = 160  # pixels along the shorter side are enough to find the colours of an image
_LEVELS = (6, 5, 4, 3, 2, 0)  # of red, green and blue, for what the image does not show yet
_PLACES = tuple(range(256))


def palette_of(picture: Image.Image, exact: Sequence[Rgb] = ()) -> Image.Image:
    """The palette ('P' image) that suits an image and has some colours exactly: found once, at publish.

    What is left of it is spread over all colours: what moves may have any.
    """
    kept: list[Rgb] = []
    for colour in exact:
        if not any(_hides(colour, one) for one in kept):
            kept.append(colour)
    few = picture.reduce(max(1, min(picture.size) // _SAMPLED))
    found = few.quantize(256 - len(kept), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    suiting: list[Rgb] = list(zip(found[0::3], found[1::3], found[2::3], strict=True))
    levels = next(levels for levels in _LEVELS if levels**3 <= 256 - len(kept) - len(suiting))
    spread = [round(level * 255 / (levels - 1)) for level in range(levels)]
    every: list[Rgb] = [*suiting, *product(spread, spread, spread)]
    colours = [colour for colour in every if not any(_hides(colour, one) for one in kept)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in (*colours, *kept) for value in colour])
    return palette


def _hides(colour: Rgb, exact: Rgb) -> bool:
    """Whether an exact colour would be drawn as this one: Pillow compares at the corner of a cell of 4x4x4 colours."""
    corner = [value & ~3 for value in exact]
    return dist(colour, corner) <= dist(exact, corner)


def mapped(picture: Image.Image, palette: Image.Image) -> Image.Image:
    """An image ('RGB') in the colours of a palette, by their places in it ('L'): each pixel on its own."""
    found = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    return found.point(_PLACES, "L")
