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
    """How files of a format are made of segments, for pictures like this one.

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
