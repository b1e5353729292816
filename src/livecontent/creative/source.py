"""A creative's YAML: text in, plain values out, and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent

from livecontent.errors import CreativeError, Problem

MAX_BYTES = 256 * 1024


class _Constructor(RoundTripConstructor):
    """YAML 1.2 values with positions; dates stay texts, as ruamel would shift them to UTC."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file. Lines and columns count from 1."""

    file: str
    lines: tuple[str, ...]
    data: Mapping[str, Any]

    def where(self, path: tuple[str | int, ...], offset: int = 0) -> tuple[int, int]:
        """Line and column of a value, by its path of keys and indices; keys that are not there are skipped.

        An offset counts characters into a text that stands on one line.
        """
        node: Any = self.data
        line, column = 0, 0
        last = False
        for step in path:
            last = False
            if isinstance(node, Mapping) and step in node:
                line, column = node.lc.value(step) if hasattr(node, "lc") else (line, column)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                line, column = node.lc.item(step) if hasattr(node, "lc") else (line, column)
            else:
                continue
            node, last = node[step], True
        if offset and last and line < len(self.lines):
            quoted = self.lines[line][column : column + 1] in ("'", '"')
            column = min(column + offset + quoted, max(len(self.lines[line]) - 1, 0))
        return line + 1, column + 1

    def problem(
        self, path: tuple[str | int, ...], message: str, *, help_: str = "", offset: int = 0, warning: bool = False
    ) -> Problem:
        """A problem at a value."""
        line, column = self.where(path, offset)
        return Problem(self.file, line, column, message, help_, warning)


def read_source(file: str, data: bytes) -> Source:
    """Parses a file. Raises `CreativeError`."""

    def fail(message: str, line: int = 0, column: int = 0) -> CreativeError:
        return CreativeError([Problem(file, line + 1, column + 1, message)])

    if len(data) > MAX_BYTES:
        raise fail(f"the file has {len(data):,} bytes; {MAX_BYTES:,} is the most a creative may have")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(f"not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    try:
        for event in yaml.parse(text):
            if isinstance(event, AliasEvent):
                mark = event.start_mark
                raise fail("aliases (*name) are not taken; give a style a name instead", mark.line, mark.column)
        parsed = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        raise fail(f"not YAML: {problem}", mark.line if mark else 0, mark.column if mark else 0) from None
    except (ValueError, RecursionError) as error:
        raise fail(f"not YAML: {error}") from None
    if not isinstance(parsed, Mapping):
        raise fail("a creative is a mapping that starts with keys such as title, size and variants")
    return Source(file, tuple(text.splitlines()), parsed)
