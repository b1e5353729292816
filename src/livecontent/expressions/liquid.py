"""Liquid as creatives use it: a text is filled in whole, or not at all.

Liquid takes what is not known for nothing: it compares it, loops over it and writes it as "". Here it may be tested for
being there (`{% if recipient.points %}`, `!= nil`, `== blank`) and given a default; all else leaves the text unfilled.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext, Token
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, LoopExpression, Nil, Path
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
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

from livecontent.errors import did_you_mean
from livecontent.expressions.day_filters import day_filters
from livecontent.expressions.filters import Formats
from livecontent.expressions.unknown import Redacted, Unknown, refuse_redacted, undrawn
from livecontent.expressions.written_value import WrittenEcho, WrittenEchoTag, WrittenNode, WrittenTag, is_collection
from livecontent.vocabulary import Vocabulary

MAX_WORK = 500_000  # of all filters of one filling, in characters that they may write
_LEAST_WORK = 100
_PLAIN = frozenset({str, int, float, bool})  # nothing is in them, and they are known

COMPARISONS = (
    *(EqExpression, NeExpression, LtExpression, LeExpression, GtExpression, GeExpression),
    ContainsExpression,
)
_LOGIC = (BooleanExpression, LogicalAndExpression, LogicalNotExpression, LogicalOrExpression)
# Filters that take lists; the others would write one as Python does, with all that is in it.
OF_LISTS = frozenset(
    {
        *("compact", "concat", "find", "find_index", "first", "has", "join", "last", "map", "reject", "reverse"),
        *("size", "slice", "sort", "sort_natural", "sum", "uniq", "where"),
    }
)
_OF_ANY_ITEMS = frozenset({"concat", "first", "last", "reverse", "size", "slice"})  # they look at none of the items
_SURE_DEFAULT = "default of what is known"  # no name that can be written in a template
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED_OR_SHORT_RANGE = re.compile(r"'[^']*'|\"[^\"]*\"|\(\s*\d{1,3}\s*\.\.\s*\d{1,3}\s*\)")


class LiquidEnvironment(Environment):
    """The tags and filters of texts, and their limits."""

    context_depth_limit = 10
    block_nesting_limit = 20
    loop_iteration_limit = 100
    local_namespace_limit = 20_000
    output_stream_limit = 8000

    def __init__(self, _: Vocabulary) -> None:
        super().__init__(undefined=Unknown, autoescape=False)
        self.filters.update(Formats().filters())
        self.filters.update(day_filters())
        self.names_of_filters = frozenset(self.filters)
        default = self.filters["default"]
        self.filters = {name: _guarded(name, function) for name, function in self.filters.items()}
        self.filters["default"] = _default(default, worked_with=False)
        self.filters[_SURE_DEFAULT] = _default(default, worked_with=True)
        for tag in ("include", "render", "tablerow", "cycle"):  # one creative is one file, and no page
            self.tags.pop(tag, None)
        self.add_tag(WrittenTag)
        self.add_tag(WrittenEchoTag)

    def parse_text(self, source: str) -> BoundTemplate:
        """A template, still as lenient as Liquid is. Raises `LiquidError` or `ValueError`."""
        template = self.from_string(source)
        # Liquid has no limit for what it does with a range outside of a loop.
        if any(".." in _QUOTED_OR_SHORT_RANGE.sub("", tag) for tag in TAG.findall(source)):
            raise ValueError("a range is written out and ends below 1000, such as (1..5)")
        return template

    def unknown_filter(self, token: Token) -> UnknownFilterError:
        """Says that there is no such filter, and the nearest there is."""
        hint = did_you_mean(token.value, self.names_of_filters)
        problem = f"unknown filter '{token.value}'"
        return UnknownFilterError(f"{problem}; {hint}" if hint else problem, token=token)


def harden(template: BoundTemplate) -> None:
    """Makes a template leave a text unfilled where Liquid would guess."""
    context = RenderContext(template)
    queue = [(node, True) for node in template.nodes]
    while queue:
        node, written = queue.pop()  # whether what is written there is read, and not tested later
        written = written and not isinstance(node, CaptureNode)
        if isinstance(node, WrittenNode | WrittenEcho):
            node.read = written
        for expression in node.expressions():
            _harden_expression(expression)
            if isinstance(expression, FilteredExpression) and not (written and isinstance(node, OutputNode)):
                for filter_ in expression.filters or ():
                    filter_.name = _SURE_DEFAULT if filter_.name == "default" else filter_.name
        if isinstance(node, MultiExpressionBlockNode):  # {% when %}
            choice = node.expression
            choice.left, choice.expressions = _known_sides(choice.left, choice.expressions)
        queue += [(child, written) for child in node.children(context)]


def _harden_expression(expression: Expression) -> None:
    for child in expression.children():
        _harden_expression(child)
    if isinstance(expression, LoopExpression):
        expression.iterable = _Listed(expression.iterable)
    elif isinstance(expression, COMPARISONS):
        left, right = expression.left, expression.right
        expression.left, expression.right = _Known(left, right), _Known(right, left)
    for side in ("expression", "left", "right") if isinstance(expression, _LOGIC) else ():
        if isinstance(tested := getattr(expression, side, None), Path):
            setattr(expression, side, _Drawn(tested))


def _known_sides(left: Expression, rights: Iterable[Expression]) -> tuple[Expression, list[Expression]]:
    """The sides of `case` and its `when`; one of these may be `nil`."""
    others = list(rights)
    lenient = next((other for other in others if isinstance(other, Nil | Blank | Empty)), left)
    return _Known(left, lenient), [_Known(other, left) for other in others]


class _Known(Expression):
    """One side of a comparison, to be known unless the other is `nil`, `blank` or `empty`."""

    __slots__ = ("inner", "other")

    def __init__(self, inner: Expression, other: Expression) -> None:
        super().__init__(inner.token)
        self.inner = inner
        self.other = other

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        refuse_redacted(value)
        tested = type(value) is str and isinstance(self.other, Nil | Blank | Empty) and undrawn(value, context)
        if isinstance(self.inner, Nil) or not (value is None or tested or isinstance(value, Unknown)):
            return value
        if isinstance(self.other, Nil):
            return None
        if isinstance(self.other, Blank | Empty):
            return ""
        raise _not_known(value, self.inner)

    def children(self) -> list[Expression]:
        return [self.inner]


class _Around(Expression):
    """An expression that looks at the value of another."""

    __slots__ = ("inner",)

    def __init__(self, inner: Expression) -> None:
        super().__init__(inner.token)
        self.inner = inner

    def children(self) -> list[Expression]:
        return [self.inner]


class _Drawn(_Around):
    """A name that is tested for being there: what no font draws is not."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        return None if type(value) is str and not value.isascii() and undrawn(value, context) else value


