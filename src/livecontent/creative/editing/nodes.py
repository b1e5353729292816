"""The YAML of a creative as nodes that know where they stand in the text, by the marks of its parser."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from yaml._yaml import CParser
from yaml.error import YAMLError

from livecontent.creative.plain_yaml import YamlPath, is_usual
from livecontent.errors import LivecontentError

NodeKind = Literal["scalar", "mapping", "list"]

_HEADER = re.compile(r"[|>][-+0-9]*")


class EditError(LivecontentError):
    """An edit can't be done as it is wished; `path` is the value that it is about."""

    def __init__(self, path: YamlPath, message: str) -> None:
        where = ".".join(str(step) for step in path)
        super().__init__(f"{where}: {message}" if where else message)
        self.path = path


@dataclass(slots=True)
class YamlNode:
    """A value; `start` and `end` are offsets of characters, without what the parser counts beyond a value's end."""

    kind: NodeKind
    start: int
    end: int
    column: int
    flow: bool  # whether it stands in brackets or braces, or is a scalar
    text: str = ""  # of a scalar
    style: str = ""  # of a scalar: ' " | > or none
    marked: bool = False  # whether it has a tag or an anchor
    items: Sequence["YamlItem"] = ()

    def find(self, step: str | int) -> "YamlItem | None":
        """What stands under a key or index."""
        if self.kind == "list":
            return self.items[step] if isinstance(step, int) and 0 <= step < len(self.items) else None
        return next((item for item in self.items if item.key and item.key.text == str(step)), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written: a key without a value."""
        return self.kind == "scalar" and not self.style and self.start == self.end


@dataclass(slots=True)
class YamlItem:
    """A value in a mapping or a list; `start` is where its key or dash stands, in brackets the value itself."""

    start: int
    value: YamlNode
    key: YamlNode | None = None

    @property
    def end(self) -> int:
        """Behind the value, or the colon where there is none."""
        return self.value.end


def read_nodes(text: str) -> YamlNode:
    """The root of a text without byte order mark. Raises `EditError` for what is not YAML."""
    if is_usual(text.replace("\r\n", "\n")):
        parser = CParser(text)
        try:
            return _Reader(text, iter(parser.get_event, None)).root()
        except YAMLError:
            pass  # the other parser knows more
        finally:
            parser.dispose()
    try:
        return _Reader(text, YAML(typ="safe", pure=True).parse(text)).root()
    except (MarkedYAMLError, StopIteration) as error:
        raise EditError((), f"this is not YAML: {error}") from None


class _Reader:
    """Makes nodes of the events of either parser, which have the same names and fields."""

    def __init__(self, text: str, events: Iterator[Any]) -> None:
        self._text = text
        self._events = events

    def root(self) -> YamlNode:
        for event in self._events:
            if not type(event).__name__.startswith(("StreamStart", "DocumentStart")):
                return self._node(event)
        raise StopIteration

    def _node(self, event: Any) -> YamlNode:
        name = type(event).__name__
        if name == "AliasEvent" or not hasattr(event, "tag"):
            raise EditError((), "aliases (*name) are not supported")
        start, column = event.start_mark.index, event.start_mark.column
        marked = event.anchor is not None or (event.tag is not None and not name.startswith("Scalar"))
        if name == "ScalarEvent":
            style = event.style or ""
            marked = marked or not any(event.implicit)
            end = block_end(self._text, start, event.end_mark.index) if style in ("|", ">") else event.end_mark.index
            return YamlNode("scalar", start, end, column, True, event.value, style if style in "'\"|>" else "", marked)
        flow = bool(event.flow_style)
        items = self._pairs() if name == "MappingStartEvent" else self._values(start, flow=flow)
        kind: NodeKind = "mapping" if name == "MappingStartEvent" else "list"
        return YamlNode(kind, start, self._end(items, flow=flow), column, flow, marked=marked, items=items)

    def _end(self, items: Sequence[YamlItem], *, flow: bool) -> int:
        """The mark of a block goes on to the next token: it ends where the last in it does."""
        return self._closed if flow or not items else items[-1].end

    def _pairs(self) -> list[YamlItem]:
        found: list[YamlItem] = []
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            key = self._node(event)
            found.append(YamlItem(key.start, self._node(next(self._events)), key))
        self._closed: int = event.end_mark.index
        return found

    def _values(self, start: int, *, flow: bool) -> list[YamlItem]:
        found: list[YamlItem] = []
        after = start
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            dash = event.start_mark.index if flow else find_sign(self._text, after, "-")
            found.append(YamlItem(dash, self._node(event)))
            after = found[-1].end
        self._closed = event.end_mark.index
        return found


def find_sign(text: str, start: int, sign: str) -> int:
    """Where a sign stands next, past blanks, breaks and comments. Raises `EditError` where another stands there."""
    at = past_blanks(text, start)
    if text[at : at + 1] != sign:
        raise EditError((), f"'{sign}' is expected at character {at}")
    return at


def past_blanks(text: str, start: int) -> int:
    """Past blanks, breaks and comments."""
    at = start
    while at < len(text):
        if text[at] == "#" and (at == 0 or text[at - 1] in " \t\r\n\ufeff" or at == start):
            at = end_of_line(text, at)
        elif text[at] in " \t\r\n":
            at += 1
        else:
            break
    return at


def end_of_line(text: str, start: int) -> int:
    """Where a line ends, before its break."""
    end = text.find("\n", start)
    if end < 0:
        return len(text)
    return end - 1 if end > start and text[end - 1] == "\r" else end


def start_of_line(text: str, at: int) -> int:
    """Where the line of a place begins."""
    return text.rfind("\n", 0, at) + 1


def block_end(text: str, start: int, end: int) -> int:
    """Where a text after | or > ends: its last line, without the blank lines and comments that the mark takes in."""
    header = _HEADER.match(text, start)
    keeps = header is not None and "+" in header[0]
    found = at = end_of_line(text, start)
    indent = 1 if header and header[0].strip("|>+-") else -1  # how far it is from the left, where that is not told
    while at < min(end, len(text)):
        begin = text.find("\n", at) + 1
        if not begin or begin >= end:
            break
        at = end_of_line(text, begin)
        line = text[begin:at]
        if not line.strip():
            found = at if keeps else found
            continue
        inset = len(line) - len(line.lstrip(" "))
        indent = inset if indent < 0 else indent
        if inset < indent:
            break
        found = at
    return found
