"""Items with items in them: rows, columns and grids."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from livecontent.compose.flow.item import KEPT, Extent, FlowItem
from livecontent.compose.flow.lengths import (
    Placing,
    fitting,
    height_of,
    heights_of,
    least_of,
    lines_of,
    most_of,
    width_in,
    widths_of,
)
from livecontent.compose.values import Rect

Spreading = Literal["start", "center", "end", "between"]
_BEFORE = {"start": 0.0, "center": 0.5, "end": 1.0}  # of the free room, what is left before


class FlowStyle(NamedTuple):
    """What a container does with the items in it. Padding: top, start, bottom, end; between lines the gap is the same.

    Across, `stretch` makes items as long as the line; along, `between` shares what is left among the gaps.
    """

    gap: float = 0.0
    padding: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    align: Placing = "stretch"
    justify: Spreading = "start"
    wrap: bool = False
    columns: int = 1  # of a grid


class _Arranged(NamedTuple):
    """How high a container is, and where its items stand, from its corner: left, top, width, height."""

    height: float
    places: list[tuple[float, float, float, float]]


class FlowBox(FlowItem):
    """An item with items in it, one after the other."""

    __slots__ = ("_arranged", "_least", "_most", "_rects", "items", "style")

    def __init__(self, width: Extent, height: Extent, style: FlowStyle, items: Sequence[FlowItem]) -> None:
        top, start, bottom, end = style.padding
        super().__init__(width._replace(padding=start + end), height._replace(padding=top + bottom))
        self.style = style
        self.items = items
        self._least: float | None = None
        self._most: float | None = None
        self._arranged: dict[tuple[float, float | None], _Arranged] = {}
        self._rects: dict[tuple[float, float], Sequence[Rect]] = {}

    def least(self) -> float:
        if self._least is None:
            self._least = self._across([least_of(item) for item in self.items], least=True) + self.width.padding
        return self._least

    def most(self) -> float:
        if self._most is None:
            self._most = self._across([most_of(item) for item in self.items], least=False) + self.width.padding
        return self._most

    def tall(self, width: float) -> float:
        return self.arranged(width, None).height

    def arranged(self, width: float, height: float | None) -> _Arranged:
        """Its items at a size; without a height at that of its content."""
        key = (width, height)
        found = self._arranged.get(key)
        if found is None:
            free = self._arranged.get((width, None))
            if len(self._arranged) >= KEPT:
                self._arranged.clear()
            found = self._arranged[key] = (
                free if free and free.height == height else self._arrange(width - self.width.padding, height)
            )
        return found

    def rects(self, width: float, height: float) -> Sequence[Rect]:
        found = self._rects.get((width, height))
        if found is None:
            rects: list[Rect] = []
            for item, place in zip(self.items, self.arranged(width, height).places, strict=True):
                x, y, across, down = place
                rects.append(Rect(x, y, across, down))
                for left, top, wide, high in item.rects(across, down):
                    rects.append(Rect(left + x, top + y, wide, high))
            if len(self._rects) >= KEPT:
                self._rects.clear()
            found = self._rects[width, height] = rects
        return found

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        """The width of its content by those of its items."""
        raise NotImplementedError

    def _arrange(self, room: float, height: float | None) -> _Arranged:
        """Its items, at a width without its padding, and a height with it."""
        raise NotImplementedError


class FlowRow(FlowBox):
    """Items side by side; where they wrap, in as many lines as it takes."""

    __slots__ = ()
    along = True

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        if least and self.style.wrap:
            return max(widths, default=0.0)
        return sum(widths) + self.style.gap * max(len(widths) - 1, 0)

    def _arrange(self, room: float, height: float | None) -> _Arranged:
        style = self.style
        inner = None if height is None else height - self.height.padding
        lines = lines_of(self.items, room, style.gap) if style.wrap else [self.items]
        widths = [widths_of(line, room - style.gap * (len(line) - 1)) for line in lines]
        talls = [
            [height_of(item, width) for item, width in zip(line, along, strict=True)]
            for line, along in zip(lines, widths, strict=True)
        ]
        highs = [max(tall, default=0.0) for tall in talls]
        content = sum(highs) + style.gap * (len(lines) - 1)
        if inner is not None:
            if not style.wrap:
                highs = [inner]
            elif inner > content:
                highs = [high + (inner - content) / len(lines) for high in highs]
        places: list[tuple[float, float, float, float]] = []
        top, start = style.padding[:2]
        for line, along, tall, high in zip(lines, widths, talls, highs, strict=True):
            free = room - sum(along) - style.gap * (len(line) - 1)
            x, gap = _spread(style, start, free, len(line))
            for item, width, own in zip(line, along, tall, strict=True):
                y, length = _beside(item.height, own, high, style.align)
                places.append((x, top + y, width, length))
                x += width + gap
            top += high + style.gap
        return _Arranged(content + self.height.padding, places)


class FlowColumn(FlowBox):
    """Items below each other."""

    __slots__ = ()

    def _across(self, widths: Sequence[float], *, least: bool) -> float:  # noqa: ARG002
        return max(widths, default=0.0)

    def _arrange(self, room: float, height: float | None) -> _Arranged:
        style, items = self.style, self.items
        widths = [width_in(item, room, style.align) for item in items]
        gaps = style.gap * (len(items) - 1)
        talls = heights_of(items, widths, None if height is None else height - self.height.padding - gaps)
        content = sum(talls) + gaps
        free = 0.0 if height is None else height - self.height.padding - content
        y, gap = _spread(style, style.padding[0], free, len(items))
        start = style.padding[1]
        places: list[tuple[float, float, float, float]] = []
        for item, width, tall in zip(items, widths, talls, strict=True):
            fills = style.align == "stretch" or item.width.fill
            x = start if fills else start + _BEFORE[style.align] * (room - width)
            places.append((x, y, width, tall))
            y += tall + gap
        return _Arranged(content + self.height.padding, places)


class FlowGrid(FlowBox):
    """Items in columns of one width, row by row; a last row that is short stands where `justify` says."""

    __slots__ = ()

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        columns = self.style.columns
        return (0.0 if least else max(widths, default=0.0) * columns) + self.style.gap * (columns - 1)

    def _arrange(self, room: float, height: float | None) -> _Arranged:  # noqa: ARG002
        style, columns = self.style, self.style.columns
        cell = max((room - style.gap * (columns - 1)) / columns, 0.0)
        places: list[tuple[float, float, float, float]] = []
        y = style.padding[0]
        for first in range(0, len(self.items), columns):
            row = self.items[first : first + columns]
            widths = [width_in(item, cell, style.align) for item in row]
            talls = [height_of(item, width) for item, width in zip(row, widths, strict=True)]
            high = max(talls)
            x = style.padding[1] + _BEFORE.get(style.justify, 0.0) * (columns - len(row)) * (cell + style.gap)
            for item, width, own in zip(row, widths, talls, strict=True):
                down, length = _beside(item.height, own, high, style.align)
                fills = style.align == "stretch" or item.width.fill
                right = 0.0 if fills else _BEFORE[style.align] * (cell - width)
                places.append((x + right, y + down, width, length))
                x += cell + style.gap
            y += high + style.gap
        content = y - style.gap - style.padding[0] if places else 0.0
        return _Arranged(content + self.height.padding, places)


def laid_out(root: FlowItem, box: Rect, *, mirrored: bool) -> list[Rect]:
    """The boxes of an item in a box and of all inside, each before those in it; mirrored where a row begins right."""
    x, y, width, height = box
    rects = root.rects(width, height)
    if mirrored:
        right = x + width
        inside = [Rect(right - left - wide, y + top, wide, high) for left, top, wide, high in rects]
    else:
        inside = [Rect(x + left, y + top, wide, high) for left, top, wide, high in rects]
    return [box, *inside]


def hugged(root: FlowItem, room: float) -> tuple[float, float]:
    """The width and height of an item that takes what its content does, in at most so much width."""
    width = fitting(root, room) if root.width.fixed is None else root.width.limited(root.width.fixed)
    return width, height_of(root, width)


def _beside(extent: Extent, own: float, high: float, align: Placing) -> tuple[float, float]:
    """How far below the top of its line an item stands, and how high it is."""
    if extent.fixed is None and (extent.fill or align == "stretch"):
        return 0.0, extent.limited(high)
    return _BEFORE.get(align, 0.0) * (high - own), own


def _spread(style: FlowStyle, start: float, free: float, count: int) -> tuple[float, float]:
    """Where the first item of a line begins, and the gap between two, where so much is left."""
    if style.justify == "between":
        return start, style.gap + (free / (count - 1) if free > 0 and count > 1 else 0.0)
    return start + _BEFORE[style.justify] * free, style.gap
