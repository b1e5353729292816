"""A rule and the facts of now in; what it is now and stays, and what it could become in time alone, out.

A rule is cut at `&&`, `||`, `?`, `:` and the brackets around these. A statement of time between them is an unknown of
CEL's three-valued logic, but for `now.at >= ...` once it is true and `now.at < ...` once it is false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from cel_expr_python import cel

from livecontent.expressions.prefetch import AT, bounds_of_source
from livecontent.expressions.rule import VARIABLES, Rule, RuleFacts, answer_of
from livecontent.expressions.unknown import UNSTEADY

_TOKENS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|//.*|&&|\|\||[^&|?:()\[\]{}\"'/]+|.", re.DOTALL)
_CUTS = frozenset({"&&", "||", "?", ":", ")"})
_SINCE = re.compile(r"\s*now\.at\s*>=?((?:(?!\bin\b)[^<>=!?])+)")
_BEFORE = re.compile(r"\s*now\.at\s*<=?((?:(?!\bin\b)[^<>=!?])+)")
_STATEMENTS = tuple(f"timed{number}" for number in range(8))  # the most there may be in a rule
_CEL = cel.NewEnv(variables={**VARIABLES, **dict.fromkeys(_STATEMENTS, cel.Type.BOOL)})


@dataclass(frozen=True, slots=True)
class _Lasting:
    """A statement that stays what it is once it is `value`."""

    rule: Rule
    value: bool


@dataclass(frozen=True, slots=True)
class _Parted:
    """A rule in which its statements of time are variables; those that may come to stay stand by their names."""

    expression: Any
    statements: tuple[str, ...]
    lasting: dict[str, _Lasting]
    variables: frozenset[str]

    def test(self, facts: RuleFacts, statements: dict[str, bool]) -> tuple[bool | None, str]:
        """The rule where some statements of time are known."""
        return answer_of(self.expression, _CEL.Activation({**facts.values(self.variables), **statements}))


def holds_later(condition: Rule, facts: RuleFacts) -> tuple[bool | None, str]:
    """What a condition is now and stays; None with a reason where it could become another, or is not known."""
    if not bounds_of_source(condition.source):
        return condition.test(facts)
    parted = _part(condition)
    if parted is None:
        return None, UNSTEADY
    value = parted.test(facts, _staying(parted, facts))[0]
    return value, "" if value is not None else condition.test(facts)[1] or UNSTEADY


def hidden_by_time(condition: Rule, facts: RuleFacts) -> bool:
    """Whether a condition that does not hold later would, were only another time."""
    if not bounds_of_source(condition.source):
        return False
    parted = _part(condition)
    if parted is None:
        return True
    known = _staying(parted, facts)
    free = [name for name in parted.statements if name not in known]
    return any(
        parted.test(facts, {**known, **dict(zip(free, values, strict=True))})[0]
        for values in product((True, False), repeat=len(free))
    )


def _staying(parted: _Parted, facts: RuleFacts) -> dict[str, bool]:
    return {name: one.value for name, one in parted.lasting.items() if one.rule.test(facts)[0] is one.value}


@lru_cache(maxsize=1024)
def _part(condition: Rule) -> _Parted | None:
    """None where it can't be parted."""
    parts = _cut(condition.source)
    timed = [index for index, part in enumerate(parts) if bounds_of_source(part)]
    lasting: dict[str, _Lasting] = {}
    if len(timed) > len(_STATEMENTS):
        return None
    try:
        for name, index in zip(_STATEMENTS, timed, strict=False):
            for pattern, value in ((_SINCE, True), (_BEFORE, False)):
                if (match := pattern.fullmatch(parts[index])) and not bounds_of_source(match[1]):
                    lasting[name] = _Lasting(Rule(parts[index]), value)
            parts[index] = f" {name} "
        expression = _CEL.compile("".join(parts))
    except (RuntimeError, ValueError):
        return None
    return _Parted(expression, _STATEMENTS[: len(timed)], lasting, condition.variables - {".".join(AT)})


def _cut(source: str) -> list[str]:
    """Operators, brackets around them, and what stands between."""
    parts, depth = [""], 0
    for mark in _TOKENS.findall(source):
        if not depth and (mark in _CUTS or (mark == "(" and not parts[-1].strip(" \t\r\n!"))):
            parts += [mark, ""]
        else:
            depth += (mark in "([{") - (mark in ")]}")
            parts[-1] += mark
    return parts
