"""How what is drawn looks beside its ink: corners, gradients, effects, in device pixels; shapes of letters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

# Whose shapes the letters of China have in a language, by its tag, else by what stands before the hyphen.
WRITTEN_AS: Mapping[str, str] = MappingProxyType(
    {"ja": "ja", "ko": "ko", "zh": "zh-Hans", "cmn": "zh-Hans", "wuu": "zh-Hans", "yue": "zh-HK"}
    | {"zh-TW": "zh-Hant", "zh-Hant": "zh-Hant", "zh-Hant-TW": "zh-Hant", "zh-HK": "zh-HK", "zh-MO": "zh-HK"}
    | {"zh-Hant-HK": "zh-HK", "zh-Hant-MO": "zh-HK", "yue-CN": "zh-Hans", "yue-Hans": "zh-Hans"}
)


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


class Perspective(NamedTuple):
    """Seen from the side: where the corners of a box go, from the top left one clockwise, from where that one was."""

    corners: tuple[tuple[float, float], ...]


class Curve(NamedTuple):
    """On an arc: the line through the middle of a box keeps its length and middle; its ends go down, or up."""

    radius: float
    upwards: bool = True  # whether the middle is the top


Warp = Rotation | Perspective | Curve
Blend = Literal["multiply", "screen", "overlay", "darken", "lighten"]


class Stay(NamedTuple):
    """When something is seen, in seconds since the first frame: from its start up to, and without, its end."""

    start: float = 0.0
    end: float | None = None

    def holds(self, second: float) -> bool:
        """Whether it is seen at a moment."""
        return self.start <= second and (self.end is None or second < self.end)


class Film(NamedTuple):
    """How a scene moves: at which seconds something comes or goes, when it is over, how often it plays (0: forever)."""

    cuts: tuple[float, ...]
    end: float
    loop: int
    most: int  # bytes of its file


class Cutout(NamedTuple):
    """What of a group is seen: where a bitmap is opaque, else light; without one, a shape as large as its box."""

    asset: str = ""
    radius: Radius | None = None  # of a rectangle; None: an ellipse


class Effects(NamedTuple):
    """What is done to a group that was drawn as one picture: it is cut by its mask, then bent, then blended."""

    warp: Warp | None = None
    mask: Cutout | None = None
    blend: Blend | None = None  # with what is beneath it
