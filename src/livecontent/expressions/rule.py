"""Rules: CEL, type-checked; a rule knows which facts it names before it is tested."""

from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from typing import Any, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from cel_expr_python import cel
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions.cel_ast import CelNode, as_cel
from livecontent.expressions.cel_environment import CelEnvironment, cel_value
from livecontent.expressions.cel_functions import TOLD
from livecontent.expressions.chance import CLICK_CHANCE
from livecontent.expressions.rule_messages import plain
from livecontent.expressions.rule_names import RuleReader
from livecontent.expressions.unknown import UNSTEADY
from livecontent.facts import Need
from livecontent.vocabulary import FactPath, UsedName, Vocabulary, dotted, vocabulary_of

T = TypeVar("T")

MAX_SOURCE = 2000  # characters of a rule


class Tested(NamedTuple):
    """What a rule is: True, False, or None with a reason where what it names is not known.

    `by_time`: nothing but time hides what it is, as this is a prefetch.
    """

    value: bool | None
    note: str = ""
    by_time: bool = False


_TRUE, _FALSE = Tested(value=True), Tested(value=False)


class Formula:
    """A compiled expression: the facts it `names`, its `needs`, and the `variables` that CEL is given.

    `chances` are the places in its source where the chance of a click is named.
    """

    __slots__ = (
        "_activation",
        "_clock",
        "_expression",
        "_sure",
        "chances",
        "compared",
        "names",
        "needs",
        "on_clock",
        "source",
        "type",
        "variables",
        "vocabulary",
        "volatile",
    )

    called = "an expression"
    kinds: tuple[cel.Type, ...] = ()  # what it may come to; anything, where none is said
    chance = ""  # the name of the chance of a click in it; none, where nothing is said
    wanted = "a condition is true or false; compare with ==, <, > or in"
    tells = False  # whether its parts tell what they come to, which none does that people write
    longest = MAX_SOURCE

    def __init__(self, source: str, vocabulary: Vocabulary) -> None:
        """Raises `ValueError` with the column (from 1) and what is wrong."""
        if len(source) > self.longest:
            raise ValueError(f"1: {self.called} has at most {self.longest} characters")
        self._make(source, *vocabulary.made(CelEnvironment).compile(source), vocabulary)

    def _make(self, source: str, expression: cel.Expression, tree: CelNode, vocabulary: Vocabulary) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self._expression = expression
        self.type = self._expression.return_type()
        if self.kinds and self.type not in self.kinds:
            raise ValueError(f"1: {self.wanted}")
        reader = RuleReader(source, vocabulary)
        reader.read(tree)
        if reader.told and not self.tells:
            raise ValueError(f"{reader.told}: unknown name '{TOLD}'")
        self.names = tuple(sorted(reader.names, key=lambda name: name.offset))
        self.chances = tuple(sorted(self._place_of_chance(name) for name in reader.chances))
        self.compared = tuple(sorted(reader.compared, key=lambda one: one.offset))
        needs = {_need_of(name, vocabulary) for name in self.names}
        self.on_clock = reader.on_clock  # whether the time zone or the day at the reader's place may change it
        environment = vocabulary.made(CelEnvironment)
        self._clock = environment.clock
        self._activation = environment.activation
        self.needs = frozenset(needs | {"now"} if reader.on_clock else needs)
        self.variables = frozenset(map(as_cel, reader.variables))
        steady = [name for name in self.names if not reader.is_volatile(name.path)]
        self.volatile = len(steady) < len(self.names)  # whether time changes what it names
        self._sure = tuple(name.path for name in steady if name.needed)

    def _place_of_chance(self, name: UsedName) -> int:
        if name.path[0] != self.chance or (name.path[1:] and self.chance == CLICK_CHANCE):
            wrong = f"{dotted(name.path)} is not for this; only a `score` names {CLICK_CHANCE}, a number"
            raise ValueError(f"{name.offset + 1}: {wrong}")
        return name.offset

    def value(self, facts: "RuleFacts") -> tuple[Any, str]:
        """What it is by the facts: a plain value, or None and why it is not known."""
        try:
            result = self.evaluate(facts)
        except RuntimeError as error:  # too many items in lists
            return None, plain(str(error))
        if result.type() in (cel.Type.ERROR, cel.Type.UNKNOWN):
            return None, plain(str(result.value()))
        return result.plain_value(), ""

    def evaluate(self, facts: "RuleFacts") -> cel.Value:
        """What CEL makes of it. Raises `RuntimeError` where lists have too many items."""
        if self.on_clock:
            self._clock.zone, self._clock.today = facts.zone, facts.today
        return self._expression.eval(facts.made(self.variables, self._activation))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Formula) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


