"""Rules: CEL, type-checked; a rule knows which facts it names before it is tested."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from cel_expr_python import cel
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.errors import did_you_mean
from livecontent.expressions.cel_ast import CelNode, CelReader, read_cel
from livecontent.expressions.cel_functions import ReaderClock, config, declarations, renamed, with_names
from livecontent.expressions.rule_messages import plain, with_remedy
from livecontent.expressions.rule_names import RuleReader
from livecontent.expressions.unknown import UNSTEADY, Redacted
from livecontent.vocabulary import FactPath, FactType, Vocabulary, vocabulary_of

MAX_SOURCE = 2000  # characters of a rule

_COMPILER_WORDS = re.compile(r"<input>:(\d+):(\d+): (.*)")
_SWITCHES = frozenset({"yes", "no", "on", "off"})


class Tested(NamedTuple):
    """What a rule is: True, False, or None with a reason where what it names is not known.

    `by_time`: nothing but time hides what it is, as this is a prefetch.
    """

    value: bool | None
    note: str = ""
    by_time: bool = False


_TRUE, _FALSE = Tested(value=True), Tested(value=False)


class CelEnvironment:
    """The variables and the compiler of a vocabulary's rules."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        attributes = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
        self.variables: dict[str, cel.Type] = {
            "item": cel.Type.DYN,
            "index": cel.Type.INT,  # an item may also be a number or a text
            "first": cel.Type.BOOL,
            "last": cel.Type.BOOL,
        }
        for fact in vocabulary.types.values():
            self.variables.update(_declare(fact, attributes))
        self.clock = ReaderClock()
        self._environment = cel.NewEnv(config=config(), variables=self.variables, functions=declarations(self.clock))

    def compile(self, source: str) -> tuple[cel.Expression, CelNode]:
        """A rule and its tree. Raises `ValueError` with the column (from 1) and what is wrong."""
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
            expression = self._environment.compile(source)
        except TypeError:
            raise ValueError("1: half a character (\\ud800 to \\udfff) is no text") from None
        except RuntimeError as error:
            raise ValueError(self._explain(source, str(error))) from None
        if expression.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
            raise ValueError("1: a condition is true or false; compare with ==, <, > or in")
        return expression

    def _explain(self, source: str, problem: str) -> str:
        """The column, and the compiler's words in plainer ones; of an unknown name its start, the nearest there is."""
        column = 1
        if match := _COMPILER_WORDS.search(problem):
            column, problem = int(match[2]), match[3]
            column += sum(len(line) + 1 for line in source.split("\n")[: int(match[1]) - 1])
        if not (match := re.search(r"undeclared reference to '([^']+)'", problem)):
            return f"{max(column, 1)}: {with_remedy(plain(problem))}"
        name = match[1]
        hint = "write true or false" if name.lower() in _SWITCHES else did_you_mean(name, self.variables)
        problem = f"unknown name '{name}'; {hint}" if hint else f"unknown name '{name}'"
        return f"{source.rfind(name, 0, column - 1 + len(name)) + 1 or column}: {problem}"


class Rule:
    """A compiled rule. `names` are the facts it names, `needs` what to ask for it, `variables` what CEL is given."""

    __slots__ = (
        "_clock",
        "_expression",
        "_sure",
        "compared",
        "names",
        "needs",
        "on_clock",
        "source",
        "variables",
        "volatile",
    )

    def __init__(self, source: str, vocabulary: Vocabulary) -> None:
        """Raises `ValueError` with the column (from 1) and what is wrong."""
        if len(source) > MAX_SOURCE:
            raise ValueError(f"1: a condition has at most {MAX_SOURCE} characters")
        self.source = source
        environment = vocabulary.made(CelEnvironment)
        self._expression, tree = environment.compile(source)
        reader = RuleReader(source, vocabulary)
        reader.read(tree)
        self.names = tuple(sorted(reader.names, key=lambda name: name.offset))
        self.compared = tuple(sorted(reader.compared, key=lambda one: one.offset))
        needs = {vocabulary.need_of(name.path) or name.path[0] for name in self.names}
        self.on_clock = reader.on_clock  # whether the time zone or the day at the reader's place may change it
        self._clock = environment.clock
        self.needs = frozenset(needs | {"now"} if reader.on_clock else needs)
        self.variables = frozenset(reader.variables)
        steady = [name for name in self.names if not reader.is_volatile(name.path)]
        self.volatile = len(steady) < len(self.names)  # whether time changes what it names
        self._sure = tuple(name.path for name in steady if name.needed)

    def test(self, facts: "RuleFacts") -> Tested:
        """What the rule is by the facts."""
        if self.on_clock:
            self._clock.zone, self._clock.today = facts.zone, facts.today
        try:
            result = self._expression.eval(None, facts.values(self.variables))
        except RuntimeError as error:  # too many items in lists
            return Tested(None, plain(str(error)))
        value = result.value()
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        if facts.prefetched and self.volatile and all(map(facts.knows, self._sure)):
            return Tested(None, UNSTEADY, by_time=True)
        return Tested(None, plain(str(value)) if result.type() == cel.Type.ERROR else "neither true nor false")

    def __repr__(self) -> str:
        return f"Rule({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(read_rule)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}


