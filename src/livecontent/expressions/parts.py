"""A template that is but text with names in it in, its parts out; parts and words in, the text filled in out.

Most texts are such, and most names stand for a text: to join these takes a tenth of what Liquid takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import Filter, FilteredExpression, Path, PositionalArgument, StringLiteral
from liquid.builtin.output import OutputNode

TextPart = str | tuple[str, ...]  # text as it is, or the path of a name

_ODD = re.compile("[\\r\\ud800-\\udfff]")  # what Liquid does not write as it is
MEANT = frozenset({"size", "first", "last"})  # names that Liquid looks up in its own way


def plain_parts(template: BoundTemplate) -> tuple[TextPart, ...] | None:
    """The parts of a template, before it is hardened; None where there is more to it than names and their defaults."""
    parts = [part for node in template.nodes if (part := _part(node)) is not None]
    return tuple(parts) if len(parts) == len(template.nodes) else None


def fill_parts(parts: tuple[TextPart, ...], words: Mapping[str, object]) -> str | None:
    """The text as Liquid would write it; None where a name does not stand for a text, or for an empty or odd one."""
    filled: list[str] = []
    for part in parts:
        value: object = part
        if type(part) is tuple:
            value = words
            for name in part:
                value = value.get(name) if type(value) is dict else None
        if type(value) is not str or (value is not part and not (value and value.isprintable())):
            return None
        filled.append(value)
    return "".join(filled)


def _part(node: Node) -> TextPart | None:
    if isinstance(node, ContentNode):
        return None if _ODD.search(node.text) else node.text
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return None
    path, filters = node.expression.left, node.expression.filters or []
    if not isinstance(path, Path) or not all(map(_is_default, filters)):
        return None
    names = [name for name in path.path if isinstance(name, str) and name not in MEANT]
    return tuple(names) if len(names) == len(path.path) else None


def _is_default(one: Filter) -> bool:
    """Whether a filter leaves alone what is known."""
    if one.name != "default" or len(one.args) != 1:
        return False
    return isinstance(one.args[0], PositionalArgument) and isinstance(one.args[0].value, StringLiteral)
