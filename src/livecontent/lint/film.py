"""Animations of layers: what is seen where nothing moves, how long they are, and how many bytes they have."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from livecontent.compose.context import placed
from livecontent.compose.kinds.countdown import CountdownLayer
from livecontent.compose.layer import Layer, walk
from livecontent.compose.values import Rect
from livecontent.creative.model import Creative
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem
from livecontent.render.compile import CompiledCreative
from livecontent.render.film import moments_of
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import render_whole

LONGEST = 60  # seconds
_ENOUGH = 0.5  # of the box of a layer


class _Placed(NamedTuple):
    path: YamlPath
    layer: Layer
    box: Rect
    late: bool  # whether it is not in the first frame
    goes: bool  # whether it is, and not in the last


def check_film(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """Warnings about animations, and keys that do nothing."""
    timed = False
    for index, variant in enumerate(creative.variants):
        canvas = Rect(0, 0, *creative.size_of(variant))
        found = [
            *_placed(("variants", index, "layers"), variant.layers, canvas),
            *_placed(("layers",), () if variant.collapse else creative.layers, canvas),
        ]
        moving = [one for one in found if one.layer.stay]
        timed = timed or bool(moving)
        yield from _too_long(source, moving)
        if moving and creative.format not in ("gif", "webp"):
            message = f"a {creative.format} does not move: only what is shown at second 0 is ever seen"
            yield source.problem(_key(moving[0]), message, help_="write format: gif, or webp", warning=True)
        yield from _never_seen(source, found)
    yield from _unused(source, creative, timed)


def _placed(
    path: YamlPath, layers: Iterable[Layer], within: Rect, *, late: bool = False, goes: bool = False
) -> Iterator[_Placed]:
    """Layers and those inside them, with what is true of all that they stand in."""
    for index, layer in enumerate(layers):
        box, stay = placed(layer.box, within), layer.stay
        hidden = late or bool(stay and not stay.holds(0))
        gone = goes or bool(stay and stay.end)
        yield _Placed((*path, index), layer, box, hidden, gone and not hidden)
        for key, inner in layer.inner().items():
            yield from _placed((*path, index, key), inner, box, late=hidden, goes=gone)


def _key(one: _Placed) -> YamlPath:
    return (*one.path, "at" if one.layer.at else "for")


def _too_long(source: YamlSource, moving: Iterable[_Placed]) -> Iterator[Problem]:
    for one in moving:
        layer = one.layer
        if layer.at + (layer.for_ or 0) > LONGEST:
            message = f"this is {layer.at + (layer.for_ or 0):g} seconds after the first frame, more than {LONGEST}"
            yield source.problem(_key(one), message, help_="few people look at an email so long", warning=True)


def _never_seen(source: YamlSource, found: Iterable[_Placed]) -> Iterator[Problem]:
    """Layers that some readers never see, where nothing stands in their place before they come."""
    found = list(found)
    first = [one for one in found if not one.late and not one.layer.inner()]
    for one in found:
        if not (one.layer.at and one.late) or any(_stands_for(other, one) for other in first):
            continue
        yield source.problem(
            (*one.path, "at"),
            "Outlook for Windows and others show only the first frame, where nothing stands in the place of this",
            help_="begin with what matters (`at: 0`), or show something of the same kind there before, with `for`",
            warning=True,
        )


def _stands_for(other: _Placed, one: _Placed) -> bool:
    """Whether a layer of the first frame goes for another, or says the same in its place."""
    if not other.goes and other.layer.kind not in {inner.kind for inner in walk((one.layer,))}:
        return False
    width = min(one.box.x + one.box.width, other.box.x + other.box.width) - max(one.box.x, other.box.x)
    height = min(one.box.y + one.box.height, other.box.y + other.box.height) - max(one.box.y, other.box.y)
    return width > 0 and height > 0 and width * height >= _ENOUGH * one.box.width * one.box.height


def _unused(source: YamlSource, creative: Creative, timed: bool) -> Iterator[Problem]:
    for key in ("loop", "max_bytes"):
        if key in creative.model_fields_set and not timed:
            message = f"`{key}` does nothing: no layer has `at` or `for`"
            yield source.problem((key,), message, warning=True)
    layers = [layer for variant in creative.variants for layer in walk(creative.layers_of(variant))]
    if creative.loop != 1 and timed and any(isinstance(layer, CountdownLayer) for layer in layers):
        message = "an image with a countdown plays once: a clock that starts again would be wrong"
        yield source.problem(("loop",), message, help_="leave `loop` out", warning=True)


def check_bytes(compiled: CompiledCreative, painter: Painter) -> list[Problem]:
    """Animations that have too many bytes, with default words. Raises `DrawingError`."""
    found = []
    creative, source = compiled.loaded.creative, compiled.loaded.source
    for index, variant in enumerate(compiled.variants.values()):
        scene = variant.scene(variant.default)
        if scene.film and creative.format in ("gif", "webp"):
            unlimited = scene._replace(film=scene.film._replace(most=1 << 40))
            size = len(render_whole(unlimited, variant.images().base, creative.format, painter))
            if size > creative.max_bytes:
                message = f"the animation has {size:,} bytes, more than `max_bytes` ({creative.max_bytes:,})"
                help_ = f"an open leaves out the last of its {len(moments_of(scene)) + 1} frames: make it smaller, "
                help_ += "show less, or use webp"
                found.append(source.problem(("variants", index), message, help_=help_, warning=True))
    return found
