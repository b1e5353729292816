"""Effects: what any layer may have done to it once it is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from livecontent.compose.context import LayoutContext
from livecontent.compose.outlines import RadiusValue, are_numbers
from livecontent.compose.values import BoxValue, Model, Opacity, Rect, ShadowValue
from livecontent.expressions.template import Template
from livecontent.looks import Blend, Curve, Cutout, Effects, Perspective, Rotation, Stay, Warp
from livecontent.scene import Box, Group, Node


class RoundedMask(Model):
    """A rectangle with round corners."""

    radius: RadiusValue


def _kind_of_mask(value: object) -> str:
    if isinstance(value, Mapping | RoundedMask):
        return "corners"
    return "a shape" if value in ("ellipse", "rounded") else "a file"


MaskValue = Annotated[
    Annotated[Literal["ellipse", "rounded"], Tag("a shape")]
    | Annotated[RoundedMask, Tag("corners")]
    | Annotated[Template, Tag("a file")],
    Discriminator(_kind_of_mask),
]


def _mask(value: str | RoundedMask | Template, asset: str, box: Box, context: LayoutContext) -> Cutout:
    if isinstance(value, RoundedMask):
        return Cutout(radius=context.radius(value.radius))
    if asset:
        return Cutout(asset)
    return Cutout(radius=min(box.width, box.height) // 2 if value == "rounded" else None)


class CurveRadius(Model):
    """The radius of an arc, in CSS pixels; less than 0 where it bends downwards."""

    radius: Annotated[float, Field(ge=-4000, le=4000)]

    @model_validator(mode="after")
    def _round(self) -> CurveRadius:
        if abs(self.radius) < 1:
            raise ValueError("the radius of a curve is 1 or more, or -1 or less, where it bends downwards")
        return self


def _kind_of_curve(value: object) -> str:
    return "a radius" if isinstance(value, Mapping | CurveRadius) else "degrees"


# Degrees that the width of the box takes; less than 0 downwards.
CurveValue = Annotated[
    Annotated[float, Field(ge=-360, le=360), Tag("degrees")] | Annotated[CurveRadius, Tag("a radius")],
    Discriminator(_kind_of_curve),
]


def read_perspective(value: object) -> object:
    """Four corners from `[[0, 0], [90, 10], [90, 50], [0, 60]]`, of which none points inwards."""
    points = (
        [tuple(point) if isinstance(point, list | tuple) else () for point in value]
        if isinstance(value, list | tuple)
        else []
    )
    if [len(point) for point in points] != [2, 2, 2, 2] or not are_numbers(chain(*points), -4000, 4000):
        raise ValueError(
            "a perspective is four corners [left, top] in CSS pixels, -4000 to 4000: "
            "top left, top right, bottom right, bottom left"
        )
    turns = [_turn(*(points[(place + step) % 4] for step in range(3))) for place in range(4)]
    if min(turns) < 1:
        raise ValueError(
            "these corners can't be those of a picture that is seen from the side: write top left, top right, "
            "bottom right, bottom left, with none that points inwards"
        )
    return tuple(points)


def _turn(one: tuple[float, ...], two: tuple[float, ...], three: tuple[float, ...]) -> float:
    """Twice the surface of a triangle; less than 0 where it runs counterclockwise."""
    return (two[0] - one[0]) * (three[1] - two[1]) - (two[1] - one[1]) * (three[0] - two[0])


_POINT = {"type": "array", "items": {"type": "number", "minimum": -4000, "maximum": 4000}, "minItems": 2, "maxItems": 2}
PerspectiveValue = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(read_perspective),
    WithJsonSchema({"type": "array", "items": _POINT, "minItems": 4, "maxItems": 4}),
]
Outline = tuple[tuple[float, float], ...]  # top left, top right, bottom right, bottom left


def _tenths(value: float) -> float:
    if round(value, 1) != value:
        raise ValueError("seconds of an animation have one decimal, such as 2.5")
    return value


SecondOfFilm = Annotated[float, Field(ge=0, le=600), AfterValidator(_tenths)]


class LayerEffects(Model):
    """How what a layer draws is seen as a whole: its keys, and what they become in a scene."""

    opacity: Opacity = 1.0
    shadow: ShadowValue | None = None
    box: BoxValue | None = None
    rotate: Annotated[float, Field(ge=-360, le=360)] = 0  # degrees clockwise, around the middle of the box
    mask: MaskValue | None = None
    blend: Blend | None = None
    perspective: PerspectiveValue | None = None  # where its corners go
    curve: CurveValue | None = None
    at: SecondOfFilm = 0  # of an animation, from which it is seen
    for_: Annotated[SecondOfFilm, Field(gt=0)] | None = Field(None, alias="for")  # that it is seen: else to the end

    @cached_property
    def plain(self) -> bool:
        """Whether it is drawn as it is, and always."""
        return not (self.bent or self.stay)

    @property
    def bent(self) -> bool:
        """Whether it has effects."""
        return bool(self.rotate or self.mask or self.blend or self.perspective or self.curve)

    @property
    def stay(self) -> Stay | None:
        """When it is seen in an animation; None: always."""
        if self.for_ is not None:
            return Stay(self.at, round(self.at + self.for_, 1))
        return Stay(self.at) if self.at else None

    def effects(self, place: Rect, asset: str, context: LayoutContext) -> Sequence[Effects]:
        """Its effects one after the other, for the box that it takes and the digest of the file that its mask is."""
        box, warps = context.box(place), list(self._warps(place, context))
        mask = _mask(self.mask, asset, box, context) if self.mask else None
        steps = [Effects(warp) for warp in warps or (None,)]
        steps[0] = steps[0]._replace(mask=mask)
        steps[-1] = steps[-1]._replace(blend=self.blend)
        return steps

    def _warps(self, place: Rect, context: LayoutContext) -> Iterator[Warp]:
        if self.curve:
            radius, least = self.curve_radius(place.width), place.width / (2 * math.pi)
            yield Curve(max(abs(radius), least) * context.scale, radius > 0)
        if self.perspective:
            x, y = self._origin(place)
            corners = tuple(
                ((x + right - place.x) * context.scale, (y + down - place.y) * context.scale)
                for right, down in self.perspective
            )
            yield Perspective(corners)
        if self.rotate:
            yield Rotation(self.rotate)

    def curve_radius(self, width: float) -> float:
        """The radius of its curve for a box so wide; less than 0 downwards, 0 without one."""
        if isinstance(self.curve, CurveRadius):
            return self.curve.radius
        return width / math.radians(self.curve) if self.curve else 0.0

    def _origin(self, place: Rect) -> tuple[float, float]:
        """The corner of what it stands in, which its box and its perspective are from."""
        return (place.x - self.box.x, place.y - self.box.y) if self.box else (place.x, place.y)

    def corners(self, box: Rect) -> Outline:
        """Where the corners of its box go, but for its curve."""
        x, y, width, height = box
        if self.perspective:
            left, top = self._origin(box)
            found = [(left + right, top + down) for right, down in self.perspective]
        else:
            found = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        angle, middle_x, middle_y = math.radians(self.rotate), x + width / 2, y + height / 2
        cos, sin = math.cos(angle), math.sin(angle)
        halves = [(right - middle_x, down - middle_y) for right, down in found]
        return tuple((middle_x + cos * dx - sin * dy, middle_y + sin * dx + cos * dy) for dx, dy in halves)

    @cached_property
    def as_one(self) -> bool:
        """Whether what it draws is seen through, throws a shadow or has effects as a whole."""
        return self.opacity < 1 or self.shadow is not None or not self.plain

    @cached_property
    def bare(self) -> Self:
        """The same as it is before it is seen through, throws a shadow or has effects."""
        return self.model_copy(update={"opacity": 1.0, "shadow": None})

    def together(self, nodes: tuple[Node, ...], box: Rect, context: LayoutContext) -> tuple[Node, ...]:
        """Nodes with the layer's opacity and shadow: where it has any, as one node."""
        shadow = context.shadow(self.shadow)
        if self.opacity == 1 and shadow is None:
            return nodes
        return (Group(box=context.box(box), opacity=self.opacity, shadow=shadow, nodes=nodes),)
