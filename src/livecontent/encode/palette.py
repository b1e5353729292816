"""Palettes: a picture in, the 256 colours that suit it out; and pictures in the colours of a palette."""

from __future__ import annotations

from collections.abc import Sequence
from math import dist

from PIL import Image

Rgb = tuple[int, int, int]

_SAMPLED = 160  # pixels along the shorter side are enough to find the colours of a picture


def palette_of(picture: Image.Image, exact: Sequence[Rgb] = ()) -> Image.Image:
    """The palette ('P' picture) that suits a picture and has some colours exactly: found once, at publish."""
    kept: list[Rgb] = []
    for colour in exact:
        if not any(_hides(colour, one) for one in kept):
            kept.append(colour)
    few = picture.reduce(max(1, min(picture.size) // _SAMPLED))
    found = few.quantize(256 - len(kept), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    colours = zip(found[0::3], found[1::3], found[2::3], strict=True)
    suiting = [colour for colour in colours if not any(_hides(colour, one) for one in kept)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in (*suiting, *kept) for value in colour])
    return palette


def _hides(colour: Rgb, exact: Rgb) -> bool:
    """Whether an exact colour would be drawn as this one: Pillow compares at the corner of a cell of 4x4x4 colours."""
    corner = [value & ~3 for value in exact]
    return dist(colour, corner) <= dist(exact, corner)


def mapped(picture: Image.Image, palette: Image.Image) -> Image.Image:
    """A picture ('RGB') in the colours of a palette, by their places in it ('L'): each pixel on its own."""
    found = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    return Image.frombytes("L", found.size, found.tobytes())


def colours_of(palette: Image.Image) -> bytes:
    """Red, green and blue of 256 colours; black for those that are not used."""
    return bytes(palette.getpalette() or ()).ljust(768, b"\0")[:768]
