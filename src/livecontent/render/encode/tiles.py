"""Files made of parts: a picture is cut in cells, each is encoded on its own, and a file is joined from any of them.

So that where a picture has changed, only the cells that changed are encoded; the file is the same, byte for byte, as if
all of them had been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from PIL import Image

from livecontent.scene import Box

Segment = bytes  # what a cell has become
Rows = Sequence[Segment]  # of some cells: for each row of them what all in it have become, in one piece


class TileRange(NamedTuple):
    """A rectangle of cells: columns and rows from the first up to, and without, the last."""

    left: int
    top: int
    right: int
    bottom: int

    def touches(self, other: TileRange) -> bool:
        """Whether two rectangles share a cell."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def around(self, other: TileRange) -> TileRange:
        """The smallest rectangle that holds both."""
        return TileRange(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """How a picture is cut: its size and that of a cell, in pixels. Cells at the right and bottom may be smaller."""

    width: int
    height: int
    cell_width: int
    cell_height: int

    @property
    def columns(self) -> int:
        """Cells in a row."""
        return -(-self.width // self.cell_width)

    @property
    def rows(self) -> int:
        """Rows of cells."""
        return -(-self.height // self.cell_height)

    @property
    def whole(self) -> TileRange:
        """All cells."""
        return TileRange(0, 0, self.columns, self.rows)

    def cells(self, box: Box) -> TileRange | None:
        """The cells that a box touches; None where it lies outside."""
        left, top = max(box.x, 0), max(box.y, 0)
        right, bottom = min(box.x + box.width, self.width), min(box.y + box.height, self.height)
        if left >= right or top >= bottom:
            return None
        wide, high = self.cell_width, self.cell_height
        return TileRange(left // wide, top // high, -(-right // wide), -(-bottom // high))

    def box(self, cells: TileRange) -> Box:
        """The pixels of some cells."""
        left, top = cells.left * self.cell_width, cells.top * self.cell_height
        right, bottom = cells.right * self.cell_width, cells.bottom * self.cell_height
        return Box(left, top, min(right, self.width) - left, min(bottom, self.height) - top)

    def lay(self, rows: Rows, cells: TileRange, parts: list[Segment]) -> None:
        """Puts the rows of some cells among the parts of all: each at its first cell, nothing at the others."""
        columns = self.columns
        first, end = cells.top * columns + cells.left, cells.bottom * columns
        parts[first:end:columns] = rows
        nothing = [b""] * len(rows)
        for start in range(first + 1, first + cells.right - cells.left):
            parts[start:end:columns] = nothing


class TiledEncoder(Protocol):
    """One kind of file, at one size."""

    @property
    def grid(self) -> Grid:
        """How pictures are cut."""

    def parts(self, picture: Image.Image) -> list[Segment]:
        """The parts of a whole picture ('RGB'), row by row."""

    def rows(self, picture: Image.Image, cells: TileRange) -> Rows:
        """The rows of a picture of some cells."""

    def file(self, parts: Sequence[Segment]) -> bytes:
        """The file of the parts of all cells, row by row."""


def encode(mosaic: TiledEncoder, picture: Image.Image) -> bytes:
    """The file of a whole picture."""
    return mosaic.file(mosaic.parts(picture))
