"""Liquid as creatives speak it: source in, template out, which writes whole sentences or none.

Liquid takes what is not known for nothing: it compares it, loops over it and writes it as "". Here it may be tested for
being there (`{% if recipient.points %}`, `!= nil`, `== blank`) and given a default; all else leaves the text unfilled.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import partial, wraps
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext, Token
from liquid.builtin.expressions import FilteredExpression, LoopExpression, Nil
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.case_tag import MultiExpressionBlockNode
from liquid.exceptions import LiquidTypeError, LiquidValueError, UndefinedError, UnknownFilterError
from liquid.expression import Expression
from liquid.filter import with_context

from livecontent.expressions.filters import add_formats
from livecontent.expressions.unknown import AsOf, Redacted, Unknown, refuse_redacted

MAX_WORK = 500_000  # of all filters of one filling, in characters that they may write
_LEAST_WORK = 100

COMPARISONS = (
    *(EqExpression, NeExpression, LtExpression, LeExpression, GtExpression, GeExpression),
    ContainsExpression,
)
# Filters that take lists; the others would write one as Python does, with all that is in it.
OF_LISTS = frozenset(
    {
        *("compact", "concat", "find", "find_index", "first", "has", "join", "last", "map", "reject", "reverse"),
        *("size", "slice", "sort", "sort_natural", "sum", "uniq", "where"),
    }
)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED_OR_SHORT_RANGE = re.compile(r"'[^']*'|\"[^\"]*\"|\(\s*\d{1,3}\s*\.\.\s*\d{1,3}\s*\)")


class _Environment(Environment):
    context_depth_limit = 10
    block_nesting_limit = 20
    loop_iteration_limit = 100
    local_namespace_limit = 20_000
    output_stream_limit = 8000


class _Strict(Expression):
    """An expression within another one."""

    __slots__ = ("inner",)

    def __init__(self, inner: Expression) -> None:
        super().__init__(inner.token)
        self.inner = inner

    def evaluate(self, context: RenderContext) -> object:
        return self.inner.evaluate(context)

    def children(self) -> list[Expression]:
        return [self.inner]


class _Compared(_Strict):
    """One side of a comparison, to be known unless the other is `nil`, `blank` or `empty`."""

    __slots__ = ("other",)

    def __init__(self, inner: Expression, other: Expression) -> None:
        super().__init__(inner)
        self.other = other

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        refuse_redacted(value, ())
        if isinstance(self.inner, Nil) or not (value is None or isinstance(value, Unknown)):
            return value
        if isinstance(self.other, Nil):
            return None
        if isinstance(self.other, Blank | Empty):
            return ""
        raise _not_known(value, self.inner)


class _Sure(_Strict):
    """What is worked with: never what is withheld, not even where a default stands by."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        if isinstance(value, Redacted):
            raise _not_known(value, self.inner)
        return value


class _Listed(_Strict):
    """What a loop goes through: a list."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        if value is None or isinstance(value, Unknown):
            raise _not_known(value, self.inner)
        if isinstance(value, Mapping):
            raise LiquidTypeError(f"{self.inner} is no list", token=self.token)
        return value


class _Written(_Strict):
    """What is written: never all that a mapping or a list holds."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        if _is_collection(value):
            raise LiquidTypeError(f"{self.inner} is no text or number", token=self.token)
        return value


def _not_known(value: object, expression: Expression) -> UndefinedError:
    try:
        str(value)
    except UndefinedError as error:
        return error
    return UndefinedError(f"{expression} is not known", token=expression.token)


def _is_collection(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple) and not isinstance(value, Unknown)


