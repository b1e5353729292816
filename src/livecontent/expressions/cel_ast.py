"""The syntax tree of a checked CEL expression, read from the protobuf (`cel.expr.CheckedExpr`) that CEL serialises.

Names come with their declared variable ("now.hour"); macros such as `exists` come expanded, as loops.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5  # wire types of protobuf


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number, truth value or null that stands written. Offsets count characters of the source."""

    offset: int
    value: object


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment or of a loop."""

    offset: int
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """`operand.name`, or `has(operand.name)`."""

    offset: int
    operand: "CelNode"
    name: str
    tested: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator such as `_==_` or `_[_]`; the target of a method is its first argument."""

    offset: int
    function: str
    arguments: tuple["CelNode", ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A list, map or message that stands written, by its parts."""

    offset: int
    parts: tuple["CelNode", ...]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Loop:
    """An expanded macro: `variable` stands for each item of `items` in `body`; `start` is what it begins with."""

    offset: int
    variable: str
    items: "CelNode"
    start: "CelNode"
    body: "CelNode"


CelNode: TypeAlias = Constant | Variable | Field | Call | Literal | Loop


def read_cel(serialized: bytes) -> CelNode:
    """The tree of `Expression.serialize()`."""
    checked = _message(_message(serialized)[2][0])  # inside of google.protobuf.Any
    positions = {}
    for entry in _message(checked[5][0]).get(4, ()):
        position = _message(entry)
        positions[position[1][0]] = position.get(2, [0])[0]
    return _node(checked[4][0], positions)


def _node(data: bytes, positions: dict[int, int]) -> CelNode:
    fields = _message(data)
    offset = positions.get(fields.get(2, [0])[0], 0)

    def inner(data: bytes) -> CelNode:
        return _node(data, positions)

    if 4 in fields:
        return Variable(offset, _text(_message(fields[4][0])[1][0]))
    if 5 in fields:
        select = _message(fields[5][0])
        return Field(offset, inner(select[1][0]), _text(select[2][0]), 3 in select)
    if 6 in fields:
        call = _message(fields[6][0])
        arguments = (*call.get(1, ()), *call.get(3, ()))
        return Call(offset, _text(call[2][0]), tuple(map(inner, arguments)))
    if 7 in fields:
        return Literal(offset, tuple(map(inner, _message(fields[7][0]).get(1, ()))), is_list=True)
    if 8 in fields:
        entries = map(_message, _message(fields[8][0]).get(2, ()))
        parts = [inner(part) for entry in entries for part in (*entry.get(3, ()), *entry.get(4, ()))]
        return Literal(offset, tuple(parts), is_list=False)
    if 9 in fields:
        loop = _message(fields[9][0])
        return Loop(offset, _text(loop[1][0]), inner(loop[2][0]), inner(loop[4][0]), inner(loop[6][0]))
    return Constant(offset, _constant(fields[3][0]))


def _constant(data: bytes) -> object:
    for number, value in _fields(data):
        match number:
            case 2:
                return bool(value)
            case 3:  # an int64
                return value - 2**64 if isinstance(value, int) and value >= 2**63 else value
            case 4:
                return value
            case 6:
                return _text(value)
            case _:  # a null, a double or bytes: nobody asks for their value
                return None
    return None


def _text(data: bytes) -> str:
    return data.decode()


def _message(data: bytes) -> dict[int, list[Any]]:
    """The fields of a message by their number."""
    found: dict[int, list[Any]] = {}
    for number, value in _fields(data):
        found.setdefault(number, []).append(value)
    return found


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message: numbers for varints, bytes for all else."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        size = {_FIXED64: 8, _FIXED32: 4}.get(key & 7, 0)
        value: int | bytes
        if key & 7 == _VARINT:
            value, at = _varint(data, at)
        else:
            if key & 7 == _LENGTH:
                size, at = _varint(data, at)
            value = data[at : at + size]
            at += size
        yield key >> 3, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at
