"""Rules over many people: each part is worked out once for all who have the same values in what it names.

What stands between `&&` and `||` is a part of its own, as CEL takes them in any order: false decides the first, true
the second, and what is not known is not known. So few of a million people need CEL at all.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, tzinfo
from typing import Any, NamedTuple, TypeVar

from livecontent.expressions.cel_ast import CelNode, path_of
from livecontent.expressions.rule import Rule, RuleFacts, tree_of
from livecontent.vocabulary import FactPath, Vocabulary, dotted

T = TypeVar("T")

KEPT = 100_000  # values of a part whose outcomes are kept; then it starts anew

_BUDGET = "Iteration budget exceeded"  # the note of a rule that goes through too many items
_Words = Mapping[str, Any]


class Lack(NamedTuple):
    """A fact that a rule can't be told by: not known, or (`known`) of a kind that the rule can do nothing with."""

    name: str
    known: bool = False


class RuleOutcome:
    """True, false, or None and why. Each is made once, so that outcomes can be counted as what they are."""

    __slots__ = ("lacks", "value")

    def __init__(self, value: bool | None, lacks: tuple[Lack, ...] = ()) -> None:
        self.value = value
        self.lacks = lacks


_Test = Callable[[_Words], RuleOutcome]
_TRUE, _FALSE, _TOO_MUCH = RuleOutcome(value=True), RuleOutcome(value=False), RuleOutcome(None)
_OPERATORS: Mapping[str, tuple[RuleOutcome, RuleOutcome]] = {"_&&_": (_FALSE, _TRUE), "_||_": (_TRUE, _FALSE)}


class _OverBudgetError(Exception):
    """A part goes through too many items, which ends a rule as a whole, whatever else decides it."""


def remembered(rule: Rule, vocabulary: Vocabulary) -> _Test:
    """What tells of words what `Rule.test` tells, and why it does not know; words may work themselves out."""
    part = _part(rule, tree_of(rule.source, vocabulary), vocabulary)

    def test(words: _Words) -> RuleOutcome:
        try:
            return part(words)
        except _OverBudgetError:
            return _TOO_MUCH

    return test


def _part(rule: Rule, node: CelNode, vocabulary: Vocabulary) -> _Test:
    """The budget is one for the whole of a rule: parts that go through lists stay together."""
    operands = tuple(_operands(node)) if node.name in _OPERATORS else ()
    if operands and sum(map(_loops, operands)) < 2:
        return _joined(*_OPERATORS[node.name], [_part(rule, one, vocabulary) for one in operands])
    return _leaf(rule.part(node, vocabulary), Counter(_sized(node)))


def _operands(node: CelNode) -> Iterator[CelNode]:
    for inner in node.inner:
        yield from _operands(inner) if inner.name == node.name else (inner,)


def _loops(node: CelNode) -> bool:
    return node.kind == "loop" or any(map(_loops, node.inner))


def _sized(node: CelNode) -> Iterator[FactPath | None]:
    """The paths of which a part asks the size."""
    if node.name == "size":
        yield path_of(node.inner[0])
    for inner in node.inner:
        yield from _sized(inner)


def _joined(decided: RuleOutcome, other: RuleOutcome, parts: list[_Test]) -> _Test:
    """Parts of which one decides, if it has the outcome that does."""
    known: dict[tuple[RuleOutcome, ...], RuleOutcome] = {}

    def test(words: _Words) -> RuleOutcome:
        unknown: tuple[RuleOutcome, ...] = ()
        for part in parts:
            found = part(words)
            if found is decided:
                return found
            if found is not other:
                unknown = (*unknown, found)
        if not unknown:
            return other
        if (joined := known.get(unknown)) is None:
            lacks = tuple(dict.fromkeys(lack for found in unknown for lack in found.lacks))
            joined = _keep(known, unknown, RuleOutcome(None, lacks))
        return joined

    return test


def _leaf(rule: Rule, sized: Mapping[FactPath | None, int]) -> _Test:
    """A part, by CEL where its values are new."""
    named = Counter(_written_out(name.path) for name in rule.names)
    reads = [_size_of(_reader(path)) if sized.get(path) == count else _reader(path) for path, count in named.items()]
    reads += [_clock] * rule.on_clock
    read = reads[0] if len(reads) == 1 else lambda words: [one(words) for one in reads]
    known: dict[object, RuleOutcome] = {}
    whys: dict[tuple[Lack, ...], RuleOutcome] = {}

    def test(words: _Words) -> RuleOutcome:
        value = read(words)
        kind = type(value)
        key: object = (value, kind) if kind in _SCALARS else repr(value)
        return known.get(key) or _keep(known, key, _worked_out(rule, words, whys))

    return test


def _worked_out(rule: Rule, words: _Words, whys: dict[tuple[Lack, ...], RuleOutcome]) -> RuleOutcome:
    facts = RuleFacts(words)
    tested = rule.test(facts)
    if tested.value is not None:
        return _TRUE if tested.value else _FALSE
    if tested.note == _BUDGET:
        raise _OverBudgetError
    names = {name.path for name in rule.names if name.needed}
    missing = {path if facts.knows(path[:1]) else path[:1] for path in names if not facts.knows(path)}
    lacks = tuple(Lack(dotted(path), not missing) for path in sorted(missing or names))
    return whys.setdefault(lacks, RuleOutcome(None, lacks))


def _keep(known: dict[T, RuleOutcome], key: T, outcome: RuleOutcome) -> RuleOutcome:
    if len(known) >= KEPT:
        known.clear()
    known[key] = outcome
    return outcome


def _written_out(path: FactPath) -> FactPath:
    """A path before what is told at the open, which is read as a whole."""
    told = next((index for index, step in enumerate(path) if step.startswith("[")), len(path))
    return path[:told]


class _NotThere:
    """What is not known, as it is written among values: as far as the path to it is known."""

    __slots__ = ("_depth",)

    def __init__(self, depth: int) -> None:
        self._depth = depth

    def __repr__(self) -> str:
        return f"<not known {self._depth}>"


_MISSING = tuple(map(_NotThere, range(100)))
_SCALARS = frozenset({str, int, bool, type(None), _NotThere})  # two that are equal, of one of these types, are the same


def _reader(path: FactPath) -> Callable[[_Words], Any]:
    """Reads what stands at a path; where something else than names stands before, all of that."""

    def deep(words: Any) -> Any:
        for depth, step in enumerate(path):
            if not isinstance(words, Mapping):
                return depth, words
            if (found := words.get(step, _MISSING)) is _MISSING:
                return _MISSING[depth]
            words = found
        return words

    if len(path) != 2:
        return deep
    root, name = path
    no_root, no_name = _MISSING[:2]

    def flat(words: _Words) -> Any:
        """The same, as fast as can be: most names are two steps."""
        try:
            facts = words[root]
        except KeyError:
            return no_root
        return no_root if facts is None else facts.get(name, no_name)

    return flat


def _size_of(read: Callable[[_Words], Any]) -> Callable[[_Words], Any]:
    """Only how long it is, of what has a length."""

    def size(words: _Words) -> Any:
        value = read(words)
        return (len(value),) if type(value) in (list, dict, str) else value

    return size


def _clock(words: _Words) -> tuple[tzinfo | None, date | None]:
    facts = RuleFacts(words)
    return facts.zone, facts.today
