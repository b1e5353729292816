"""How what is drawn looks beside its ink: corners, ways of gradients, effects; plain values in device pixels."""

from __future__ import annotations

from typing import NamedTuple


class Corners(NamedTuple):
    """How round each corner of a rectangle is, in pixels."""

    top_left: int
    top_right: int
    bottom_right: int
    bottom_left: int


Radius = int | Corners


class Radial(NamedTuple):
    """How a gradient runs outwards: from a middle (0 to 1 of its box, across and down) to the farthest corner."""

    x: float
    y: float
    circle: bool = False  # else as wide and high as the box


class Rotation(NamedTuple):
    """Clockwise around the middle of a box."""

    degrees: float


Warp = Rotation


class Effects(NamedTuple):
    """What is done to a group that was drawn as one picture."""

    warp: Warp | None = None
