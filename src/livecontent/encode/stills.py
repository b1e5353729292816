"""JPEG, PNG and WebP files of one picture ('RGB')."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType

from PIL import Image

DPI = (96, 96)
JPEG_QUALITY = 82
WEBP_QUALITY = 82


def encode_jpeg(picture: Image.Image) -> bytes:
    """A baseline JPEG with halved chroma."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling="4:2:0", dpi=DPI)
    return out.getvalue()


def encode_png(picture: Image.Image) -> bytes:
    """A true-colour PNG; level 1, as the default level takes five times as long for a tenth of the size."""
    out = BytesIO()
    picture.save(out, "PNG", compress_level=1, dpi=DPI)
    return out.getvalue()


def encode_webp(picture: Image.Image) -> bytes:
    """A lossy WebP; method 1, for the same reason."""
    out = BytesIO()
    picture.save(out, "WEBP", quality=WEBP_QUALITY, method=1)
    return out.getvalue()


_ENCODERS: Mapping[str, Callable[[Image.Image], bytes]] = MappingProxyType(
    {"jpg": encode_jpeg, "png": encode_png, "webp": encode_webp}
)


def encode_still(picture: Image.Image, format_: str) -> bytes:
    """The file of a picture in one of the formats jpg, png and webp."""
    return _ENCODERS[format_](picture)
