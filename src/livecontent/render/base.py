"""What of a variant is ready before anybody opens it, and how its files are made of segments."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from livecontent.links import Format
from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.jpeg import JpegEncoder
from livecontent.render.encode.palette import Rgb, palette_of
from livecontent.render.encode.png import PngEncoder
from livecontent.render.encode.tiles import Segment, TiledEncoder
from livecontent.render.encode.webp import WebpEncoder
from livecontent.render.paint.bounds import bounds
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Node, Scene


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


def encoder_of(format_: Format, picture: Image.Image, exact: Sequence[Rgb] = (), few: bool = False) -> TiledEncoder:
    """How files of a format are made of segments, for images like this one.

    Where they have few colours, as GIF always and PNG on demand, some are had exactly.
    """
    coloured = format_ == "gif" or (format_ == "png" and few)
    return encoder_for(format_, picture.size, palette_of(picture, exact) if coloured else None)


def encoder_for(format_: Format, size: tuple[int, int], palette: Image.Image | None = None) -> TiledEncoder:
    """How files of a format and size are made of segments; of a GIF always with a palette ('P' image)."""
    match format_:
        case "jpg":
            return JpegEncoder(*size)
        case "png":
            return PngEncoder(*size, palette)
        case "webp":
            return WebpEncoder(*size)
        case "gif":
            if palette is None:
                raise ValueError("a GIF has a palette")
            return GifEncoder(*size, palette)
