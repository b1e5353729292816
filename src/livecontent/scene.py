"""A scene: what stands where, as plain data, in device pixels, with all words filled in.

Equal scenes are equal pictures; the digest of a scene is its identity in caches, tests and replay.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Run:
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
class Bits(Node):
    """Square modules, '1' painted; rows of equal length stretched over the box by a whole number of pixels."""

    rows: tuple[str, ...]
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Node):
    """Nodes drawn as one, so that opacity and shadow apply to the whole."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a countdown: seconds // divisor % modulus, each digit centred in a slot of one width."""

    divisor: int
    modulus: int
    digits: int
    x: int
    y: int  # baseline
    slot: int
    advances: tuple[int, ...]  # of the digits 0 to 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker(Node):
    """A countdown: what stands still, the numbers that change each second, and what is shown at the end (else zero)."""

    left: int  # whole seconds in the first frame
    cells: tuple[Cell, ...]
    face: Face
    size: int
    colour: Colour
    still: tuple[Node, ...]
    ended: tuple[Node, ...]

    def nodes(self, frame: int) -> tuple[Node, ...]:
        """What is shown `frame` seconds after the first frame."""
        left = self.left - frame
        if left <= 0 and self.ended:
            return self.ended
        return (*self.still, self.numbers(max(left, 0)))

    def numbers(self, left: int) -> Text:
        """The numbers that stand for so many seconds."""
        runs = []
        for cell in self.cells:
            value = left // cell.divisor
            value = min(value, 10**cell.digits - 1) if cell.modulus == 0 else value % cell.modulus
            for place, digit in enumerate(f"{value:0{cell.digits}d}"):
                x = cell.x + place * cell.slot + (cell.slot - cell.advances[int(digit)]) // 2
                runs.append(Run(digit, self.face, self.size, x, cell.y))
        return Text(box=self.box, runs=tuple(runs), colour=self.colour)


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture: pixels wide and high, nodes from bottom to top, and how many one-second frames it has."""

    width: int
    height: int
    background: Colour
    nodes: tuple[Node, ...]
    frames: int = 1

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that name this picture and no other."""
        return blake2b(repr(self).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
