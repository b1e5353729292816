"""Nodes in, bunches out: those that share a cell of a file, or would, are together.

A node that was seen before is found by its identity, without another look at it; a countdown by its clock, which is
all of it but the time that it tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from cachetools import LRUCache

from livecontent.draw.bounds import bounds, union
from livecontent.draw.fonts import Fonts
from livecontent.draw.motion import slots
from livecontent.encode.mosaic import Cells, Grid
from livecontent.scene import Box, Node, Ticker

_KNOWN = 6000  # nodes: parts are found by them
_CLOCKS = 200


class Ink:
    """A node on a plate: where it leaves ink, which cells that touches. Equal nodes of a plate are one ink."""

    __slots__ = ("box", "cells", "clock", "digits", "node")

    def __init__(self, node: Node, box: Box | None, cells: Cells | None) -> None:
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


class Bunch(NamedTuple):
    """Inks from bottom to top, and the cells around them."""

    cells: Cells
    inks: tuple[Ink, ...]

    @property
    def tells(self) -> bool:
        """Whether it has digits of countdowns."""
        return any(ink.clock for ink in self.inks)

    @property
    def timeless(self) -> Bunch:
        """The same, whatever the digits."""
        return Bunch(self.cells, tuple([ink.clock or ink for ink in self.inks]))


class Inks:
    """Knows the inks of nodes."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._by_identity: dict[int, tuple[Node, Ink]] = {}
        self._by_value: LRUCache[tuple[str | Clock, Node | str], Ink] = LRUCache(_KNOWN)
        self._clocks: LRUCache[tuple[str, int], Clock] = LRUCache(_CLOCKS)

    def of(self, node: Node, plate: str, grid: Grid) -> Ink:
        """The ink of a node on a plate."""
        if isinstance(node, Ticker) and (digits := node.digits(0)):
            return self._of_ticker(node, digits, plate, grid)
        known = self._by_identity.get(id(node))
        if known is not None and known[0] is node:
            return known[1]
        ink = self._by_value.get((plate, node))
        if ink is None:
            box = bounds(node, self._fonts)
            ink = self._by_value[plate, node] = Ink(node, box, grid.cells(box) if box else None)
        if len(self._by_identity) >= _KNOWN:
            self._by_identity.clear()
        self._by_identity[id(node)] = (node, ink)  # which keeps the node, so that its identity stays its own
        return ink

    def _of_ticker(self, ticker: Ticker, digits: str, plate: str, grid: Grid) -> Ink:
        """The ink of a countdown by what it tells now."""
        name = (plate, id(ticker.cells))
        clock = self._clocks.get(name)
        if clock is None or clock.node != replace(ticker, left=0):
            clock = self._clocks[name] = Clock(replace(ticker, left=0), self._fonts, grid)
        ink = self._by_value.get((clock, digits))
        if ink is None:
            ink = self._by_value[clock, digits] = clock.at(ticker, digits)
        return ink


def bunches(inks: Sequence[Ink]) -> list[Bunch]:
    """Inks by the cells that they touch: no two bunches share one."""
    found: list[tuple[Cells, list[int]]] = []
    for index, ink in enumerate(inks):
        cells = ink.cells
        if cells is None:
            continue
        members = [index]
        while touching := [bunch for bunch in found if bunch[0].touches(cells)]:
            for bunch in touching:
                found.remove(bunch)
                cells = cells.around(bunch[0])
                members += bunch[1]
        found.append((cells, members))
    return [Bunch(cells, tuple([inks[index] for index in sorted(members)])) for cells, members in found]


def cut(bunch: Bunch) -> list[Bunch]:
    """A bunch of strips, cut where digits begin and end, as all above and below them is the same at any time."""
    whole, timeless = bunch.cells, bunch.timeless
    turning = [ink.clock.turning for ink in bunch.inks if ink.clock and ink.clock.turning]
    if not turning:
        return [bunch]
    digits = reduce(Cells.around, turning)
    above, below = whole._replace(bottom=digits.top), whole._replace(top=digits.bottom)
    still = [timeless._replace(cells=cells) for cells in (above, below) if cells.top < cells.bottom]
    return [bunch._replace(cells=digits), *still]
