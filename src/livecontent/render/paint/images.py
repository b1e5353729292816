"""The images of creatives: decoded and fitted."""

import warnings
from collections.abc import Callable, Container
from hashlib import blake2b
from io import BytesIO
from typing import Literal

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from livecontent.errors import DrawingError
from livecontent.looks import Radius
from livecontent.render.paint.shapes import Shapes
from livecontent.render.static_store import StaticFile, StaticStore
from livecontent.runtime.cache import Cache
from livecontent.scene import Colour

MAX_PIXELS = 16_000_000
CACHE_BYTES = 32 * 1024 * 1024  # the largest image of a creative has its place
_SIZES = 2000  # pictures
_SIDEWAYS = (5, 6, 7, 8)  # orientations of Exif
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # what is decoded; other readers have had too many holes


class Images:
    """Bitmaps by the digest of their file, decoded when first used at a size."""

    def __init__(self, shapes: Shapes, store: StaticStore) -> None:
        """Files are kept in the store, which all processes read in place."""
        self._shapes = shapes
        self._store = store
        self.elsewhere: Callable[[str], bytes | None] = lambda _: None  # images that are of no creative's folder
        self._files: dict[str, memoryview] = {}
        self._sizes: Cache[str, tuple[int, int]] = Cache("sizes of pictures", _SIZES)
        self._fitted: Cache[tuple[object, ...], tuple[Image.Image, Image.Image | None]] = Cache(
            "fitted pictures", CACHE_BYTES, lambda entry: entry[0].width * entry[0].height * 4
        )

    def add(self, data: bytes) -> str:
        """Keeps a file and gives its digest. Raises `DrawingError` for what is no image."""
        digest = blake2b(data, digest_size=12).hexdigest()
        if digest not in self._files:
            self._files[digest] = self._store.get(image_key(digest), lambda: _decodable(data)).blobs["file"]
        return digest

    def size(self, digest: str) -> tuple[int, int] | None:
        """How many pixels an image is wide and high, upright; None where there is none."""
        data = self._files.get(digest) or self.elsewhere(digest)
        if data is None:
            return None
        return self._sizes.get(digest) or self._sizes.put(digest, _size(data))

    def retain(self, digests: Container[str]) -> None:
        """Lets go of all other files."""
        self._files = {digest: data for digest, data in self._files.items() if digest in digests}

    def fitted(
        self,
        digest: str,
        width: int,
        height: int,
        fit: Literal["cover", "contain", "stretch"],
        radius: Radius = 0,
        tint: Colour | None = None,
    ) -> tuple[Image.Image, Image.Image | None]:
        """An image ('RGB') of exactly this size and its mask ('L', or None where all of it is opaque)."""
        key = (digest, width, height, fit, radius, tint)
        entry = self._fitted.get(key)
        if entry is None:
            entry = self._fitted.put(key, self._fit(digest, width, height, fit, radius, tint))
        return entry

    def coverage(self, digest: str, width: int, height: int) -> Image.Image:
        """What an image of exactly this size lets through as a mask ('L'): where it is opaque, else where it is light.

        It is as large as it can be in its whole; what is around it is clear.
        """
        key = (digest, width, height)
        entry = self._fitted.get(key)
        if entry is None:
            picture = self._decoded(digest)
            mask = picture.getchannel("A") if picture.mode == "RGBA" else picture.convert("L")
            padded = ImageOps.pad(mask, (width, height), Image.Resampling.LANCZOS)
            entry = self._fitted.put(key, (padded, None))
        return entry[0]

    def _decoded(self, digest: str) -> Image.Image:
        data = self._files.get(digest) or self.elsewhere(digest)
        if data is None:
            raise DrawingError(f"there is no image {digest}")
        return decode(data)

    def _fit(
        self, digest: str, width: int, height: int, fit: str, radius: Radius, tint: Colour | None
    ) -> tuple[Image.Image, Image.Image | None]:
        picture = self._decoded(digest)
        if tint:
            picture = _tinted(picture, tint)
        size = (width, height)
        if fit == "cover":
            picture = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
        elif fit == "contain":
            picture = ImageOps.pad(picture.convert("RGBA"), size, Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
        else:
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        mask = picture.getchannel("A") if picture.mode == "RGBA" else None
        if radius:
            corners = self._shapes.mask("rectangle", width, height, radius)
            black = Image.new("L", size)
            mask = corners if mask is None else Image.composite(mask, black, corners)
        return picture.convert("RGB"), mask


def _tinted(picture: Image.Image, tint: Colour) -> Image.Image:
    """A picture in one colour: all that is opaque, else from dark to light; a tint that is seen through, in part."""
    if picture.mode == "RGBA":
        coloured = Image.new("RGBA", picture.size, tint[:3])
        coloured.putalpha(picture.getchannel("A"))
    else:
        coloured = ImageOps.colorize(picture.convert("L"), tint[:3], (255, 255, 255))
    return Image.blend(picture, coloured, tint.alpha / 255)


def image_key(digest: str) -> str:
    """The key of a file in the store."""
    return f"image-{digest}"


def _decodable(data: bytes) -> StaticFile:
    decode(data, small=True)
    return StaticFile({}, {"file": memoryview(data)})


def decode(data: bytes | memoryview, *, small: bool = False) -> Image.Image:
    """A file's image ('RGB' or 'RGBA'), turned upright, and nothing else that is noted in the file.

    All of the file is read, also for a small image, which takes less.
    """
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=FORMATS) as opened:
            _measure(opened.width, opened.height)
            if small:
                opened.draft(None, (1, 1))  # of a JPEG an eighth of its size
            ImageOps.exif_transpose(opened, in_place=True)
            opened.load()
            upright: Image.Image = opened
            if upright.mode == "I;16":  # a conversion would make white of all but the darkest greys
                upright = upright.point(lambda value: value * (1 / 257))
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            picture = upright if upright.mode == mode else upright.convert(mode)
    except UnidentifiedImageError:  # its text is the address of an object
        raise DrawingError("not a JPEG, PNG, WebP or GIF that can be drawn") from None
    except Exception as error:  # noqa: BLE001  decoders raise anything for a broken file
        raise DrawingError(f"not a JPEG, PNG, WebP or GIF that can be drawn: {error}") from None
    picture.info.clear()
    return picture


def _size(data: bytes | memoryview) -> tuple[int, int]:
    with Image.open(BytesIO(data), formats=FORMATS) as opened:
        width, height = opened.size
        sideways = opened.getexif().get(ExifTags.Base.Orientation) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def _measure(width: int, height: int) -> None:
    """Raises `ValueError` for an image that would take too much memory."""
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width}x{height} pixels; {MAX_PIXELS:,} are the most")
