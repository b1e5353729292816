"""The four edits of a creative: set, insert, delete and move.

Each is done on the text, then the text is parsed anew and compared with the same edit done on plain values: an edit
that would change anything else is refused.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livecontent.creative.editing.nodes import EditError, YamlItem, YamlNode, read_nodes
from livecontent.creative.editing.patches import TextPatches, patched
from livecontent.creative.editing.spans import Spans
from livecontent.creative.editing.writing import YamlValue
from livecontent.creative.plain_yaml import YamlPath, parse_plain
from livecontent.creative.source import parse_any
from livecontent.errors import CreativeError

MOST_EDITS = 200  # at once
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value, or a key that is not there yet; keys on the way to it that are missing are made."""

    path: YamlPath
    value: YamlValue


@dataclass(frozen=True, slots=True)
class InsertItem:
    """A new item of a list, before the one that the path names, or at the end."""

    path: YamlPath
    value: YamlValue


@dataclass(frozen=True, slots=True)
class DeleteValue:
    """A key with its value, or an item of a list."""

    path: YamlPath


@dataclass(frozen=True, slots=True)
class MoveItem:
    """An item of a list, to another place in it."""

    path: YamlPath
    to: int


Edit = SetValue | InsertItem | DeleteValue | MoveItem


def edited(text: str, edits: Iterable[Edit]) -> tuple[str, Sequence[TextPatches]]:
    """The text after edits, one after the other, and the patches of each. Raises `EditError`."""
    mark = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    newline = "\r\n" if "\r\n" in text else "\n"
    wanted = _read(text)
    steps: list[TextPatches] = []
    for edit in edits:
        if len(steps) == MOST_EDITS:
            raise EditError((), f"more than {MOST_EDITS} edits at once")
        wanted = _wanted(wanted, edit)
        try:
            patches = _patches(Spans(text, newline), read_nodes(text), edit)
            text = patched(text, patches)
        except EditError as error:
            raise error if error.path else EditError(edit.path, str(error)) from None
        steps.append([patch._replace(at=patch.at + len(mark)) for patch in patches])
    try:
        exact = is_same(_read(text), wanted)
    except EditError:
        exact = False
    if not exact:
        raise EditError((), "this can't be changed without changing more: change it as text")
    return mark + text, steps


def _read(text: str) -> Any:
    try:
        return (parse_plain(text) or parse_any("creative.yaml", text))[0]
    except CreativeError as error:
        raise EditError((), str(error)) from None


def _patches(spans: Spans, root: YamlNode, edit: Edit) -> TextPatches:
    """What an edit is in the text."""
    if not edit.path:
        raise EditError((), "the whole can't be replaced")
    owner: YamlItem | None = None
    node, flow = root, False
    for depth, step in enumerate(edit.path[:-1]):
        found = node.find(step)
        if found is None:
            return _new_keys(spans, node, edit.path[depth:], edit)
        owner, flow = found, node.flow
        node = found.value
    last = edit.path[-1]
    item = node.find(last)
    index = node.items.index(item) if item else len(node.items)
    match edit:
        case SetValue(value=value):
            flow = node.flow and node.kind != "scalar"
            return spans.replaced(item, value, flow=flow) if item else _new_keys(spans, node, (last,), edit)
        case InsertItem(value=value):
            return spans.inserted(node, index, value)
        case DeleteValue():
            return spans.deleted(owner, node, index, flow=flow)
        case MoveItem(to=to):
            return spans.moved(node, index, to)


def _new_keys(spans: Spans, node: YamlNode, steps: YamlPath, edit: Edit) -> TextPatches:
    if not isinstance(edit, SetValue):
        raise EditError(edit.path, "there is no such place")
    value = edit.value
    for step in reversed(steps[1:]):
        value = {str(step): value}
    return spans.with_key(node, str(steps[0]), value)


def _wanted(data: Any, edit: Edit) -> Any:
    """The same edit on plain values. Raises `EditError` where there is no such place."""
    path = edit.path
    match edit:
        case SetValue(value=value):
            return _changed(data, path, path, lambda node, step: _set(node, step, value, path))
        case InsertItem(value=value):
            return _changed(data, path, path, lambda node, step: _inserted(node, step, value, path))
        case DeleteValue():
            return _changed(data, path, path, lambda node, step: _deleted(node, step, path))
        case MoveItem(to=to):
            return _changed(data, path, path, lambda node, step: _moved(node, step, to, path))


def _changed(node: Any, path: YamlPath, whole: YamlPath, change: Callable[[Any, str | int], Any]) -> Any:
    if not path:
        raise EditError((), "the whole can't be replaced")
    step, *rest = path
    if not rest:
        return change(node, step)
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return [*node[:step], _changed(node[step], tuple(rest), whole, change), *node[step + 1 :]]
    if isinstance(node, Mapping) and isinstance(step, str):
        key = _key(node, step)
        return {**node, key: _changed(node.get(key, {}), tuple(rest), whole, change)}
    raise EditError(whole, "there is no such place")


def _key(node: Mapping[Any, Any], step: str) -> Any:
    """A key as it is read: it may be a number."""
    return next((key for key in node if str(key) == step), step)


def _set(node: Any, step: str | int, value: YamlValue, path: YamlPath) -> Any:
    if isinstance(node, Mapping) and isinstance(step, str):
        return {**node, _key(node, step): value}
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return [*node[:step], value, *node[step + 1 :]]
    raise EditError(path, "there is no such place")


def _inserted(node: Any, step: str | int, value: YamlValue, path: YamlPath) -> Any:
    if isinstance(node, list) and isinstance(step, int) and 0 <= step <= len(node):
        return [*node[:step], value, *node[step:]]
    raise EditError(path, "there is no list to put it into")


def _deleted(node: Any, step: str | int, path: YamlPath) -> Any:
    if isinstance(node, Mapping) and isinstance(step, str) and (key := _key(node, step)) in node:
        return {name: value for name, value in node.items() if name != key}
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return [*node[:step], *node[step + 1 :]]
    raise EditError(path, "it is not there")


def _moved(node: Any, step: str | int, to: int, path: YamlPath) -> Any:
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node) and 0 <= to < len(node):
        rest = [*node[:step], *node[step + 1 :]]
        return [*rest[:to], node[step], *rest[to:]]
    raise EditError(path, "it can't be moved there")


def is_same(value: Any, other: Any) -> bool:
    """Whether two values are equal, with the order of keys; true is not 1."""
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        pairs = zip(value.items(), other.items(), strict=False)
        same = (str(key) == str(name) and is_same(one, two) for (key, one), (name, two) in pairs)
        return len(value) == len(other) and all(same)
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        return len(value) == len(other) and all(map(is_same, value, other))
    return bool(value == other) and isinstance(value, bool) == isinstance(other, bool)
