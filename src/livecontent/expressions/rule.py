"""Conditions: CEL text in, type-checked expression out, which knows the facts it names before it is ever tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cel_expr_python import cel
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions.analysis import Compared
from livecontent.expressions.unknown import Redacted
from livecontent.facts import VOCABULARY

MAX_SOURCE = 2000  # characters of a condition

_NOT_NAMES = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|//.*")  # strings and comments
_NAMES = re.compile(r"(?<![\w.])([a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*)(\s*\()?")
_HIDDEN = re.compile(r"(?:^|[^\w.)\]}\s])\s*(\.)\s*[a-zA-Z_]")  # .name for name
_MACRO = re.compile(r"\.\s*(map|filter|exists|exists_one|all)\s*\(")
_FACT = re.compile(r"(?:^|[^\w.\])}\s])\s*[a-zA-Z_]\w*(?:\s*\.\s*\w+|\s*\[\s*\w*\s*\])*\s*$")  # up to a macro
_TEXT = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_PATH = r"(?<![\w.])[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)+"
_EQUAL = re.compile(rf"({_PATH})\s*[=!]=\s*({_TEXT})")
_EQUAL_TURNED = re.compile(rf"({_TEXT})\s*[=!]=\s*({_PATH})(?!\s*[\w.(\[])")
_AMONG = re.compile(rf"({_PATH})\s+in\s*\[([^\]]*)\]")
_COMPILER_WORDS = re.compile(r"<input>:(\d+):(\d+): (.*)")


def _cel_type(kind: Any) -> cel.Type:
    """Numbers stay dynamic: CEL refuses `double < int` at compile time, and people write `temperature < 5`."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    if get_origin(kind) is Literal:
        kind = str
    return {str: cel.Type.STRING, bool: cel.Type.BOOL, datetime: cel.Type.TIMESTAMP}.get(kind, cel.Type.DYN)


def _declare() -> Mapping[str, cel.Type]:
    attributes = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    variables = {"item": attributes, "stores": cel.Type.List(attributes)}
    for root, names in VOCABULARY.items():
        if names:
            variables.update({f"{root}.{name}": _cel_type(kind) for name, kind in names.items()})
        else:
            variables.setdefault(root, attributes)
    return variables


VARIABLES = _declare()
_CEL = cel.NewEnv(variables=VARIABLES)


class Rule:
    """A compiled rule. `names` are the facts it names, as paths; `needs` their roots, `variables` what CEL asks for."""

    __slots__ = ("_expression", "compared", "names", "needs", "source", "variables")

    def __init__(self, source: str) -> None:
        """Raises `ValueError` with the column (from 1) and what is wrong."""
        if len(source) > MAX_SOURCE:
            raise ValueError(f"1: a condition has at most {MAX_SOURCE} characters")
        self.source = source
        _refuse_hidden(source)
        _refuse_growth(source)
        try:
            self._expression = _CEL.compile(source)
        except TypeError:
            raise ValueError("1: half a character (\\ud800 to \\udfff) is no text") from None
        except RuntimeError as error:
            raise ValueError(_explain(source, str(error))) from None
        if self._expression.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
            raise ValueError("1: a condition is true or false; compare with ==, <, > or in")
        self.names = tuple(names_of_source(source))
        self.compared = tuple(_compared(source))
        self.needs = frozenset(path[0] for path in self.names)
        self.variables = frozenset(map(_variable, self.names))

    def test(self, facts: RuleFacts) -> tuple[bool | None, str]:
        """True, False, or None with a reason where what it names is not known."""
        return answer_of(self._expression, facts.activation(self.variables))

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_read_condition)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}


class RuleFacts:
    """The words of a moment as conditions take them: made ready when first named, once for all conditions."""

    __slots__ = ("_ready", "_words")

    def __init__(self, words: Mapping[str, object]) -> None:
        self._words = words
        self._ready: dict[str, object] = {}

    def activation(self, variables: Iterable[str]) -> cel.Activation:
        """The values of some variables for CEL."""
        return _CEL.Activation(self.values(variables))

    def values(self, variables: Iterable[str]) -> dict[str, object]:
        """The values of some variables; those not known are left out."""
        values = {}
        for variable in variables:
            if variable not in self._ready:
                root, _, name = variable.partition(".")
                value = self._words.get(root)
                self._ready[variable] = _cel_value(value.get(name) if name and isinstance(value, Mapping) else value)
            if (ready := self._ready[variable]) is not None:
                values[variable] = ready
        return values

    def with_item(self, item: object) -> RuleFacts:
        """The same facts for one item of a list."""
        return RuleFacts({**self._words, "item": item})


def answer_of(expression: Any, activation: cel.Activation) -> tuple[bool | None, str]:
    """What an expression is; None with a reason where that is not known."""
    try:
        result = expression.eval(activation)
    except RuntimeError as error:  # too many items in lists
        return None, _plain(str(error))
    if result.type() == cel.Type.BOOL:
        return bool(result.value()), ""
    return None, _plain(str(result.value())) if result.type() == cel.Type.ERROR else "neither true nor false"


def _variable(path: tuple[str, ...]) -> str:
    """The variable that a path names: dotted where the names of a fact are declared, else its root."""
    return ".".join(path[:2]) if VOCABULARY.get(path[0]) else path[0]


