"""PNG files: true colour or a palette, in strips, each of which is filtered and compressed on its own.

https://www.w3.org/TR/png-3/: each strip is an IDAT chunk of its own that ends at a byte, by a sync flush, and starts
with a row that does not look at the one above. The checksum of the whole is put together from those of the strips.

The first byte of a strip is always 0. It stands in a block of its own, not compressed, and is given to ISA-L as what
came before: where nothing did, ISA-L takes the address of its own state for the third place of a text, and in one of
some thousand places in memory finds other repetitions, so that equal pictures would not always be equal files.
"""

from collections.abc import Sequence
from struct import pack, unpack_from

from isal import isal_zlib
from PIL import Image, ImageChops

from livecontent.render.encode.palette import mapped
from livecontent.render.encode.tiles import Grid, Segment, TiledEncoder

_STRIP = 32  # rows
_LEVEL = 1  # of ISA-L: a tenth larger than the best, in a tenth of the time
_NONE = b"\0"  # a filter that leaves bytes as they are: that of the first row of a strip
_FIRST = b"\0\1\0\xfe\xff" + _NONE  # a stored block: https://www.rfc-editor.org/rfc/rfc1951#page-11
_UP = b"\2"  # each byte as its difference to the one above; places in a palette are left as they are
_ADLER = 65_521
_INCH = 0.0254  # metres
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class PngEncoder(TiledEncoder):
    """Tiles are strips over the whole width."""

    def __init__(self, width: int, height: int, palette: Image.Image | None = None, dpi: int = 96) -> None:
        self.grid = Grid(width, height, width, _STRIP)
        self.palette = palette
        kind, wide = (3, width) if palette else (2, width * 3)  # bytes of a row
        self._head = b"".join(
            (
                _SIGNATURE,
                _chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)),
                _chunk(b"pHYs", pack(">IIB", *[round(dpi / _INCH)] * 2, 1)),
                _chunk(b"PLTE", bytes(palette.getpalette() or ())) if palette else b"",
                _chunk(b"IDAT", b"\x78\x01"),
            )
        )
        self._lengths = [
            (wide + 1) * min(_STRIP, height - row * _STRIP) for row in range(self.grid.rows)
        ]  # bytes before compression

    def segments(self, picture: Image.Image) -> list[Segment]:
        """Of each strip its checksum in 4 bytes, and its chunk."""
        width, height = picture.size
        strips = (picture.crop((0, top, width, min(top + _STRIP, height))) for top in range(0, height, _STRIP))
        if self.palette:
            return [_compressed(_places(mapped(strip, self.palette))) for strip in strips]
        return [_compressed(_differences(strip)) for strip in strips]

    def join(self, segments: Sequence[Segment]) -> bytes:
        """A PNG."""
        low, high = 1, 0
        for segment, length in zip(segments, self._lengths, strict=True):
            next_high, next_low = unpack_from(">HH", segment)
            # Of two texts, by the sums they are made of: https://www.rfc-editor.org/rfc/rfc1950#section-9
            high = (high + next_high + length * (low - 1)) % _ADLER
            low = (low + next_low - 1) % _ADLER
        last = _chunk(b"IDAT", b"\3\0" + pack(">HH", high, low))  # an empty block that says that it is the last
        return b"".join([self._head, *[memoryview(segment)[4:] for segment in segments], last, _chunk(b"IEND", b"")])


def _places(picture: Image.Image) -> bytes:
    """The rows of an image ('L'), each behind the sign of its filter."""
    return _NONE + picture.tobytes("raw", "L", picture.width + 1)[:-1]


def _differences(picture: Image.Image) -> bytearray:
    """The rows of an image ('RGB'), each as its differences to the one above."""
    width, height = picture.size
    above = picture.crop((0, -1, width, height - 1))  # black above the first row, which so stays as it is
    stride = 3 * width + 1
    rows = bytearray(_NONE) + ImageChops.subtract_modulo(picture, above).tobytes("raw", "RGB", stride)
    del rows[-1]
    rows[stride::stride] = _UP * (height - 1)
    return rows


def _compressed(rows: bytes | bytearray) -> Segment:
    press = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15, zdict=_NONE)
    data = _FIRST + press.compress(memoryview(rows)[1:]) + press.flush(isal_zlib.Z_SYNC_FLUSH)
    return pack(">I", isal_zlib.adler32(rows)) + _chunk(b"IDAT", data)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((pack(">I", len(data)), kind, data, pack(">I", isal_zlib.crc32(data, isal_zlib.crc32(kind)))))