class RuleFacts:
    """The words of a moment, made ready for rules when first named. `prefetched`: what time changes is redacted.

    Moments without an offset are in the time zone of the creative, else in that of `now`, which nobody has redacted.
    """

    __slots__ = ("_now", "_ready", "_timezone", "prefetched", "words")

    def __init__(
        self, words: Mapping[str, object], *, prefetched: bool = False, timezone: str | None = None, now: object = None
    ) -> None:
        self.words = words
        self._ready: dict[str, object] = {}
        self.prefetched = prefetched
        self._timezone = timezone
        self._now = now or words.get("now")

    @property
    def zone(self) -> tzinfo | None:
        """The time zone of moments; None where none is known."""
        if self._timezone:
            return ZoneInfo(self._timezone)
        now = self._now
        return now["at"].tzinfo if isinstance(now, Mapping) and isinstance(now.get("hour"), int) else None

    @property
    def today(self) -> date | None:
        """The day at the recipient's place; None where it is not known, or may be another when the image is read."""
        now = self.words.get("now")
        day = now.get("date") if isinstance(now, Mapping) else None
        return date.fromisoformat(day) if isinstance(day, str) else None

    def values(self, variables: Iterable[str]) -> dict[str, object]:
        """The values of some variables; those not known are left out."""
        values = {}
        ready = self._ready
        for variable in variables:
            if variable not in ready:
                root, _, name = variable.partition(".")
                value = self.words.get(root)
                ready[variable] = _cel_value(value.get(name) if name and isinstance(value, Mapping) else value)
            if (value := ready[variable]) is not None:
                values[variable] = value
        return values

    def knows(self, path: FactPath) -> bool:
        """Whether something is known of a path; of what is in a list, whether there is a list."""
        value: object = self.words
        for step in path:
            if isinstance(value, list):
                return True
            value = value.get(step) if isinstance(value, Mapping) else None
        return value is not None

    def with_item(self, words: Mapping[str, object]) -> "RuleFacts":
        """The same facts for one item of a list, which is in these words."""
        words = {**self.words, **words}
        return RuleFacts(words, prefetched=self.prefetched, timezone=self._timezone, now=self._now)


def tree_of(source: str, vocabulary: Vocabulary) -> CelNode:
    """The tree of a rule that compiles."""
    return vocabulary.made(CelEnvironment).compile(source)[1]


def _declare(fact: FactType, attributes: cel.Type) -> Mapping[str, cel.Type]:
    """The variables of a fact: one for each declared name, else a map, a list of maps, or a map of maps."""
    if fact.shape == "one" and fact.names:
        return {f"{fact.root}.{name}": _cel_type(kind) for name, kind in fact.names.items()}
    if fact.shape == "list":
        return {fact.root: cel.Type.List(attributes)}
    inside = attributes if fact.names or fact.shape == "one" else cel.Type.DYN  # of a key there may be a list
    return {fact.root: attributes if fact.shape == "one" else cel.Type.Map(cel.Type.STRING, inside)}


def _cel_type(kind: Any) -> cel.Type:
    """Numbers stay dynamic: CEL refuses `double < int` at compile time, and people write `temperature < 5`."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    if get_origin(kind) is Literal:
        kind = str
    return {str: cel.Type.STRING, bool: cel.Type.BOOL, datetime: cel.Type.TIMESTAMP}.get(kind, cel.Type.DYN)


def _cel_value(value: object, *, inside: bool = False) -> object:
    """A value as CEL takes it: inside lists and maps times are texts, and whole numbers have 64 bits.

    What is redacted is not there, which CEL takes for not known, not for null.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()  # lone surrogates
    if isinstance(value, int):
        huge = not isinstance(value, bool) and abs(value) >= 2**63
        return float(min(abs(value), 10**300)) * (1 if value > 0 else -1) if huge else value
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, Redacted):
        return None
    if isinstance(value, Mapping):
        return {
            _cel_value(str(name)): _cel_value(item, inside=True)
            for name, item in value.items()
            if type(item) is not Redacted
        }
    if isinstance(value, list | tuple):
        return [_cel_value(item, inside=True) for item in value]
    return value.isoformat() if inside and isinstance(value, datetime) else value


def read_rule(value: object, info: ValidationInfo) -> Rule:
    if isinstance(value, Rule):
        return value
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str):
        raise PydanticCustomError("condition", 'a condition is a text such as: weather.condition == "rain"')
    try:
        return Rule(value, vocabulary_of(info))
    except ValueError as error:
        column, _, problem = str(error).partition(": ")
        raise PydanticCustomError("condition", "{problem}", {"problem": problem, "offset": int(column) - 1}) from None
