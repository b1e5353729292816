"""Parses the YAML of a creative into plain values, and remembers the line and column of each.

Two parsers read it. libyaml is thirty times faster, and is trusted with plain files only, where it is sure to give
what ruamel.yaml gives. All else, and every error, is ruamel.yaml's: it knows YAML 1.2, and tells line and column.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.reader import ReaderError

from livecontent.creative.plain_yaml import MAX_DEPTH, Places, YamlPath, parse_plain
from livecontent.creative.slips import slip_of
from livecontent.errors import CreativeError, Problem

CREATIVE = "a creative is a mapping that starts with keys such as title, size and variants"
MAX_BYTES = 256 * 1024

_NULL = re.compile("null|Null|NULL|~")


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed file. Lines and columns count from 1."""

    file: str
    lines: tuple[str, ...]
    data: Mapping[str, Any]
    places: Places
    picks: Mapping[YamlPath, YamlPath] = field(default_factory=dict)  # which alternative is meant of what has several
    moved: Mapping[YamlPath, "Origin"] = field(default_factory=dict)  # what is written elsewhere, such as in a style

    def picking(self, picks: Mapping[YamlPath, YamlPath]) -> Self:
        """The same, where of the values at some paths an alternative is meant."""
        return replace(self, picks={**self.picks, **picks})

    def where(self, path: YamlPath, offset: int = 0) -> tuple[int, int]:
        """Line and column of a value, by its path of keys and indices; keys that are not there are skipped.

        An offset counts characters into a text, where these stand on one line just as they are.
        """
        return self.spot(path, offset)[1:]

    def spot(self, path: YamlPath, offset: int = 0) -> "Spot":
        """The same, with the file that the value is written in."""
        node: Any = self.data
        walked: YamlPath = ()
        here = Origin(self, ())
        steps = deque(path)
        while steps:
            step = steps.popleft()
            if isinstance(node, Mapping):
                if step not in node:
                    continue
            elif not (isinstance(node, list) and isinstance(step, int) and step < len(node)):
                continue
            node, walked = node[step], (*walked, step)
            steps.extendleft(reversed(self.picks.get(walked, ())))
            inside = here.inside(step)
            here = self.moved.get(walked) or (inside if inside.path in here.source.places else here)
        line, column = here.source.places.get(here.path, (0, 0))
        lines = here.source.lines
        if offset and isinstance(node, str) and line < len(lines):
            start = column + lines[line].startswith(("'", '"'), column)
            if lines[line].startswith(node[:offset], start):
                column = start + offset
        return Spot(here, line + 1, column + 1)

    def problem(
        self, path: YamlPath, message: str, *, help_: str = "", offset: int = 0, warning: bool = False
    ) -> Problem:
        """A problem at a value."""
        here, line, column = self.spot(path, offset)
        return Problem(here.source.file, line, column, f"{message}{here.note}", help_, warning)


class Origin(NamedTuple):
    """Where a value is written: in which file, and there; a note tells where that is used."""

    source: YamlSource
    path: YamlPath
    note: str = ""

    def inside(self, step: str | int) -> "Origin":
        """A step further."""
        return Origin(self.source, (*self.path, step), self.note)


class Spot(NamedTuple):
    """Where a value is written, with line and column."""

    here: Origin
    line: int
    column: int


def read_source(file: str, data: bytes, what: str = CREATIVE) -> YamlSource:
    """Parses a file, of which it says what it is where it is none. Raises `CreativeError`."""
    if len(data) > MAX_BYTES:
        raise _error(file, f"the file has {len(data):,} bytes; {MAX_BYTES:,} is the most it may have")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(file, f"not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    parsed, places = parse_plain(text) or parse_any(file, text)
    if not isinstance(parsed, Mapping):
        raise _error(file, f"the file is empty; {what}" if parsed is None else what)
    return YamlSource(file, tuple(text.splitlines()), parsed, places)


def _error(file: str, message: str, line: int = 0, column: int = 0) -> CreativeError:
    return CreativeError([Problem(file, line + 1, column + 1, message)])


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
