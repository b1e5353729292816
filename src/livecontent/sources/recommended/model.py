"""Picks products for people, of what they and others have bought and seen. The same data give the same picks.

Bought together: a pair counts for the people who have bought both, by the cosine with shrinkage: neither best sellers
nor pairs by chance come first.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, islice
from math import sqrt
from typing import NamedTuple

from livecontent.storage.picks import Pick, PickReason

MOST = 8  # picks for a person: some of them may be sold out when they are shown
_LAST = 50  # products of a person that count; of those who have more, the last
_STEPS = 10  # of a person's last products that others are picked by
_PAIRS = 1_000_000  # counted at a time; when there are more, those seen least are let go
_RELATED = 12  # products beside one
_TWICE = 2  # people, before a pair counts
_SHRINK = 10
_BAND = 1.5  # prices differ at most by this factor
_NEWEST = 30  # days
_SHELF = 60  # best sellers of a category that are looked at


class Item(NamedTuple):
    """What picking looks at of a product: group of variants, category, price, and the day it came."""

    group: str = ""
    category: str = ""
    price: float | None = None
    added: date | None = None


class History(NamedTuple):
    """What somebody has bought and seen, as SKUs, the last at the end."""

    ref: str
    bought: Sequence[str]
    viewed: Sequence[str]


class Taste:
    """What people buy together, and what sells."""

    def __init__(self, items: Mapping[str, Item], today: date) -> None:
        """`today` tells what is new."""
        self._items = items
        self._today = today
        self._buyers: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._related: Mapping[str, Sequence[str]] = {}
        self._shelves: dict[str, list[str]] = {}
        self._new: dict[str, list[str]] = {}

    def add(self, one: History) -> None:
        """Counts what somebody has bought."""
        bought = sorted({sku for sku in one.bought[-_LAST:] if sku in self._items})
        self._buyers.update(bought)
        self._pairs.update(combinations(bought, 2))
        if len(self._pairs) > _PAIRS:
            self._pairs = _without_least(self._pairs)

    def settle(self) -> None:
        """All have been counted."""
        items, buyers = self._items, self._buyers
        self._related = _related(self._pairs, buyers, items)
        self._pairs.clear()
        for sku in sorted(items, key=lambda sku: (-buyers[sku], sku)):
            item = items[sku]
            if not item.category:
                continue
            shelf = self._shelves.setdefault(item.category, [])
            if len(shelf) < _SHELF:
                shelf.append(sku)
            if item.added and 0 <= (self._today - item.added).days <= _NEWEST:
                self._new.setdefault(item.category, []).append(sku)

    def picks(self, one: History) -> list[Pick]:
        """The best for somebody, of all reasons in turn; never what they have bought, nor two variants of a product."""
        items = self._items
        bought = [sku for sku in dict.fromkeys(reversed(one.bought)) if sku in items]
        viewed = [sku for sku in dict.fromkeys(reversed(one.viewed)) if sku in items]
        taken = {_kind(sku, items) for sku in bought}
        steps = list(dict.fromkeys((*viewed[:_STEPS], *bought[:_STEPS])))
        queues = [
            (Pick(sku, "seen") for sku in viewed),
            self._behind("together", bought[:_STEPS], self._related),
            (Pick(sku, "alike", step) for step in steps for sku in self._alike(step)),
            (Pick(sku, "new", step) for step in steps for sku in self._new.get(items[step].category, ())),
        ]
        return list(islice(self._in_turn(queues, taken), MOST))

    def _behind(self, reason: PickReason, steps: Iterable[str], found: Mapping[str, Sequence[str]]) -> Iterator[Pick]:
        return (Pick(sku, reason, step) for step in steps for sku in found.get(step, ()))

    def _alike(self, step: str) -> Iterator[str]:
        price = self._items[step].price
        for sku in self._shelves.get(self._items[step].category, ()):
            other = self._items[sku].price
            if price and other and price / _BAND <= other <= price * _BAND:
                yield sku

    def _in_turn(self, queues: Sequence[Iterator[Pick]], taken: set[str]) -> Iterator[Pick]:
        """One of each queue, again and again; of each kind of product one."""
        waiting = list(queues)
        while waiting:
            for queue in tuple(waiting):
                found = next((pick for pick in queue if _kind(pick.sku, self._items) not in taken), None)
                if found is None:
                    waiting.remove(queue)
                else:
                    taken.add(_kind(found.sku, self._items))
                    yield found


def _kind(sku: str, items: Mapping[str, Item]) -> str:
    """What all variants of a product have in common."""
    return items[sku].group or sku


def _without_least(pairs: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """The half that was seen most."""
    return Counter(dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[: _PAIRS // 2]))


def _related(
    pairs: Mapping[tuple[str, str], int], buyers: Mapping[str, int], items: Mapping[str, Item]
) -> Mapping[str, Sequence[str]]:
    """The products beside each, the nearest first; variants of one are not beside each other."""
    near: dict[str, list[tuple[float, str]]] = {}
    for (one, other), count in pairs.items():
        if count >= _TWICE and _kind(one, items) != _kind(other, items):
            score = count / (sqrt(buyers[one] * buyers[other]) + _SHRINK)
            near.setdefault(one, []).append((-score, other))
            near.setdefault(other, []).append((-score, one))
    return {sku: [other for _, other in sorted(found)[:_RELATED]] for sku, found in near.items()}


def skus_in(value: object) -> list[str]:
    """The SKUs in a list of a profile: of texts or numbers, or of values that have a `sku`; in a text, by commas."""
    if isinstance(value, str):
        value = value.replace(";", ",").replace("|", ",").split(",")
    found = value if isinstance(value, list | tuple) else ()
    skus = (item.get("sku") if isinstance(item, Mapping) else item for item in found)
    known = (str(sku).strip() for sku in skus if isinstance(sku, str | int) and not isinstance(sku, bool))
    return [sku for sku in known if sku]
