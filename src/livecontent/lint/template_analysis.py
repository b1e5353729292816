"""What a text names and does: how it uses each name, what it compares, and what goes through filters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import (
    BooleanExpression,
    FilteredExpression,
    LoopExpression,
    Path,
    StringLiteral,
)
from liquid.builtin.expressions.logical import (
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
from liquid.builtin.expressions.primitive import Blank, Empty, IntegerLiteral, Nil
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.case_tag import MultiExpressionBlockNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

from livecontent.expressions.liquid import COMPARISONS, OF_LISTS, LiquidEnvironment
from livecontent.expressions.template import Template
from livecontent.lint.guards import covers, items_of, mirrored
from livecontent.vocabulary import EACH, Compared, FactPath, UsedName, Vocabulary, dotted

_SIGNS: Mapping[type, str] = MappingProxyType(
    {
        GtExpression: ">",
        GeExpression: ">=",
        LtExpression: "<",
        LeExpression: "<=",
        EqExpression: "==",
        NeExpression: "!=",
    }
)


@dataclass(frozen=True, slots=True)
class TextName(UsedName):
    """A name of a text. `written`: as it stands there, in a loop by the name of the item.

    `needed`: without it the text is left unfilled. `whole`: all of it would be written, not one of its attributes.
    """

    written: str = ""
    whole: bool = False

    def __str__(self) -> str:
        return self.written


@dataclass(slots=True)
class TemplateAnalysis:
    """What is found in a text: names with their uses, comparisons, values with filters; as Liquid alone has it."""

    template: BoundTemplate
    names: list[TextName] = field(default_factory=list)  # of facts
    items: list[TextName] = field(default_factory=list)  # of lists that loops go through
    compared: list[Compared] = field(default_factory=list)
    comparisons: list[Expression] = field(default_factory=list)
    filtered: list[FilteredExpression] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is known for sure where an expression stands, and the lists that loops go through, by the item's name."""

    sure: frozenset[FactPath] = frozenset()
    loops: Mapping[str, FactPath] = field(default_factory=dict)

    def known(self, names: frozenset[FactPath]) -> "_Scope":
        return _Scope(self.sure | names, self.loops)


@dataclass(frozen=True, slots=True)
class _Use:
    needed: bool = True
    whole: bool = True


_WRITTEN = _Use()
_TESTED = _Use(needed=False, whole=False)
_WORKED_WITH = _Use(whole=False)


def analyse(text: Template, vocabulary: Vocabulary) -> TemplateAnalysis:
    """Reads a text that is valid."""
    template = vocabulary.made(LiquidEnvironment).parse_text(text.source)
    reader = _Reader(
        RenderContext(template), vocabulary, frozenset(name.offset for name in text.names), TemplateAnalysis(template)
    )
    for node in template.nodes:
        reader.node(node, _Scope())
    reader.found.names.sort(key=lambda name: name.offset)
    return reader.found


