"""The variables of CEL expressions, by a vocabulary, and their compiler."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cel_expr_python import cel

from livecontent.errors import did_you_mean
from livecontent.expressions.cel_ast import CelNode, CelReader, as_cel, as_written, code_in, read_cel
from livecontent.expressions.cel_functions import ReaderClock, ToldResults, config, declarations, renamed, with_names
from livecontent.expressions.chance import CLICK_CHANCE, CLICK_CHANCES
from livecontent.expressions.rule_messages import plain, with_remedy
from livecontent.expressions.unknown import Redacted
from livecontent.vocabulary import FactType, Vocabulary

_COMPILER_WORDS = re.compile(r"<input>:(\d+):(\d+): (.*)")
_LARGE = 2**63  # where whole numbers of 64 bits end
_SWITCHES = frozenset({"yes", "no", "on", "off"})


class CelEnvironment:
    """The variables and the compiler of a vocabulary's rules."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        attributes = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
        self.variables: dict[str, cel.Type] = {
            "item": cel.Type.DYN,
            "index": cel.Type.INT,  # an item may also be a number or a text
            "first": cel.Type.BOOL,
            "last": cel.Type.BOOL,
            CLICK_CHANCE: cel.Type.DYN,
            CLICK_CHANCES: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        }
        for fact in vocabulary.types.values():
            self.variables |= {as_cel(name): kind for name, kind in _declare(fact, attributes).items()}
        self.clock, self.results = ReaderClock(), ToldResults()
        functions = declarations(self.clock, self.results)
        self._environment = cel.NewEnv(config=config(), variables=self.variables, functions=functions)
        self.activation: Callable[[dict[str, object]], cel.Activation] = self._environment.Activation

    def compile(self, source: str) -> tuple[cel.Expression, CelNode]:
        """An expression and its tree. Raises `ValueError` with the column (from 1) and what is wrong."""
        expression = self._checked(source)
        serialized = expression.serialize()
        tree = read_cel(serialized)
        names = tuple(renamed(tree))
        return self._environment.deserialize(with_names(serialized, names)) if names else expression, tree

    def parts(self, source: str) -> Callable[[CelNode], cel.Expression]:
        """Makes of any part of a rule that compiles a rule of its own, to be tried alone."""
        serialized = self._checked(source).serialize()
        reader = CelReader(with_names(serialized, renamed(read_cel(serialized))))
        return lambda node: self._environment.deserialize(reader.part(node))

    def _checked(self, source: str) -> cel.Expression:
        try:
            expression = self._environment.compile(as_cel(source))
        except TypeError:
            raise ValueError("1: half a character (\\ud800 to \\udfff) is no text") from None
        except RuntimeError as error:
            raise ValueError(self._explain(source, str(error))) from None
        return expression

    def _explain(self, source: str, problem: str) -> str:
        """The column, and the compiler's words in plainer ones; of an unknown name its start, the nearest there is."""
        column = 1
        if match := _COMPILER_WORDS.search(problem):
            column, problem = int(match[2]), match[3]
            column += sum(len(line) + 1 for line in source.split("\n")[: int(match[1]) - 1])
        if not (match := re.search(r"undeclared reference to '([^']+)'", problem)):
            return f"{max(column, 1)}: {with_remedy(plain(problem))}"
        name = as_written(match[1])
        known = (as_written(one) for one in self.variables if one != CLICK_CHANCES)
        hint = "write true or false" if name.lower() in _SWITCHES else did_you_mean(name, known)
        problem = f"unknown name '{name}'; {hint}" if hint else f"unknown name '{name}'"
        return f"{code_in(source).rfind(name, 0, column - 1 + len(name)) + 1 or column}: {problem}"


def cel_value(value: object, *, inside: bool = False) -> object:
    """A value as CEL takes it: inside lists and maps times are texts, and whole numbers have 64 bits.

    What is redacted is not there, which CEL takes for not known, not for null.
    """
    if type(value) is int and -_LARGE < value < _LARGE:  # most are
        return value
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()  # lone surrogates
    if isinstance(value, int):
        huge = not isinstance(value, bool) and abs(value) >= _LARGE
        return float(min(abs(value), 10**300)) * (1 if value > 0 else -1) if huge else value
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, Redacted):
        return None
    if isinstance(value, Mapping):
        return {
            name if type(name) is str and name.isascii() else cel_value(str(name)): cel_value(item, inside=True)
            for name, item in value.items()
            if type(item) is not Redacted
        }
    if isinstance(value, list | tuple):
        return [cel_value(item, inside=True) for item in value]
    return value.isoformat() if inside and isinstance(value, datetime) else value


def _declare(fact: FactType, attributes: cel.Type) -> Mapping[str, cel.Type]:
    """The variables of a fact: one for each declared name, else a map, a list of maps, or a map of maps."""
    if fact.shape == "one" and fact.names:
        return {f"{fact.root}.{name}": _cel_type(kind) for name, kind in fact.names.items()}
    if fact.shape == "list":
        return {fact.root: cel.Type.List(attributes)}
    inside = attributes if fact.names or fact.shape == "one" else cel.Type.DYN  # of a key there may be a list
    if fact.shape == "lists":
        inside = cel.Type.List(attributes)
    return {fact.root: attributes if fact.shape == "one" else cel.Type.Map(cel.Type.STRING, inside)}


def _cel_type(kind: Any) -> cel.Type:
    """Numbers stay dynamic: CEL refuses `double < int` at compile time, and people write `temperature < 5`."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    if get_origin(kind) is Literal:
        kind = str
    return {str: cel.Type.STRING, bool: cel.Type.BOOL, datetime: cel.Type.TIMESTAMP}.get(kind, cel.Type.DYN)


def python_type(kind: cel.Type) -> Any:
    """What the values of a CEL type are in Python; `Any` where only the facts tell."""
    known = {"BOOL": bool, "STRING": str, "TIMESTAMP": datetime, **dict.fromkeys(("INT", "UINT", "DOUBLE"), float)}
    return list if str(kind).startswith("LIST") else known.get(str(kind), Any)
