"""What rules can do beyond CEL: fractions, moments on the reader's clock, ages and birthdays.

CEL refuses `1.5 * 2`, divides whole numbers to whole numbers, and compares moments with moments alone. Its arithmetic
is declared anew, with more kinds of operands. What it would do itself, but otherwise than people expect, gets another
name in what it has compiled.
"""

import operator
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from itertools import product
from math import isfinite
from types import MappingProxyType
from typing import Any

from cel_expr_python import cel

from livecontent.expressions.calendar import TIMED, age_on, birthday_in, calendar_day, moment_from
from livecontent.expressions.cel_ast import CelNode, path_of

_ARITHMETIC = ("_+_", "_-_", "_*_", "_/_")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "_<_": operator.lt,
        "_<=_": operator.le,
        "_>_": operator.gt,
        "_>=_": operator.ge,
        "_==_": operator.eq,
        "_!=_": operator.ne,
    }
)

_INT, _DOUBLE, _STRING, _BOOL = cel.Type.INT, cel.Type.DOUBLE, cel.Type.STRING, cel.Type.BOOL
_TIMESTAMP, _DURATION, _DYN = cel.Type.TIMESTAMP, cel.Type.DURATION, cel.Type.DYN
_MOMENT = "@moment@@"  # for `timestamp`
TOLD = "told"  # by parts of an expression that is made of several; nobody writes it


class ReaderClock(threading.local):
    """The calendar and the clock at the place of who opens, while a rule is tested."""

    zone: tzinfo | None = None
    today: date | None = None

    def moment(self, value: object) -> datetime:
        """A moment, from a text or as it is."""
        if isinstance(value, datetime):
            return value
        return moment_from(value, self.zone) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]

    def age(self, born: object) -> int:
        """How old somebody is today."""
        return age_on(self._today(), calendar_day(born, self.zone))

    def days_until(self, day: object) -> int:
        """How many days are left, less than 0 where it has passed."""
        return (calendar_day(day, self.zone) - self._today()).days

    def is_birthday(self, born: object) -> bool:
        """Whether somebody has a birthday today."""
        today = self._today()
        return birthday_in(today.year, calendar_day(born, self.zone)) == today

    def _today(self) -> date:
        if self.today is None:
            raise ValueError("now.date is not known")
        return self.today


class ToldResults(threading.local):
    """What parts of an expression have come to, by their names, while it is evaluated."""

    told: MutableMapping[str, Any]

    def tell(self, name: str, number: float | None = None) -> bool:
        """None for what does not hold; what is no number of this world is not told."""
        if number is None or isfinite(number):
            self.told[name] = number
        return False


def config() -> cel.EnvConfig:
    """CEL without the operators that are declared anew."""
    names = ", ".join(f'{{name: "{name}"}}' for name in _ARITHMETIC)
    return cel.NewEnvConfigFromYaml(f"stdlib: {{exclude_functions: [{names}]}}")


def renamed(node: CelNode) -> Iterator[tuple[CelNode, str]]:
    """The calls in a tree that get another name, and that name.

    It is as long as the old one, so that the bytes around it stay as they are, and nobody can write it.
    """
    for inner in node.inner:
        yield from renamed(inner)
    if node.kind == "call" and node.name == "timestamp":
        yield node, _MOMENT
    elif node.name == "_/_" or _of_moments(node):
        yield node, _new(node.name)


def asks_clock(node: CelNode) -> bool:
    """Whether a call needs the clock or the calendar at the reader's place, also if only for some facts."""
    if node.kind != "call":
        return False
    shifted = node.name in ("_+_", "_-_") and bool({inner.type for inner in node.inner} & {"timestamp", "duration"})
    return shifted or node.name == "timestamp" or node.name in TIMED or _of_moments(node)


def _of_moments(node: CelNode) -> bool:
    """Whether a comparison may be one of moments: with what is one, or of parameters with other facts."""
    types = {inner.type for inner in node.inner} if node.name in _COMPARISONS else set()
    return types == {"timestamp", "dyn"} or (types == {"dyn"} and any(map(_is_param, node.inner)))


def _is_param(node: CelNode) -> bool:
    path = path_of(node)
    return path is not None and path[0] == "param"


def with_names(serialized: bytes, names: Iterable[tuple[CelNode, str]]) -> bytes:
    """What CEL has compiled, with other names for some of its calls."""
    changed = bytearray(serialized)
    for node, name in names:
        changed[node.at : node.at + len(name)] = name.encode()
    return bytes(changed)


