"""Tries the rules of a creative with samples of facts: finds comparisons and calls that can never come to anything."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cel_expr_python import cel

from livecontent.expressions.calendar import TIMED, moment_from
from livecontent.expressions.cel_ast import CelNode, path_of
from livecontent.expressions.cel_environment import CelEnvironment
from livecontent.expressions.chance import CLICK_CHANCE
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.rule_messages import plain
from livecontent.lint.dry_run import NUMBER, SETTINGS, kind_in_words
from livecontent.showings import FIRST_CHANCE
from livecontent.vocabulary import FactPath, Vocabulary, dotted

_ORDERED = ("_<_", "_<=_", "_>_", "_>=_")
_EQUAL = ("_==_", "_!=_", "@in")
_CHECKED = {*TIMED, "timestamp"}  # functions of texts, which say themselves what is wrong with one
_SHAPES = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "a date such as 2026-12-24"),
    (re.compile(r"\d\d:\d\d"), "a time such as 08:05"),
)


class RuleProblem(NamedTuple):
    """What is wrong in a rule, where, and what would be right; a `doubt` depends on what a profile holds."""

    offset: int
    message: str
    help: str = ""
    doubt: bool = False


def try_rule(
    source: str, vocabulary: Vocabulary, facts: Mapping[str, object], moments: frozenset[FactPath]
) -> list[RuleProblem]:
    """What can never come to anything, with these samples; `moments` are the parameters that are some."""
    environment = vocabulary.made(CelEnvironment)
    words = RuleFacts({CLICK_CHANCE: FIRST_CHANCE, **facts}, timezone=str(SETTINGS["timezone"]))
    trial = _Trial(source, environment, words.made(frozenset(environment.variables), dict), moments)
    environment.clock.zone, environment.clock.today = words.zone, words.today
    found = trial.node(environment.compile(source)[1])
    return sorted(set(found))


class _Trial:
    def __init__(
        self, source: str, environment: CelEnvironment, values: Mapping[str, object], moments: frozenset[FactPath]
    ) -> None:
        self._part = environment.parts(source)
        self._environment = environment
        self._results: dict[CelNode, cel.Value] = {}
        self._values = values
        self._moments = moments

    def node(self, node: CelNode) -> Iterator[RuleProblem]:
        """The problems of a node and all inside; of a flaw, its innermost place."""
        inside = [flaw for inner in node.inner for flaw in self.node(inner)]
        yield from inside
        if any(not flaw.doubt for flaw in inside):
            return
        if node.kind == "loop" and self._value(node.inner[0]):
            yield from self._called(node)
        if node.kind != "call":
            return
        yield from self._shape(node)
        yield from self._pattern(node)
        known = [value for inner in node.inner if (value := self._value(inner)) is not None]
        if len(known) == len(node.inner):
            yield from self._called(node)
            yield from self._equal(node, known)

    def _value(self, node: CelNode) -> Any:
        """The value of a node with the samples; None where it has none."""
        if node.value is not None:
            return node.value
        result = self._result(node)
        return None if result.type() in (cel.Type.ERROR, cel.Type.UNKNOWN) else result.plain_value()

    def _result(self, node: CelNode) -> cel.Value:
        if node not in self._results:
            self._results[node] = self._part(node).eval(None, self._values)
        return self._results[node]

    def _called(self, node: CelNode) -> Iterator[RuleProblem]:
        """A call whose operands are all known, and that fails because of what kinds they are."""
        result = self._result(node)
        if result.type() != cel.Type.ERROR:
            return
        problem = str(result.value())
        fixed = all(inner.kind == "constant" for inner in node.inner)
        if fixed or "No matching overload" in problem or (node.name in _CHECKED and "is not a " in problem):
            yield RuleProblem(node.offset, plain(problem), self._remedy(node))

    def _remedy(self, node: CelNode) -> str:
        """What to write instead of a number in quotes."""
        if node.name not in (*_ORDERED, *_EQUAL):
            return ""
        quoted = next((inner.value for inner in node.inner if _is_number(inner)), None)
        return f"a number has no quotes: write {str(quoted).replace(',', '.')}" if quoted is not None else ""

    def _equal(self, node: CelNode, known: list[Any]) -> Iterator[RuleProblem]:
        """Two sides of different kinds, which CEL takes for not equal without a word."""
        if node.name not in _EQUAL or len(known) != 2:
            return
        left, right = known
        others = right if node.name == "@in" and isinstance(right, list) else [right]
        kind, kinds = kind_in_words(left), {kind_in_words(other) for other in others}
        if node.name == "@in" and isinstance(right, dict):
            return
        if others and kind not in kinds and "" not in {kind, *kinds}:
            sides = [_named(inner) for inner in node.inner]
            message = f"{sides[0]} is {kind}, and is compared with {' or '.join(sorted(kinds))}: never the same"
            yield RuleProblem(node.offset, message, self._remedy(node) or self._in_list(node))

    def _in_list(self, node: CelNode) -> str:
        quoted = next((inner.value for inner in node.inner[-1].inner if _is_number(inner)), None)
        return f"a number has no quotes: write {quoted}" if quoted is not None else ""

    def _shape(self, node: CelNode) -> Iterator[RuleProblem]:
        """A fact that is compared with a text which it never is: no number, date, time or moment such as it is."""
        if node.name not in (*_ORDERED, "_==_", "_!=_"):
            return
        for fact, text in (node.inner, reversed(node.inner)):
            path = path_of(fact)
            if path is None or text.kind != "constant" or not isinstance(text.value, str):
                continue
            yield from self._compared(node, path, fact, text)

    def _compared(self, node: CelNode, path: FactPath, fact: CelNode, text: CelNode) -> Iterator[RuleProblem]:
        written, sample = str(text.value), self._value(fact)
        if path in self._moments:
            try:
                moment_from(written, None if re.search(r"[T ]\d", written) is None else self._environment.clock.zone)
            except ValueError:
                yield RuleProblem(text.offset, f"{dotted(path)} is a moment, and {written!r} is none", _MOMENT)
        elif isinstance(sample, str):
            for shape, name in _SHAPES:
                if shape.fullmatch(sample) and not shape.fullmatch(written):
                    message = f"{dotted(path)} is {name}, and {written!r} is none"
                    yield RuleProblem(text.offset, message, "dates and times are compared letter by letter")
        elif sample is None and node.name in _ORDERED and _is_number(text) and path[0] in ("recipient", "item"):
            message = f"{written!r} is a text: if {dotted(path)} is a number, this is neither true nor false"
            yield RuleProblem(text.offset, message, self._remedy(node), doubt=True)

    def _pattern(self, node: CelNode) -> Iterator[RuleProblem]:
        """A pattern that is none."""
        pattern = node.inner[1] if node.name == "matches" and len(node.inner) == 2 else None
        if pattern is None or not isinstance(pattern.value, str):
            return
        expression, _ = self._environment.compile(f'"".matches({json.dumps(pattern.value)})')
        result = expression.eval(None, {})
        if result.type() == cel.Type.ERROR:
            yield RuleProblem(pattern.offset, f"{pattern.value!r} is no pattern (RE2): {plain(str(result.value()))}")


_MOMENT = "write it as 2026-12-24T18:00"


def _is_number(node: CelNode) -> bool:
    return isinstance(node.value, str) and NUMBER.fullmatch(node.value) is not None


def _named(node: CelNode) -> str:
    path = path_of(node)
    if path:
        return dotted(path)
    return repr(node.value) if node.kind == "constant" and node.value is not None else "this"
