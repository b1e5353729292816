"""Which facts are known for sure where a rule is true: what a condition guards."""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from livecontent.compose.listed import Listed
from livecontent.expressions.cel_ast import CelNode, path_of
from livecontent.expressions.rule import Rule, tree_of
from livecontent.lint.names import NUMBER, of_item
from livecontent.vocabulary import EACH, OF_AN_ITEM, FactPath, Vocabulary

_MAX_ITEMS = 100
_NUMBERS: Mapping[str, str] = MappingProxyType({"first": "0", "last": "0"})
_MIRRORED: Mapping[str, str] = MappingProxyType({">": "<", "<": ">", ">=": "<=", "<=": ">="})
_COMPARE: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        ">": operator.gt,
        ">=": operator.ge,
        "<": operator.lt,
        "<=": operator.le,
        "==": operator.eq,
        "!=": operator.ne,
    }
)

Known = frozenset[FactPath]
_NEVER: Final = None  # of a condition that can't come out like this: nothing is to be seen there
_NOTHING: Known = frozenset()


def known_where(source: str, vocabulary: Vocabulary) -> Known:
    """The facts that are known where a rule is true."""
    return _known(tree_of(source, vocabulary), value=True) or _NOTHING


def covers(known: Iterable[FactPath], path: FactPath) -> bool:
    """Whether a path is among what is known: itself, what it stands in, or part of a known item or whole fact."""
    asked = _plain(path[:-1] if path[-1] == "size" else path)
    return any(one[: len(asked)] == asked or _is_part(asked, _whole(one)) for one in map(_plain, known))


def mirrored(sign: str) -> str:
    """The sign of a comparison whose sides have changed places."""
    return _MIRRORED.get(sign, sign)


def items_of(path: FactPath, sign: str, number: int) -> Known:
    """The items that a list has for sure where its size compares with a number like this."""
    compare = _COMPARE[sign]
    least = next((size for size in range(_MAX_ITEMS) if compare(size, number)), 0)
    return frozenset((*path, str(index)) for index in range(least))


def _whole(path: FactPath) -> FactPath:
    """The part of a path of which all is taken for known: a fact, or the item of a list that it is in."""
    if len(path) == 1:
        return path
    last = max((at for at, step in enumerate(path) if step == EACH or step.isdecimal()), default=-1)
    return path[: last + 1]


def _is_part(asked: FactPath, whole: FactPath) -> bool:
    """Whether a path is part of what is wholly known; of an item, the items of its own lists are not."""
    if not whole or asked[: len(whole)] != whole:
        return False
    of_item = len(whole) > 1 or whole == ("item",)
    return not (of_item and any(step.isdecimal() for step in asked[len(whole) :]))


def _plain(path: FactPath) -> FactPath:
    return tuple(_NUMBERS.get(step, step) for step in path)


def _known(node: CelNode, *, value: bool) -> Known | None:
    """What is known where a node is true, or where it is false."""
    match node.name:
        case "_&&_" | "_||_":
            found = [_known(inner, value=value) for inner in node.inner]
            return _all_of(found) if value == (node.name == "_&&_") else _any_of(found)
        case "!_":
            return _known(node.inner[0], value=not value)
        case "_?_:_":
            test, one, other = node.inner
            ways = ((_known(test, value=True), one), (_known(test, value=False), other))
            return _any_of([_all_of([tested, _known(then, value=value)]) for tested, then in ways])
    if (compared := _with_constant(node)) is not None:
        inner, equal = compared
        return _known(inner, value=value == equal)
    if isinstance(node.value, bool):
        return _NOTHING if node.value == value else _NEVER
    if node.kind == "has":
        path = path_of(node.inner[0])
        return frozenset({(*path, node.name)}) if path and value else _NOTHING
    if node.kind == "loop":
        return _known_list(node, value=value)
    return _strictly(node) | _known_size(node, value=value)


def _with_constant(node: CelNode) -> tuple[CelNode, bool] | None:
    """What is compared with true or false, and which it is to be."""
    if node.name not in ("_==_", "_!=_"):
        return None
    for inner, constant in (node.inner, reversed(node.inner)):
        if isinstance(constant.value, bool):
            return inner, constant.value == (node.name == "_==_")
    return None


