"""What moves from second to second: scene in, the turns of its countdowns and the rectangles that they change out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from livecontent.render.paint.bounds import bounds, common, meet, union, with_shadow
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Group, Node, Scene, Text, Ticker


class Turned(NamedTuple):
    """How one countdown changes: the first digit that does, and all from there on, before and after."""

    place: int
    before: str
    after: str


Turn = int | tuple[Turned, ...]  # of one alone, where only its smallest unit changes, that number is enough


def tickers_of(nodes: Iterable[Node]) -> list[Ticker]:
    """The countdowns among nodes, also those in groups."""
    found: list[Ticker] = []
    for node in nodes:
        if isinstance(node, Ticker):
            found.append(node)
        elif isinstance(node, Group):
            found += tickers_of(node.nodes)
    return found


def turns(tickers: Sequence[Ticker], seconds: int) -> list[tuple[int, Turn]]:
    """The seconds after the first frame at which something changes, and what."""
    if len(tickers) == 1:
        return _turns(tickers[0], seconds)
    found: list[tuple[int, Turn]] = []
    for second in sorted({second for ticker in tickers for second in ticker.turns(seconds)}):
        turned = turned_at(tickers, second)
        if any(turn.before != turn.after for turn in turned):
            found.append((second, turned))
    return found


def _turns(ticker: Ticker, seconds: int) -> list[tuple[int, Turn]]:
    found: list[tuple[int, Turn]] = []
    left, divisor, modulus = ticker.left, ticker.cells[-1].divisor, ticker.cells[-1].modulus
    for second in ticker.turns(seconds):
        number = (left - second) // divisor % modulus + 1 if modulus else 0
        if 0 < number < modulus and second < left:  # nothing is borrowed of the cells before
            found.append((second, number))
        elif ticker.digits(second - 1) != ticker.digits(second):
            found.append((second, turned_at((ticker,), second)))
    return found


def turned_at(tickers: Sequence[Ticker], second: int) -> tuple[Turned, ...]:
    """How countdowns change at a second."""
    return tuple([_turned(ticker.digits(second - 1), ticker.digits(second)) for ticker in tickers])


def _turned(before: str, after: str) -> Turned:
    same = 0
    while same < len(before) and before[same : same + 1] == after[same : same + 1]:
        same += 1
    return Turned(same, before[same:], after[same:])


def changed(scene: Scene, second: int, fonts: Fonts) -> Box | None:
    """Where the picture at a second is not as it was a second before."""
    area = union(_changed(node, second, fonts) for node in scene.nodes)
    return area and common(area, Box(0, 0, scene.width, scene.height))


def slots(ticker: Ticker, fonts: Fonts) -> tuple[Box, ...]:
    """Where the digit of each place stays, with its shadow, whichever it is."""
    digits = zip(*(ticker.runs(digit * ticker.places) for digit in "0123456789"), strict=True)
    texts = (Text(box=ticker.box, runs=runs, colour=ticker.colour) for runs in digits)
    return tuple([with_shadow(area, ticker) for text in texts if (area := bounds(text, fonts))])


def stands_alone(slots: Iterable[Sequence[Box]], turned: Iterable[Turned], area: Box) -> bool:
    """Whether none of the digits that did not change, each in its slot, can be seen there."""
    return not any(meet(box, area) for places, turn in zip(slots, turned, strict=True) for box in places[: turn.place])


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
