"""Flow layout: rows, columns and grids of boxes, as a browser's flexbox and grid place them. It knows no layers.

All lengths are CSS pixels. An item never changes, and remembers what was worked out of it: whoever keeps items by what
they are made of lays nothing out twice. What a browser would be told of each: `tests/compose/test_flow_in_browser.py`.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from livecontent.compose.values import Rect

Placing = Literal["start", "center", "end", "stretch"]
Spreading = Literal["start", "center", "end", "between"]
_BEFORE = {"start": 0.0, "center": 0.5, "end": 1.0}  # of the free room, what is left before
_KEPT = 16  # arrangements of an item


class Wish(NamedTuple):
    """How long an item is to be in one direction: so many pixels, what is left (`fill`), else what its content takes.

    A limit counts before the wish, the lower before the upper one. Nothing is shorter than its padding.
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
        return length if length > self.padding else self.padding


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


class FlowItem:
    """What stands in a flow, with its wishes."""

    __slots__ = ("height", "width")

    def __init__(self, width: Wish, height: Wish) -> None:
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
        width: Wish,
        height: Wish,
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
            if len(self._talls) >= _KEPT:
                self._talls.clear()
            found = self._talls[width] = tall(width)
        return found


class FlowBox(FlowItem):
    """An item with items in it, one after the other."""

    __slots__ = ("_arranged", "_least", "_most", "_rects", "items", "style")

    def __init__(self, width: Wish, height: Wish, style: FlowStyle, items: Sequence[FlowItem]) -> None:
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
            self._least = self._across([_least_of(item) for item in self.items], least=True) + self.width.padding
        return self._least

    def most(self) -> float:
        if self._most is None:
            self._most = self._across([_most_of(item) for item in self.items], least=False) + self.width.padding
        return self._most

    def tall(self, width: float) -> float:
        return self.arranged(width, None).height

    def arranged(self, width: float, height: float | None) -> _Arranged:
        """Its items at a size; without a height at that of its content."""
        key = (width, height)
        found = self._arranged.get(key)
        if found is None:
            free = self._arranged.get((width, None))
            if len(self._arranged) >= _KEPT:
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
                    rects.append(Rect(left + x, top + y, wide, high))  # noqa: PERF401  a call less
            if len(self._rects) >= _KEPT:
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

    def _across(self, widths: Sequence[float], *, least: bool) -> float:
        if least and self.style.wrap:
            return max(widths, default=0.0)
        return sum(widths) + self.style.gap * max(len(widths) - 1, 0)

    def _arrange(self, room: float, height: float | None) -> _Arranged:
        style = self.style
        inner = None if height is None else height - self.height.padding
        lines = _lines(self.items, room, style.gap) if style.wrap else [self.items]
        widths = [_widths(line, room - style.gap * (len(line) - 1)) for line in lines]
        talls = [
            [_height_of(item, width) for item, width in zip(line, along, strict=True)]
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
        widths = [_width_in(item, room, style.align) for item in items]
        gaps = style.gap * (len(items) - 1)
        talls = _heights(items, widths, None if height is None else height - self.height.padding - gaps)
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
            widths = [_width_in(item, cell, style.align) for item in row]
            talls = [_height_of(item, width) for item, width in zip(row, widths, strict=True)]
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
    width = _fitting(root, room) if root.width.fixed is None else root.width.limited(root.width.fixed)
    return width, _height_of(root, width)


def _least_of(item: FlowItem) -> float:
    wish = item.width
    return wish.limited(item.least() if wish.fixed is None else wish.fixed)


def _most_of(item: FlowItem) -> float:
    wish = item.width
    return wish.limited(item.most() if wish.fixed is None else wish.fixed)


def _height_of(item: FlowItem, width: float) -> float:
    wish = item.height
    return wish.limited(item.tall(width) if wish.fixed is None else wish.fixed)


def _fitting(item: FlowItem, room: float) -> float:
    """The width of an item by its content: all in one line if there is room, and never less than its least."""
    most = item.most()
    return item.width.limited(most if most <= room else max(item.least(), room))


def _width_in(item: FlowItem, room: float, align: Placing) -> float:
    """The width of an item that stands alone in a line."""
    wish = item.width
    if wish.fixed is not None:
        return wish.limited(wish.fixed)
    return wish.limited(room) if wish.fill or align == "stretch" else _fitting(item, room)


def _beside(wish: Wish, own: float, high: float, align: Placing) -> tuple[float, float]:
    """How far below the top of its line an item stands, and how high it is."""
    if wish.fixed is None and (wish.fill or align == "stretch"):
        return 0.0, wish.limited(high)
    return _BEFORE.get(align, 0.0) * (high - own), own


def _spread(style: FlowStyle, start: float, free: float, count: int) -> tuple[float, float]:
    """Where the first item of a line begins, and the gap between two, where so much is left."""
    if style.justify == "between":
        return start, style.gap + (free / (count - 1) if free > 0 and count > 1 else 0.0)
    return start + _BEFORE[style.justify] * free, style.gap


def _lines(items: Sequence[FlowItem], room: float, gap: float) -> list[list[FlowItem]]:
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
    wish = item.width
    if wish.fill:
        return _no_narrower(item)
    return _most_of(item)


def _no_narrower(item: FlowItem) -> float:
    """The width under which an item does not shrink: its limit, else the least of its content."""
    wish = item.width
    if wish.low is not None:
        return max(wish.low, wish.padding)
    least = item.least()
    return least if wish.high is None or least < wish.high else max(wish.high, wish.padding)


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


def _widths(line: Sequence[FlowItem], room: float) -> list[float]:
    """The widths of items side by side, in a room without their gaps."""
    widths: list[float] = []
    fills = False
    for item in line:
        wish = item.width
        fills = fills or wish.fill
        widths.append(_wished(item) if wish.fill else _most_of(item))
    free = room - sum(widths)
    if free >= 0 and not fills:
        return widths
    if free == 0:
        return widths
    parts: list[_Stretch] = []
    for item in line:
        wish = item.width
        if wish.fixed is not None:
            length = wish.limited(wish.fixed)
            parts.append(_Stretch(length, length, length, 0.0, grows=False))
            continue
        base = wish.padding if wish.fill else item.most()
        high = _ENDLESS if wish.high is None else wish.high
        parts.append(_Stretch(base, _no_narrower(item), high, 0.0 if wish.fill else base - wish.padding, wish.fill))
    return _flexed(parts, room)


def _heights(items: Sequence[FlowItem], widths: Sequence[float], room: float | None) -> list[float]:
    """The heights of items below each other, in a room without their gaps, or as high as they come."""
    talls: list[float] = []
    fills = False
    for item, width in zip(items, widths, strict=True):
        wish = item.height
        fills = fills or wish.fill
        talls.append(_no_lower(item, width) if wish.fill else _height_of(item, width))
    if room is None or (free := room - sum(talls)) == 0 or (free > 0 and not fills):
        return talls
    parts: list[_Stretch] = []
    for item, width in zip(items, widths, strict=True):
        wish = item.height
        if wish.fixed is not None:
            length = wish.limited(wish.fixed)
            parts.append(_Stretch(length, length, length, 0.0, grows=False))
            continue
        base = wish.padding if wish.fill else item.tall(width)
        high = _ENDLESS if wish.high is None else wish.high
        parts.append(_Stretch(base, _no_lower(item, width), high, 0.0 if wish.fill else base - wish.padding, wish.fill))
    return _flexed(parts, room)


def _no_lower(item: FlowItem, width: float) -> float:
    """The height under which an item does not shrink at a width: its limit, else that of its content."""
    wish = item.height
    if wish.low is not None:
        return max(wish.low, wish.padding)
    tall = item.tall(width)
    return tall if wish.high is None or tall < wish.high else max(wish.high, wish.padding)


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
        open_ = [index for index in open_ if (given[index] <= wanted[index] if over > 0 else given[index] >= wanted[index])]
    return lengths
