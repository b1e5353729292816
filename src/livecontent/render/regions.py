"""Dirty regions: which rectangles of tiles a scene needs drawn over its static base.

Everything is found by value. A region holds all that is drawn in it, so that equal regions have equal segments.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from livecontent.render.encode.tiles import TileRange
from livecontent.render.paint.bounds import bounds, meet, slots, spread, union
from livecontent.render.paint.fonts import Fonts
from livecontent.render.static_images import StaticBase
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Group, Node, Ticker

RenderCache = Cache[tuple[Any, ...], Any]
_MANY = 8  # leaves on the same tiles, from which on these are drawn in bands
_Groups = list[tuple[TileRange, list[int]]]


class Region(NamedTuple):
    """A rectangle of tiles of a base, and what is drawn there: the cache key of its encoded rows."""

    base: str
    tiles: TileRange
    nodes: tuple[Node, ...]  # from bottom to top; countdowns that tick without their time
    digits: tuple[str, ...] = ()  # that these show


class Leaf(NamedTuple):
    """A node that is drawn as one: where it leaves ink, on which tiles, and above how many static nodes."""

    node: Node
    box: Box
    tiles: TileRange
    below: int


class Footprint(NamedTuple):
    """What a top-level node leaves on a base."""

    leaves: tuple[Leaf, ...]
    tiles: TileRange | None  # around all leaves
    regions: tuple[Region, ...]  # where nothing else moves on these tiles
    slots: tuple[tuple[Box, ...], ...]  # of the digits of each countdown in it
    reach: Box | None  # of its countdowns at any time


def footprints(
    nodes: Sequence[Node], moving: Sequence[int], base: StaticBase, cache: RenderCache, fonts: Fonts
) -> list[Footprint]:
    """The footprints of the nodes that move, from their places in the scene."""
    found = []
    for rank, (node, index) in enumerate(zip(nodes, moving, strict=True)):
        below = index - rank - base.ready
        key = (base.id, below, node)
        found.append(cache.get(key) or cache.put(key, _footprint(node, below, base, fonts)))
    return found


def regions_of(prints: Sequence[Footprint], base: StaticBase) -> list[Region]:
    """The regions of footprints; those of a node are known, where it touches no other."""
    found: list[Region] = []
    for _, members in touching([one.tiles for one in prints]):
        if len(members) == 1:
            found += prints[members[0]].regions
        else:
            found += _regions([leaf for index in members for leaf in prints[index].leaves], base)
    return found


def touching(places: Sequence[TileRange | None]) -> _Groups:
    """Ranges merged until no two share a tile: each with the places of those that are in it."""
    found: _Groups = []
    for index, place in enumerate(places):
        if place is None:
            continue
        tiles, members = place, [index]
        merged = True
        while merged:
            merged = False
            for other in found:
                left, top, right, bottom = other[0]
                if left < tiles[2] and tiles[0] < right and top < tiles[3] and tiles[1] < bottom:
                    found.remove(other)
                    tiles, merged = tiles.around(other[0]), True
                    members += other[1]
                    break
        found.append((tiles, sorted(members)))
    return found


def _footprint(node: Node, below: int, base: StaticBase, fonts: Fonts) -> Footprint:
    grid = base.encoder.grid
    leaves: list[Leaf] = []
    around: TileRange | None = None
    for leaf in _leaves(node) if isinstance(node, Group) else (node,):
        box = bounds(leaf, fonts)
        tiles = grid.tiles(box) if box else None
        if box and tiles:
            leaves.append(Leaf(leaf, box, tiles, below))
            around = tiles.around(around) if around else tiles
    regions = tuple(_regions(leaves, base))
    if base.format != "gif":  # nothing ticks
        return Footprint(tuple(leaves), around, regions, (), None)
    return Footprint(tuple(leaves), around, regions, tuple(slots(node, fonts)), _reach(node, fonts))


def _leaves(node: Node) -> list[Node]:
    """A node, or those in it, where it does nothing but hold them."""
    if not isinstance(node, Group) or node.opacity < 1 or node.shadow is not None or node.effects is not None:
        return [node]
    if node.stay and not node.stay.holds(0):
        return []
    found: list[Node] = []
    for inner in node.nodes:
        found += _leaves(inner) if isinstance(inner, Group) else (inner,)
    return found


def _regions(leaves: Sequence[Leaf], base: StaticBase) -> Iterator[Region]:
    if len(leaves) == 1 and not base.above:  # most often; four calls of Python less
        yield Region(base.id, leaves[0].tiles, (leaves[0].node,))
        return
    for tiles, members in touching([leaf.tiles for leaf in leaves]):
        if len(members) < _MANY:
            yield Region(base.id, tiles, _drawn(leaves, members, tiles, base))
            continue
        for band in _bands(tiles, [leaves[index].tiles for index in members]):
            inside = [
                index
                for index in members
                if leaves[index].tiles.top < band.bottom and leaves[index].tiles.bottom > band.top
            ]
            yield Region(base.id, band, _drawn(leaves, inside, band, base))


def _bands(tiles: TileRange, places: Sequence[TileRange]) -> Iterator[TileRange]:
    """Tiles cut from left to right wherever nothing is cut but what is as high as most of them, such as a ground.

    So a price that is new costs its line, and not the whole card.
    """
    top, reached = tiles.top, tiles.top
    for place in sorted(places, key=lambda place: place.top):
        if 2 * (place.bottom - place.top) > tiles.bottom - tiles.top:
            continue
        if top < reached <= place.top:
            yield tiles._replace(top=top, bottom=reached)
            top = reached
        reached = max(reached, place.bottom)
    yield tiles._replace(top=top)


def _drawn(leaves: Sequence[Leaf], members: Sequence[int], tiles: TileRange, base: StaticBase) -> tuple[Node, ...]:
    """Some leaves, with the static nodes on the same tiles that stand above the base's image, from bottom to top."""
    if not base.above:
        return tuple([leaves[index].node for index in members])
    area = base.encoder.grid.box(tiles)
    found: list[Node] = []
    below = 0
    for leaf in map(leaves.__getitem__, members):
        found += [node for node, box in base.above[below : leaf.below] if meet(box, area)]
        found.append(leaf.node)
        below = leaf.below
    found += [node for node, box in base.above[below:] if meet(box, area)]
    return tuple(found)


def _reach(node: Node, fonts: Fonts) -> Box | None:
    """Where the countdowns of a node may draw, at any time and at the end."""
    if isinstance(node, Group):
        area = union([_reach(inner, fonts) for inner in node.nodes])
    elif isinstance(node, Ticker):
        area = union([bounds(node._replace(left=None), fonts), *(bounds(inner, fonts) for inner in node.clock.ended)])
    else:
        return None
    return spread(area, node) if area else None
