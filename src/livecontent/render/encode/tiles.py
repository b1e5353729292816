"""Files joined from segments: an image is cut in tiles, each is encoded on its own, and a file is joined from any.

So that where an image has changed, only the tiles that changed are encoded; the file is the same, byte for byte, as if
all of them had been.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from PIL import Image

from livecontent.scene import Box

Segment = bytes  # an encoded tile, or several of a row
Rows = Sequence[Segment]  # of a range of tiles: a segment for each row of it


class TileRange(NamedTuple):
    """A rectangle of tiles: columns and rows from the first up to, and without, the last."""

    left: int
    top: int
    right: int
    bottom: int

    def around(self, other: "TileRange") -> "TileRange":
        """The smallest rectangle that holds both."""
        return TileRange(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class Grid:
    """How an image is cut: its size and that of a tile, in pixels. Tiles at the right and bottom may be smaller."""

    def __init__(self, width: int, height: int, tile_width: int, tile_height: int) -> None:
        self.width = width
        self.height = height
        self.tile_width = tile_width
        self.tile_height = tile_height
        self.columns = -(-width // tile_width)
        self.rows = -(-height // tile_height)
        self.whole = TileRange(0, 0, self.columns, self.rows)

    def tiles(self, box: Box) -> TileRange | None:
        """The tiles that a box touches; None where it lies outside."""
        x, y, width, height = box
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + width, self.width), min(y + height, self.height)
        if left >= right or top >= bottom:
            return None
        wide, high = self.tile_width, self.tile_height
        return TileRange(left // wide, top // high, -(-right // wide), -(-bottom // high))

    def box(self, tiles: TileRange) -> Box:
        """The pixels of some tiles."""
        left, top = tiles.left * self.tile_width, tiles.top * self.tile_height
        right, bottom = tiles.right * self.tile_width, tiles.bottom * self.tile_height
        return Box(left, top, min(right, self.width) - left, min(bottom, self.height) - top)

    def splice(self, parts: Iterable[tuple[TileRange, Rows]], segments: list[Segment]) -> None:
        """Puts the rows of tiles among the segments of all: each at its first tile, nothing at the others."""
        columns = self.columns
        for (left, top, right, bottom), rows in parts:
            first, end = top * columns + left, bottom * columns
            segments[first:end:columns] = rows
            nothing = [b""] * len(rows)
            for start in range(first + 1, first + right - left):
                segments[start:end:columns] = nothing


class TiledEncoder(Protocol):
    """One kind of file, at one size."""

    grid: Grid  # how images are cut

    def segments(self, picture: Image.Image) -> list[Segment]:
        """The segments of a whole image ('RGB'), row by row."""

    def rows(self, picture: Image.Image, tiles: TileRange) -> Rows:  # noqa: ARG002
        """The rows of an image of some tiles. Where a row is a tile, these are the segments."""
        return self.segments(picture)

    def join(self, segments: Sequence[Segment]) -> bytes:
        """The file of the segments of all tiles, row by row."""

    def encode(self, picture: Image.Image) -> bytes:
        """The file of a whole image."""
        return self.join(self.segments(picture))


class FilmEncoder(TiledEncoder, Protocol):
    """A kind of file that moves: a first frame of tiles, then what changes, each an image on its own."""

    step: int  # patches stand at pixels that are multiples of it

    def patch(self, picture: Image.Image, x: int, y: int) -> Segment:
        """What is laid over the frame before: an image ('RGB') whose top left stands at x, y."""

    def join_film(
        self, segments: Sequence[Segment], changes: Iterable[tuple[float, Segment]], end: float, loop: int
    ) -> bytes:
        """The file of the first frame, and of patches with the second of each; it ends at one, and plays so often.

        0 plays without end.
        """
