"""How wide and high items are beside each other: as they wish, until they share what is left, or lacks."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from livecontent.compose.flow.item import FlowItem

Placing = Literal["start", "center", "end", "stretch"]


def least_of(item: FlowItem) -> float:
    """The least width of an item."""
    if item.set_wide is not None:
        return item.set_wide
    return item.least if item.free_wide else item.width.limited(item.least)


def height_of(item: FlowItem, width: float) -> float:
    """The height of an item at a width."""
    if item.set_high is not None:
        return item.set_high
    return item.tall(width) if item.free_high else item.height.limited(item.tall(width))


def fitting(item: FlowItem, room: float) -> float:
    """The width of an item by its content: all in one line if there is room, and never less than its least."""
    most = item.most
    return item.width.limited(most if most <= room else max(item.least, room))


def width_in(item: FlowItem, room: float, align: Placing) -> float:
    """The width of an item that stands alone in a line."""
    if item.set_wide is not None:
        return item.set_wide
    return item.width.limited(room) if align == "stretch" or item.width.fill else fitting(item, room)


def lines_of(items: Sequence[FlowItem], room: float, gap: float) -> list[list[FlowItem]]:
    """Items in lines, as many in each as there is room for by their widths, limits kept."""
    lines: list[list[FlowItem]] = [[]]
    used = 0.0
    for item in items:
        width = _no_narrower(item) if item.width.fill else item.wide
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0.0
        lines[-1].append(item)
        used += width + gap
    return lines


def _no_narrower(item: FlowItem) -> float:
    """The width under which an item does not shrink: its limit, else the least of its content."""
    extent = item.width
    if extent.low is not None:
        return max(extent.low, extent.padding)
    least = item.least
    return least if extent.high is None or least < extent.high else max(extent.high, extent.padding)


def _no_lower(item: FlowItem, width: float) -> float:
    """The height under which an item does not shrink at a width: its limit, else that of its content."""
    extent = item.height
    if extent.low is not None:
        return max(extent.low, extent.padding)
    tall = item.tall(width)
    return tall if extent.high is None or tall < extent.high else max(extent.high, extent.padding)


class _Stretch(NamedTuple):
    """An item along its line: its length before it grows or shrinks, within which limits, and how easily it shrinks."""

    base: float
    low: float
    high: float
    weight: float = 0.0
    grows: bool = False

    def limited(self, length: float) -> float:
        return max(min(length, self.high), self.low)


_ENDLESS = float("inf")


def widths_of(line: Sequence[FlowItem], room: float) -> list[float]:
    """The widths of items side by side, in a room without their gaps."""
    fills = True in [item.width.fill for item in line]
    widths = [_no_narrower(item) if fills and item.width.fill else item.wide for item in line]
    free = room - sum(widths)
    if free == 0 or (free > 0 and not fills):
        return widths
    parts: list[_Stretch] = []
    for item in line:
        extent, base = item.width, item.set_wide
        if base is not None:
            parts.append(_Stretch(base, base, base))
            continue
        low, high = _no_narrower(item), _ENDLESS if extent.high is None else extent.high
        if extent.fill:
            parts.append(_Stretch(extent.padding, low, high, grows=True))
        else:
            parts.append(_Stretch(item.most, low, high, item.most - extent.padding))
    return _flexed(parts, room)


def bends(items: Sequence[FlowItem], free: float) -> bool:
    """Whether any height changes where so much is left: without a limit of its own, none gets under its content."""
    return True in [item.height.fill if free > 0 else item.height.low is not None for item in items]


def heights_of(items: Sequence[FlowItem], widths: Sequence[float], room: float | None) -> list[float]:
    """The heights of items below each other, in a room without their gaps, or as high as they come."""
    pairs = list(zip(items, widths, strict=True))
    talls = [_no_lower(item, width) if item.height.fill else height_of(item, width) for item, width in pairs]
    if room is None or (free := room - sum(talls)) == 0 or not bends(items, free):
        return talls
    parts: list[_Stretch] = []
    for item, width in pairs:
        extent, base = item.height, item.set_high
        if base is not None:
            parts.append(_Stretch(base, base, base))
            continue
        low, high = _no_lower(item, width), _ENDLESS if extent.high is None else extent.high
        if extent.fill:
            parts.append(_Stretch(extent.padding, low, high, grows=True))
        else:
            tall = item.tall(width)
            parts.append(_Stretch(tall, low, high, tall - extent.padding))
    return _flexed(parts, room)


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
