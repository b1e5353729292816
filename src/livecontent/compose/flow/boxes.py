"""Items with items in them: rows, columns and grids."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from livecontent.compose.flow.item import KEPT, Extent, FlowItem
from livecontent.compose.flow.lengths import (
    Placing,
    bends,
    fitting,
    height_of,
    heights_of,
    least_of,
    lines_of,
    width_in,
    widths_of,
)
from livecontent.compose.values import Rect

Spreading = Literal["start", "center", "end", "between"]
# Of the free room, what is left before.
_BEFORE: Mapping[str, float] = MappingProxyType(
    {"start": 0.0, "center": 0.5, "end": 1.0, "stretch": 0.0, "between": 0.0}
)


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


class _Line(NamedTuple):
    """Items beside each other, with their widths, their heights and the highest of these."""

    items: Sequence[FlowItem]
    widths: list[float]
    talls: list[float]
    high: float


def _line(items: Sequence[FlowItem], widths: list[float]) -> _Line:
    talls = [height_of(item, width) for item, width in zip(items, widths, strict=True)]
    return _Line(items, widths, talls, max(talls, default=0.0))


class FlowBox(FlowItem):
    """An item with items in it, one after the other."""

    __slots__ = ("_laid", "_least", "_measured", "_most", "items", "style")
    holds = True

    def __init__(self, width: Extent, height: Extent, style: FlowStyle, items: Sequence[FlowItem]) -> None:
        top, start, bottom, end = style.padding
        super().__init__(width._replace(padding=start + end), height._replace(padding=top + bottom))
        self.style = style
        self.items = items
        self._least: float | None = None
        self._most: float | None = None
        self._measured: dict[float, tuple[float, Any]] = {}
        self._laid: dict[tuple[Rect, bool], list[Rect]] = {}

    @property
    def least(self) -> float:
        if self._least is None:
            self._least = self._across([least_of(item) for item in self.items], least=True) + self.width.padding
        return self._least

    @property
    def most(self) -> float:
        if self._most is None:
            self._most = self._across([item.wide for item in self.items], least=False) + self.width.padding
        return self._most

    @property
    def wide(self) -> float:
        if self.set_wide is not None:
            return self.set_wide
        return self.most if self.free_wide else self.width.limited(self.most)

    def tall(self, width: float) -> float:
        return self._at(width)[0]

    def _at(self, width: float) -> tuple[float, Any]:
        """Its height at a width, with its padding, and what it was worked out of."""
        found = self._measured.get(width)
        if found is None:
            if len(self._measured) >= KEPT:
                self._measured.clear()
            content, inside = self._measure(width - self.width.padding)
            found = self._measured[width] = content + self.height.padding, inside
        return found

    def laid_out(self, box: Rect, *, mirrored: bool) -> list[Rect]:
        """Its box and those of all inside, each before those in it; mirrored where a row begins at the right."""
        key = (box, mirrored)
        found = self._laid.get(key)
        if found is None:
            x, y, width, height = box
            found = [box]
            self.put(x, y, width, height, found)
            if mirrored:
                edges = 2 * x + width
                found = [Rect(edges - left - wide, top, wide, high) for left, top, wide, high in found]
            if len(self._laid) >= KEPT:
                self._laid.clear()
            self._laid[key] = found
        return found

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        """The width of its content by those of its items."""
        raise NotImplementedError

    def _measure(self, room: float) -> tuple[float, Any]:
        """The height of its content at a width, all without padding, and what it was worked out of."""
        raise NotImplementedError

    def _put_line(self, line: _Line, x: float, y: float, high: float, gap: float, found: list[Rect]) -> None:
        align = self.style.align
        for item, width, tall in zip(line.items, line.widths, line.talls, strict=True):
            down = 0.0
            if item.set_high is None and (align == "stretch" or item.height.fill):
                extent = item.height
                tall = high if item.free_high and high >= extent.padding else extent.limited(high)  # noqa: PLW2901
            elif align != "stretch":
                down = _BEFORE[align] * (high - tall)
            found.append(Rect(x, y + down, width, tall))
            if item.holds:
                item.put(x, y + down, width, tall, found)
            x += width + gap


class FlowRow(FlowBox):
    """Items side by side; where they wrap, in as many lines as it takes."""

    __slots__ = ()
    along = True

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        if least and self.style.wrap:
            return max(widths, default=0.0)
        return sum(widths) + self.style.gap * max(len(widths) - 1, 0)

    def _measure(self, room: float) -> tuple[float, list[_Line]]:
        gap = self.style.gap
        lines = lines_of(self.items, room, gap) if self.style.wrap else (self.items,)
        found = [_line(line, widths_of(line, room - gap * (len(line) - 1))) for line in lines]
        return sum([line.high for line in found]) + gap * max(len(found) - 1, 0), found

    def put(self, x: float, y: float, width: float, height: float, found: list[Rect]) -> None:
        tall, lines = self._at(width)
        style = self.style
        room, inner = width - self.width.padding, height - self.height.padding
        more = max(height - tall, 0.0) / len(lines)  # lines share what is left
        y += style.padding[0]
        x += style.padding[1]
        for line in lines:
            high = line.high + more if style.wrap else inner
            free = room - sum(line.widths) - style.gap * (len(line.widths) - 1)
            before, gap = _spread(style, free, len(line.widths))
            self._put_line(line, x + before, y, high, gap, found)
            y += high + style.gap


class FlowColumn(FlowBox):
    """Items below each other."""

    __slots__ = ()

    def _across(self, widths: Sequence[float], *, least: bool) -> float:  # noqa: ARG002
        return max(widths, default=0.0)

    def _measure(self, room: float) -> tuple[float, tuple[list[float], list[float]]]:
        align = self.style.align
        if align == "stretch":
            widths = [
                room
                if item.free_wide and item.set_wide is None and room >= item.width.padding
                else width_in(item, room, align)
                for item in self.items
            ]
        else:
            widths = [width_in(item, room, align) for item in self.items]
        talls = heights_of(self.items, widths, None)
        return sum(talls) + self.style.gap * max(len(talls) - 1, 0), (widths, talls)

    def put(self, x: float, y: float, width: float, height: float, found: list[Rect]) -> None:
        tall, (widths, talls) = self._at(width)
        style, free = self.style, height - tall
        if free and bends(self.items, free):
            gaps = style.gap * max(len(talls) - 1, 0)
            talls = heights_of(self.items, widths, height - self.height.padding - gaps)
            free = height - self.height.padding - gaps - sum(talls)
        room = width - self.width.padding
        before, gap = _spread(style, free, len(talls))
        y += style.padding[0] + before
        x += style.padding[1]
        part = _BEFORE[style.align]
        for item, wide, high in zip(self.items, widths, talls, strict=True):
            left = x + part * (room - wide) if part and not item.width.fill else x
            found.append(Rect(left, y, wide, high))
            if item.holds:
                item.put(left, y, wide, high, found)
            y += high + gap


class FlowGrid(FlowBox):
    """Items in columns of one width, row by row; a last row that is short stands where `justify` says."""

    __slots__ = ()

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        columns = self.style.columns
        return (0.0 if least else max(widths, default=0.0) * columns) + self.style.gap * (columns - 1)

    def _cell(self, room: float) -> float:
        columns = self.style.columns
        return max((room - self.style.gap * (columns - 1)) / columns, 0.0)

    def _measure(self, room: float) -> tuple[float, list[_Line]]:
        style, cell = self.style, self._cell(room)
        found = []
        for first in range(0, len(self.items), style.columns):
            row = self.items[first : first + style.columns]
            found.append(_line(row, [width_in(item, cell, style.align) for item in row]))
        return sum([line.high for line in found]) + style.gap * max(len(found) - 1, 0), found

    def put(self, x: float, y: float, width: float, height: float, found: list[Rect]) -> None:  # noqa: ARG002
        style, cell = self.style, self._cell(width - self.width.padding)
        y += style.padding[0]
        x += style.padding[1]
        step, part = cell + style.gap, _BEFORE[style.align]
        for line in self._at(width)[1]:
            left = x + _BEFORE[style.justify] * (style.columns - len(line.items)) * step
            for index, item in enumerate(line.items):
                wide = line.widths[index]
                right = part * (cell - wide) if part and not item.width.fill else 0.0
                one = _Line((item,), [wide], [line.talls[index]], line.high)
                self._put_line(one, left + index * step + right, y, line.high, 0.0, found)
            y += line.high + style.gap


def hugged(root: FlowItem, room: float) -> tuple[float, float]:
    """The width and height of an item that takes what its content does, in at most so much width."""
    width = fitting(root, room) if root.set_wide is None else root.set_wide
    return width, height_of(root, width)


def _spread(style: FlowStyle, free: float, count: int) -> tuple[float, float]:
    """How far from the start the first item of a line begins, and the gap between two, where so much is left."""
    if style.justify == "start":
        return 0.0, style.gap
    if style.justify == "between":
        return 0.0, style.gap + (free / (count - 1) if free > 0 and count > 1 else 0.0)
    return _BEFORE[style.justify] * free, style.gap