def _strictly(node: CelNode) -> Known:
    """What is known where a node has any value at all."""
    if node.name in ("_&&_", "_||_", "!_", "_?_:_") or node.kind in ("has", "loop"):
        return _any_of([_known(node, value=True), _known(node, value=False)]) or _NOTHING
    if path := path_of(node):
        return frozenset({path})
    return _NOTHING.union(*map(_strictly, node.inner))


def _known_list(node: CelNode, *, value: bool) -> Known:
    """A list that a rule goes through; one in which something is found is not empty."""
    items, start, _ = node.inner
    path = path_of(items)
    if path is None:
        return _NOTHING
    some = isinstance(start.value, bool) and start.value != value
    return frozenset({path, (*path, "0")} if some else {path})


def _known_size(node: CelNode, *, value: bool) -> Known:
    """The items of a list whose size is compared with a number, that is not empty, or in which something is."""
    if node.name == "@in":
        path = path_of(node.inner[1])
        return frozenset({(*path, "0")}) if path and value else _NOTHING
    sign = node.name.strip("_")
    if sign not in _COMPARE or len(node.inner) != 2:
        return _NOTHING
    if not value:
        sign = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!=", "!=": "=="}[sign]
    left, right = node.inner
    for counted, number, compared in ((left, right, sign), (right, left, mirrored(sign))):
        if counted.name == "size" and isinstance(number.value, int) and (path := _list_of(counted.inner[0])):
            return items_of(path, compared, number.value)
        if sign == "!=" and number.kind == "list" and not number.inner and (path := _list_of(counted)):
            return items_of(path, sign, 0)
    return _NOTHING


def _list_of(node: CelNode) -> FactPath | None:
    """The path of a list, also of one of which some items are taken: it has as many at least."""
    taken = node.kind == "loop" and node.inner[1].kind == "list"
    return path_of(node.inner[0] if taken else node)


def _all_of(found: Iterable[Known | None]) -> Known | None:
    union = _NOTHING
    for one in found:
        if one is _NEVER:
            return _NEVER
        union |= one
    return union


def _any_of(found: Iterable[Known | None]) -> Known | None:
    possible = [one for one in found if one is not _NEVER]
    return frozenset.intersection(*possible) if possible else _NEVER


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a text stands: which names are known there for sure, and what `item` is."""

    sure: frozenset[FactPath] = frozenset({("now",), ("client",)})
    item: FactPath | None = None  # the path to each item of a repeat

    def inside(self, condition: Rule | None, vocabulary: Vocabulary) -> "Scope":
        """Inside what a condition holds for, the facts that it guards are known."""
        if condition is None:
            return self
        known = known_where(condition.source, vocabulary)
        known |= {(path[0],) for path in known if path[0] in ("weather", "store")}
        known |= {("recipient", "id") for path in known if path[0] == "recipient"}  # all who are known have one
        return Scope(self.sure | known, self.item)

    def of_items(self, listed: Listed, vocabulary: Vocabulary) -> "Scope":
        """Inside of a repeat the list is known, and so is what its rule guards."""
        if listed.range:
            return Scope(self.sure | frozenset(listed.paths), NUMBER).inside(listed.where, vocabulary)
        whole = of_item(listed.paths[0], self.item)
        inside = Scope(self.sure | {("item",), listed.paths[0]}, (*whole, EACH))
        return inside.inside(listed.where, vocabulary)

    def may_be_single(self, path: FactPath, vocabulary: Vocabulary) -> bool:
        """Whether what is of an item may be one value: of lists in profiles nobody knows beforehand."""
        if path[0] not in OF_AN_ITEM:
            return False
        found = vocabulary.locate(of_item(path, self.item))
        return found is None or not found[0].names

    def item_samples(self, vocabulary: Vocabulary) -> dict[str, object]:
        """What an item may be, and what stands beside it."""
        if self.item is None:
            return {}
        sample = 1 if self.item == NUMBER else vocabulary.sample_at(self.item)
        return {"item": sample, "index": 1, "first": True, "last": False}
