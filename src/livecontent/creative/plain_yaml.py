"""Parses plain YAML with libyaml, which is thirty times as fast, where it surely gives what ruamel.yaml gives."""

import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml.resolver import implicit_resolvers
from yaml import events as plain
from yaml._yaml import CParser
from yaml.error import YAMLError

YamlPath = tuple[str | int, ...]  # keys and indices
Places = dict[YamlPath, tuple[int, int]]  # line and column of each value, from 0

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
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_NUMBERS = [
    pattern
    for versions, tag, pattern, _ in implicit_resolvers
    if (1, 2) in versions and tag.rpartition(":")[2] in ("int", "float")
]


def is_usual(text: str) -> bool:
    """Whether both parsers see a text of lines that end in \\n alike, if it is YAML at all."""
    return not _UNUSUAL.search(text)


def parse_plain(text: str) -> tuple[Any, Places] | None:
    """Value and places of a plain file, by libyaml; None where another parser has to look."""
    text = text.replace("\r\n", "\n")
    if not is_usual(text):
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
