"""What moves from second to second: scene in, the turns of its countdowns and the rectangles that they change out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from livecontent.draw.bounds import bounds, common, union, with_shadow
from livecontent.draw.fonts import Fonts
from livecontent.scene import Box, Group, Node, Scene, Text, Ticker


class Turned(NamedTuple):
    """How one countdown changes: the first digit that does, and all from there on, before and after."""

    place: int
    before: str
    after: str


def tickers_of(nodes: Iterable[Node]) -> list[Ticker]:
    """The countdowns among nodes, also those in groups."""
    found: list[Ticker] = []
    for node in nodes:
        if isinstance(node, Ticker):
            found.append(node)
        elif isinstance(node, Group):
            found += tickers_of(node.nodes)
    return found


def turns(tickers: Sequence[Ticker], seconds: int) -> Iterator[tuple[int, tuple[Turned, ...]]]:
    """The seconds after the first frame at which something changes, and what."""
    for second in sorted({second for ticker in tickers for second in ticker.turns(seconds)}):
        turned = tuple([_turned(ticker, second) for ticker in tickers])
        if any(turn.before != turn.after for turn in turned):
            yield second, turned


def _turned(ticker: Ticker, second: int) -> Turned:
    left, smallest = ticker.left - second, ticker.cells[-1]
    if left > 0 and smallest.modulus and left // smallest.divisor % smallest.modulus + 1 < smallest.modulus:
        place = ticker.places - smallest.digits  # nothing is borrowed of the cells before
        return _difference(place, smallest.number(left + 1), smallest.number(left))
    return _difference(0, ticker.digits(second - 1), ticker.digits(second))


@lru_cache(maxsize=1024)
def _difference(place: int, before: str, after: str) -> Turned:
    same = 0
    while same < len(before) and before[same : same + 1] == after[same : same + 1]:
        same += 1
    return Turned(place + same, before[same:], after[same:])


def changed(scene: Scene, second: int, fonts: Fonts) -> Box | None:
    """Where the picture at a second is not as it was a second before."""
    area = union(_changed(node, second, fonts) for node in scene.nodes)
    return area and common(area, Box(0, 0, scene.width, scene.height))


def stands_alone(tickers: Iterable[Ticker], turned: Iterable[Turned], area: Box, fonts: Fonts) -> bool:
    """Whether none of the digits that did not change can be seen there, whichever they are."""
    return not any(
        common(area, box)
        for ticker, turn in zip(tickers, turned, strict=True)
        for digit in "0123456789"
        for run in ticker.runs(digit * turn.place)
        if (box := bounds(Text(box=ticker.box, runs=(run,), colour=ticker.colour), fonts))
    )


def _changed(node: Node, second: int, fonts: Fonts) -> Box | None:
    """Where a node, or its shadow, is not as it was."""
    if isinstance(node, Group):
        area = union(_changed(inner, second, fonts) for inner in node.nodes)
    elif isinstance(node, Ticker):
        before, after = set(_letters(node.nodes(second - 1))), set(_letters(node.nodes(second)))
        area = union(bounds(inner, fonts) for inner in before ^ after)
    else:
        return None
    return with_shadow(area, node) if area else None


def _letters(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes, with texts taken apart in runs."""
    for node in nodes:
        if isinstance(node, Text):
            yield from (replace(node, runs=(run,)) for run in node.runs)
        else:
            yield node
