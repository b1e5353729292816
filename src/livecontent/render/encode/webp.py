"""WebP files: lossy, in one piece, as the format knows no parts."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from livecontent.render.encode.tiles import Grid, Rows, Segment, TileRange

QUALITY = 82
_METHOD = 1  # the default takes four times as long for a tenth of the size


class WebpEncoder:
    """One tile."""

    def __init__(self, width: int, height: int) -> None:
        self.grid = Grid(width, height, width, height)

    def segments(self, picture: Image.Image) -> list[Segment]:
        """The whole file."""
        out = BytesIO()
        picture.save(out, "WEBP", quality=QUALITY, method=_METHOD)
        return [out.getvalue()]

    def rows(self, picture: Image.Image, tiles: TileRange) -> Rows:  # noqa: ARG002  a row is a tile
        """The rows of an image of some tiles."""
        return self.segments(picture)

    def join(self, segments: Sequence[Segment]) -> bytes:
        """A WebP."""
        return segments[0]
