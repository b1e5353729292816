"""Nodes in, bunches out: those that share a cell of a file, or would, are together.

A node that was seen before is found by its identity, without another look at it; a countdown by its clock, which is
all of it but the time that it tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from typing import NamedTuple
from weakref import WeakValueDictionary

from livecontent.render.encode.tiles import Grid, TileRange
from livecontent.render.motion import slots
from livecontent.render.paint.bounds import bounds, union
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.lru import LruCache
from livecontent.scene import Box, Group, Node, Ticker

_KNOWN = 3000  # nodes by their identity, most of them layers of several
_CLOCKS = 200


class Ink:
    """A node on a plate: where it leaves ink, which cells that touches. Equal nodes of a plate are one ink."""

    __slots__ = ("__weakref__", "box", "cells", "clock", "digits", "node")

    def __init__(self, node: Node, box: Box | None, cells: TileRange | None) -> None:
        self.node = node
        self.box = box
        self.cells = cells
        self.clock: Clock | None = None  # of a countdown
        self.digits: Sequence[tuple[Box, str]] = ()  # that it shows, in their slots


class Clock(Ink):
    """A countdown that tells any time: its box, the places of its digits, which cells these touch."""

    __slots__ = ("slots", "turning")

    def __init__(self, ticker: Ticker, fonts: Fonts, grid: Grid) -> None:
        self.slots = slots(ticker, fonts)
        around = union(self.slots)
        self.turning = grid.cells(around) if around else None
        box = union((bounds(replace(ticker, ended=()), fonts), around))
        super().__init__(ticker, box, grid.cells(box) if box else None)

    def at(self, ticker: Ticker, digits: str) -> Ink:
        """The ink of what it tells."""
        ink = Ink(ticker, self.box, self.cells)
        ink.clock = self
        ink.digits = tuple(zip(self.slots, digits, strict=True))
        return ink


class DirtyRegion(NamedTuple):
    """Inks from bottom to top, and the cells around them."""

    cells: TileRange
    inks: tuple[Ink, ...]

    @property
    def tells(self) -> bool:
        """Whether it has digits of countdowns."""
        return any(ink.clock for ink in self.inks)

    @property
    def timeless(self) -> DirtyRegion:
        """The same, whatever the digits."""
        return DirtyRegion(self.cells, tuple([ink.clock or ink for ink in self.inks]))


class Print(NamedTuple):
    """What a node leaves on a plate: the inks of all that is in it, the cells around them, the bunches they are in."""

    inks: tuple[Ink, ...]
    cells: TileRange | None
    bunches: tuple[DirtyRegion, ...]


class Inks:
    """Knows the inks of nodes, as long as anybody holds them."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._by_identity: dict[int, tuple[Node, Print]] = {}
        self._by_value: WeakValueDictionary[tuple[object, object], Ink] = WeakValueDictionary()
        self._clocks: LruCache[tuple[str, int], Clock] = LruCache(_CLOCKS)

    def of(self, node: Node, plate: str, grid: Grid) -> Print:
        """What a node leaves on a plate."""
        known = self._by_identity.get(id(node))
        if known is not None and known[0] is node:
            return known[1]
        inks = tuple([self._ink(inner, plate, grid) for inner in _leaves(node)])
        found = Print(inks, _around(inks), tuple(bunches(inks)))
        if isinstance(node, Ticker):  # the next one tells another time
            return found
        if len(self._by_identity) >= _KNOWN:
            self._by_identity.clear()
        self._by_identity[id(node)] = (node, found)  # which keeps the node, so that its identity stays its own
        return found

    def _ink(self, node: Node, plate: str, grid: Grid) -> Ink:
        if isinstance(node, Ticker) and (digits := node.digits(0)):
            return self._of_ticker(node, digits, plate, grid)
        ink = self._by_value.get((plate, node))
        if ink is None:
            box = bounds(node, self._fonts)
            ink = self._by_value[plate, node] = Ink(node, box, grid.cells(box) if box else None)
        return ink

    def _of_ticker(self, ticker: Ticker, digits: str, plate: str, grid: Grid) -> Ink:
        """The ink of a countdown by what it tells now."""
        name = (plate, id(ticker.cells))
        clock = self._clocks.get(name)
        if clock is None or clock.node != replace(ticker, left=0):
            clock = self._clocks.keep(name, Clock(replace(ticker, left=0), self._fonts, grid))
        ink = self._by_value.get((clock, digits))
        if ink is None:
            ink = self._by_value[clock, digits] = clock.at(ticker, digits)
        return ink