def _cel_value(value: object, *, inside: bool = False) -> object:
    """A value as CEL takes it: inside lists and maps times are texts, and whole numbers have 64 bits."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()  # lone surrogates
    if isinstance(value, int):
        huge = not isinstance(value, bool) and abs(value) >= 2**63
        return float(min(abs(value), 10**300)) * (1 if value > 0 else -1) if huge else value
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, Mapping):
        if type(value) is Redacted:
            return None
        return {
            _cel_value(str(name)): _cel_value(item, inside=True)
            for name, item in value.items()
            if type(item) is not Redacted
        }
    if isinstance(value, list | tuple):
        return [_cel_value(item, inside=True) for item in value]
    return value.isoformat() if inside and isinstance(value, datetime) else value


def _read_condition(value: object) -> Rule:
    if isinstance(value, Rule):
        return value
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str):
        raise PydanticCustomError("condition", 'a condition is a text such as: weather.condition == "rain"')
    try:
        return Rule(value)
    except ValueError as error:
        column, _, problem = str(error).partition(": ")
        raise PydanticCustomError("condition", "{problem}", {"problem": problem, "offset": int(column) - 1}) from None


def names_of_source(source: str) -> Iterator[tuple[str, ...]]:
    """The facts that a condition names, as paths; of `recipient.name.contains("x")` what stands before the function."""
    for name, call in _NAMES.findall(_NOT_NAMES.sub(" ", source)):
        path = tuple(name.split("."))
        path = path[:-1] if call else path
        if path and (path[0] in VOCABULARY or path[0] == "item"):
            yield path


def _refuse_hidden(source: str) -> None:
    """Raises `ValueError` for what CEL reads and names are not found in."""
    for quotes in ("'''", '"""'):
        if quotes in source:
            raise ValueError(f"{source.index(quotes) + 1}: a text stands between single quotes or double ones")
    bare = _NOT_NAMES.sub(lambda match: (" " if match[0].startswith("//") else "s") * len(match[0]), source)
    if match := _HIDDEN.search(bare):
        raise ValueError(f"{match.start(1) + 1}: a name begins with a letter, not with a dot")


def _refuse_growth(source: str) -> None:
    """Raises `ValueError` for what makes lists of lists: a rule looks through the lists that there are.

    A macro of CEL gives what it goes through a name, so that a short rule could double a text a hundred times.
    """
    bare = _NOT_NAMES.sub(lambda match: " " * len(match[0]), source)
    for match in _MACRO.finditer(bare):
        column = match.start(1) + 1
        if match[1] in ("map", "filter"):
            raise ValueError(f"{column}: a rule takes no '{match[1]}'; it asks with exists, all, exists_one or size")
        if not _FACT.search(bare[: match.start()]):
            raise ValueError(f"{column}: '{match[1]}' looks through a fact, such as stores.exists(s, s.open)")


def _compared(source: str) -> Iterator[Compared]:
    """The names that a condition compares with texts, and where these stand."""
    for match in _EQUAL.finditer(source):
        yield Compared(match[1], match[2][1:-1], match.start(2))
    for match in _EQUAL_TURNED.finditer(source):
        yield Compared(match[2], match[1][1:-1], match.start(1))
    for match in _AMONG.finditer(source):
        for text in re.finditer(_TEXT, match[2]):
            yield Compared(match[1], text[0][1:-1], match.start(2) + text.start())


def _explain(source: str, problem: str) -> str:
    """The column and the compiler's words in plainer ones; of an unknown name, its start and the nearest there is."""
    column = 1
    if match := _COMPILER_WORDS.search(problem):
        column, problem = int(match[2]), match[3]
        column += sum(len(line) + 1 for line in source.split("\n")[: int(match[1]) - 1])
    unknown = re.search(r"undeclared reference to '([^']+)'", problem)
    if not unknown:
        return f"{column}: {_plain(problem)}"
    name = unknown[1]
    start = source.rfind(name, 0, column + len(name))
    close = get_close_matches(name, VARIABLES, 1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return f"{start + 1 or column}: unknown name '{name}'{hint}"


@lru_cache(maxsize=1024)  # a rule that is not known is so at opening after opening
def _plain(problem: str) -> str:
    """The words of the compiler or evaluator in plainer ones."""
    if match := re.search(r"[Nn]o matching overloads? (?:for|found :) '?(_?)([^'_]+)_?'?[^(]*'?\(([^)]*)\)", problem):
        kinds = " with ".join(match[3].split(", "))
        return f"'{match[2].strip('_')}' does not go with {kinds}"
    if match := re.search(r"No value with name \"([^\"]+)\"", problem):
        return f"{match[1]} is not known"
    if match := re.search(r"Key not found in map : \"([^\"]+)\"", problem):
        return f"{match[1]} is not known"
    if "Syntax error" in problem and "'= '" in problem:
        return "'=' is no comparison; write =="
    if re.search(r"input '(and|or|not)'", problem, re.IGNORECASE):
        return "write && for and, || for or, ! for not"
    if "'<EOF>' expecting" in problem:
        return "something is missing at the end"
    if "recursion" in problem:
        return "this is nested too deep: 32 levels are the most"
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", problem)
