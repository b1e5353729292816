"""Boxes in which a part of a layer has no room, so that it is left out: paddings, labels of steps, labels of bars."""

from collections.abc import Iterator
from math import ceil

from livecontent.compose.kinds.bars import BarsLayer
from livecontent.compose.kinds.steps import StepsLayer
from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.layer import Layer
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem


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
