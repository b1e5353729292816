"""What is done once, when a creative is published, so that an opening only does what changed.

A published creative becomes, for each variant, a plate: the picture of the layers that are the same for everybody, its
file in parts, and a finished picture with default words for bad days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import NamedTuple, get_args

from livecontent.compose.context import ComposeContext, ComposeResources, Substitution, make_context
from livecontent.compose.layers import Composable, Composed, compose
from livecontent.compose.link import compose_alt
from livecontent.compose.memo import Kept, MemoizedLayer, MemoizedLink
from livecontent.creative.layers import Layer
from livecontent.creative.load import LoadedCreative
from livecontent.creative.model import Creative, Variant, walk_all
from livecontent.creative.needs import is_fixed
from livecontent.creative.values import GradientValue, StrokeValue
from livecontent.errors import CreativeError, DrawingError, Problem
from livecontent.facts import Moment
from livecontent.links import Format
from livecontent.lint.drawable import check_drawable
from livecontent.render.base import StaticBase, encoder_of
from livecontent.render.encode.palette import Rgb
from livecontent.render.encode.tiles import encode
from livecontent.render.paint.painter import Painter
from livecontent.runtime.lru import LruCache
from livecontent.scene import Box, Colour, Picture, Scene

_KEPT = 2000  # layers of a creative that are remembered as they were composed
_STEPS = 8
_EXACT = 128  # colours of a palette of 256


class Composition(NamedTuple):
    """A scene, where a click on it leads, what is written in it, and what had to be left out."""

    scene: Scene
    link: str | None
    said: tuple[str, ...]
    left_out: tuple[str, ...]
    substitutions: tuple[Substitution, ...] = ()  # what was done as it may be read later


@dataclass(frozen=True, slots=True)
class CompiledVariant:
    """A variant, ready to be opened: its layers, composed where they are the same for everybody; its plate."""

    layers: tuple[Composable, ...]
    plate: StaticBase
    fallback: bytes  # with default words, in the creative's own format
    link: MemoizedLink
    bare_link: str | None  # as far as nothing is known


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CompiledCreative:
    """A published creative, ready to be opened."""

    published: LoadedCreative
    materials: ComposeResources
    casts: Mapping[str, CompiledVariant]  # by name of the variant
    fallback: Mapping[Format, bytes]  # of the creative, in every format

    def compose(self, variant: Variant, moment: Moment) -> Composition:
        """The look of a variant at a moment."""
        desk = make_context(self.published.creative, moment, self.materials)
        scene = compose(self.casts[variant.name].layers, desk)
        link = self.casts[variant.name].link.compose(desk)
        return Composition(scene, link, tuple(desk.said), tuple(desk.left_out), tuple(desk.substitutions))

    def alt(self, variant: Variant, moment: Moment, said: Iterable[str]) -> str:
        """What the picture says in words."""
        desk = make_context(self.published.creative, moment, self.materials)
        return compose_alt(self.published.alt_of(variant), said, desk)


def compile_creative(published: LoadedCreative, painter: Painter) -> CompiledCreative:
    """Makes the plates of a creative. Raises `CreativeError` where a picture, font or layer can't be used."""
    materials = ComposeResources(
        painter.fonts, painter.fonts.icons, _pictures(published, painter), published.vocabulary
    )
    if problems := check_drawable(published, materials):
        raise CreativeError(problems)
    try:
        kept: Kept = LruCache(_KEPT)
        casts = {v.name: _cast(published, v, materials, painter, kept) for v in published.creative.variants}
        compiled = CompiledCreative(published, materials, casts, {})
        return replace(compiled, fallback=_fallback(compiled, painter))
    except DrawingError as error:
        raise CreativeError([Problem(published.name, 1, 1, str(error))]) from None


def _pictures(published: LoadedCreative, painter: Painter) -> Mapping[str, str]:
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


def _cast(
    published: LoadedCreative, variant: Variant, materials: ComposeResources, painter: Painter, kept: Kept
) -> CompiledVariant:
    creative = published.creative
    layers = tuple(_settled(layer, published, materials, kept) for layer in creative.layers_of(variant))
    below = tuple(takewhile(lambda layer: isinstance(layer, Composed), layers))
    desk = _default_desk(creative, materials)
    ground = compose(below, desk)
    still = compose((layer for layer in layers if isinstance(layer, Composed)), desk)
    scene = compose(layers, desk)
    picture = painter.draw(ground)
    whole = painter.draw(scene, picture, len(ground.nodes))
    exact = exact_colours(creative.layers_of(variant), creative.background)
    mosaic = encoder_of(creative.format, whole, exact, creative.palette)
    plate = StaticBase(
        name=f"{published.name} {published.version} {variant.name}",
        format=creative.format,
        nodes=still.nodes,
        ready=len(ground.nodes),
        ground=picture,
        mosaic=mosaic,
        parts=tuple(mosaic.parts(painter.draw(still, picture, len(ground.nodes)))),
        still=frozenset(map(id, still.nodes)),
    )
    link = MemoizedLink(published.links_of(variant), LruCache(_KEPT))
    return CompiledVariant(layers, plate, encode(mosaic, whole), link, link.compose(desk))


def _default_desk(creative: Creative, materials: ComposeResources) -> ComposeContext:
    """The desk of what is ready for bad days: nobody is known, nor when it will be read."""
    desk = make_context(creative, Moment({}), materials)
    return replace(desk, live=desk)


def _settled(layer: Layer, published: LoadedCreative, materials: ComposeResources, kept: Kept) -> Composable:
    """A layer that is the same for everybody, composed; another with a memory."""
    if not is_fixed(layer):
        return MemoizedLayer(layer, kept)
    desk = make_context(published.creative, Moment({}), materials)
    return Composed(compose((layer,), desk).nodes, tuple(desk.said), tuple(desk.left_out))


def exact_colours(layers: Iterable[Layer], background: Colour) -> list[Rgb]:
    """The colours that layers name, and the steps between letters and what they stand on, for smooth edges."""
    inks: list[Rgb] = []
    grounds: list[Rgb] = [background[:3]]
    for layer in walk_all(layers):
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


def _fallback(compiled: CompiledCreative, painter: Painter) -> Mapping[Format, bytes]:
    """The creative's fallback file, fitted to its size, else its last variant with default words."""
    creative = compiled.published.creative
    last = creative.variants[-1]
    cast = compiled.casts[last.name]
    scene = compose(cast.layers, _default_desk(creative, compiled.materials))
    ready: dict[Format, bytes] = {}
    if creative.fallback is None:
        ready[creative.format] = cast.fallback
    else:
        file = compiled.materials.pictures[creative.fallback]
        scene = replace(scene, nodes=(Picture(box=Box(0, 0, scene.width, scene.height), asset=file),))
    picture = painter.draw(scene)
    exact = exact_colours(creative.layers_of(last), creative.background)
    others: list[Format] = [format_ for format_ in get_args(Format) if format_ not in ready]
    return ready | {
        one: encode(encoder_of(one, picture, exact, creative.palette and one == creative.format), picture)
        for one in others
    }
