"""JPEG files: baseline, halved chroma, and restart markers, between which each run of blocks stands on its own.

ITU-T T.81, B.1.3 and E.1.4: at a restart marker the predictions start anew, and markers are numbered modulo 8 by their
place, so that a file may be joined from runs that were encoded apart. With fixed tables the joined file is the one that
libjpeg writes in one go: its halving of chroma does not look outside of a block either.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import chain

from PIL import Image

from livecontent.render.encode.tiles import Grid, Rows, Segment, TiledEncoder, TileRange

QUALITY = 82
DPI = 96  # pixels of an inch: Outlook for Windows goes by them where HTML tells no size

_BLOCK = 16  # pixels of a unit (MCU) on each side, with halved chroma
_BAND = 1_000_000  # pixels that are encoded at once: no other thread runs meanwhile
_FEWEST, _MOST = 4, 10  # blocks of a tile: fewer cost bytes, more are encoded in vain
_RESTARTS = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))
_BETWEEN = re.compile(rb"\xff[\xd0-\xd7]")
_END = b"\xff\xd9"


class JpegEncoder(TiledEncoder):
    """Tiles are one block high and some blocks wide; rows hold a whole number of them."""

    def __init__(self, width: int, height: int, dpi: int = DPI) -> None:
        blocks = -(-width // _BLOCK)
        self._interval = _interval(blocks)
        self.grid = Grid(width, height, self._interval * _BLOCK, _BLOCK)
        blank = save_jpeg(Image.new("RGB", (width, height)), self._interval, dpi)
        scan = blank.index(b"\xff\xda")
        self._head = blank[: scan + 2 + int.from_bytes(blank[scan + 2 : scan + 4], "big")]  # the same for all images
        tiles = self.grid.columns * self.grid.rows
        self._markers = [_RESTARTS[number % 8] for number in range(tiles)]  # behind each tile
        self._markers[-1] = _END

    def segments(self, picture: Image.Image) -> list[Segment]:
        """The runs of compressed blocks, each with the marker behind it."""
        return [run + marker for run, marker in zip(self._runs(picture), self._markers, strict=True)]

    def rows(self, picture: Image.Image, tiles: TileRange) -> Rows:
        """The rows of an image of some tiles."""
        runs, wide = self._runs(picture), tiles.right - tiles.left
        rows = []
        for row in range(tiles.bottom - tiles.top):
            start = (tiles.top + row) * self.grid.columns + tiles.left
            pairs = zip(runs[row * wide : (row + 1) * wide], self._markers[start : start + wide], strict=True)
            rows.append(b"".join(chain.from_iterable(pairs)))
        return rows

    def join(self, segments: Sequence[Segment]) -> bytes:
        """A JPEG."""
        return b"".join((self._head, *segments))

    def _runs(self, picture: Image.Image) -> list[bytes]:
        """What stands between the markers."""
        width, height = picture.size
        high = max(1, _BAND // (width * _BLOCK)) * _BLOCK
        bands = [picture]
        if high < height:
            bands = [picture.crop((0, y, width, min(y + high, height))) for y in range(0, height, high)]
        return [run for band in bands for run in _BETWEEN.split(save_jpeg(band, self._interval)[len(self._head) : -2])]


def save_jpeg(picture: Image.Image, interval: int, dpi: int = DPI) -> bytes:
    """A JPEG, all at once, with a marker after so many blocks."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling="4:2:0", dpi=(dpi, dpi), restart_marker_blocks=interval)
    return out.getvalue()


def _interval(blocks: int) -> int:
    """Into how many blocks a row is best cut: a divisor, so that no tile goes around a corner."""
    divisors = [count for count in range(1, blocks + 1) if blocks % count == 0]
    suiting = [count for count in divisors if _FEWEST <= count <= _MOST]
    return suiting[-1] if suiting else next((count for count in divisors if count > _MOST), blocks)
