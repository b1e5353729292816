"""How a value is written into a text: never all that a list holds, never what no font draws."""

from collections.abc import Mapping
from typing import TextIO

from liquid import RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.echo_tag import EchoNode, EchoTag
from liquid.exceptions import LiquidTypeError, UndefinedError
from liquid.stringify import to_liquid_string

from livecontent.expressions.marks import END, START, marked
from livecontent.expressions.unknown import DRAWABLE, Unknown, spelled, undrawn


def write_value(node: "WrittenNode | WrittenEcho", context: RenderContext, buffer: TextIO) -> int:
    """Writes a value, between marks where it is to be drawn, but never all that a mapping or a list holds."""
    value = node.expression.evaluate(context)
    if type(value) is not str:
        if is_collection(value):
            raise LiquidTypeError(f"{node.expression} is neither a text nor a number", token=node.expression.token)
        value = abs(value) if value == 0 and type(value) is float else value  # there is no negative zero
        value = to_liquid_string(value, autoescape=False)
    elif not value.isascii() and (sign := undrawn(value, context)):
        name = getattr(node.expression, "left", node.expression)
        raise UndefinedError(f"{name} can't be drawn: no font has {spelled(sign)}", token=node.expression.token)
    if node.read and context.tag_namespace.get(DRAWABLE):
        value = f"{START}{value}{END}" if value.isprintable() and value else marked(value)
    return buffer.write(value)


class WrittenNode(OutputNode):
    """What stands in a text for a value."""

    read = False  # by people, not worked with later
    render_to_output = write_value


class WrittenEcho(EchoNode):
    """The same, as a tag."""

    read = False
    render_to_output = write_value


class WrittenTag(Output):
    """`{{ ... }}`."""

    node_class = WrittenNode


class WrittenEchoTag(EchoTag):
    """`{% echo ... %}`."""

    node_class = WrittenEcho


def is_collection(value: object) -> bool:
    """Whether a value holds others."""
    return isinstance(value, Mapping | list | tuple) and not isinstance(value, Unknown)