class Rule(Formula):
    """A compiled condition."""

    __slots__ = ()
    called = "a condition"
    kinds = (cel.Type.BOOL, cel.Type.DYN)

    def test(self, facts: "RuleFacts") -> Tested:
        """What the rule is by the facts."""
        try:
            result = self.evaluate(facts)
        except RuntimeError as error:
            return Tested(None, plain(str(error)))
        value = result.value()
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        if facts.prefetched and self.volatile and all(map(facts.knows, self._sure)):
            return Tested(None, UNSTEADY, by_time=True)
        return Tested(None, plain(str(value)) if result.type() == cel.Type.ERROR else "neither true nor false")

    def part(self, node: CelNode, vocabulary: Vocabulary) -> "Rule":
        """A node of its tree as a rule of its own."""
        made = Rule.__new__(Rule)
        made._make(self.source, vocabulary.made(CelEnvironment).parts(self.source)(node), node, vocabulary)
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(read_rule)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}


def _need_of(name: UsedName, vocabulary: Vocabulary) -> Need:
    try:
        return vocabulary.need_of(name.path) or name.path[0]
    except ValueError as error:
        raise ValueError(f"{name.offset + 1}: {error}") from None


class RuleFacts:
    """The words of a moment, made ready for rules when first named. `prefetched`: what time changes is redacted.

    Moments without an offset are in the time zone of the creative, else in that of `now`, which nobody has redacted.
    """

    __slots__ = ("_made", "_now", "_ready", "_timezone", "prefetched", "words")

    def __init__(
        self, words: Mapping[str, object], *, prefetched: bool = False, timezone: str | None = None, now: object = None
    ) -> None:
        self.words = words
        self._ready: dict[str, object] = {}
        self._made: dict[frozenset[str], object] = {}
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

    def made(self, variables: frozenset[str], make: Callable[[dict[str, object]], T]) -> T:
        """What is made of the values of some variables, once, as it takes longer than most rules.

        Those not known are left out.
        """
        if (found := self._made.get(variables)) is not None:
            return cast("T", found)
        values = {}
        ready = self._ready
        for variable in variables:
            if variable not in ready:
                root, _, name = variable.partition(".")
                value = self.words.get(root.lower())
                ready[variable] = cel_value(value.get(name) if name and isinstance(value, Mapping) else value)
            if (value := ready[variable]) is not None:
                values[variable] = value
        made = self._made[variables] = make(values)
        return made

    def knows(self, path: FactPath) -> bool:
        """Whether something is known of a path; of what is in a list, whether there is a list."""
        value: object = self.words
        for step in path:
            if isinstance(value, list):
                return True
            value = value.get(step) if isinstance(value, Mapping) else None
        return value is not None

    def with_words(self, words: Mapping[str, object]) -> "RuleFacts":
        """The same facts and these words, such as those of one item of a list."""
        words = {**self.words, **words}
        return RuleFacts(words, prefetched=self.prefetched, timezone=self._timezone, now=self._now)


def tree_of(source: str, vocabulary: Vocabulary) -> CelNode:
    """The tree of a rule that compiles."""
    return vocabulary.made(CelEnvironment).compile(source)[1]


F = TypeVar("F", bound=Formula)


def compiled(kind: type[F], source: str, info: ValidationInfo, code: str) -> F:
    """A formula of a creative. Its error has the place of what is wrong in the source."""
    try:
        return kind(source, vocabulary_of(info))
    except ValueError as error:
        column, _, problem = str(error).partition(": ")
        raise PydanticCustomError(code, "{problem}", {"problem": problem, "offset": int(column) - 1}) from None


def read_rule(value: object, info: ValidationInfo) -> Rule:
    if isinstance(value, Rule):
        return value
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str):
        raise PydanticCustomError("condition", 'a condition is a text such as: weather.condition == "rain"')
    return compiled(Rule, value, info, "condition")
