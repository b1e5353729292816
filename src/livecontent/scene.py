"""A scene: what stands where, as plain data, in device pixels, with all words filled in.

Equal scenes are equal pictures; equal nodes share their parts of a file, and the digest names a whole scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple


class Colour(NamedTuple):
    """Red, green, blue and opacity: 0 to 255."""

    red: int
    green: int
    blue: int
    alpha: int = 255


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Gradient:
    """A linear gradient of evenly spaced stops. Angle in degrees as in CSS: 0 upwards, 90 to the right."""

    stops: tuple[Colour, ...]
    angle: float


Paint = Colour | Gradient


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft copy under a node: offset and blur (twice the standard deviation, as in CSS) in pixels."""

    dx: int
    dy: int
    blur: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Stroke:
    """An outline: width in pixels, inside the edge of a shape, around the outside of letters."""

    width: int
    colour: Colour


class Face(NamedTuple):
    """One font file at one weight; `file` is relative to a font directory, or absolute for a system font."""

    file: str
    weight: int


class Run(NamedTuple):
    """Letters of one face and direction, shaped together; x, y is the left end of the baseline."""

    text: str
    face: Face
    size: int
    x: int
    y: int
    rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What all drawn things share. The box is where it stands; strokes, shadows and swashes may reach beyond."""

    box: Box
    opacity: float = 1.0
    shadow: Shadow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape(Node):
    """A rectangle, an ellipse that fills the box, or a line from its top left to its bottom right."""

    kind: Literal["rectangle", "ellipse", "line"] = "rectangle"
    paint: Paint | None = None
    radius: int = 0
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Node):
    """A bitmap by the digest of its file, fitted into the box."""

    asset: str
    fit: Literal["cover", "contain", "stretch"] = "cover"
    radius: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """Laid-out text."""

    runs: tuple[Run, ...]
    colour: Colour
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Modules(Node):
    """Square modules, '1' painted; rows of equal length stretched over the box by a whole number of pixels."""

    rows: tuple[str, ...]
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Node):
    """Nodes drawn as one, so that opacity and shadow apply to the whole."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class DigitGroup:
    """One number of a countdown: seconds // divisor % modulus, each digit centred in a slot of one width."""

    divisor: int
    modulus: int
    digits: int
    x: int
    y: int  # baseline
    slot: int
    advances: tuple[int, ...]  # of the digits 0 to 9

    def number(self, left: int) -> str:
        """The digits that stand for so many seconds."""
        value = left // self.divisor
        value = min(value, 10**self.digits - 1) if self.modulus == 0 else value % self.modulus
        return f"{value:0{self.digits}d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker(Node):
    """A countdown: what stands still, the numbers that change each second, and what is shown at the end (else zero)."""

    left: int  # whole seconds in the first frame
    cells: tuple[DigitGroup, ...]
    face: Face
    size: int
    colour: Colour
    still: tuple[Node, ...]
    ended: tuple[Node, ...]
    seconds: int = 60  # that it is to run

    def nodes(self, second: int) -> tuple[Node, ...]:
        """What is shown so many seconds after the first frame."""
        digits = self.digits(second)
        if not digits:
            return self.ended
        return (*self.still, Text(box=self.box, runs=tuple(self.runs(digits)), colour=self.colour))

    def digits(self, second: int) -> str:
        """The digits of all cells at a second, in order; none where the end is shown."""
        left = self.left - second
        return "" if left <= 0 and self.ended else "".join(cell.number(max(left, 0)) for cell in self.cells)

    def runs(self, digits: str) -> Iterator[Run]:
        """The first digits, each in its slot."""
        slots = ((cell, place) for cell in self.cells for place in range(cell.digits))
        for digit, (cell, place) in zip(digits, slots, strict=False):
            x = cell.x + place * cell.slot + (cell.slot - cell.advances[int(digit)]) // 2
            yield Run(digit, self.face, self.size, x, cell.y)

    @property
    def places(self) -> int:
        """How many digits there are."""
        return sum(cell.digits for cell in self.cells)

    def turns(self, seconds: int) -> list[int]:
        """The seconds at which what is shown may change, before so many have passed."""
        step = min(cell.divisor for cell in self.cells)
        turns = list(range(self.left % step + 1, min(seconds, self.left + 1), step))
        if self.ended and 0 < self.left < seconds and self.left not in turns[-1:]:
            turns.append(self.left)
        return turns


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture: pixels wide and high, nodes from bottom to top, and for how many seconds it moves."""

    width: int
    height: int
    background: Colour
    nodes: tuple[Node, ...]
    seconds: int = 1
    moving: tuple[int, ...] = ()

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that name this picture and no other."""
        return blake2b(repr(self).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
