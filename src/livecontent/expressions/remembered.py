"""Rules over many people: each part is worked out once for all who have the same values in what it names.

What stands between `&&` and `||` is a part of its own, as CEL takes them in any order: false decides the first, true
the second, and what is not known is not known. So few of a million people need CEL at all.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from livecontent.expressions.cel_ast import CelNode, path_of
from livecontent.expressions.rule import Rule, RuleFacts, tree_of
from livecontent.vocabulary import FactPath, Vocabulary, dotted

T = TypeVar("T")

KEPT = 100_000  # values of a part whose outcomes are kept; then it starts anew

_BUDGET = "Iteration budget exceeded"  # the note of a rule that goes through too many items
_Words = Mapping[str, Any]  # by root; None of what is not known


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


PeopleTest = Callable[[Sequence[_Words]], list[RuleOutcome]]  # of each of many people
_TRUE, _FALSE = RuleOutcome(value=True), RuleOutcome(value=False)
_TOO_MUCH = RuleOutcome(None)  # a part goes through too many items, which ends a rule as a whole
_OPERATORS: Mapping[str, tuple[RuleOutcome, RuleOutcome]] = {"_&&_": (_FALSE, _TRUE), "_||_": (_TRUE, _FALSE)}


def remembered(rule: Rule, vocabulary: Vocabulary) -> PeopleTest:
    """What tells of people what `Rule.test` tells of each, and why it does not know; words may work themselves out."""
    return _part(rule, tree_of(rule.source, vocabulary), vocabulary)


def _part(rule: Rule, node: CelNode, vocabulary: Vocabulary) -> PeopleTest:
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


def _joined(decided: RuleOutcome, other: RuleOutcome, parts: list[PeopleTest]) -> PeopleTest:
    """Parts of which one decides, if it has the outcome that does: who is decided is not asked the next part."""
    known: dict[tuple[RuleOutcome, RuleOutcome], RuleOutcome] = {}

    def unknown(before: RuleOutcome, found: RuleOutcome) -> RuleOutcome:
        if before is other:
            return found
        if (both := known.get((before, found))) is None:
            lacks = tuple(dict.fromkeys(before.lacks + found.lacks))
            both = _keep(known, (before, found), RuleOutcome(None, lacks))
        return both

    def test(people: Sequence[_Words]) -> list[RuleOutcome]:
        outcomes = [other] * len(people)
        left: Sequence[int] = range(len(people))
        for part in parts:
            asked, left = left, []
            for index, found in zip(asked, part([people[one] for one in asked]), strict=True):
                if found is other:
                    left.append(index)
                elif found is decided or found is _TOO_MUCH:
                    outcomes[index] = found
                else:
                    outcomes[index] = unknown(outcomes[index], found)
                    left.append(index)
        return outcomes

    return test


def _leaf(rule: Rule, sized: Mapping[FactPath | None, int]) -> PeopleTest:
    """A part, by CEL where its values are new."""
    named = Counter(_written_out(name.path) for name in rule.names)
    reads = [_reader(path, _size_keys if sized.get(path) == count else _keys) for path, count in named.items()]
    reads += [_clocks] * rule.on_clock
    known: dict[Hashable, RuleOutcome] = {}
    whys: dict[tuple[Lack, ...], RuleOutcome] = {}

    def test(people: Sequence[_Words]) -> list[RuleOutcome]:
        columns = [read(people) for read in reads]
        keys = columns[0] if len(columns) == 1 else [*zip(*columns, strict=True)] or [()] * len(people)
        return [
            known.get(key) or _keep(known, key, _worked_out(rule, words, whys))
            for key, words in zip(keys, people, strict=True)
        ]

    return test


def _worked_out(rule: Rule, words: _Words, whys: dict[tuple[Lack, ...], RuleOutcome]) -> RuleOutcome:
    facts = RuleFacts(words)
    tested = rule.test(facts)
    if tested.value is not None:
        return _TRUE if tested.value else _FALSE
    if tested.note == _BUDGET:
        return _TOO_MUCH
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


_Keys = list[Hashable]  # of each of many people: two that are equal are of the same value


def _keys(values: Sequence[Any]) -> _Keys:
    return [(value, kind) if (kind := type(value)) in _SCALARS else repr(value) for value in values]


def _size_keys(values: Sequence[Any]) -> _Keys:
    """Only how long it is, of what has a length."""
    return _keys([(len(value),) if type(value) in (list, dict, str) else value for value in values])


def _reader(path: FactPath, keys: Callable[[Sequence[Any]], _Keys]) -> Callable[[Sequence[_Words]], _Keys]:
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
        return lambda people: keys([deep(words) for words in people])
    root, name = path
    no_root, no_name = _MISSING[:2]

    def flat(people: Sequence[_Words]) -> _Keys:
        """The same, as fast as can be: most names are two steps."""
        roots = [words[root] for words in people]
        return keys([no_root if facts is None else facts.get(name, no_name) for facts in roots])

    return flat


def _clocks(people: Sequence[_Words]) -> _Keys:
    return [(facts.zone, facts.today) for facts in map(RuleFacts, people)]
