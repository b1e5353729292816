"""The small values of a creative as people write them: sizes, boxes, colours, gradients, fonts."""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from livecontent.compose.outlines import DashValue
from livecontent.scene import Colour as Rgba

FONT_SIZES = (4, 400)  # CSS pixels
_COLOUR_NAMES: dict[str, Rgba] = {"black": Rgba(0, 0, 0), "white": Rgba(255, 255, 255), "transparent": Rgba(0, 0, 0, 0)}


class Model(BaseModel):
    """What all parts of a creative share: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Size(NamedTuple):
    """Width and height in CSS pixels."""

    width: int
    height: int


class Rect(NamedTuple):
    """Left, top, width, height in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


def read_size(value: object) -> Size:
    """A size from `600x300`."""
    match = re.fullmatch(r"(\d{1,4})\s*[x×]\s*(\d{1,4})", value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("a size is written width x height in CSS pixels, such as 600x300")
    size = Size(int(match[1]), int(match[2]))
    if not (1 <= size.width <= 2000 and 1 <= size.height <= 1728):
        raise ValueError("an image is 1 to 2000 pixels wide and 1 to 1728 high (Outlook crops higher ones)")
    return size


def read_box(value: object) -> Rect:
    """A box from `[left, top, width, height]`."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise ValueError("a box is [left, top, width, height] in CSS pixels")
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in value):
        raise ValueError("a box takes four numbers and no facts: write a layer with its own `when` for each place")
    if not all(abs(n) <= 4000 for n in value):
        raise ValueError("the four numbers of a box lie between -4000 and 4000")
    if value[2] <= 0 or value[3] <= 0:
        raise ValueError("a box must be wider and higher than 0")
    return Rect(*value)


def read_colour(value: object) -> Rgba:
    """A colour from `#rgb`, `#rrggbb`, `#rrggbbaa`, `white`, `black` or `transparent`."""
    if isinstance(value, str):
        if value in _COLOUR_NAMES:
            return _COLOUR_NAMES[value]
        if re.fullmatch(r"#[0-9a-fA-F]{3}", value):
            value = "#" + "".join(c * 2 for c in value[1:])
        if re.fullmatch(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?", value):
            return Rgba(*bytes.fromhex(value[1:]))
    raise ValueError("a colour is '#rgb', '#rrggbb', '#rrggbbaa', white, black or transparent (quote the #)")


class Stop(NamedTuple):
    """A colour of a gradient, and its place: 0 to 1; None: as far from its neighbours as others are."""

    colour: Rgba
    place: float | None


def read_stop(value: object) -> Stop:
    """A stop from a colour, or a colour and a place: `#c8332b 30%`."""
    if isinstance(value, Stop):
        return value
    colour, _, place = value.strip().partition(" ") if isinstance(value, str) else (value, "", "")
    return Stop(read_colour(colour), read_part(place.strip()) if place else None)


def read_part(value: object) -> float:
    """A part of a whole from `50%`."""
    match = re.fullmatch(_PERCENT, value) if isinstance(value, str) else None
    if not match:
        raise ValueError("a place is a percentage, such as 30%")
    return float(match[1]) / 100


def read_duration(value: object) -> timedelta:
    """A duration from `3 days`."""
    match = re.fullmatch(_DURATION, value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("a duration is written as 90 minutes, 6 hours, 3 days or 2 weeks")
    return timedelta(**{f"{match[2]}s": int(match[1])})


_DURATION = r"(\d{1,4}) *(minute|hour|day|week)s?"
_PERCENT = r"(-?\d{1,3}(?:\.\d+)?) *%"
_HEX = "#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}([0-9a-fA-F]{2})?)"

CanvasSize = Annotated[
    Size, BeforeValidator(read_size), WithJsonSchema({"type": "string", "pattern": r"^\d+\s*[x×]\s*\d+$"})
]
BoxValue = Annotated[
    Rect,
    BeforeValidator(read_box),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}),
]
ColourValue = Annotated[
    Rgba,
    BeforeValidator(read_colour),
    WithJsonSchema({"type": "string", "pattern": f"^({_HEX}|white|black|transparent)$"}),
]
Duration = Annotated[
    timedelta, BeforeValidator(read_duration), WithJsonSchema({"type": "string", "pattern": f"^{_DURATION}$"})
]


class Padding(NamedTuple):
    """Free room inside of an edge, in CSS pixels; where a row begins at the right, left and right change places."""

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left: float = 0.0

    @property
    def across(self) -> float:
        """To the left and right together."""
        return self.left + self.right

    @property
    def down(self) -> float:
        """Above and below together."""
        return self.top + self.bottom

    def within(self, box: Rect, *, rtl: bool = False) -> Rect:
        """What is left of a box."""
        left = self.right if rtl else self.left
        width, height = max(box.width - self.across, 0), max(box.height - self.down, 0)
        return Rect(box.x + left, box.y + self.top, width, height)

    def around(self, box: Rect, *, rtl: bool = False) -> Rect:
        """A box with this room around it."""
        left = self.right if rtl else self.left
        return Rect(box.x - left, box.y - self.top, box.width + self.across, box.height + self.down)


def read_padding(value: object) -> Padding:
    """A padding from `8`, `[vertical, horizontal]` or `[top, right, bottom, left]`."""
    sides = list(value) if isinstance(value, list | tuple) else [value]
    lengths = [float(n) for n in sides if isinstance(n, int | float) and not isinstance(n, bool) and 0 <= n <= 2000]
    if len(lengths) < len(sides) or len(sides) not in (1, 2, 4):
        raise ValueError("a padding is a number, [vertical, horizontal], or [top, right, bottom, left] in CSS pixels")
    return Padding(*(lengths * (4 // len(lengths))))


def read_length(value: object) -> float | Literal["auto", "fill"]:
    """A length from a number, `auto` or `fill`."""
    if value == "auto" or value == "fill":
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 4000:
        raise ValueError("a width or height is a number of CSS pixels, auto (as its content) or fill (what is left)")
    return float(value)


PaddingValue = Annotated[
    Padding,
    BeforeValidator(read_padding),
    WithJsonSchema({"type": ["number", "array"], "items": {"type": "number"}, "minItems": 2, "maxItems": 4}),
]
Length = Annotated[
    float | Literal["auto", "fill"],
    BeforeValidator(read_length),
    WithJsonSchema({"type": ["number", "string"], "pattern": "^(auto|fill)$", "minimum": 0}),
]
Opacity = Annotated[float, Field(ge=0, le=1)]
Spacing = Annotated[float, Field(ge=-100, le=200)]  # CSS pixels between letters, more than usual
Pixels = Annotated[float, Field(ge=0, le=2000)]


StopValue = Annotated[
    Stop,
    BeforeValidator(read_stop),
    WithJsonSchema({"type": "string", "pattern": f"^({_HEX}|white|black|transparent)( +{_PERCENT})?$"}),
]
PartValue = Annotated[float, BeforeValidator(read_part), WithJsonSchema({"type": "string", "pattern": f"^{_PERCENT}$"})]


class GradientValue(Model):
    """Colours along a line (angles as in CSS: 180 runs downwards, 90 to the right), or outwards from a middle."""

    gradient: Annotated[tuple[StopValue, ...], Field(min_length=2, max_length=8)]
    angle: Annotated[float, Field(ge=-360, le=360)] = 180.0
    radial: Literal["circle", "ellipse"] | None = None
    center: tuple[PartValue, PartValue] = (0.5, 0.5)

    @model_validator(mode="after")
    def _consistent(self) -> "GradientValue":
        if self.radial and "angle" in self.model_fields_set:
            raise ValueError("a radial gradient has a center and no angle")
        if not self.radial and "center" in self.model_fields_set:
            raise ValueError("a center is that of a radial gradient: add `radial: circle` or `radial: ellipse`")
        places = [stop.place for stop in self.gradient if stop.place is not None]
        if places != sorted(places) or any(not 0 <= place <= 1 for place in places):
            raise ValueError("the places of colours are 0% to 100%, none before that of the colour before it")
        return self

    @property
    def colours(self) -> tuple[Rgba, ...]:
        """Its colours."""
        return tuple(stop.colour for stop in self.gradient)

    @cached_property
    def places(self) -> tuple[float, ...]:
        """Where they stand, 0 to 1; none where they are evenly spaced."""
        told = [stop.place for stop in self.gradient]
        if all(place is None for place in told):
            return ()
        last = len(told) - 1
        known = {place: part for place, part in enumerate(told) if part is not None}
        known = {0: 0.0, last: 1.0, **known}
        anchors = sorted(known)
        found: list[float] = []
        for one, other in pairwise(anchors):
            step = (known[other] - known[one]) / (other - one)
            found += [known[one] + step * (place - one) for place in range(one, other)]
        return (*found, known[last])


def _kind_of_paint(value: object) -> str:
    return "a gradient" if isinstance(value, Mapping | GradientValue) else "a colour"


PaintValue = Annotated[
    Annotated[ColourValue, Tag("a colour")] | Annotated[GradientValue, Tag("a gradient")], Discriminator(_kind_of_paint)
]


class ShadowValue(Model):
    """A soft shadow, in CSS pixels."""

    x: Annotated[float, Field(ge=-200, le=200)] = 0
    y: Annotated[float, Field(ge=-200, le=200)] = 2
    blur: Annotated[float, Field(ge=0, le=100)] = 8
    color: ColourValue = Rgba(0, 0, 0, 64)


class StrokeValue(Model):
    """An outline, in CSS pixels."""

    width: Annotated[float, Field(gt=0, le=50)] = 1
    color: ColourValue = Rgba(0, 0, 0)
    dash: DashValue | None = None


class Font(Model):
    """Family (a folder of `fonts/`), weight, size in CSS pixels, italic."""

    family: str = "Inter"
    weight: Annotated[int, Field(ge=100, le=900)] = 400
    size: Annotated[float, Field(ge=FONT_SIZES[0], le=FONT_SIZES[1])] = 16
    italic: bool = False

    @property
    def face(self) -> tuple[str, int, bool]:
        """Family, weight and italic."""
        return self.family, self.weight, self.italic


class Fit(Model):
    """What happens to words that are too long: wrap to so many lines (else what the box holds), shrink, ellipsis."""

    lines: Annotated[int, Field(ge=1, le=40)] | None = None
    shrink_to: Annotated[float, Field(ge=FONT_SIZES[0], le=FONT_SIZES[1])] | None = None


Align = Literal["start", "left", "center", "right", "end"]
VerticalAlign = Literal["top", "middle", "bottom"]
