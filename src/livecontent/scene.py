"""A scene: everything that is drawn and where, as plain data in device pixels.

Everything is a named tuple: equal values are equal drawings and equal cache keys, hashed and compared without a call of
Python. No two kinds of node can be equal, as fields at the same place differ in type or number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from livecontent.looks import Effects, Film, Radial, Radius, Stay


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


class Gradient(NamedTuple):
    """A gradient of stops, evenly spaced unless their places (0 to 1) are told.

    It runs along a line, whose angle is in degrees as in CSS (0 upwards, 90 to the right), or outwards from a middle.
    """

    stops: tuple[Colour, ...]
    angle: float
    places: tuple[float, ...] = ()
    radial: Radial | None = None


Paint = Colour | Gradient


class Shadow(NamedTuple):
    """A soft copy under a node: offset and blur (twice the standard deviation, as in CSS) in pixels."""

    dx: int
    dy: int
    blur: int
    colour: Colour


class Stroke(NamedTuple):
    """An outline: width in pixels, inside the edge of a shape, around the outside of letters.

    Dashes of a shape are so long and so far apart, or a little more or less, so that they come out even.
    """

    width: int
    colour: Colour
    dash: tuple[int, int] | None = None


class Face(NamedTuple):
    """One font file at one weight; `file` is relative to a font directory, or absolute for a system font.

    The language is named where the font has shapes of its own for it, such as those of Chinese and Japanese.
    """

    file: str
    weight: int
    language: str = ""


class Run(NamedTuple):
    """Letters of one face and direction, shaped together; x, y is the left end of the baseline."""

    text: str
    face: Face
    size: float  # device pixels
    x: int
    y: int
    rtl: bool = False
    optical: float = 0.0  # size in CSS pixels, for fonts whose letters differ by it; 0: the size in device pixels


# What all nodes share: `box` is where a node stands; strokes, shadows and swashes may reach beyond it.


class Shape(NamedTuple):
    """A rectangle, an ellipse that fills the box, or a line from its top left to its bottom right.

    Paint outside of `clip`, a box with corners of the same radius, is cut off.
    """

    box: Box
    kind: Literal["rectangle", "ellipse", "line"] = "rectangle"
    paint: Paint | None = None
    radius: Radius = 0
    stroke: Stroke | None = None
    opacity: float = 1.0
    shadow: Shadow | None = None
    clip: Box | None = None


class Arc(NamedTuple):
    """A part of a ring that fills a square, in degrees clockwise from the top; 360 are all of it, without ends.

    Round ends stay between both angles. What is outside of the box is cut off.
    """

    box: Box
    circle: Box  # the square
    thickness: int
    start: float
    sweep: float
    paint: Paint  # a gradient runs over the box
    round_ends: bool = True
    opacity: float = 1.0
    shadow: Shadow | None = None


class Path(NamedTuple):
    """A line through points, with round joins and ends; closed: the area inside, too. The box cuts it off."""

    box: Box
    points: tuple[tuple[float, float], ...]  # from the corner of the box
    line: float  # how wide it is; 0 for none
    paint: Paint  # a gradient runs over the box
    closed: bool = False
    opacity: float = 1.0
    shadow: Shadow | None = None


class Picture(NamedTuple):
    """A bitmap by the digest of its file, fitted into the box.

    A tint colours it: what is seen through in parts becomes this colour alone, else dark becomes it and light stays.
    """

    box: Box
    asset: str
    fit: Literal["cover", "contain", "stretch"] = "cover"
    radius: Radius = 0
    opacity: float = 1.0
    shadow: Shadow | None = None
    tint: Colour | None = None


class Text(NamedTuple):
    """Laid-out text."""

    box: Box
    runs: tuple[Run, ...]
    colour: Colour
    stroke: Stroke | None = None
    opacity: float = 1.0
    shadow: Shadow | None = None


class Modules(NamedTuple):
    """Square modules, '1' painted; rows of equal length stretched over the box by a whole number of pixels."""

    box: Box
    rows: tuple[str, ...]
    colour: Colour
    opacity: float = 1.0
    shadow: Shadow | None = None


class Group(NamedTuple):
    """Nodes drawn as one, with one opacity, shadow and effects, while its stay lasts; its shadow falls as others'."""

    box: Box
    nodes: tuple[Node, ...]
    opacity: float = 1.0
    shadow: Shadow | None = None
    effects: Effects | None = None
    stay: Stay | None = None


