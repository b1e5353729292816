"""The syntax tree of a checked CEL expression, read from the protobuf (`cel.expr.CheckedExpr`) that CEL serialises."""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from livecontent.vocabulary import told_at_open

# `let` is a reserved word of CEL: there it is another name, as long, which no fact has.
_LET, _WRITTEN = "Let.", "let."
_LEXIS = re.compile(
    r"""
    (?P<comment> //[^\n]* )
    | (?P<quoted>
        [rR] (?: \"{3} [\s\S]*? \"{3} | '{3} [\s\S]*? '{3} | "[^"\r\n]*" | '[^'\r\n]*' )
        | \"{3} (?: \\. | [^\\] )*? \"{3} | '{3} (?: \\. | [^\\] )*? '{3}
        | "(?: \\. | [^"\\\r\n] )*" | '(?: \\. | [^'\\\r\n] )*'
        | `[^`\n]*`
    )
    | \. (?: \s | //[^\n]* )* let\b  # of a fact
    | (?P<let> \b let\. )
    """,
    re.VERBOSE,
)
_VARINT, _LENGTH = 0, 2  # wire types of protobuf
_SIZES = {1: 8, 5: 4}  # in bytes, of the other wire types
_PRIMITIVES = {1: "bool", 2: "int", 3: "uint", 4: "double", 5: "string", 6: "bytes"}
_WELL_KNOWN = {2: "timestamp", 3: "duration"}
Kind = Literal["constant", "variable", "field", "has", "call", "list", "map", "loop"]


class CelNode(NamedTuple):
    """A node of the tree. The offset counts characters of the source: of the last operator, where there is one.

    `name` is that of a variable ("now.hour" where it is declared so), field, function or operator (`_==_`, `_[_]`); of
    a loop, the variable of each item. `inner` are operands, arguments (the target of a method first), parts, or of a
    loop what it goes through, what it begins with, and its body. Macros such as `exists` come expanded, as loops.
    `type` is what CEL has found out: bool, int, double, string, timestamp, ... or dyn; `span` is where the node stands
    in the protobuf, `at` where the name of a function does.
    """

    kind: Kind
    offset: int
    name: str = ""
    inner: tuple["CelNode", ...] = ()
    value: object = None  # of a constant: a text, a number or a truth value; None for others
    type: str = "dyn"
    span: tuple[int, int] = (0, 0)
    at: int = 0


class _Span(NamedTuple):
    """A part of the protobuf, in bytes."""

    start: int
    end: int


def as_cel(source: str) -> str:
    """An expression as CEL takes it; all stands where it stood."""
    return _LEXIS.sub(lambda found: _LET if found["let"] else found[0], source)


def code_in(source: str) -> str:
    """An expression with blanks for comments, texts and quoted names; all else stands where it stood."""
    return _LEXIS.sub(lambda found: " " * len(found[0]) if found["comment"] or found["quoted"] else found[0], source)


def without_comments(source: str) -> str:
    """An expression with nothing in it for people alone."""
    return _LEXIS.sub(lambda found: "" if found["comment"] else found[0], source)


def as_written(name: str) -> str:
    """The name of a variable as it is written."""
    return name.replace(_LET, _WRITTEN, 1) if name.startswith(_LET) else name


def path_of(node: CelNode) -> tuple[str, ...] | None:
    """The path of a fact that a node names, as far as it is written out; None for what is no name."""
    if node.kind == "variable":
        return tuple(node.name.split("."))
    if node.kind != "field" and node.name != "_[_]":
        return None
    path = path_of(node.inner[0])
    if path is None or node.kind == "field":
        return path and (*path, node.name)
    index = node.inner[1]
    if isinstance(index.value, str | int):
        return (*path, str(index.value))
    told = path_of(index) if len(path) == 1 else None
    return (*path, told_at_open(told)) if told else None


def read_cel(serialized: bytes) -> CelNode:
    """The tree of `Expression.serialize()`."""
    return CelReader(serialized).root()