def declarations(clock: ReaderClock, results: ToldResults) -> list[cel.FunctionDecl]:
    """All functions and operators that are not CEL's own, or not as CEL declares them."""
    kinds = [(_BOOL, _STRING), *((_BOOL, _STRING, kind) for kind in (_INT, cel.Type.UINT, _DOUBLE))]
    return [*_arithmetic(clock), *_comparisons(clock), *_of_days(clock), _declared(TOLD, (results.tell, kinds))]


def _arithmetic(clock: ReaderClock) -> Iterator[cel.FunctionDecl]:
    """Operators of numbers of any kind, and of moments. CEL does the work for those that have no function here."""
    same = [(_DYN, kind, kind) for kind in (_INT, _DOUBLE)]
    mixed = [(_DYN, _INT, _DOUBLE), (_DYN, _DOUBLE, _INT)]
    later = [(_TIMESTAMP, _TIMESTAMP, _DURATION), (_DURATION, _DURATION, _DURATION)]
    sums = [(kind, kind, kind) for kind in (_STRING, cel.Type.LIST)] + [(_TIMESTAMP, _DURATION, _TIMESTAMP)]
    text = [(_TIMESTAMP, _STRING, _DURATION)]
    between = [(_DURATION, _TIMESTAMP, _STRING), (_DURATION, _STRING, _TIMESTAMP)]
    add, subtract = _on_clock(operator.add, clock), _on_clock(operator.sub, clock)
    yield _declared("_+_", (None, [*same, *sums, *later]), (add, [*mixed, *text]))
    yield _declared(
        "_-_", (None, [*same, (_DURATION, _TIMESTAMP, _TIMESTAMP), *later]), (subtract, [*mixed, *text, *between])
    )
    yield _declared("_*_", (None, same), (operator.mul, mixed))
    yield _declared("_/_", (None, [*same, *mixed]))
    yield _declared(_new("_/_"), (_divide, [*same, *mixed]))


def _comparisons(clock: ReaderClock) -> Iterator[cel.FunctionDecl]:
    """Those that may be of moments."""
    numbers = [(_BOOL, *pair) for pair in product((_INT, _DOUBLE), repeat=2)]
    moments = [(_BOOL, *pair) for pair in product((_TIMESTAMP, _STRING), repeat=2)]
    for name, compare in _COMPARISONS.items():
        kinds = [*numbers, *moments, (_BOOL, _BOOL, _BOOL), (_BOOL, _DURATION, _DURATION)]
        yield _declared(_new(name), (_on_clock(compare, clock), kinds))


def _of_days(clock: ReaderClock) -> Iterator[cel.FunctionDecl]:
    yield _declared(_MOMENT, (clock.moment, [(_TIMESTAMP, kind) for kind in (_STRING, _TIMESTAMP, _INT)]))
    for name, result, function in (
        ("age", _INT, clock.age),
        ("days_until", _INT, clock.days_until),
        ("is_birthday", _BOOL, clock.is_birthday),
    ):
        yield _declared(name, (function, [(result, _STRING), (result, _TIMESTAMP)]))


def _new(name: str) -> str:
    return name.replace("_", "@")


def _declared(name: str, *ways: tuple[Callable[..., Any] | None, Iterable[tuple[cel.Type, ...]]]) -> cel.FunctionDecl:
    """A function: what does the work, and for each kind of operands its result and these."""
    return cel.FunctionDecl(
        name,
        [
            cel.Overload("_".join((name, *(kind.name() for kind in taken))), result, taken, impl=function)
            for function, kinds in ways
            for result, *taken in kinds
        ],
    )


def _divide(one: float, other: float) -> float:
    try:
        return one / other
    except ZeroDivisionError:
        raise ValueError("a number is divided by 0") from None


def _on_clock(function: Callable[[Any, Any], Any], clock: ReaderClock) -> Callable[[Any, Any], Any]:
    """The same, with texts taken for moments where they meet one, or where both are some."""

    def done(one: Any, other: Any) -> Any:
        if isinstance(one, str) and isinstance(other, str):
            with suppress(ValueError):
                one, other = clock.moment(one), clock.moment(other)
        elif isinstance(one, str | datetime):
            one, other = (clock.moment(side) if isinstance(side, str) else side for side in (one, other))
        try:
            return function(one, other)
        except OverflowError:
            raise ValueError("this is at the end of the calendar") from None

    return done
