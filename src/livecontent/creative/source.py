"""Parses the YAML of a creative into plain values, and remembers the line and column of each.

Two parsers read it. libyaml is thirty times faster, and is trusted with plain files only, where it is sure to give
what ruamel.yaml gives. All else, and every error, is ruamel.yaml's: it knows YAML 1.2, and tells line and column.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import implicit_resolvers
from yaml import events as plain
from yaml._yaml import CParser
from yaml.error import YAMLError

from livecontent.creative.slips import slip_of
from livecontent.errors import CreativeError, Problem

YamlPath = tuple[str | int, ...]  # keys and indices
Places = dict[YamlPath, tuple[int, int]]  # line and column of each value, from 0

MAX_BYTES = 256 * 1024
MAX_DEPTH = 50  # ruamel.yaml takes a time that grows with the cube of it

# What the two parsers may see differently: tabs, breaks other than \n, what can't be printed, directives, ends of
# documents, `|#`.
_USUAL = "\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_UNUSUAL = re.compile(rf"[^{_USUAL}]|^%|^\.\.\.|\|[-+0-9]*#", re.MULTILINE)
_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("~", "null", "Null", "NULL"), None),
}
_NULL = re.compile("null|Null|NULL|~")
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_NUMBERS = [
    pattern
    for versions, tag, pattern, _ in implicit_resolvers
    if (1, 2) in versions and tag.rpartition(":")[2] in ("int", "float")
]


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed file. Lines and columns count from 1."""

    file: str
    lines: tuple[str, ...]
    data: Mapping[str, Any]
    places: Places
    picks: Mapping[YamlPath, YamlPath] = field(default_factory=dict)  # which alternative is meant of what has several

    def picking(self, picks: Mapping[YamlPath, YamlPath]) -> Self:
        """The same, where of the values at some paths an alternative is meant."""
        return replace(self, picks={**self.picks, **picks})

    def where(self, path: YamlPath, offset: int = 0) -> tuple[int, int]:
        """Line and column of a value, by its path of keys and indices; keys that are not there are skipped.

        What a layer has from its style is found in the style. An offset counts characters into a text, where these
        stand on one line just as they are.
        """
        node: Any = self.data
        found: YamlPath = ()
        steps = deque(path)
        while steps:
            step = steps.popleft()
            if isinstance(node, Mapping):
                if step not in node:
                    node, found = self._style_of(node, found)
                if step not in node:
                    continue
            elif not (isinstance(node, list) and isinstance(step, int) and step < len(node)):
                continue
            node, found = node[step], (*found, step)
            steps.extendleft(reversed(self.picks.get(found, ())))
        line, column = self.places.get(found, (0, 0))
        if offset and isinstance(node, str) and line < len(self.lines):
            start = column + self.lines[line].startswith(("'", '"'), column)
            if self.lines[line].startswith(node[:offset], start):
                column = start + offset
        return line + 1, column + 1

    def _style_of(self, layer: Mapping[str, Any], path: YamlPath) -> tuple[Mapping[str, Any], YamlPath]:
        """The style that a layer names and its path, else the layer's."""
        styles, name = self.data.get("styles"), layer.get("style")
        style = styles.get(name) if isinstance(styles, Mapping) and isinstance(name, str) else None
        return (style, ("styles", str(name))) if isinstance(style, Mapping) else (layer, path)

    def problem(
        self, path: YamlPath, message: str, *, help_: str = "", offset: int = 0, warning: bool = False
    ) -> Problem:
        """A problem at a value."""
        line, column = self.where(path, offset)
        return Problem(self.file, line, column, message, help_, warning)


