"""Nodes in, bunches out: those that share a cell of a file, or would, are together.

A node that was seen before is found by its identity, without another look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cachetools import LRUCache

from livecontent.draw.bounds import bounds
from livecontent.draw.fonts import Fonts
from livecontent.encode.mosaic import Cells, Grid
from livecontent.scene import Box, Node

_KNOWN = 6000  # nodes: parts are found by them


class Ink:
    """A node on a plate: where it leaves ink, which cells that touches. Equal nodes of a plate are one ink."""

    __slots__ = ("box", "cells", "node")

    def __init__(self, node: Node, box: Box | None, cells: Cells | None) -> None:
        self.node = node
        self.box = box
        self.cells = cells


class Bunch(NamedTuple):
    """Inks from bottom to top, and the cells around them."""

    cells: Cells
    inks: tuple[Ink, ...]


class Inks:
    """Knows the inks of nodes."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._by_identity: dict[int, tuple[Node, Ink]] = {}
        self._by_value: LRUCache[tuple[str, Node], Ink] = LRUCache(_KNOWN)

    def of(self, node: Node, plate: str, grid: Grid) -> Ink:
        """The ink of a node on a plate."""
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
