"""What stands in a row, column or grid. All lengths are CSS pixels.

An item never changes, and remembers what was worked out of it: whoever keeps items by what they are made of lays
nothing out twice. What a browser would be told of each: `tests/compose/test_flow_in_browser.py`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from livecontent.compose.values import Rect

KEPT = 16  # arrangements of an item


class Extent(NamedTuple):
    """How long an item is to be in one direction: so many pixels, what is left (`fill`), else what its content takes.

    A limit counts before the extent, the lower before the upper one. Nothing is shorter than its padding.
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


class FlowItem:
    """What stands in a flow, with its wishes."""

    __slots__ = ("height", "width")
    along = False  # whether what is in it stands side by side

    def __init__(self, width: Extent, height: Extent) -> None:
        self.width = width
        self.height = height

    def least(self) -> float:
        """The least width of what is in it."""
        raise NotImplementedError

    def most(self) -> float:
        """The width of what is in it, where there is room for all of it in one line."""
        raise NotImplementedError

    def tall(self, width: float) -> float:
        """The height of what is in it at a width."""
        raise NotImplementedError

    def rects(self, width: float, height: float) -> Sequence[Rect]:  # noqa: ARG002
        """Where all that is inside stands, from its corner: each before those in it."""
        return ()


class FlowLeaf(FlowItem):
    """An item of which only its least and most width and its height at a width are known, all with its padding."""

    __slots__ = ("_least", "_most", "_tall", "_talls")

    def __init__(
        self,
        width: Extent,
        height: Extent,
        least: float = 0.0,
        most: float = 0.0,
        tall: Callable[[float], float] | float = 0.0,
    ) -> None:
        super().__init__(width, height)
        self._least = least
        self._most = most
        self._tall = tall
        self._talls: dict[float, float] = {}

    def least(self) -> float:
        return self._least

    def most(self) -> float:
        return self._most

    def tall(self, width: float) -> float:
        tall = self._tall
        if not callable(tall):
            return tall
        found = self._talls.get(width)
        if found is None:
            if len(self._talls) >= KEPT:
                self._talls.clear()
            found = self._talls[width] = tall(width)
        return found
