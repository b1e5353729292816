"""Effects: what any layer may have done to it once it is drawn."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Annotated

from pydantic import Field

from livecontent.compose.values import Model, Rect
from livecontent.looks import Effects, Rotation

Outline = tuple[tuple[float, float], ...]  # top left, top right, bottom right, bottom left


class LayerEffects(Model):
    """The keys for effects, and what they become in a scene."""

    rotate: Annotated[float, Field(ge=-360, le=360)] = 0  # degrees clockwise, around the middle of the box

    @cached_property
    def plain(self) -> bool:
        """Whether it has none."""
        return not self.rotate

    def effects(self) -> Effects:
        """Its effects."""
        return Effects(Rotation(self.rotate) if self.rotate else None)

    def corners(self, box: Rect) -> Outline:
        """Where the corners of its box go."""
        x, y, width, height = box
        angle = math.radians(self.rotate)
        cos, sin = math.cos(angle), math.sin(angle)
        middle_x, middle_y = x + width / 2, y + height / 2
        halves = [(side_x * width / 2, side_y * height / 2) for side_x, side_y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        return tuple((middle_x + cos * dx - sin * dy, middle_y + sin * dx + cos * dy) for dx, dy in halves)