class _Listed(_Around):
    """What a loop goes through: a list that is known."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        value = self.inner.evaluate(context)
        if value is None or isinstance(value, Unknown | Redacted):
            raise _not_known(value, self.inner)
        if isinstance(value, Mapping | str):
            raise LiquidTypeError(f"{self.inner} is {'a text, ' * isinstance(value, str)}not a list", token=self.token)
        return value

    def children(self) -> list[Expression]:
        return [self.inner]


def _not_known(value: object, expression: Expression) -> UndefinedError:
    try:
        str(value)
    except UndefinedError as error:
        return error
    return UndefinedError(f"{expression} is not known", token=expression.token)


def _default(function: Callable[..., Any], *, worked_with: bool) -> Callable[..., Any]:
    """The filter `default`, which gives other words for what is redacted or can't be drawn, but no `false` and nothing.

    Where its words are worked with later, not even those: they would be taken for what is known.
    """

    @wraps(function)
    def default(value: Any, other: Any = "", *, context: RenderContext, **named: Any) -> Any:
        odd = worked_with or other is None or isinstance(other, bool | Unknown | Redacted)
        if odd and isinstance(value, Redacted):
            value.refuse()
        if type(value) is str and not value.isascii() and undrawn(value, context):
            return other
        return function(value, other, **named)

    return with_context(default)


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what is not known (Liquid would take it for 0 or ""), collections, and endless work."""
    takes_context = getattr(function, "with_context", False)

    @wraps(function)
    def guarded(*values: Any, context: RenderContext, **named: Any) -> Any:
        for value in (*values, *named.values()):
            if type(value) in _PLAIN:
                continue
            if isinstance(value, Unknown | Redacted):
                str(value)
            if is_collection(value):
                _check_collection(name, value, tuple(key for key in values[1:] if isinstance(key, str)))
        work = 1
        for value in values:
            if isinstance(value, str | list | tuple | range):
                work *= len(value) or 1
        state = context.tag_namespace
        state["work"] = state.get("work", 0) + max(work, _LEAST_WORK)
        if state["work"] > MAX_WORK:
            raise LiquidValueError("this text takes too long to fill in", token=None)
        return (partial(function, context=context) if takes_context else function)(*values, **named)

    return with_context(guarded)


def _check_collection(name: str, value: Any, keys: tuple[str, ...]) -> None:
    """Raises for what a filter may not look at: what is redacted, and, if it takes no list, any collection."""
    if name not in OF_LISTS or (name == "join" and any(map(is_collection, value))):
        raise LiquidTypeError(f"{name} takes no list and no whole fact", token=None)
    if isinstance(value, Mapping):
        refuse_redacted(value)
    elif name not in _OF_ANY_ITEMS:
        refuse_redacted(value, keys or None)
