"""What stands in a row, column or grid. All lengths are CSS pixels.

An item never changes, and remembers what was worked out of it: whoever keeps items by what they are made of lays
nothing out twice. What a browser would be told of each: `tests/compose/test_flow_in_browser.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

from livecontent.compose.values import Rect

KEPT = 16  # widths and boxes for which an item remembers what it worked out


class Extent(NamedTuple):
    """How long an item is to be in one direction: so many pixels, what is left (`fill`), else what its content takes.

    Limits go before, the lower before the upper one. Nothing is shorter than its padding.
    """

    fixed: float | None = None
    fill: bool = False
    low: float | None = None
    high: float | None = None
    padding: float = 0.0

    def limited(self, length: float) -> float:
        """A length within the limits."""
        if self.high is not None and length > self.high:
            length = self.high
        if self.low is not None and length < self.low:
            length = self.low
        return max(self.padding, length)

    @property
    def set(self) -> float | None:
        """Its length, where it does not depend on content or room."""
        return None if self.fixed is None else self.limited(self.fixed)

    @property
    def free(self) -> bool:
        """Whether nothing limits it."""
        return self.low is None and self.high is None


class FlowItem:
    """What stands in a flow: its extents, and what these say at once, as it is asked often."""

    __slots__ = ("free_high", "free_wide", "height", "set_high", "set_wide", "width")
    holds = False  # whether others are in it
    along = False  # whether these stand side by side

    def __init__(self, width: Extent, height: Extent) -> None:
        self.width = width
        self.height = height
        self.set_wide, self.free_wide = width.set, width.free
        self.set_high, self.free_high = height.set, height.free

    @property
    def wide(self) -> float:
        """Its width where it has room."""
        raise NotImplementedError

    @property
    def least(self) -> float:
        """The least width of what is in it."""
        raise NotImplementedError

    @property
    def most(self) -> float:
        """The width of what is in it, where there is room for all of it in one line."""
        raise NotImplementedError

    def tall(self, width: float) -> float:
        """The height of what is in it at a width."""
        raise NotImplementedError

    def put(self, x: float, y: float, width: float, height: float, found: list[Rect]) -> None:
        """Adds the boxes of all that is inside of its box, each before those in it."""


class FlowLeaf(FlowItem):
    """An item of which only its least and most width and its height at a width are known, all with its padding.

    `short` is its height where it is wide enough for all in one line.
    """

    __slots__ = ("_tall", "_talls", "least", "most", "short", "wide")

    def __init__(
        self,
        width: Extent,
        height: Extent,
        least: float = 0.0,
        most: float = 0.0,
        short: float = 0.0,
        tall: Callable[[float], float] | None = None,
    ) -> None:
        super().__init__(width, height)
        self.least = least  # type: ignore[misc]  # a slot is found without a call
        self.most = most  # type: ignore[misc]
        self.wide = width.limited(most) if self.set_wide is None else self.set_wide  # type: ignore[misc]
        self.short = short
        self._tall = tall
        self._talls: dict[float, float] | None = None

    def tall(self, width: float) -> float:
        if width >= self.most or self._tall is None:
            return self.short
        if self._talls is None or len(self._talls) >= KEPT:
            self._talls = {}
        found = self._talls.get(width)
        if found is None:
            found = self._talls[width] = self._tall(width)
        return found


class FlowPicture(FlowLeaf):
    """An item that is `ratio` times as high as wide: as wide as its content, or as a height that it says asks for."""

    __slots__ = ("_ratio",)

    def __init__(self, width: Extent, height: Extent, content: float, ratio: float) -> None:
        most = content if height.fixed is None else height.limited(height.fixed) / ratio
        super().__init__(width, height, 0.0 if height.fixed is None else most, most)
        self._ratio = ratio

    def tall(self, width: float) -> float:
        return width * self._ratio
