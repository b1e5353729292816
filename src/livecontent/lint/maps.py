"""Maps that can never be shown as they are to be: without tiles, of a zoom that there is none of, without credit."""

from collections.abc import Iterator

from livecontent.compose.kinds.map import MapLayer
from livecontent.compose.layer import Layer
from livecontent.creative.model import AvailableAssets
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem
from livecontent.lint.names import unknown


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
