"""What is ready of a variant before anybody opens it: made when it is first needed, by one process of a machine.

It stands in a file that all processes read in place: pixels are mapped memory, shared by all, which the system may drop
and read again. What a process keeps of its own are encoded segments, of the variants that are opened most.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, pairwise
from pathlib import Path

import isal
import PIL
from PIL import Image, _imaging, features

from livecontent.links import Format
from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.jpeg import DPI, JpegEncoder
from livecontent.render.encode.palette import Rgb, palette_of
from livecontent.render.encode.png import PngEncoder
from livecontent.render.encode.tiles import Segment, TiledEncoder
from livecontent.render.encode.webp import WebpEncoder
from livecontent.render.paint.bounds import bounds
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.static_store import StaticFile, StaticStore
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Node, Scene

CACHE_BYTES = 64 * 1024 * 1024
_ENCODERS = 100
_SEGMENT, _BASE = 41, 4096  # bytes that Python takes for a segment in a tuple, and for all that is not one


@dataclass(frozen=True, slots=True, eq=False)
class StaticBase:
    """The part of a variant that is the same for everybody, drawn and encoded.

    Of a scene on it, `Scene.moving` names the nodes that it has not got; its own may stand below and above them.
    """

    id: str  # of this base and no other: it is in the key of everything that is kept of it
    format: Format
    ready: int  # how many of a scene's first nodes are in `image`: those below all that move
    image: Image.Image  # 'RGB'
    encoder: TiledEncoder
    segments: tuple[Segment, ...]  # of the image of all static nodes
    above: tuple[tuple[Node, Box], ...] = ()  # static nodes that are not in `image`, with the boxes of their ink


def make_base(
    id_: str, format_: Format, scene: Scene, ready: int, painter: Painter, encoder: TiledEncoder
) -> StaticBase:
    """The base of a scene of all static nodes, of which the first `ready` stand below all that moves."""
    image = painter.draw(scene._replace(nodes=scene.nodes[:ready]))
    segments = tuple(encoder.segments(painter.draw(scene, image, ready)))
    return StaticBase(id_, format_, ready, image, encoder, segments, above_image(scene, ready, painter.fonts))


def above_image(scene: Scene, ready: int, fonts: Fonts) -> tuple[tuple[Node, Box], ...]:
    """The static nodes that stand above some that move, with the boxes of their ink."""
    return tuple([(node, box) for node in scene.nodes[ready:] if (box := bounds(node, fonts))])


def encoder_of(
    format_: Format,
    picture: Image.Image,
    exact: Sequence[Rgb] = (),
    few: bool = False,
    dpi: int = DPI,
    colours: Image.Image | None = None,
) -> TiledEncoder:
    """How files of a format are made, for images like this one, and with the colours of another.

    Where colours are few, some are had exactly.
    """
    coloured = format_ == "gif" or (format_ == "png" and few)
    return encoder_for(format_, picture.size, palette_of(colours or picture, exact) if coloured else None, dpi)


def encoder_for(format_: Format, size: tuple[int, int], palette: Image.Image | None, dpi: int = DPI) -> TiledEncoder:
    """How files of a format and size are made of segments; of a GIF always with a palette ('P' image)."""
    match format_:
        case "jpg":
            return JpegEncoder(*size, dpi)
        case "png":
            return PngEncoder(*size, palette, dpi)
        case "webp":
            return WebpEncoder(*size)
        case "gif":
            if palette is None:
                raise ValueError("a GIF has a palette")
            return GifEncoder(*size, palette)


@dataclass(frozen=True, slots=True)
class StaticImages:
    """The static base of a variant, and its image with default words."""

    base: StaticBase
    fallback: bytes | memoryview

    @property
    def size(self) -> int:
        """Bytes of memory, at most: those of the pixels are shared with other processes, as far as they are used."""
        pixels = 4 * self.base.image.width * self.base.image.height
        return pixels + sum(map(len, self.base.segments)) + _SEGMENT * len(self.base.segments) + _BASE


class StaticLibrary:
    """The static images of all variants."""

    def __init__(self, store: StaticStore, fonts: Fonts) -> None:
        self._store = store
        self._encoders: Cache[tuple[object, ...], TiledEncoder] = Cache("encoders", _ENCODERS)
        self._fonts = fonts
        self._drawn_by = _drawn_by(fonts)
        self.cache: Cache[str, StaticImages] = Cache("static images", CACHE_BYTES, lambda found: found.size)

    def key(self, *names: str) -> str:
        """The key of what is drawn of a version: other fonts and other code make another."""
        return blake2b("\0".join((self._drawn_by, *names)).encode(), digest_size=16).hexdigest()

    def checked(self, version: str) -> str:
        """The key of what says that nothing is wrong with a version."""
        return self.key(version, "checked")

    def images(self, key: str, scene: Callable[[], Scene], make: Callable[[], StaticImages]) -> StaticImages:
        """Those of a key and the scene of its static nodes, made where there are none. Not for the event loop."""
        found = self.cache.get(key)
        if found is None:
            file = self._store.get(key, lambda: _packed(make()))
            found = self.cache.put(key, self._unpacked(key, file, scene()))
        return found

    def _unpacked(self, key: str, file: StaticFile, scene: Scene) -> StaticImages:
        size = (file.facts["width"], file.facts["height"])
        segments = bytes(file.blobs["segments"])
        ends = accumulate(file.blobs["lengths"].cast("I"), initial=0)
        base = StaticBase(
            id=key,
            format=file.facts["format"],
            ready=file.facts["ready"],
            image=_mapped(file.blobs["pixels"], size),
            encoder=self._encoder(file.facts["format"], size, bytes(file.blobs["palette"])),
            segments=tuple([segments[start:end] for start, end in pairwise(ends)]),
            above=above_image(scene, file.facts["ready"], self._fonts),
        )
        return StaticImages(base, file.blobs["fallback"])

    def _encoder(self, format_: Format, size: tuple[int, int], colours: bytes) -> TiledEncoder:
        key = (format_, size, colours)
        return self._encoders.get(key) or self._encoders.put(key, encoder_for(format_, size, _palette(colours)))

    def file(self, key: str, make: Callable[[], bytes]) -> bytes:
        """A file of a key, made where there is none. Not for the event loop."""
        return bytes(self._store.get(key, lambda: StaticFile({}, {"file": memoryview(make())})).blobs["file"])

    def made(self, key: str, blob: str) -> bytes | None:
        """A blob of a key, where any process has made it."""
        found = self._store.find(key)
        return bytes(found.blobs[blob]) if found else None


def _drawn_by(fonts: Fonts) -> str:
    """A digest of all that decides how a scene is drawn: livecontent, Pillow and its libraries, ISA-L, the fonts."""
    digest = blake2b()
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(file.read_bytes())
    libraries = [features.version(name) for name in ("libjpeg_turbo", "webp", "freetype2", "raqm", "harfbuzz")]
    fonts_used = [(font.key, (now := font.path.stat()).st_size, now.st_mtime_ns) for font in fonts.files]
    digest.update(repr((PIL.__version__, isal.__version__, libraries, fonts_used)).encode())
    return digest.hexdigest()


def _packed(images: StaticImages) -> StaticFile:
    base = images.base
    palette = base.encoder.palette if isinstance(base.encoder, PngEncoder | GifEncoder) else None
    return StaticFile(
        {"format": base.format, "width": base.image.width, "height": base.image.height, "ready": base.ready},
        {
            "pixels": memoryview(base.image.tobytes("raw", "RGBX")),
            "lengths": memoryview(array("I", map(len, base.segments))).cast("B"),
            "segments": memoryview(b"".join(base.segments)),
            "palette": memoryview(bytes(palette.getpalette() or ()) if palette else b""),
            "fallback": memoryview(images.fallback),
        },
    )


def _palette(colours: bytes) -> Image.Image | None:
    if not colours:
        return None
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    return palette


def _mapped(pixels: memoryview, size: tuple[int, int]) -> Image.Image:
    """An image ('RGB') of pixels of 4 bytes, which are not copied.

    Pillow keeps 'RGB' in 4 bytes too, but its `frombuffer` maps them as 'RGBX' only, which would have to be converted.
    """
    image = Image.Image()._new(_imaging.map_buffer(pixels, size, "raw", 0, ("RGB", 0, 1)))  # noqa: SLF001
    image.readonly = 1
    return image
