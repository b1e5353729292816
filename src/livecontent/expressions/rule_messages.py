"""What CEL says of a rule, in plainer words."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from livecontent.expressions.cel_ast import as_written

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("int", "int64", "uint", "uint64", "double"), "a number"),
        "string": "a text",
        "bool": "true or false",
        **dict.fromkeys(("timestamp", "google.protobuf.Timestamp"), "a moment"),
        **dict.fromkeys(("duration", "google.protobuf.Duration"), "a duration"),
        "list": "a list",
        "map": "a whole fact",
        "null_type": "null",
        "dyn": "what may be anything",
    }
)
_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "a number and a text": "a number has no quotes",
        "true or false and a text": "true and false have no quotes",
        "a moment and a text": 'write timestamp("2026-12-24T18:00")',
    }
)
_MISFIT = re.compile(
    r"[Nn]o matching overloads? (?:for|found :) '?(?:[_@]*([^'_@(]+)[^(]*)?\(([^()]*)\)(?:\.(\w+)\(([^()]*)\))?"
)
_NESTED = re.compile(r"\b(list|map)\([^()]*(?:\([^()]*\)[^()]*)*\)")
_NO_VALUE = 'No value with name "'


def plain(problem: str) -> str:
    """The words of the compiler or evaluator in plainer ones."""
    if _NO_VALUE in problem:  # the most frequent by far
        name = problem.partition(_NO_VALUE)[2].partition('"')[0]
        return f"{as_written(name)} is not known"
    if match := _MISFIT.search(_NESTED.sub(r"\1", problem)):
        name, taken, method, more = match.groups()
        kinds = [_KINDS.get(kind, kind) for kind in ", ".join(filter(None, (taken, more))).split(", ")]
        name = "timestamp" if name == "moment" else name or method
        return f"'{name}' does not go with {' and '.join(kinds)}"
    if match := re.search(r"Key not found in map : \"([^\"]+)\"", problem):
        return f"{match[1]} is not known"
    if "Syntax error" in problem and "'= '" in problem:
        return "'=' does not compare; write =="
    if re.search(r"input '(and|or|not)'", problem, re.IGNORECASE):
        return "write && for and, || for or, ! for not"
    if "'<EOF>' expecting" in problem:
        return "something is missing at the end"
    if "recursion" in problem:
        return "this is nested too deep: 32 levels are the most"
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", problem)


def with_remedy(problem: str) -> str:
    """A problem that is known when the rule is written, with what to write instead."""
    kinds = problem.partition(" does not go with ")[2]
    remedy = _REMEDIES.get(kinds) or _REMEDIES.get(" and ".join(reversed(kinds.rsplit(" and ", 1))))
    return f"{problem}; {remedy}" if remedy else problem
