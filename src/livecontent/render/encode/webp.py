"""WebP files: lossy, in one piece, as the format knows no parts."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from livecontent.render.encode.tiles import Grid, Segment, TiledEncoder

QUALITY = 82
_METHOD = 1  # the default takes four times as long for a tenth of the size


class WebpEncoder(TiledEncoder):
    """One tile."""

    def __init__(self, width: int, height: int) -> None:
        self.grid = Grid(width, height, width, height)

    def segments(self, picture: Image.Image) -> list[Segment]:
        """The whole file."""
        out = BytesIO()
        picture.save(out, "WEBP", quality=QUALITY, method=_METHOD)
        return [out.getvalue()]

    def join(self, segments: Sequence[Segment]) -> bytes:
        """A WebP."""
        return segments[0]
