"""What of a variant is ready before anybody opens it, and how its files are made of parts."""

from __future__ import annotations

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
from livecontent.scene import Node


@dataclass(frozen=True, slots=True, eq=False)
class StaticBase:
    """What of a variant is ready before anybody opens it."""

    name: str  # of this plate and no other
    format: Format
    nodes: tuple[Node, ...]  # all that are the same for everybody, some of them above others that move
    ready: int  # how many of them are below all that move
    ground: Image.Image  # of these
    mosaic: TiledEncoder
    parts: tuple[Segment, ...]  # of the picture of all the nodes
    still: frozenset[int]  # the nodes by identity


def encoder_of(format_: Format, picture: Image.Image, exact: Sequence[Rgb] = (), few: bool = False) -> TiledEncoder:
    """How files of a format are made of parts, for pictures like this one.

    Where they have few colours, as GIF always and PNG on demand, some are had exactly.
    """
    width, height = picture.size
    match format_:
        case "jpg":
            return JpegEncoder(width, height)
        case "png":
            return PngEncoder(width, height, palette_of(picture, exact) if few else None)
        case "webp":
            return WebpEncoder(width, height)
        case "gif":
            return GifEncoder(width, height, palette_of(picture, exact))
