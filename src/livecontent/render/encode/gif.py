"""GIF files: a first frame that says everything, then only what changes, a second each.

A GIF is a header, a palette, and blocks that stand on their own (GIF89a, CompuServe 1990). Frames are written with one
palette for all, so that a changed rectangle is a small image of its own; its compressed data is Pillow's. It plays
once: a clock that starts again would tell a time that is past.

Compression may start anew at any pixel, with a clear code. In the first frame it does so every few rows, and among the
last pixels of these as often as fills the last byte: their bytes are the same, whatever the rest of the image is.
Never are there two clear codes in a row: that is allowed, but libgd and its relatives take the second for a pixel.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from struct import pack
from typing import TYPE_CHECKING

from PIL import Image, _imaging

from livecontent.render.encode.palette import mapped
from livecontent.render.encode.tiles import FilmEncoder, Grid, Segment

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

DELAY = 100  # hundredths of a second
_STRIP = 12  # rows; fewer make larger files, of more more is compressed again
_TRAILER = b";"
_BITS = 8  # of a pixel
_CODE = _BITS + 1  # bits of a clear code, of the end code, and of all codes of a table that is new
_CLEAR = 1 << _BITS
_PIECE = 1 << 16  # bytes that the encoder writes at once
_LOOSE = 8  # pixels at the end of a strip that are not compressed, so that up to 7 clear codes can stand between
_END = b"\2\1\1\0"  # a block with the end code, and no more blocks


def _control(seconds: float) -> bytes:
    """A graphic control block: keep what is there, show what follows so long, then draw over it."""
    return pack("<BBBBHBB", 0x21, 0xF9, 4, 0b0000_0100, min(round(DELAY * seconds), 65_535), 0, 0)


_CONTROLS = tuple(_control(seconds) for seconds in range(657))
# Bits of the codes of each width that follow a clear code, with the next one: 3839 codes, until the table is full.
*_WIDER, _TABLE = accumulate((255 * 9, 512 * 10, 1024 * 11, 2048 * 12 + 12))


class GifEncoder(FilmEncoder):
    """Tiles of the first frame are strips over the whole width; later frames are patches."""

    step = 1

    def __init__(self, width: int, height: int, palette: Image.Image) -> None:
        self.grid = Grid(width, height, width, _STRIP)
        self.palette = palette
        colours = bytes(palette.getpalette() or ()).ljust(768, b"\0")[:768]
        self._head = b"GIF89a" + pack("<HHBBB", width, height, 0xF7, 0, 0) + colours
        self._first = _descriptor(0, 0, width, height)

    def mapped(self, picture: Image.Image) -> Image.Image:
        """An image ('RGB') in the colours of the palette, by their places in it ('L')."""
        return mapped(picture, self.palette)

    def segments(self, picture: Image.Image) -> list[Segment]:
        """The strips of the first frame, of an image ('RGB', or 'L' if it was mapped)."""
        pixels = (picture if picture.mode == "L" else self.mapped(picture)).tobytes()
        size = self.grid.width * _STRIP
        return [_strip(pixels[start : start + size]) for start in range(0, len(pixels), size)]

    def patch(self, picture: Image.Image, x: int, y: int) -> Segment:
        """An image block: an image ('RGB') whose top left stands at x, y."""
        return b"".join((_descriptor(x, y, *picture.size), _compressed(self.mapped(picture).im), b"\0"))

    def join(self, segments: Sequence[Segment]) -> bytes:
        """A GIF of the first frame alone."""
        return b"".join((self._head, self._first, *segments, _END, _TRAILER))

    def join_film(
        self, segments: Sequence[Segment], changes: Iterable[tuple[float, Segment]], end: float, loop: int
    ) -> bytes:
        """A GIF of frames with their seconds, that ends at a second and plays so often; 0: without end."""
        shown = b"".join((self._first, *segments, _END))
        since: float = 0
        pieces = [self._head]
        if loop != 1:
            pieces.append(b"!\xff\x0bNETSCAPE2.0\3\1" + pack("<HB", max(loop - 1, 0), 0))
        for second, patch in (*changes, (end, _TRAILER)):
            step = second - since
            pieces += (_CONTROLS[min(step, 656)] if type(step) is int else _control(step), shown)
            shown, since = patch, second
        return b"".join((*pieces, shown))


def _descriptor(x: int, y: int, width: int, height: int) -> bytes:
    """What goes before the compressed pixels."""
    return pack("<BHHHHBB", 0x2C, x, y, width, height, 0, _BITS)


def _compressed(ink: "ImagingCore") -> bytes:
    """Blocks of codes, from a clear code to the end code: all of 255 bytes but the last. Of a core image ('L')."""
    encoder = _imaging.gif_encoder("L", "L", _BITS, 0)  # as `Image.tobytes` does, with ten calls of Python less
    encoder.setimage(ink, (0, 0, *ink.size))
    pieces, ended = [], 0
    while not ended:
        _, ended, piece = encoder.encode(_PIECE)
        pieces.append(piece)
    return b"".join(pieces)


def _strip(pixels: bytes) -> Segment:
    """Blocks of codes that begin with a clear code and end with a byte, without an end code.

    Only where there are no more than 8 pixels may several clear codes follow one another.
    """
    head, tail = pixels[:-_LOOSE], pixels[-_LOOSE:]
    codes, last, bits = _unended(head) if head else (b"", _CLEAR, _CODE)
    clears = -(bits + _CODE * len(tail)) % 8  # each moves the end on by a bit
    loose = [code for pixel in tail[:clears] for code in (pixel, _CLEAR)] + list(tail[clears:])
    for code in loose + [_CLEAR] * (clears - len(tail)):
        last |= code << bits
        bits += _CODE
    codes += last.to_bytes(bits // 8, "little")
    starts = range(0, len(codes), 255)
    return b"".join([bytes((len(chunk),)) + chunk for start in starts if (chunk := codes[start : start + 255])])


def _unended(pixels: bytes) -> tuple[bytes, int, int]:
    """Codes with a clear code in place of the end code: whole bytes, and the bits that follow, with their number."""
    blocks = _compressed(_imaging.map_buffer(pixels, (len(pixels), 1), "raw", 0, ("L", 0, 1)))
    codes = b"".join([blocks[start : start + 255] for start in range(1, len(blocks), 256)])
    last = int.from_bytes(codes[-3:], "little")
    end = last.bit_length() - _CODE  # 257, the end code, is the last whose bits are not all zero; 256 is to clear
    width = _CODE + bisect_right(_WIDER, (8 * (len(codes) - 3) + end - _CODE) % _TABLE)
    return codes[:-3], last ^ 1 << end, end + width