def _leaves(node: Node) -> Iterator[Node]:
    """A node, or those in it, where it does nothing but hold them."""
    if isinstance(node, Group) and node.opacity == 1 and node.shadow is None:
        for inner in node.nodes:
            yield from _leaves(inner)
    else:
        yield node


def _around(inks: Sequence[Ink]) -> TileRange | None:
    around: TileRange | None = None
    for ink in inks:
        if ink.cells:
            around = ink.cells.around(around or ink.cells)
    return around


def bunches_of(prints: Sequence[Print]) -> Iterator[DirtyRegion]:
    """The bunches of all: as they are known, where prints do not touch."""
    for _, members in _touching([one.cells for one in prints]):
        if len(members) == 1:
            yield from prints[members[0]].bunches
        else:
            yield from bunches([ink for index in members for ink in prints[index].inks])


def bunches(inks: Sequence[Ink]) -> Iterator[DirtyRegion]:
    """Inks by the cells that they touch: no two bunches share one."""
    for cells, members in _touching([ink.cells for ink in inks]):
        yield DirtyRegion(cells, tuple([inks[index] for index in members]))


def _touching(places: Sequence[TileRange | None]) -> list[tuple[TileRange, list[int]]]:
    """Places put together until none touches another: the cells around those of a heap, and which they are."""
    found: list[tuple[TileRange, list[int]]] = []
    for index, place in enumerate(places):
        if place is None:
            continue
        cells, members = place, [index]
        while touching := [heap for heap in found if heap[0].touches(cells)]:
            for heap in touching:
                found.remove(heap)
                cells = cells.around(heap[0])
                members += heap[1]
        found.append((cells, sorted(members)))
    return found


def cut(bunch: DirtyRegion) -> list[DirtyRegion]:
    """A bunch of strips, cut where digits begin and end, as all above and below them is the same at any time."""
    whole, timeless = bunch.cells, bunch.timeless
    turning = [ink.clock.turning for ink in bunch.inks if ink.clock and ink.clock.turning]
    if not turning:
        return [bunch]
    digits = reduce(TileRange.around, turning)
    above, below = whole._replace(bottom=digits.top), whole._replace(top=digits.bottom)
    still = [timeless._replace(cells=cells) for cells in (above, below) if cells.top < cells.bottom]
    return [bunch._replace(cells=digits), *still]


def sliced(bunch: DirtyRegion) -> Iterator[DirtyRegion]:
    """A bunch of whole rows, cut where inks begin and end: what has its rows to itself is found again there.

    What is blurred or faded is not cut, as each part of it would take as long as all of it.
    """
    if len(bunch.inks) == 1:
        yield bunch
        return
    whole = bunch.cells
    edges = {edge for ink in bunch.inks if ink.cells for edge in (ink.cells.top, ink.cells.bottom)}
    entire = [ink.cells for ink in bunch.inks if ink.cells and (ink.node.shadow or ink.node.opacity < 1)]
    uncut = {row for cells in entire for row in range(cells.top + 1, cells.bottom)}
    inner = sorted(edge for edge in edges - uncut if whole.top < edge < whole.bottom)
    for top, bottom in pairwise([whole.top, *inner, whole.bottom]):
        cells = whole._replace(top=top, bottom=bottom)
        yield DirtyRegion(cells, tuple([ink for ink in bunch.inks if ink.cells and ink.cells.touches(cells)]))