def _default(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter `default`, which gives other words for what is withheld, but no `false` and nothing."""

    @wraps(function)
    def default(value: Any, other: Any = "", **named: Any) -> Any:
        if isinstance(value, Redacted) and (other is None or isinstance(other, bool | Unknown)):
            str(value)
        return function(value, other, **named)

    return default


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what is not known (Liquid would take it for 0 or ""), collections, and endless work."""
    takes_context = getattr(function, "with_context", False)

    @wraps(function)
    def guarded(*values: Any, context: RenderContext, **named: Any) -> Any:
        if isinstance(values[0], AsOf) and name in ("date", "time"):
            values = (values[0].at, *values[1:])
        for value in (*values, *named.values()):
            if isinstance(value, Unknown):
                str(value)
            if _is_collection(value):
                refuse_redacted(value, [key for key in values[1:] if isinstance(key, str)])
            inside = value if name == "join" and isinstance(value, list | tuple) else ()
            if (_is_collection(value) and name not in OF_LISTS) or any(map(_is_collection, inside)):
                raise LiquidTypeError(f"{name} takes no list and no whole fact", token=None)
        sizes = (len(value) for value in values if isinstance(value, str | list | tuple | range))
        state = context.tag_namespace
        state["work"] = state.get("work", 0) + max(math.prod(size or 1 for size in sizes), _LEAST_WORK)
        if state["work"] > MAX_WORK:
            raise LiquidValueError("this text takes too long to fill in", token=None)
        return (partial(function, context=context) if takes_context else function)(*values, **named)

    return with_context(guarded)


def _environment() -> Environment:
    environment = _Environment(undefined=Unknown, autoescape=False)
    add_formats(environment)
    for name, function in environment.filters.items():
        environment.filters[name] = _default(function) if name == "default" else _guarded(name, function)
    for tag in ("include", "render", "tablerow", "cycle"):  # one creative is one file, and no page
        environment.tags.pop(tag, None)
    return environment


_LIQUID = _environment()
FILTERS = frozenset(_LIQUID.filters)


def parse(source: str) -> BoundTemplate:
    """A template, still as lenient as Liquid is. Raises `LiquidError` or `ValueError`."""
    template = _LIQUID.from_string(source)
    _refuse_long_ranges(source)
    return template


def _refuse_long_ranges(source: str) -> None:
    """Raises `ValueError`: Liquid has no limit for what it does with a range outside of a loop."""
    if any(".." in _QUOTED_OR_SHORT_RANGE.sub("", tag) for tag in _TAG.findall(source)):
        raise ValueError("a range is written out and ends below 1000, such as (1..5)")


def unknown_filter(token: Token) -> UnknownFilterError:
    """Says that there is no such filter, and the nearest there is."""
    close = get_close_matches(token.value, FILTERS, 1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return UnknownFilterError(f"unknown filter '{token.value}'{hint}", token=token)


def harden(template: BoundTemplate) -> None:
    """Makes a template leave a text unfilled where Liquid would guess."""
    context = RenderContext(template)
    queue = [(node, True) for node in template.nodes]
    while queue:
        node, plain = queue.pop()
        plain = plain and not isinstance(node, CaptureNode)
        for expression in node.expressions():
            _harden_expression(expression)
            if isinstance(expression, FilteredExpression) and not (plain and isinstance(node, OutputNode)):
                expression.left = _Sure(expression.left)
        if isinstance(node, OutputNode):
            node.expression = _Written(node.expression)
        elif isinstance(node, MultiExpressionBlockNode):  # {% when %}
            choice = node.expression
            choice.left, choice.expressions = _compared(choice.left, choice.expressions)
        queue += [(child, plain) for child in node.children(context)]


def _harden_expression(expression: Expression) -> None:
    for child in expression.children():
        _harden_expression(child)
    if isinstance(expression, LoopExpression):
        expression.iterable = _Listed(expression.iterable)
        expression.limit, expression.offset = (part and _Sure(part) for part in (expression.limit, expression.offset))
    elif isinstance(expression, COMPARISONS):
        left, right = expression.left, expression.right
        expression.left, expression.right = _Compared(left, right), _Compared(right, left)


def _compared(left: Expression, rights: Iterable[Expression]) -> tuple[Expression, list[Expression]]:
    """The sides of `case` and its `when`; one of these may be `nil`."""
    others = list(rights)
    lenient = next((other for other in others if isinstance(other, Nil | Blank | Empty)), left)
    return _Compared(left, lenient), [_Compared(other, left) for other in others]
