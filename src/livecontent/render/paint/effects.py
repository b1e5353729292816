"""What is done to nodes that were drawn as a picture of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image, ImageChops

from livecontent.looks import Blend
from livecontent.render.paint.bounds import common, inside
from livecontent.render.paint.canvas import Canvas
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Arc, Box, Colour, Group, Modules, Node, Shape, Text

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore


_BLENDS: Mapping[Blend, Callable[[Image.Image, Image.Image], Image.Image]] = MappingProxyType(
    {
        "multiply": ImageChops.multiply,
        "screen": ImageChops.screen,
        "overlay": ImageChops.overlay,
        "darken": ImageChops.darker,
        "lighten": ImageChops.lighter,
    }
)


class Sheet(NamedTuple):
    """A picture of its own: one colour and its coverage, or all colours ('RGBA'); and where it stands."""

    ink: ImagingCore | Colour
    box: Box
    mask: ImagingCore | None = None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return self.box.width * self.box.height * (1 if self.mask else 4) + 500


def blended(sheet: Sheet, blend: Blend, canvas: Canvas) -> Sheet | None:
    """What is seen of a picture on a canvas, in colours that are mixed with those beneath it.

    https://www.w3.org/TR/compositing-1/#blending: where nothing is beneath, its colours are its own.
    """
    seen = common(sheet.box, canvas.box)
    if seen is None:
        return None
    if isinstance(sheet.ink, tuple):
        colours, mask = Image.new("RGB", seen[2:], sheet.ink[:3]), _image(sheet.mask)
    else:
        picture = _image(sheet.ink)
        colours, mask = _part(picture.convert("RGB"), seen, sheet.box), picture.getchannel("A")
    mask = _part(mask, seen, sheet.box)
    beneath = _part(canvas.image, seen, canvas.box)
    if beneath.mode == "RGB":
        return Sheet(_BLENDS[blend](beneath, colours).im, seen, mask.im)
    beneath = beneath.convert("RGBA")
    mixed = _BLENDS[blend](beneath.convert("RGB"), colours)
    return Sheet(Image.composite(mixed, colours, beneath.getchannel("A")).im, seen, mask.im)


def _image(core: Any) -> Image.Image:
    return Image.Image()._new(core)  # noqa: SLF001


def _part(picture: Image.Image, part: Box, whole: Box) -> Image.Image:
    x, y, width, height = inside(part, whole)
    return picture.crop((x, y, x + width, y + height))


def masked(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """What of a picture ('L' or 'RGBa') a mask leaves."""
    left = Image.new(picture.mode, picture.size)
    left.paste(picture, (0, 0), mask)
    return left


def one_ink(nodes: Iterable[Node], fonts: Fonts) -> Colour | None:
    """The opaque colour that all of some nodes is drawn in, so that coverage is enough; None where there are more."""
    found = set(_inks(nodes, fonts))
    return found.pop() if len(found) == 1 else None


def _inks(nodes: Iterable[Node], fonts: Fonts) -> Iterator[Colour | None]:
    for node in nodes:
        match node:
            case _ if node.shadow:
                yield None
            case Group(effects=None):
                yield from _inks(node.nodes, fonts)
            case Shape(paint=Colour() as ink, stroke=None) | Arc(paint=Colour() as ink) | Modules(colour=ink):
                yield ink._replace(alpha=255)
            case Text(colour=ink, stroke=None) if not _has_pictures(node, fonts):
                yield ink._replace(alpha=255)
            case _:
                yield None


def _has_pictures(text: Text, fonts: Fonts) -> bool:
    """Whether there are emoji in it."""
    return any(fonts.mask(*run[:3], run.rtl, 0, run.optical).ink.mode != "L" for run in text.runs)
