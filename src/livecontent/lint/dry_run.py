"""Tries the texts of a creative with samples of facts: finds those that could never be filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from liquid import BoundTemplate, RenderContext
from liquid.builtin.expressions import Filter, FilteredExpression, Literal, Path, StringLiteral
from liquid.builtin.expressions.logical import (
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LtExpression,
    NeExpression,
)
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from livecontent.expressions.template import MissingValueError, Template
from livecontent.expressions.unknown import Unknown
from livecontent.lint.template_analysis import TemplateAnalysis
from livecontent.vocabulary import EACH, FactPath

SETTINGS: Mapping[str, object] = MappingProxyType({"locale": "en", "timezone": "Europe/Paris", "currency": "EUR"})

_WHOLE = "a whole fact"
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "a text"),
    (datetime, "a moment"),
    (list, "a list"),
    (dict, _WHOLE),
)
_ORDERED = LtExpression | LeExpression | GtExpression | GeExpression
NUMBER = re.compile(r"-?(0|[1-9]\d{0,3})([.,]\d+)?")  # of few digits: postcodes and the like are texts
# What an attribute may be of which nothing is known; the first one goes through most filters.
_ANYTHING: tuple[object, ...] = (12, "Ann", "1994-11-29T18:00", True, ["a", "b"], [{"name": "a"}])
_ANY_TEXT = ("12", "1994-11-29T18:00")


class TemplateProblem(NamedTuple):
    """What is wrong in a text, and where; `lenient` where it goes wrong only with what is not known."""

    offset: int
    message: str
    lenient: bool = False


def kind_in_words(value: object) -> str:
    """What people call the kind of a value; "" for what may go with any."""
    return next((kind for types, kind in _KINDS if isinstance(value, types)), "")


def dry_run(text: Template, analysis: TemplateAnalysis, facts: Mapping[str, object]) -> Iterator[TemplateProblem]:
    """What can't be filled in with samples of facts."""
    trial = _Trial(analysis.template, facts, {name.offset: name.path for name in analysis.items})
    found = [flaw for expression in analysis.filtered for flaw in trial.filtered(expression)]
    found += [flaw for expression in analysis.comparisons for flaw in trial.comparison(expression)]
    yield from found
    if not found and not text.names:
        try:
            text.fill({**SETTINGS, **facts})
        except MissingValueError as error:
            yield TemplateProblem(0, str(error))


class _Trial:
    def __init__(self, template: BoundTemplate, facts: Mapping[str, object], items: Mapping[int, FactPath]) -> None:
        """`items` are the paths of what loops name, by the offset in the text."""
        self._context = RenderContext(template, globals={**SETTINGS, **facts})
        self._facts = facts
        self._items = items

    def filtered(self, expression: FilteredExpression) -> Iterator[TemplateProblem]:
        """A value that goes through filters, as far as these have arguments that are written out."""
        filters = _written(expression.filters or [])
        if not filters:
            return
        tried = [self._through(value, filters) for value in self._values(expression.left, len(filters))]
        if all(tried) and (flaw := tried[0]):
            yield flaw
            return
        if filters[0].name == "default" and (flaw := self._through(Unknown("it"), filters)):
            yield flaw._replace(message=f"left out if this is unknown: {flaw.message}", lenient=True)

    def comparison(self, expression: Expression) -> Iterator[TemplateProblem]:
        """Two sides of which the kinds are known; a number in quotes where one is not."""
        left, right = expression.children()
        offset = expression.token.start_index
        if all(isinstance(side, Literal) or self._sample(side) is not None for side in (left, right)):
            kinds = (self._kind(left), self._kind(right))
            if isinstance(expression, EqExpression | NeExpression):
                end = "never the same"
                wrong = kinds[0] != kinds[1] and _WHOLE not in kinds
            else:
                end = "compare moments in a rule, with when" if "a moment" in kinds else "they can't be compared"
                wrong = self._fails(expression) or (kinds[0] != kinds[1] and isinstance(expression, _ORDERED))
            if wrong:
                yield TemplateProblem(offset, f"{left} is {kinds[0]} and {right} is {kinds[1]}: {end}")
        elif isinstance(expression, _ORDERED) and isinstance(right, StringLiteral) and NUMBER.fullmatch(right.value):
            message = f"'{right.value}' is a text: if {left} is a number, this is left out; a number has no quotes"
            yield TemplateProblem(offset, message, lenient=True)

    def _fails(self, expression: Expression) -> bool:
        try:
            expression.evaluate(self._context)
        except LiquidError:
            return True
        return False

    def _kind(self, expression: Expression) -> str:
        return kind_in_words(expression.evaluate(self._context)) or _WHOLE

    def _through(self, value: object, filters: Sequence[Filter]) -> TemplateProblem | None:
        for filter_ in filters:
            try:
                value = filter_.evaluate(value, self._context)
            except Exception as error:  # noqa: BLE001  filters raise whatever comes to their mind
                return TemplateProblem(filter_.token.start_index, _plain(filter_.name, error))
        return None

    def _values(self, left: Expression, steps: int) -> Sequence[object]:
        """What may stand before so many filters; the first of several may make anything of a text."""
        if not isinstance(left, Path):
            return (left.evaluate(self._context),)
        sample = self._sample(left)
        if sample is None:
            return _ANYTHING
        return (sample, *_ANY_TEXT) if isinstance(sample, str) and steps > 1 else (sample,)

    def _sample(self, expression: Expression) -> object:
        """The sample of a name; None where nothing is known of it, or it is no name."""
        if not isinstance(expression, Path):
            return None
        value: object = self._facts
        for step in self._items.get(expression.token.start_index) or expression.path:
            if isinstance(value, Mapping):
                value = _named(value, "" if isinstance(step, Path) else step)
            elif isinstance(value, list) and value and step in (0, EACH):
                value = value[0]
            else:
                return None
        return value


def _named(value: Mapping[Any, object], step: object) -> object:
    """What is under a name, also where a sample stands under every key."""
    try:
        return value[step]
    except KeyError:
        return None


def _written(filters: Sequence[Filter]) -> Sequence[Filter]:
    """The filters up to the first with an argument that is not known before an open."""
    for index, filter_ in enumerate(filters):
        if not all(isinstance(argument, Literal) for argument in filter_.children()):
            return filters[:index]
    return filters


def _plain(name: str, error: Exception) -> str:
    message = str(error.message if isinstance(error, LiquidError) else error)
    if re.search(r"missing \d+ required", message):
        return f"something is missing after '{name}'"
    if re.search(r"positional arguments? but|unexpected keyword", message):
        return f"there is too much after '{name}'"
    return message
