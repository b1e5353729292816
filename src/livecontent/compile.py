"""What is done once, when a creative is published, so that an opening only does what changed.

A published creative becomes, for each variant, a plate: the picture of the layers that are the same for everybody, the
palette of its GIFs, and a finished picture with default words for bad days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import NamedTuple, get_args

from PIL import Image

from livecontent.compose.desk import Materials, make_desk
from livecontent.compose.link import compose_alt, compose_link
from livecontent.compose.scene import compose
from livecontent.creative.layers import Layer
from livecontent.creative.load import Published
from livecontent.creative.model import Variant, walk
from livecontent.creative.needs import is_fixed
from livecontent.creative.values import GradientValue, StrokeValue
from livecontent.draw.motion import changes
from livecontent.draw.painter import Painter
from livecontent.encode.gif import Patch, encode_gif, palette_of
from livecontent.encode.stills import encode_still
from livecontent.errors import CreativeError, DrawingError, Problem
from livecontent.facts import Moment
from livecontent.links import Format
from livecontent.scene import Box, Colour, Node, Picture, Scene

Rgb = tuple[int, int, int]

_STEPS = 8
_EXACT = 128  # colours of a palette of 256


@dataclass(frozen=True, slots=True)
class Plate:
    """What of a variant is ready before anybody opens it."""

    nodes: tuple[Node, ...]  # of the lowest layers
    said: tuple[str, ...]  # written in them
    rest: tuple[Layer, ...]  # the layers above, which depend on the moment
    picture: Image.Image  # of these nodes
    palette: Image.Image
    fallback: Mapping[Format, bytes]  # with default words, in the creative's own format


class Composed(NamedTuple):
    """A scene, where a click on it leads, what it says in words, and what had to be left out."""

    scene: Scene
    link: str | None
    alt: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A published creative, ready to be opened."""

    published: Published
    materials: Materials
    plates: Mapping[str, Plate]  # by name of the variant
    fallback: Mapping[Format, bytes]  # of the creative, in every format

    def compose(self, variant: Variant, moment: Moment) -> Composed:
        """The scene of a variant at a moment, with its link and alt text."""
        plate = self.plates[variant.name]
        desk = make_desk(self.published.creative, moment, self.materials)
        scene = compose(plate.rest, desk, plate.nodes)
        link = compose_link(self.published.link_of(variant), desk)
        alt = compose_alt(self.published.alt_of(variant), (*plate.said, *desk.said), desk)
        return Composed(scene, link, alt, tuple(desk.left_out))


def render(scene: Scene, plate: Plate, painter: Painter, format_: Format) -> bytes:
    """The file of a scene that stands on a plate."""
    first = painter.draw(scene, plate.picture, len(plate.nodes))
    if format_ != "gif":
        return encode_still(first, format_)
    moves = changes(scene, painter, plate.picture, len(plate.nodes))
    return encode_gif(first, plate.palette, (Patch(*move) if move else None for move in moves))


def compile_creative(published: Published, painter: Painter) -> Compiled:
    """Makes the plates of a creative. Raises `CreativeError` where a picture or font can't be used."""
    materials = Materials(painter.fonts, painter.fonts.icons, _pictures(published, painter))
    try:
        plates = {
            variant.name: _plate(published, variant, materials, painter) for variant in published.creative.variants
        }
        compiled = Compiled(published, materials, plates, {})
        return replace(compiled, fallback=_fallback(compiled, painter))
    except DrawingError as error:
        raise CreativeError([Problem(published.name, 1, 1, str(error))]) from None


def _pictures(published: Published, painter: Painter) -> Mapping[str, str]:
    """The digests of the creative's pictures by file name. Raises `CreativeError` that names each one not usable."""
    pictures: dict[str, str] = {}
    problems: list[Problem] = []
    for name, data in published.assets.items():
        try:
            pictures[name] = painter.images.add(data)
        except DrawingError as error:
            problems.append(Problem(f"{published.name}/{name}", 1, 1, str(error)))
    if problems:
        raise CreativeError(problems)
    return pictures


def _plate(published: Published, variant: Variant, materials: Materials, painter: Painter) -> Plate:
    desk = make_desk(published.creative, Moment({}), materials)
    layers = published.creative.layers_of(variant)
    fixed = tuple(takewhile(is_fixed, layers))
    rest = layers[len(fixed) :]
    ground = compose(fixed, desk)
    said = tuple(desk.said)
    picture = painter.draw(ground)
    scene = compose(rest, desk, ground.nodes)
    colours = exact_colours(layers, published.creative.background)
    palette = palette_of(painter.draw(scene, picture, len(ground.nodes)), colours)
    plate = Plate(ground.nodes, said, rest, picture, palette, {})
    format_ = published.creative.format
    return replace(plate, fallback={format_: render(scene, plate, painter, format_)})


def exact_colours(layers: Iterable[Layer], background: Colour) -> list[Rgb]:
    """The colours that layers name, and the steps between letters and what they stand on, for smooth edges."""
    inks: list[Rgb] = []
    grounds: list[Rgb] = [background[:3]]
    for layer in walk(layers):
        for name, value in layer:
            (inks if name in ("color", "label_color", "stroke") else grounds).extend(_colours_of(value))
    steps = range(1, _STEPS)
    mixed = [_mix(ground, ink, step / _STEPS) for ink in inks for ground in grounds for step in steps]
    return list(dict.fromkeys([*inks, *grounds, *mixed]))[:_EXACT]


def _colours_of(value: object) -> Iterable[Rgb]:
    match value:
        case Colour():
            return (value[:3],)
        case StrokeValue():
            return (value.color[:3],)
        case GradientValue():
            return (colour[:3] for colour in value.gradient)
    return ()


def _mix(one: Rgb, other: Rgb, part: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _fallback(compiled: Compiled, painter: Painter) -> Mapping[Format, bytes]:
    """The creative's fallback file, fitted to its size, else its last variant with default words."""
    creative = compiled.published.creative
    last = creative.variants[-1]
    scene = compiled.compose(last, Moment({})).scene
    plate = compiled.plates[last.name]
    if creative.fallback:
        whole = Box(0, 0, scene.width, scene.height)
        file = Picture(box=whole, asset=compiled.materials.pictures[creative.fallback])
        scene = replace(scene, nodes=(file,), frames=1)
        picture = painter.draw(scene)
        plate = Plate(scene.nodes, (), (), picture, palette_of(picture), {})
    return {format_: render(scene, plate, painter, format_) for format_ in get_args(Format)}