@dataclass(frozen=True, slots=True)
class _Reader:
    context: RenderContext
    vocabulary: Vocabulary
    facts: frozenset[int]  # where a fact stands, not what is assigned
    found: TemplateAnalysis

    def node(self, node: Node, scope: _Scope) -> None:
        use = _WRITTEN if isinstance(node, OutputNode) else _WORKED_WITH
        for expression in node.expressions():
            self.expression(expression, scope, use)
        if isinstance(node, MultiExpressionBlockNode):
            for expression in node.expression.expressions:
                self.compared(node.expression.left, expression, scope)
        for child, inner in self.children(node, scope):
            self.node(child, inner)

    def children(self, node: Node, scope: _Scope) -> Iterator[tuple[Node, _Scope]]:
        """The nodes inside, each with what is known there."""
        match node:
            case IfNode():
                yield node.consequence, scope.known(_tested(node.condition))
                yield from self.otherwise(node, scope.known(_untested(node.condition)))
            case UnlessNode():
                yield node.consequence, scope.known(_untested(node.condition))
                yield from self.otherwise(node, scope.known(_tested(node.condition)))
            case ForNode():
                yield node.block, _Scope(scope.sure, self.inside_loop(node.expression, scope))
                yield from ((block, scope) for block in (node.default,) if block)
            case _:
                yield from ((child, scope) for child in node.children(self.context))

    def otherwise(self, node: IfNode | UnlessNode, scope: _Scope) -> Iterator[tuple[Node, _Scope]]:
        """What stands behind `elsif` and `else`, each with what is known where nothing before was true."""
        for other in node.alternatives:
            self.expression(other.expression, scope, _TESTED)
            yield other.block, scope.known(_tested(other.expression))
            scope = scope.known(_untested(other.expression))
        if node.default:
            yield node.default, scope

    def inside_loop(self, loop: LoopExpression, scope: _Scope) -> Mapping[str, FactPath]:
        """The lists that loops go through, inside of another loop."""
        loops = {name: path for name, path in scope.loops.items() if name != loop.identifier}
        if isinstance(loop.iterable, Path):
            path = _fact(_steps(loop.iterable), scope)
            if self.vocabulary.may_be_list(path):
                loops[loop.identifier] = (*path, EACH)
        return loops

    def expression(self, expression: Expression, scope: _Scope, use: _Use) -> None:
        match expression:
            case Path():
                self.path(expression, scope, use)
            case FilteredExpression():
                self.filters(expression, scope, use)
            case LoopExpression():
                iterable = expression.iterable
                listed = isinstance(iterable, Path) and _steps(iterable)[0] in self.vocabulary.lists
                self.expression(expression.iterable, scope, _WORKED_WITH if listed else _WRITTEN)
                for other in expression.children()[1:]:
                    self.expression(other, scope, _WRITTEN)
            case LogicalAndExpression():
                self.expression(expression.left, scope, _TESTED)
                self.expression(expression.right, scope.known(_tested(expression.left)), _TESTED)
            case BooleanExpression() | LogicalOrExpression() | LogicalNotExpression():
                for child in expression.children():
                    self.expression(child, scope, _TESTED)
            case _ if isinstance(expression, COMPARISONS):
                self.comparison(expression, scope)
            case _:
                for child in expression.children():
                    self.expression(child, scope, _WORKED_WITH)

    def path(self, path: Path, scope: _Scope, use: _Use) -> None:
        steps = _steps(path)
        offset = path.token.start_index
        needed = use.needed and not covers(scope.sure, steps)
        name = TextName(_fact(steps, scope), offset, needed, dotted(steps), use.whole and len(steps) == 1)
        if offset in self.facts:
            self.found.names.append(name)
        if steps[0] in scope.loops:
            self.found.items.append(name)
        fact = self.vocabulary.types.get(steps[0])
        for child in path.children():  # a key that is not known is told of what is under it
            self.expression(child, scope, _TESTED if fact and fact.has_keys else _WRITTEN)

    def filters(self, expression: FilteredExpression, scope: _Scope, use: _Use) -> None:
        filters = expression.filters or []
        self.found.filtered.append(expression)
        first = filters[0].name if filters else ""
        if first == "default":
            use = _Use(needed=False, whole=use.whole)
        elif first:
            use = _WORKED_WITH if first in OF_LISTS else _WRITTEN
        self.expression(expression.left, scope, use)
        for filter_ in filters:
            for argument in filter_.children():
                self.expression(argument, scope, _WORKED_WITH if filter_.name == "concat" else _WRITTEN)

    def comparison(self, expression: Expression, scope: _Scope) -> None:
        left, right = expression.children()
        lenient = isinstance(left, Nil | Blank | Empty) or isinstance(right, Nil | Blank | Empty)
        for side in (left, right):
            self.expression(side, scope, _TESTED if lenient else _WORKED_WITH)
        self.found.comparisons.append(expression)
        if isinstance(expression, EqExpression | NeExpression):
            self.compared(left, right, scope)
            self.compared(right, left, scope)

    def compared(self, name: Expression, text: Expression, scope: _Scope) -> None:
        if isinstance(name, Path) and isinstance(text, StringLiteral):
            self.found.compared.append(Compared(_fact(_steps(name), scope), text.value, text.token.start_index))


def _fact(steps: tuple[str, ...], scope: _Scope) -> FactPath:
    """The path in the facts; an item of a loop is one of its list."""
    return (*scope.loops[steps[0]], *steps[1:]) if steps[0] in scope.loops else steps


def _steps(path: Path) -> tuple[str, ...]:
    """The names of a path; in brackets where another name tells it at the open."""
    return tuple(f"[{step}]" if isinstance(step, Path) else str(step) for step in path.path)


def _tested(expression: Expression) -> frozenset[FactPath]:
    """The names that are known where an expression is true."""
    match expression:
        case Path():
            return frozenset({_steps(expression)})
        case BooleanExpression() | LogicalAndExpression():
            return frozenset[FactPath]().union(*map(_tested, expression.children()))
        case EqExpression() if _nothing(expression):
            return frozenset()
        case NeExpression() if path := _nothing(expression):
            return _some(expression, path)
        case _ if isinstance(expression, COMPARISONS):  # that of an unknown name leaves the text unfilled
            named = (_tested(side) for side in expression.children() if isinstance(side, Path))
            return frozenset[FactPath]().union(*named, _counted(expression))
    return frozenset()


def _untested(expression: Expression) -> frozenset[FactPath]:
    """The names that are known where an expression is not true, as it asks whether they are missing."""
    match expression:
        case BooleanExpression():
            return frozenset[FactPath]().union(*map(_untested, expression.children()))
        case LogicalNotExpression():
            return frozenset[FactPath]().union(*map(_tested, expression.children()))
        case LogicalOrExpression():
            return frozenset[FactPath]().union(*map(_untested, expression.children()))
        case EqExpression() if path := _nothing(expression):
            return _some(expression, path)
    return frozenset()


def _nothing(comparison: Expression) -> Path | None:
    """The name that is compared with nil, blank or empty."""
    left, right = comparison.children()
    for name, other in ((left, right), (right, left)):
        if isinstance(name, Path) and isinstance(other, Nil | Blank | Empty):
            return name
    return None


def _some(comparison: Expression, path: Path) -> frozenset[FactPath]:
    """What is known of a name that is not nothing; a list that is not empty has an item."""
    steps = _steps(path)
    listed = any(isinstance(side, Empty) for side in comparison.children())
    return frozenset({steps, (*steps, "0")} if listed else {steps})


def _counted(comparison: Expression) -> frozenset[FactPath]:
    """The items of a list whose size is compared with a number."""
    left, right = comparison.children()
    sign = _SIGNS.get(type(comparison))
    for counted, number, compared in ((left, right, sign), (right, left, mirrored(sign or ""))):
        if sign and isinstance(counted, Path) and counted.path[-1] == "size" and isinstance(number, IntegerLiteral):
            return items_of(_steps(counted)[:-1], compared or sign, number.value)
    return frozenset()
