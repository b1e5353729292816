"""What every layer may say of its size where it stands in a row or column."""

from functools import cached_property
from typing import ClassVar

from livecontent.compose.flow.item import Extent
from livecontent.compose.values import Length, Model, Pixels


class FlowChild(Model):
    """A width and a height: so many CSS pixels, `auto` (as the content takes) or `fill` (what is left), with limits."""

    wishes: ClassVar[tuple[Length, Length]] = ("fill", "fill")  # where it says nothing
    square: ClassVar[bool] = False  # whether one length that it says is also the other

    width: Length | None = None
    height: Length | None = None
    min_width: Pixels | None = None
    max_width: Pixels | None = None
    min_height: Pixels | None = None
    max_height: Pixels | None = None

    @cached_property
    def extents(self) -> tuple[Extent, Extent]:
        """How wide and high it is to be."""
        width, height = self.natural
        if self.square and (self.width is None) != (self.height is None):
            width = height = self.width or self.height or 0
        return (
            _extent(width if self.width is None else self.width, self.min_width, self.max_width),
            _extent(height if self.height is None else self.height, self.min_height, self.max_height),
        )

    @property
    def natural(self) -> tuple[Length, Length]:
        """Its width and height where it says nothing."""
        return self.wishes


def _extent(length: Length, low: float | None, high: float | None) -> Extent:
    return Extent(None if isinstance(length, str) else length, length == "fill", low, high)
