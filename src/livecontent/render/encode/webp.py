"""WebP files: lossy, in one piece, as the format knows no parts."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from livecontent.render.encode.tiles import Grid, Rows, Segment, TileRange

QUALITY = 82
_METHOD = 1  # the default takes four times as long for a tenth of the size


class WebpEncoder:
    """One cell."""

    def __init__(self, width: int, height: int) -> None:
        self.grid = Grid(width, height, width, height)

    def parts(self, picture: Image.Image) -> list[Segment]:
        """The whole file."""
        out = BytesIO()
        picture.save(out, "WEBP", quality=QUALITY, method=_METHOD)
        return [out.getvalue()]

    def rows(self, picture: Image.Image, cells: TileRange) -> Rows:  # noqa: ARG002  a row is a cell
        """The rows of a picture of some cells."""
        return self.parts(picture)

    def file(self, parts: Sequence[Segment]) -> bytes:
        """A WebP."""
        return parts[0]
