"""WebP files: lossy; the first frame in one piece, as the format knows no parts, then what changes.

What moves is frames in a container, each with its place and time (RFC 9649, 2.7); a frame is a file of its own.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from struct import pack

from PIL import Image

from livecontent.render.encode.tiles import FilmEncoder, Grid, Segment
from livecontent.scene import Box

QUALITY = 82
_METHOD = 1  # the default takes four times as long for a tenth of the size
_HEAD = 12  # bytes of a file before its first chunk
_MOVES = 0x02
_AS_IT_IS = 0x02  # it is not blended with the frame before; that frame stays around it


class WebpEncoder(FilmEncoder):
    """One tile."""

    step = 2

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

    def patch(self, picture: Image.Image, x: int, y: int) -> Segment:
        """A frame without its time: an image ('RGB') whose top left stands at x, y, which are even."""
        return _placed(self.segments(picture)[0], Box(x, y, *picture.size))

    def join_film(
        self, segments: Sequence[Segment], changes: Iterable[tuple[float, Segment]], end: float, loop: int
    ) -> bytes:
        """A WebP of frames with their seconds, that ends at a second and plays so often; 0: without end."""
        size = (self.grid.width, self.grid.height)
        shown, since = _placed(segments[0], Box(0, 0, *size)), 0.0
        chunks = [_chunk(b"VP8X", pack("<I", _MOVES) + _three(size[0] - 1, size[1] - 1))]
        chunks.append(_chunk(b"ANIM", pack("<IH", 0xFFFFFFFF, loop)))
        for second, patch in changes:
            chunks.append(_frame(shown, second - since))
            shown, since = patch, second
        chunks.append(_frame(shown, end - since))
        return _chunk(b"RIFF", b"".join((b"WEBP", *chunks)))


def _placed(file: bytes, box: Box) -> Segment:
    """Where a frame stands, and its pixels as they are in a file."""
    x, y, width, height = box
    return _three(x // 2, y // 2, width - 1, height - 1) + file[_HEAD:]


def _frame(placed: Segment, seconds: float) -> bytes:
    place, pixels = placed[:_HEAD], placed[_HEAD:]
    return _chunk(b"ANMF", b"".join((place, _three(round(seconds * 1000)), bytes((_AS_IT_IS,)), pixels)))


def _three(*numbers: int) -> bytes:
    """Numbers of three bytes."""
    return b"".join([number.to_bytes(3, "little") for number in numbers])


def _chunk(name: bytes, data: bytes) -> bytes:
    return b"".join((name, pack("<I", len(data)), data, b"\0" * (len(data) % 2)))