def read_source(file: str, data: bytes) -> YamlSource:
    """Parses a file. Raises `CreativeError`."""
    if len(data) > MAX_BYTES:
        raise _error(file, f"the file has {len(data):,} bytes; {MAX_BYTES:,} is the most a creative may have")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(file, f"not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    parsed, places = parse_plain(text) or parse_any(file, text)
    if not isinstance(parsed, Mapping):
        raise _error(file, "a creative is a mapping that starts with keys such as title, size and variants")
    return YamlSource(file, tuple(text.splitlines()), parsed, places)


def _error(file: str, message: str, line: int = 0, column: int = 0) -> CreativeError:
    return CreativeError([Problem(file, line + 1, column + 1, message)])


def parse_plain(text: str) -> tuple[Any, Places] | None:
    """Value and places of a plain file, by libyaml; None where another parser has to look."""
    text = text.replace("\r\n", "\n")
    if _UNUSUAL.search(text):
        return None
    parser = CParser(text)
    try:
        return _Plain(parser).document()
    except (YAMLError, _NotPlainError):
        return None
    finally:
        parser.dispose()


class _NotPlainError(Exception):
    """The file has what is not left to libyaml."""


class _Plain:
    """Makes values of libyaml's events."""

    def __init__(self, parser: CParser) -> None:
        self._parser = parser
        self._places: Places = {}

    def _next(self) -> Any:
        return self._parser.get_event()

    def document(self) -> tuple[Any, Places]:
        """The only document."""
        self._next()  # the stream starts
        self._next()  # the document starts, or there is none
        root = self._next()
        if not isinstance(root, plain.MappingStartEvent):
            raise _NotPlainError
        value = self._value(root, ())
        self._next()  # the document ends
        if not isinstance(self._next(), plain.StreamEndEvent):
            raise _NotPlainError
        return value, self._places

    def _value(self, event: Any, path: YamlPath) -> Any:
        if isinstance(event, plain.AliasEvent) or event.anchor is not None or event.tag is not None:
            raise _NotPlainError
        self._places[path] = event.start_mark.line, event.start_mark.column
        if isinstance(event, plain.ScalarEvent):
            return _scalar(event)
        if len(path) >= MAX_DEPTH:
            raise _NotPlainError
        return self._mapping(path) if isinstance(event, plain.MappingStartEvent) else self._sequence(path)

    def _mapping(self, path: YamlPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), plain.MappingEndEvent):
            key = _scalar(event) if isinstance(event, plain.ScalarEvent) and event.anchor is None else None
            if not isinstance(key, str) or event.tag is not None or key in found:
                raise _NotPlainError
            found[key] = self._value(self._next(), (*path, key))
        return found

    def _sequence(self, path: YamlPath) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), plain.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found


def _scalar(event: Any) -> str | int | float | bool | None:
    """The value of a scalar by YAML 1.2, in which `no` and 12:30 are texts; dates are texts too."""
    text: str = event.value
    if event.style:
        if event.style == ">":  # where a folded text keeps its breaks is seen differently
            raise _NotPlainError
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if text in ("", "<<", "=") or any(number.match(text) for number in _NUMBERS):
        raise _NotPlainError
    return text


class _Constructor(RoundTripConstructor):
    """YAML 1.2 values with positions; dates stay texts, as ruamel would shift them to UTC."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


class _RefusedError(MarkedYAMLError):
    """What YAML has but no creative needs."""


def _is_sign(event: ScalarEvent) -> bool:
    """Whether a text begins with a sign that YAML takes for an anchor or a tag."""
    return not event.value and bool(event.anchor or (event.tag and not str(event.tag).startswith("tag:yaml.org")))


class _Composer(Composer):
    """Refuses it before it is built."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        problem = ""
        if isinstance(event, AliasEvent):
            problem = "aliases (*name) are not supported; use a named style"
        elif isinstance(event, ScalarEvent) and event.value == "<<" and event.implicit[0]:
            problem = "merge keys (<<) are not supported; use a named style"
        elif isinstance(event, ScalarEvent) and _is_sign(event):
            problem = f"a text that begins with {'&' if event.anchor else '!'} is quoted"
        elif self.depth >= MAX_DEPTH and isinstance(event, CollectionStartEvent):
            problem = f"this is nested too deep: {MAX_DEPTH} levels are the most"
        if problem:
            raise _RefusedError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def parse_any(file: str, text: str) -> tuple[Any, Places]:
    """Value and places of any file, by ruamel.yaml. Raises `CreativeError`."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor, yaml.Composer = _Constructor, _Composer
    try:
        parsed = yaml.load(text)
    except _RefusedError as error:
        raise _error(file, error.problem, error.problem_mark.line, error.problem_mark.column) from None
    except MarkedYAMLError as error:
        if slip := slip_of(text, error):
            raise _error(file, f"not YAML: {slip.message}", slip.line, slip.column) from None
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        problem += "; quote a text with ': ' in it" if problem.startswith("mapping values") else ""
        raise _error(file, f"not YAML: {problem}", mark.line if mark else 0, mark.column if mark else 0) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        message = f"not YAML: the character U+{int(error.character):04X} can't be seen"
        raise _error(file, message, line, column) from None
    except Exception as error:  # noqa: BLE001  a value that does not fit its !!tag, or comments it can't keep
        raise _error(file, f"not YAML: {error}") from None
    return parsed, dict(_places(parsed, (), text.split("\n")))


def _places(node: Any, path: YamlPath, lines: list[str]) -> Iterator[tuple[YamlPath, tuple[int, int]]]:
    """Where the values in a mapping or list of ruamel.yaml stand; of one that is left out, its key."""
    if isinstance(node, Mapping):
        steps = [(key, value, node.lc.value) for key, value in node.items()] if hasattr(node, "lc") else []
    elif isinstance(node, list) and hasattr(node, "lc"):
        steps = [(index, value, node.lc.item) for index, value in enumerate(node)]
    else:
        return
    for step, value, place in steps:
        line, column = place(step)
        key = node.lc.key if isinstance(node, CommentedMap) else None
        left_out = value is None and not _NULL.match("".join(lines[line : line + 1]), column)
        yield (*path, step), key(step) if key and left_out else (line, column)
        yield from _places(value, (*path, step), lines)
