"""The syntax tree of a checked CEL expression, read from the protobuf (`cel.expr.CheckedExpr`) that CEL serialises."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

_VARINT, _LENGTH = 0, 2  # wire types of protobuf
_SIZES = {1: 8, 5: 4}  # in bytes, of the other wire types
Kind = Literal["constant", "variable", "field", "has", "call", "list", "map", "loop"]


class CelNode(NamedTuple):
    """A node of the tree. The offset counts characters of the source: of the last operator, where there is one.

    `name` is that of a variable ("now.hour" where it is declared so), field, function or operator (`_==_`, `_[_]`); of
    a loop, the variable of each item. `inner` are operands, arguments (the target of a method first), parts, or of a
    loop what it goes through, what it begins with, and its body. Macros such as `exists` come expanded, as loops.
    """

    kind: Kind
    offset: int
    name: str = ""
    inner: tuple["CelNode", ...] = ()
    value: object = None  # of a constant: a text, a number or a truth value; None for others


def path_of(node: CelNode) -> tuple[str, ...] | None:
    """The path of a fact that a node names, as far as it is written out; None for what is no name."""
    if node.kind == "variable":
        return tuple(node.name.split("."))
    if node.kind != "field" and node.name != "_[_]":
        return None
    path = path_of(node.inner[0])
    if path is None or node.kind == "field":
        return path and (*path, node.name)
    index = node.inner[1].value
    return (*path, str(index)) if isinstance(index, str | int) else None


def read_cel(serialized: bytes) -> CelNode:
    """The tree of `Expression.serialize()`."""
    checked = _message(_message(serialized)[2][0])  # inside of google.protobuf.Any
    positions = map(_message, _message(checked[5][0]).get(4, ()))
    return _node(checked[4][0], {position[1][0]: position.get(2, [0])[0] for position in positions})


def _node(data: bytes, offsets: dict[int, int]) -> CelNode:
    fields = _message(data)
    offset = offsets.get(fields.get(2, [0])[0], 0)
    number = max(fields)  # which of the kinds it is
    found = _message(fields[number][0])

    def inner(*numbers: int) -> tuple[CelNode, ...]:
        return tuple(_node(part, offsets) for number in numbers for part in found.get(number, ()))

    match number:
        case 4:
            return CelNode("variable", offset, found[1][0].decode())
        case 5:
            return CelNode("has" if 3 in found else "field", offset, found[2][0].decode(), inner(1))
        case 6:
            return CelNode("call", offset, found[2][0].decode(), inner(1, 3))
        case 7:
            return CelNode("list", offset, inner=inner(1))
        case 8:
            entries = [
                part for entry in map(_message, found.get(2, ())) for key in (3, 4) for part in entry.get(key, ())
            ]
            return CelNode("map", offset, inner=tuple(_node(part, offsets) for part in entries))
        case 9:
            return CelNode("loop", offset, found[1][0].decode(), inner(2, 4, 6))
    return CelNode("constant", offset, value=_constant(found))


def _constant(found: dict[int, list[Any]]) -> object:
    ((number, (value,)),) = found.items()
    match number:
        case 2:
            return bool(value)
        case 3 | 4:  # int64, uint64
            return value - 2**64 if number == 3 and value >= 2**63 else value
        case 6:
            return value.decode()
    return None


def _message(data: bytes) -> dict[int, list[Any]]:
    """The fields of a message by their number."""
    found: dict[int, list[Any]] = {}
    for number, value in _fields(data):
        found.setdefault(number, []).append(value)
    return found


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message: a number for a varint, bytes for all else."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        size, at = _varint(data, at) if key & 7 == _LENGTH else (_SIZES[key & 7], at)
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at
