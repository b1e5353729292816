"""The kinds of layers, known by their keys: `- text: ...` is a text layer. A new one is a file and a line here."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from livecontent.compose.kinds.bars import BarsLayer
from livecontent.compose.kinds.code import CodeLayer
from livecontent.compose.kinds.countdown import CountdownLayer
from livecontent.compose.kinds.group import GroupLayer
from livecontent.compose.kinds.icon import IconLayer
from livecontent.compose.kinds.image import ImageLayer
from livecontent.compose.kinds.map import MapLayer
from livecontent.compose.kinds.progress import ProgressLayer
from livecontent.compose.kinds.repeat import RepeatLayer
from livecontent.compose.kinds.ring import GaugeLayer, RingLayer
from livecontent.compose.kinds.row import ColumnLayer, RowLayer
from livecontent.compose.kinds.shape import FillLayer, ShapeLayer
from livecontent.compose.kinds.sparkline import SparklineLayer
from livecontent.compose.kinds.stars import StarsLayer
from livecontent.compose.kinds.steps import StepsLayer
from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.layer import Layer
from livecontent.compose.text.tags import RichText
from livecontent.expressions.template import LocalizedTemplate

_KINDS: tuple[type[Layer], ...] = (
    FillLayer,
    ImageLayer,
    TextLayer,
    ShapeLayer,
    IconLayer,
    CountdownLayer,
    ProgressLayer,
    RingLayer,
    GaugeLayer,
    StarsLayer,
    StepsLayer,
    SparklineLayer,
    BarsLayer,
    CodeLayer,
    MapLayer,
    GroupLayer,
    RepeatLayer,
    RowLayer,
    ColumnLayer,
)
KINDS: Mapping[str, type[Layer]] = {kind.kind: kind for kind in _KINDS}


def kind_of(value: Any) -> str | None:
    """The kind of a layer: by its class, or by the key that tells it; `fill` is also a key of shapes and bars."""
    if isinstance(value, Layer):
        return value.kind
    found = [kind for kind in KINDS if kind in value] if isinstance(value, Mapping) else []
    return next((kind for kind in found if kind != "fill"), found[0] if found else None)


# By its name, so that the schema of each kind does not hold those of all others: Python's stack would end.
AnyLayer: Any = TypeAliasType(
    "Layer",
    Annotated[
        reduce(or_, (Annotated[kind, Tag(name)] for name, kind in KINDS.items())),
        Discriminator(
            kind_of, custom_error_type="layer", custom_error_message=f"a layer has one of the keys {', '.join(KINDS)}"
        ),
    ],
)


def _kind_of_prefetched(value: object) -> str:
    return "layers" if isinstance(value, list | tuple) else "words"


def _no_single_layer(value: object) -> object:
    if isinstance(value, Mapping) and KINDS.keys() & value.keys():
        raise PydanticCustomError("prefetched", "prefetched is a list of layers: write - before this one")
    return value


def _prefetched(words: type[LocalizedTemplate]) -> Any:
    return Annotated[
        Annotated[words, Tag("words")] | Annotated[tuple[AnyLayer, ...], Field(max_length=60), Tag("layers")],
        Discriminator(_kind_of_prefetched),
        BeforeValidator(_no_single_layer),
    ]


# Not built here: a kind needs all others, and most processes validate none by itself, only whole creatives.
Layer.types = {
    "AnyLayer": AnyLayer,
    "Prefetched": _prefetched(LocalizedTemplate),
    "RichPrefetched": _prefetched(RichText),
}
