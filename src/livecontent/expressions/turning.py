"""The values of facts at which a rule or a score may turn out otherwise: those that it compares them with."""

from collections.abc import Iterator
from typing import NamedTuple

from livecontent.expressions.cel_ast import CelNode, path_of
from livecontent.expressions.cel_environment import CelEnvironment
from livecontent.vocabulary import FactPath, Vocabulary

_COMPARED = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})
_LOGICAL = frozenset({"_&&_", "_||_", "!_"})
_STEP = 1  # beside a number that is compared with


class TurningValue(NamedTuple):
    """A value that a fact might have; `within`: it is one of several that the fact has."""

    path: FactPath
    value: str | int | float | bool
    within: bool = False


def turning_values(source: str, vocabulary: Vocabulary) -> Iterator[TurningValue]:
    """Those of an expression that compiles, as they come; some of them twice."""
    _, tree = vocabulary.made(CelEnvironment).compile(source)
    yield from _of(tree, asked=True)


def _of(node: CelNode, *, asked: bool = False) -> Iterator[TurningValue]:
    """`asked`: whether the node stands where a truth value is wanted."""
    if (path := path_of(node)) is not None:
        if asked or node.type == "bool":
            yield from (TurningValue(path, value) for value in (True, False))
        return
    if node.name in _COMPARED and len(node.inner) == 2:
        one, other = node.inner
        yield from _compared(one, other)
        yield from _compared(other, one)
    elif node.name == "@in":
        yield from _among(*node.inner)
    for inner in node.inner:
        yield from _of(inner, asked=node.name in _LOGICAL)


def _compared(fact: CelNode, with_: CelNode) -> Iterator[TurningValue]:
    path, value = path_of(fact), with_.value
    if path is None or not isinstance(value, str | int | float):
        return
    yield TurningValue(path, value)
    if not isinstance(value, str | bool):
        yield from (TurningValue(path, value + step) for step in (_STEP, -_STEP))


def _among(item: CelNode, items: CelNode) -> Iterator[TurningValue]:
    """Of `fact in ["a", "b"]` and of `"a" in fact`."""
    if (path := path_of(item)) is not None and items.kind == "list":
        yield from (TurningValue(path, one.value) for one in items.inner if isinstance(one.value, str | int | float))
    elif isinstance(item.value, str | int | float) and (path := path_of(items)) is not None:
        yield TurningValue(path, item.value, within=True)