class DigitGroup(NamedTuple):
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


class CountdownClock(NamedTuple):
    """A countdown without its time: what stands still, the numbers that change, what is shown at the end, else zero."""

    groups: tuple[DigitGroup, ...]
    face: Face
    size: float  # device pixels
    colour: Colour
    static: tuple[Node, ...] = ()
    ended: tuple[Node, ...] = ()
    seconds: int = 60  # that it is to run
    optical: float = 0.0  # as of a `Run`
    up: bool = False  # whether it tells the time since a moment

    def runs(self, digits: str) -> Iterator[Run]:
        """The first digits, each in its slot."""
        slots = ((group, place) for group in self.groups for place in range(group.digits))
        for digit, (group, place) in zip(digits, slots, strict=False):
            x = group.x + place * group.slot + (group.slot - group.advances[int(digit)]) // 2
            yield Run(digit, self.face, self.size, x, group.y, optical=self.optical)


class Ticker(NamedTuple):
    """A countdown: its clock, and how many seconds are left, or have passed, in the first frame; None: no digits."""

    box: Box
    clock: CountdownClock
    left: int | None
    opacity: float = 1.0
    shadow: Shadow | None = None

    def nodes(self, second: int) -> tuple[Node, ...]:
        """What is shown so many seconds after the first frame."""
        clock = self.clock
        if self.left is None:
            return clock.static
        digits = self.digits(second)
        if not digits:
            return clock.ended
        return (*clock.static, Text(box=self.box, runs=tuple(clock.runs(digits)), colour=clock.colour))

    def digits(self, second: int) -> str:
        """The digits of all groups at a second, in order; none where the end is shown, or no time."""
        if self.left is None:
            return ""
        shown = self.left + second if self.clock.up else max(self.left - second, 0)
        if not shown and self.clock.ended:
            return ""
        return "".join([group.number(shown) for group in self.clock.groups])

    def at(self, second: int) -> Ticker:
        """The same so many seconds after its first frame."""
        left = self.left
        return self if left is None else self._replace(left=left + second if self.clock.up else max(left - second, 0))

    def ticks(self, seconds: int) -> list[int]:
        """The seconds at which what is shown may change, before so many have passed."""
        if self.left is None:
            return []
        step = min([group.divisor for group in self.clock.groups])
        if self.clock.up:
            return list(range(step - self.left % step, seconds, step))
        ticks = list(range(self.left % step + 1, min(seconds, self.left + 1), step))
        if self.clock.ended and 0 < self.left < seconds and self.left not in ticks[-1:]:
            ticks.append(self.left)
        return ticks


Node = Shape | Arc | Path | Picture | Text | Modules | Group | Ticker


class Scene(NamedTuple):
    """A whole image: pixels wide and high, nodes from bottom to top, and for how many seconds it moves."""

    width: int
    height: int
    background: Colour
    nodes: tuple[Node, ...]
    seconds: int = 1
    moving: tuple[int, ...] = ()  # places of the nodes that are not in the static base
    film: Film | None = None  # where nodes come and go


def tickers_of(nodes: Iterable[Node]) -> list[Ticker]:
    """The countdowns among nodes, also those in groups."""
    found: list[Ticker] = []
    for node in nodes:
        if isinstance(node, Ticker):
            found.append(node)
        elif isinstance(node, Group):
            found += tickers_of(node.nodes)
    return found


def moves(nodes: Iterable[Node]) -> bool:
    """Whether any of some nodes does not look the same at each second."""
    groups = [node for node in nodes if isinstance(node, Group)]
    return bool(tickers_of(nodes)) or any(group.stay is not None or moves(group.nodes) for group in groups)
