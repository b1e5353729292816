"""What a row or column places has no box, and what stands elsewhere has no width."""

from collections.abc import Iterable, Iterator

from livecontent.compose.flow.child import FlowChild
from livecontent.compose.layer import Layer
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem

_SIZES = tuple(FlowChild.model_fields)


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
