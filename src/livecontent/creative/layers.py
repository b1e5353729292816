"""The kinds of layers as people write them. A kind is known by its key: `- text: ...` is a text layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator
from pydantic_core import PydanticCustomError

from livecontent.creative.values import (
    Align,
    BoxValue,
    ColourValue,
    Duration,
    Fit,
    Font,
    Model,
    Opacity,
    PaintValue,
    Pixels,
    ShadowValue,
    StrokeValue,
    VerticalAlign,
)
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.scene import Colour as Rgba


class Layer(Model):
    """What all layers share. Without a box, a layer takes the whole of what it stands in."""

    style: str | None = None  # a name of the creative's `styles`, already merged in
    box: BoxValue | None = None
    opacity: Opacity = 1.0
    shadow: ShadowValue | None = None
    when: Rule | None = None
    prefetched: Steady | None = None  # what stands in its place where the picture may be read later
    valid_for: Duration | None = None  # how long it stays true, by the author's word

    @model_validator(mode="after")
    def _in_its_place(self) -> Layer:
        if isinstance(self.prefetched, LocalizedTemplate) and not isinstance(self, TextLayer | CountdownLayer):
            raise ValueError("prefetched is a list of layers here: words are for texts and countdowns")  # noqa: TRY004
        return self


class FillLayer(Layer):
    """The whole box in a colour or gradient."""

    fill: PaintValue


class ImageLayer(Layer):
    """A file of the creative's folder; its name may name facts."""

    image: Template
    fit: Literal["cover", "contain", "stretch"] = "cover"
    radius: Pixels = 0


class TextLayer(Layer):
    """Words, wrapped into the box."""

    text: LocalizedTemplate
    font: Font = Font()
    color: ColourValue = Rgba(0, 0, 0)
    align: Align = "start"
    valign: VerticalAlign = "top"
    line_height: Annotated[float, Field(ge=0.5, le=4)] = 1.2
    fit: Fit = Fit()
    stroke: StrokeValue | None = None


class ShapeLayer(Layer):
    """A rectangle, an ellipse, or a line from the top left to the bottom right of its box."""

    shape: Literal["rectangle", "ellipse", "line"]
    fill: PaintValue | None = None
    stroke: StrokeValue | None = None
    radius: Pixels = 0

    @model_validator(mode="after")
    def _visible(self) -> ShapeLayer:
        if self.fill is None and self.stroke is None:
            raise ValueError("a shape needs a fill or a stroke, else nothing is seen")
        if self.shape == "line" and self.stroke is None:
            raise ValueError("a line needs a stroke")
        return self


class IconLayer(Layer):
    """A sign of the icon font in a colour, such as `umbrella`, `map-pin` or `sun-fill`."""

    icon: Template
    color: ColourValue = Rgba(0, 0, 0)


Unit = Literal["days", "hours", "minutes", "seconds"]


class CountdownLayer(Layer):
    """The time left until a moment, on the creative's clock if it has no offset.

    In a GIF it ticks for so many frames: seconds, or minutes where these are the smallest unit; others stand still.
    """

    countdown: Template
    units: Annotated[tuple[Unit, ...], Field(min_length=1)] = ("days", "hours", "minutes", "seconds")
    font: Font = Font(weight=700, size=40)
    color: ColourValue = Rgba(0, 0, 0)
    labels: Font | None = Font(size=12)
    label_color: ColourValue | None = None
    gap: Pixels = 12
    card: PaintValue | None = None
    radius: Pixels = 0
    ended: LocalizedTemplate | None = None
    frames: Annotated[int, Field(ge=1, le=1440)] = 60

    @field_validator("units")
    @classmethod
    def _descending(cls, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        order = ("days", "hours", "minutes", "seconds")
        start = order.index(units[0])
        if units != order[start : start + len(units)]:
            raise ValueError("units follow each other from large to small, such as [hours, minutes, seconds]")
        return units


class ProgressLayer(Layer):
    """A bar, filled by `progress` of `of`."""

    progress: Template
    of: Template = Template("100")
    fill: PaintValue = Rgba(0, 0, 0)
    track: PaintValue = Rgba(0, 0, 0, 32)
    radius: Pixels | None = None  # None: round ends


class CodeLayer(Layer):
    """A QR code, an EAN-13 or a Code 128, with its quiet zone inside the box."""

    code: Template
    kind: Literal["qr", "ean13", "code128"] = "qr"
    color: ColourValue = Rgba(0, 0, 0)
    background: ColourValue = Rgba(255, 255, 255)


class GroupLayer(Layer):
    """Layers placed from the group's corner, drawn as one where it has an opacity or a shadow."""

    group: Annotated[tuple[AnyLayer, ...], Field(min_length=1, max_length=60)]


class RepeatLayer(Layer):
    """Layers drawn once for each item of a list, which they know as `item`; the box is the first item's."""

    repeat: Literal["stores"]
    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1, max_length=60)]
    offset: Annotated[int, Field(ge=0, le=20)] = 0
    limit: Annotated[int, Field(ge=1, le=20)] = 3
    direction: Literal["row", "column"] = "column"
    gap: Pixels = 0


KINDS: Mapping[str, type[Layer]] = {
    "fill": FillLayer,
    "image": ImageLayer,
    "text": TextLayer,
    "shape": ShapeLayer,
    "icon": IconLayer,
    "countdown": CountdownLayer,
    "progress": ProgressLayer,
    "code": CodeLayer,
    "group": GroupLayer,
    "repeat": RepeatLayer,
}

# `fill` is also a key of shapes and bars: the more telling key comes first.
_TELLING = ("shape", "progress", "countdown", "code", "text", "image", "icon", "group", "repeat", "fill")


def kind_of(value: Any) -> str | None:
    """The kind of a layer: by its class, or by the key that tells it."""
    if isinstance(value, Layer):
        return next(kind for kind, layer in KINDS.items() if isinstance(value, layer))
    return next((kind for kind in _TELLING if kind in value), None) if isinstance(value, Mapping) else None


AnyLayer = Annotated[
    Annotated[FillLayer, Tag("fill")]
    | Annotated[ImageLayer, Tag("image")]
    | Annotated[TextLayer, Tag("text")]
    | Annotated[ShapeLayer, Tag("shape")]
    | Annotated[IconLayer, Tag("icon")]
    | Annotated[CountdownLayer, Tag("countdown")]
    | Annotated[ProgressLayer, Tag("progress")]
    | Annotated[CodeLayer, Tag("code")]
    | Annotated[GroupLayer, Tag("group")]
    | Annotated[RepeatLayer, Tag("repeat")],
    Discriminator(
        kind_of,
        custom_error_type="layer",
        custom_error_message=f"a layer has one of the keys {', '.join(KINDS)}",
    ),
]


def _kind_of_prefetched(value: object) -> str:
    return "layers" if isinstance(value, list | tuple) else "words"


def _no_single_layer(value: object) -> object:
    if isinstance(value, Mapping) and KINDS.keys() & value.keys():
        raise PydanticCustomError("prefetched", "prefetched is a list of layers: write - before this one")
    return value


Steady = Annotated[
    Annotated[LocalizedTemplate, Tag("words")] | Annotated[tuple[AnyLayer, ...], Field(max_length=60), Tag("layers")],
    Discriminator(_kind_of_prefetched),
    BeforeValidator(_no_single_layer),
]

for _layer in KINDS.values():
    _layer.model_rebuild()
