"""GIF files: a first frame that says everything, then only what changes, a second each.

A GIF is a header, a palette, and blocks that stand on their own (GIF89a, CompuServe 1990). Frames are written with one
palette for all, so that a changed rectangle is a small picture of its own; its compressed data is Pillow's. It plays
once: a clock that starts again would tell a time that is past.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from math import dist
from struct import pack

from PIL import Image

from livecontent.encode.mosaic import Cells, Grid, Part, Rows

Rgb = tuple[int, int, int]

DELAY = 100  # hundredths of a second
_TRAILER = b";"
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


class GifMosaic:
    """One cell, as the compression of a GIF does not start anew within a frame; later frames are patches."""

    def __init__(self, width: int, height: int, palette: Image.Image) -> None:
        self.grid = Grid(width, height, width, height)
        self._palette = palette
        colours = bytes(palette.getpalette() or ()).ljust(768, b"\0")[:768]
        self._head = b"GIF89a" + pack("<HHBBB", width, height, 0xF7, 0, 0) + colours

    def parts(self, picture: Image.Image) -> list[Part]:
        """The first frame."""
        return [self.patch(picture, 0, 0)]

    def rows(self, picture: Image.Image, cells: Cells) -> Rows:  # noqa: ARG002  a row is a cell
        """The rows of a picture of some cells."""
        return self.parts(picture)

    def patch(self, picture: Image.Image, x: int, y: int) -> Part:
        """An image block: a picture ('RGB') whose top left stands at x, y, in the colours of the palette."""
        mapped = picture.quantize(palette=self._palette, dither=Image.Dither.NONE)
        mapped.info.clear()  # a comment would be written before the image
        out = BytesIO()
        mapped.save(out, "GIF", interlace=0, optimize=False)
        data = out.getvalue()
        start = data.index(b"\x2c", 13 + 3 * 2 ** ((data[10] & 7) + 1))
        return pack("<BHHHHB", 0x2C, x, y, *mapped.size, 0) + data[start + 10 : -1]

    def file(self, parts: Sequence[Part]) -> bytes:
        """A GIF of the first frame alone."""
        return b"".join((self._head, *parts, _TRAILER))

    def film(self, parts: Sequence[Part], changes: Iterable[tuple[int, Part]]) -> bytes:
        """A GIF of the first frame, and of patches with the second at which each is laid over what is there."""
        shown, since = parts[0], 0
        pieces = [self._head]
        for second, patch in changes:
            pieces += (_control(second - since), shown)
            shown, since = patch, second
        if not since:
            return self.file(parts)
        return b"".join((*pieces, _control(1), shown, _TRAILER))


def _control(seconds: int) -> bytes:
    """A graphic control block: keep what is there, show what follows so long, then draw over it."""
    return pack("<BBBBHBB", 0x21, 0xF9, 4, 0b0000_0100, min(DELAY * seconds, 65_535), 0, 0)
