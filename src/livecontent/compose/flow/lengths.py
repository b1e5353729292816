"""How wide and high items are beside each other: as they extent, until they share what is left, or lacks."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from livecontent.compose.flow.item import FlowItem

Placing = Literal["start", "center", "end", "stretch"]


def least_of(item: FlowItem) -> float:
    extent = item.width
    return extent.limited(item.least() if extent.fixed is None else extent.fixed)


def most_of(item: FlowItem) -> float:
    extent = item.width
    return extent.limited(item.most() if extent.fixed is None else extent.fixed)


def height_of(item: FlowItem, width: float) -> float:
    extent = item.height
    return extent.limited(item.tall(width) if extent.fixed is None else extent.fixed)


def fitting(item: FlowItem, room: float) -> float:
    """The width of an item by its content: all in one line if there is room, and never less than its least."""
    most = item.most()
    return item.width.limited(most if most <= room else max(item.least(), room))


def width_in(item: FlowItem, room: float, align: Placing) -> float:
    """The width of an item that stands alone in a line."""
    extent = item.width
    if extent.fixed is not None:
        return extent.limited(extent.fixed)
    return extent.limited(room) if extent.fill or align == "stretch" else fitting(item, room)


def lines_of(items: Sequence[FlowItem], room: float, gap: float) -> list[list[FlowItem]]:
    """Items in lines, as many in each as there is room for by their widths, limits kept."""
    lines: list[list[FlowItem]] = [[]]
    used = 0.0
    for item in items:
        width = _wished(item)
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0.0
        lines[-1].append(item)
        used += width + gap
    return lines


def _wished(item: FlowItem) -> float:
    """The width of an item before it grows or shrinks."""
    extent = item.width
    if extent.fill:
        return _no_narrower(item)
    return most_of(item)


def _no_narrower(item: FlowItem) -> float:
    """The width under which an item does not shrink: its limit, else the least of its content."""
    extent = item.width
    if extent.low is not None:
        return max(extent.low, extent.padding)
    least = item.least()
    return least if extent.high is None or least < extent.high else max(extent.high, extent.padding)


class _Stretch(NamedTuple):
    """An item along its line: its length before it grows or shrinks, within which limits, and how easily it shrinks."""

    base: float
    low: float
    high: float
    weight: float
    grows: bool

    def limited(self, length: float) -> float:
        return max(min(length, self.high), self.low)


_ENDLESS = float("inf")


def widths_of(line: Sequence[FlowItem], room: float) -> list[float]:
    """The widths of items side by side, in a room without their gaps."""
    widths: list[float] = []
    fills = False
    for item in line:
        extent = item.width
        fills = fills or extent.fill
        widths.append(_wished(item) if extent.fill else most_of(item))
    free = room - sum(widths)
    if free >= 0 and not fills:
        return widths
    if free == 0:
        return widths
    parts: list[_Stretch] = []
    for item in line:
        extent = item.width
        if extent.fixed is not None:
            length = extent.limited(extent.fixed)
            parts.append(_Stretch(length, length, length, 0.0, grows=False))
            continue
        base = extent.padding if extent.fill else item.most()
        high = _ENDLESS if extent.high is None else extent.high
        parts.append(
            _Stretch(base, _no_narrower(item), high, 0.0 if extent.fill else base - extent.padding, extent.fill)
        )
    return _flexed(parts, room)


def heights_of(items: Sequence[FlowItem], widths: Sequence[float], room: float | None) -> list[float]:
    """The heights of items below each other, in a room without their gaps, or as high as they come."""
    talls: list[float] = []
    fills = False
    for item, width in zip(items, widths, strict=True):
        extent = item.height
        fills = fills or extent.fill
        talls.append(_no_lower(item, width) if extent.fill else height_of(item, width))
    if room is None or (free := room - sum(talls)) == 0 or (free > 0 and not fills):
        return talls
    parts: list[_Stretch] = []
    for item, width in zip(items, widths, strict=True):
        extent = item.height
        if extent.fixed is not None:
            length = extent.limited(extent.fixed)
            parts.append(_Stretch(length, length, length, 0.0, grows=False))
            continue
        base = extent.padding if extent.fill else item.tall(width)
        high = _ENDLESS if extent.high is None else extent.high
        parts.append(
            _Stretch(base, _no_lower(item, width), high, 0.0 if extent.fill else base - extent.padding, extent.fill)
        )
    return _flexed(parts, room)


def _no_lower(item: FlowItem, width: float) -> float:
    """The height under which an item does not shrink at a width: its limit, else that of its content."""
    extent = item.height
    if extent.low is not None:
        return max(extent.low, extent.padding)
    tall = item.tall(width)
    return tall if extent.high is None or tall < extent.high else max(extent.high, extent.padding)


def _flexed(parts: Sequence[_Stretch], room: float) -> list[float]:
    """Lengths that share a room: what fills grows by equal parts, or else the others shrink by their weight.

    Who meets a limit is done, round by round (https://www.w3.org/TR/css-flexbox-1/#resolve-flexible-lengths).
    """
    lengths = [part.limited(part.base) for part in parts]
    growing = sum(lengths) < room
    open_ = [
        index
        for index, part in enumerate(parts)
        if (part.grows and part.base <= lengths[index] if growing else part.weight > 0 and part.base >= lengths[index])
    ]
    while open_:
        others = sum([length for index, length in enumerate(lengths) if index not in open_])
        left = room - others - sum([parts[index].base for index in open_])
        share = left / (len(open_) if growing else sum([parts[index].weight for index in open_]))
        wanted = {index: parts[index].base + share * (1 if growing else parts[index].weight) for index in open_}
        given = {index: parts[index].limited(length) for index, length in wanted.items()}
        over = sum([given[index] - wanted[index] for index in open_])
        for index, length in given.items():
            lengths[index] = length
        if over == 0:
            break
        open_ = [
            index for index in open_ if (given[index] <= wanted[index] if over > 0 else given[index] >= wanted[index])
        ]
    return lengths