class CelReader:
    """Reads the tree of `Expression.serialize()`, or takes a part of it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._any = self._message(_Span(0, len(data)))
        self._checked = self._message(self._any[2][0])  # inside of google.protobuf.Any
        positions = map(self._message, self._message(self._checked[5][0]).get(4, ()))
        self._offsets = {position[1][0]: position.get(2, [0])[0] for position in positions}
        types = map(self._message, self._checked.get(3, ()))
        self._types = {entry[1][0]: self._type(entry[2][0]) for entry in types}

    def root(self) -> CelNode:
        """The whole."""
        return self._node(self._checked[4][0])

    def part(self, node: CelNode) -> bytes:
        """A node of the tree as a rule of its own."""
        start, end = node.span
        parts = [(4, self._data[start:end])]
        parts += [
            (number, self._data[slice(*span)])
            for number, spans in self._checked.items()
            for span in spans
            if number != 4
        ]
        checked = b"".join(_field(number, data) for number, data in parts)
        return _field(1, self._data[slice(*self._any[1][0])]) + _field(2, checked)

    def _type(self, span: _Span) -> str:
        ((number, (value, *_)),) = self._message(span).items()
        match number:
            case 2:
                return "null"
            case 3:
                return _PRIMITIVES.get(value, "dyn")
            case 5:
                return _WELL_KNOWN.get(value, "dyn")
            case 6 | 7:
                return "list" if number == 6 else "map"
        return "dyn"

    def _node(self, span: _Span) -> CelNode:
        fields = self._message(span)
        number = max(fields)  # which of the kinds it is
        identity = fields.get(2, [0])[0]
        found = self._message(fields[number][0])
        offset, kind = self._offsets.get(identity, 0), self._types.get(identity, "dyn")

        def made(what: Kind, name: _Span | None = None, *numbers: int, value: object = None) -> CelNode:
            inner = tuple(self._node(part) for number in numbers for part in found.get(number, ()))
            return CelNode(what, offset, self._text(name), inner, value, kind, span, name.start if name else 0)

        match number:
            case 4:
                variable = made("variable", found[1][0])
                return variable._replace(name=as_written(variable.name))
            case 5:
                return made("has" if 3 in found else "field", found[2][0], 1)
            case 6:
                return made("call", found[2][0], 1, 3)
            case 7:
                return made("list", None, 1)
            case 8:
                entries = map(self._message, found.get(2, ()))
                parts = [part for entry in entries for key in (3, 4) for part in entry.get(key, ())]
                return made("map")._replace(inner=tuple(map(self._node, parts)))
            case 9:
                return made("loop", found[1][0], 2, 4, 6)
        return made("constant", value=self._constant(found))

    def _constant(self, found: dict[int, list[Any]]) -> object:
        ((number, (value,)),) = found.items()
        match number:
            case 2:
                return bool(value)
            case 3 | 4:  # int64, uint64
                return value - 2**64 if number == 3 and value >= 2**63 else value
            case 6:
                return self._text(value)
        return None

    def _text(self, span: _Span | None) -> str:
        return self._data[span.start : span.end].decode() if span else ""

    def _message(self, span: _Span) -> dict[int, list[Any]]:
        """The fields of a message by their number."""
        found: dict[int, list[Any]] = {}
        for number, value in self._fields(span):
            found.setdefault(number, []).append(value)
        return found

    def _fields(self, span: _Span) -> Iterator[tuple[int, int | _Span]]:
        """The fields of a message: a number for a varint, where it stands for all else."""
        at, end = span
        while at < end:
            key, at = self._varint(at)
            if key & 7 == _VARINT:
                value, at = self._varint(at)
                yield key >> 3, value
                continue
            size, at = self._varint(at) if key & 7 == _LENGTH else (_SIZES[key & 7], at)
            yield key >> 3, _Span(at, at + size)
            at += size

    def _varint(self, at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = self._data[at]
            value |= (byte & 127) << shift
            shift, at = shift + 7, at + 1
            if byte < 128:
                return value, at


def _field(number: int, data: bytes) -> bytes:
    """A field of a protobuf that has a length."""
    size, head = len(data), bytearray([number << 3 | _LENGTH])
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    head.append(size)
    return bytes(head) + data
