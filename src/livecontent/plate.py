"""What of a variant is ready before anybody opens it, and how its files are made of parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from livecontent.encode.gif import GifMosaic
from livecontent.encode.jpeg import JpegMosaic
from livecontent.encode.mosaic import Mosaic, Part
from livecontent.encode.palette import Rgb, palette_of
from livecontent.encode.png import PngMosaic
from livecontent.encode.webp import WebpMosaic
from livecontent.links import Format
from livecontent.scene import Node


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """What of a variant is ready before anybody opens it."""

    name: str  # of this plate and no other
    format: Format
    nodes: tuple[Node, ...]  # all that are the same for everybody, some of them above others that move
    ready: int  # how many of them are below all that move
    ground: Image.Image  # of these
    mosaic: Mosaic
    parts: tuple[Part, ...]  # of the picture of all the nodes
    still: frozenset[int]  # the nodes by identity


def mosaic_of(format_: Format, picture: Image.Image, exact: Sequence[Rgb] = (), few: bool = False) -> Mosaic:
    """How files of a format are made of parts, for pictures like this one.

    Where they have few colours, as GIF always and PNG on demand, some are had exactly.
    """
    width, height = picture.size
    match format_:
        case "jpg":
            return JpegMosaic(width, height)
        case "png":
            return PngMosaic(width, height, palette_of(picture, exact) if few else None)
        case "webp":
            return WebpMosaic(width, height)
        case "gif":
            return GifMosaic(width, height, palette_of(picture, exact))
