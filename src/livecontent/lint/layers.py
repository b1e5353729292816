"""What can't be right in one layer: places in rows and columns, room in its box, fonts, maps."""

import re
from collections.abc import Iterable, Iterator
from math import ceil

from livecontent.compose.flow.child import FlowChild
from livecontent.compose.kinds.bars import BarsLayer
from livecontent.compose.kinds.map import MapLayer
from livecontent.compose.kinds.steps import StepsLayer
from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.layer import Layer
from livecontent.compose.values import Font
from livecontent.creative.model import AvailableAssets
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem
from livecontent.expressions.template import LocalizedTemplate
from livecontent.lint.names import unknown

_SIZES = tuple(FlowChild.model_fields)
_ITALIC = re.compile(r"<i\s*>")


def check_flows(
    source: YamlSource, path: YamlPath, layers: Iterable[Layer], *, flowing: bool = False
) -> Iterator[Problem]:
    """Boxes of layers in a row or column (`flowing`), and widths and heights of others."""
    for index, layer in enumerate(layers):
        place = (*path, index)
        if flowing and layer.box is not None:
            width, height = layer.box[2:]
            yield source.problem(
                (*place, "box"),
                "in a row or column a layer has no box: its place is where the one before ends",
                help_=f"write width: {width:g}, height: {height:g}; to place layers by boxes, put them into a group",
            )
        for key in _SIZES if not flowing else ():
            value = getattr(layer, key)
            if value is not None and not (value == "auto" and layer.hugs):
                yield source.problem(
                    (*place, key),
                    f"{key} is for layers in a row or column: elsewhere the box says it",
                    help_="write box: [left, top, width, height]",
                )
        if isinstance(layer.prefetched, tuple):
            yield from check_flows(source, (*place, "prefetched"), layer.prefetched, flowing=flowing)
        for key, inner in layer.inner().items():
            yield from check_flows(source, (*place, key), inner, flowing=layer.flows or (flowing and layer.repeats))


def check_room(source: YamlSource, path: YamlPath, layer: Layer) -> Iterator[Problem]:
    """What is not seen of a layer in its box."""
    match layer:
        case TextLayer(box=tuple(box)) if layer.padding.across >= box[2] or layer.padding.down >= box[3]:
            message = f"no words are shown: the padding takes all of the box, which is {box[2]:g} x {box[3]:g}"
            yield source.problem((*path, "padding"), message, help_="make the box larger", warning=True)
        case StepsLayer(box=tuple(box)) if box[3] < layer.labelled:
            message = f"the labels are left out: the box is {box[3]:g} pixels high, and they begin below the dots"
            help_ = f"make it at least {ceil(layer.labelled)} high, or the dots smaller with size"
            yield source.problem((*path, "box"), message, help_=help_, warning=True)
        case BarsLayer() if layer.labels and layer.bars.fixed:
            count = len(layer.bars.source.split(","))
            if len(layer.labels) != count:
                message = f"there are {len(layer.labels)} labels for {count} bars"
                help_ = "write one for each; those without a label are not in the alt text"
                yield source.problem((*path, "labels"), message, help_=help_, warning=True)


def check_fonts(source: YamlSource, path: YamlPath, layer: Layer, available: AvailableAssets) -> Iterator[Problem]:
    """The fonts of a layer."""
    for name, value in layer:
        if not isinstance(value, Font):
            continue
        if value.family not in available.families:
            doubt = unknown("font family", value.family, available.families)
            yield source.problem((*path, name, "family"), doubt.message, help_=doubt.help)
        elif value.italic and value.family in available.upright:
            yield _no_italics(source, (*path, name, "italic"), value.family)
    font = getattr(layer, "font", None)
    if isinstance(font, Font) and font.family in available.upright and not font.italic:
        for key, text in layer.texts():
            for language, words in text.by_language.items() if isinstance(text, LocalizedTemplate) else ():
                if found := _ITALIC.search(words.source):
                    yield _no_italics(source, (*path, key, language), font.family, found.start())


def _no_italics(source: YamlSource, path: YamlPath, family: str, offset: int = 0) -> Problem:
    return source.problem(
        path,
        f"the family '{family}' has no italics: these words stand upright",
        help_="add an italic font to its folder, or choose another family",
        offset=offset,
        warning=True,
    )


def check_map(
    source: YamlSource, path: YamlPath, layer: Layer, assets: frozenset[str], available: AvailableAssets
) -> Iterator[Problem]:
    """The tiles, the marker and the placeholder of a map."""
    if not isinstance(layer, MapLayer):
        return
    marker = layer.marker.source.strip() if layer.marker and layer.marker.fixed else None
    if marker and marker not in available.icons | assets:
        doubt = unknown("icon or file", marker, available.icons | assets)
        yield source.problem((*path, "marker"), doubt.message, help_=doubt.help)
    if layer.placeholder and layer.placeholder not in assets:
        doubt = unknown("file", layer.placeholder, assets)
        yield source.problem((*path, "placeholder"), doubt.message, help_=doubt.help)
    if layer.mask:
        message = "a mask may cut off the credit of the tiles, which must be seen"
        yield source.problem((*path, "mask"), message, help_="make its corners round with radius")
    if available.tiles is None:
        message, help_ = "no tiles are set up, so that no map is shown", "set map.url or map.folder in the settings"
        yield source.problem((*path, "map"), message, help_=help_, warning=True)
    elif not available.tiles.zooms[0] <= layer.zoom <= available.tiles.zooms[1]:
        least, most = available.tiles.zooms
        message = f"there are no tiles of zoom {layer.zoom}, only of {least} to {most}"
        yield source.problem((*path, "zoom"), message, help_="map.min_zoom and map.max_zoom in the settings say so")
