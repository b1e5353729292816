"""A creative's YAML: text in, plain values out, and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.reader import ReaderError

from livecontent.errors import CreativeError, Problem

YamlPath = tuple[str | int, ...]  # keys and indices

MAX_BYTES = 256 * 1024
MAX_DEPTH = 50  # the parser takes a time that grows with the cube of it


class _Constructor(RoundTripConstructor):
    """YAML 1.2 values with positions; dates stay texts, as ruamel would shift them to UTC."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


class _RefusedError(MarkedYAMLError):
    """What YAML has but no creative needs."""


class _Composer(Composer):
    """Refuses it before it is built."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        problem = ""
        if isinstance(event, AliasEvent):
            problem = "aliases (*name) are not taken; give a style a name instead"
        elif isinstance(event, ScalarEvent) and event.value == "<<" and event.implicit[0]:
            problem = "merge keys (<<) are not taken; give a style a name instead"
        elif self.depth >= MAX_DEPTH and isinstance(event, CollectionStartEvent):
            problem = f"this is nested too deep: {MAX_DEPTH} levels are the most"
        if problem:
            raise _RefusedError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed file. Lines and columns count from 1."""

    file: str
    lines: tuple[str, ...]
    data: Mapping[str, Any]

    def where(self, path: YamlPath, offset: int = 0) -> tuple[int, int]:
        """Line and column of a value, by its path of keys and indices; keys that are not there are skipped.

        What a layer has from its style is found in the style. An offset counts characters into a text, where these
        stand on one line just as they are.
        """
        node: Any = self.data
        line, column = 0, 0
        for step in path:
            if isinstance(node, Mapping):
                node = node if step in node else self._style_of(node)
                if step not in node:
                    continue
                line, column = node.lc.value(step) if hasattr(node, "lc") else (line, column)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                line, column = node.lc.item(step) if hasattr(node, "lc") else (line, column)
            else:
                continue
            node = node[step]
        if offset and isinstance(node, str) and line < len(self.lines):
            start = column + self.lines[line].startswith(("'", '"'), column)
            if self.lines[line].startswith(node[:offset], start):
                column = start + offset
        return line + 1, column + 1

    def _style_of(self, layer: Mapping[str, Any]) -> Mapping[str, Any]:
        """The style that a layer names, else the layer."""
        styles, name = self.data.get("styles"), layer.get("style")
        style = styles.get(name) if isinstance(styles, Mapping) and isinstance(name, str) else None
        return style if isinstance(style, Mapping) else layer

    def problem(
        self, path: YamlPath, message: str, *, help_: str = "", offset: int = 0, warning: bool = False
    ) -> Problem:
        """A problem at a value."""
        line, column = self.where(path, offset)
        return Problem(self.file, line, column, message, help_, warning)


def read_source(file: str, data: bytes) -> YamlSource:
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
    yaml.Constructor, yaml.Composer = _Constructor, _Composer
    try:
        parsed = yaml.load(text)
    except _RefusedError as error:
        raise fail(error.problem, error.problem_mark.line, error.problem_mark.column) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        problem += "; quote a text with ': ' in it" if problem.startswith("mapping values") else ""
        raise fail(f"not YAML: {problem}", mark.line if mark else 0, mark.column if mark else 0) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        raise fail(f"not YAML: the character U+{int(error.character):04X} can't be seen", line, column) from None
    except (ValueError, LookupError, RecursionError) as error:  # a value that does not fit its !!tag
        raise fail(f"not YAML: {error}") from None
    if not isinstance(parsed, Mapping):
        raise fail("a creative is a mapping that starts with keys such as title, size and variants")
    return YamlSource(file, tuple(text.splitlines()), parsed)
