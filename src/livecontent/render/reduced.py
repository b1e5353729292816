"""Finished images, reduced: for pages that show many of them at once.

What is reduced is the true image, pixel by pixel: drawn anew at a smaller scale, lines of text could break elsewhere.
"""

from io import BytesIO
from typing import NamedTuple

from PIL import Image

from livecontent.links import Format
from livecontent.render.paint.images import FORMATS

_QUALITY = 80


class ReducedImage(NamedTuple):
    """A file, its format, and how many pixels it is wide and high."""

    data: bytes
    format: Format
    width: int
    height: int


def reduce_image(data: bytes, width: int) -> ReducedImage:
    """An image at most so many pixels wide: a JPEG of a JPEG or WebP, else a PNG; of one that moves its first frame.

    Decodes and encodes: not for the event loop.
    """
    with Image.open(BytesIO(data), formats=FORMATS) as opened:
        flat = opened.format in ("PNG", "GIF")
        size = min(width, opened.width), max(1, round(opened.height * min(width / opened.width, 1)))
        if opened.format == "JPEG":
            opened.draft("RGB", size)  # decodes at a half, a quarter or an eighth
        picture = opened.convert("RGB")
    if picture.size != size:
        whole = picture.width % width == 0  # then each pixel is the mean of as many
        picture = picture.resize(size, Image.Resampling.BOX if whole else Image.Resampling.LANCZOS)
    out = BytesIO()
    if flat:
        picture.save(out, "PNG", compress_level=1)
    else:
        picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)  # red letters stay sharp
    return ReducedImage(out.getvalue(), "png" if flat else "jpg", *size)
