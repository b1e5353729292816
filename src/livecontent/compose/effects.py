"""Effects: what any layer may have done to it once it is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag

from livecontent.compose.context import LayoutContext
from livecontent.compose.outlines import RadiusValue
from livecontent.compose.values import Model, Opacity, Rect, ShadowValue
from livecontent.expressions.template import Template
from livecontent.looks import Blend, Cutout, Effects, Rotation
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


Outline = tuple[tuple[float, float], ...]  # top left, top right, bottom right, bottom left


class LayerEffects(Model):
    """How what a layer draws is seen as a whole: its keys, and what they become in a scene."""

    opacity: Opacity = 1.0
    shadow: ShadowValue | None = None
    rotate: Annotated[float, Field(ge=-360, le=360)] = 0  # degrees clockwise, around the middle of the box
    mask: MaskValue | None = None
    blend: Blend | None = None

    @cached_property
    def plain(self) -> bool:
        """Whether it has none."""
        return not (self.rotate or self.mask or self.blend)

    def effects(self, box: Box, asset: str, context: LayoutContext) -> Effects:
        """Its effects, for its box in device pixels and the digest of the file that its mask is."""
        return Effects(
            Rotation(self.rotate) if self.rotate else None,
            _mask(self.mask, asset, box, context) if self.mask else None,
            self.blend,
        )

    def corners(self, box: Rect) -> Outline:
        """Where the corners of its box go."""
        x, y, width, height = box
        angle = math.radians(self.rotate)
        cos, sin = math.cos(angle), math.sin(angle)
        middle_x, middle_y = x + width / 2, y + height / 2
        halves = [(side_x * width / 2, side_y * height / 2) for side_x, side_y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
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
