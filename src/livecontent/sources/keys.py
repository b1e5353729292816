"""Keys of facts that other facts tell: `product[recipient.favourite]`, `products[recipient.viewed]`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from livecontent.facts import Fact, FactsByKey, Reason, spell_out
from livecontent.vocabulary import EACH, FactPath, FactType, dotted, path_in

MAX_KEYS = 100  # of a list; more are not asked for
PART = "|"  # between the keys of a list that are written as one


def roots_in(keys: Iterable[str]) -> frozenset[str]:
    """The roots of the facts that tell some of these keys."""
    return frozenset(path[0] for path, _ in map(path_in, keys) if path)


class KeysTold:
    """What stands for keys as they are written, by the facts."""

    def __init__(self, keys: Iterable[str], facts: Mapping[str, Fact[Any]], fact: FactType) -> None:
        self._told: dict[str, list[str]] = {}
        self._fact = fact
        plain = set()
        for key in keys:
            path, by = path_in(key)
            if path:
                self._told[key] = _keys(path, by, facts, fact)
            else:
                plain.add(key)
        self.all = frozenset(plain.union(*self._told.values()))

    def fact(self, key: str, known: FactsByKey) -> Fact[Any]:
        """The fact under a key that others tell, of those under the keys that they told."""
        told = self._told[key]
        path = dotted(path_in(key)[0])
        if not told:
            return Fact(None, Reason.MISSING, note=f"{path} is not known, or no text")
        if EACH in path_in(key)[0] and self._fact.shape == "keyed":  # each under its own key
            least = min((known[one] for one in told), key=lambda one: one.reason.known)
            return least._replace(value={} if least.reason.known else None)
        return known[told[0]]


def _keys(path: FactPath, by: str, facts: Mapping[str, Fact[Any]], fact: FactType) -> list[str]:
    known = facts.get(path[0])
    found = [text for value in _at(spell_out(known.value), path[1:]) for text in _texts(value, fact)] if known else []
    if fact.shape != "lists":
        return found[:MAX_KEYS]
    if by:
        return [f"{by}={found[0]}"] if found else []
    return [PART.join(found[:MAX_KEYS])] if found else []


def _at(value: object, steps: Sequence[str]) -> Iterator[object]:
    """What stands under these names; of a list each item."""
    if not steps:
        yield value
    elif steps[0] == EACH:
        for item in value if isinstance(value, list | tuple) else ():
            yield from _at(item, steps[1:])
    elif isinstance(value, list | tuple):
        if steps[0].isdecimal() and int(steps[0]) < len(value):
            yield from _at(value[int(steps[0])], steps[1:])
    elif isinstance(value, Mapping):
        yield from _at(value.get(steps[0]), steps[1:])


def _texts(value: object, fact: FactType) -> Iterator[str]:
    """The texts that a value is, or has; the numbers, where keys are of lists."""
    if isinstance(value, list | tuple) and fact.shape == "lists":
        for item in value:
            yield from _texts(item, fact)
    elif isinstance(value, str) and value:
        yield value
    elif isinstance(value, int) and not isinstance(value, bool) and fact.shape == "lists":
        yield str(value)
