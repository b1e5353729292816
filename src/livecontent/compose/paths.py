"""Which facts a layer looks at, as paths: what was made of it serves again where these have the same values."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from livecontent.compose.kinds.group import RepeatLayer
from livecontent.compose.layer import Layer, walk
from livecontent.expressions.template import MEANT, LocalizedTemplate, Template, each_language
from livecontent.vocabulary import UsedName


class Items(NamedTuple):
    """A step of a path into a list: how many items it has, and those of a slice, each by the rest of the path."""

    start: int
    stop: int


ValuePath = tuple[str | Items, ...]

_COUNT = Items(0, 0)
_LONG = 1000  # characters of a value; longer ones are seldom those of two


def paths_of(layer: Layer) -> frozenset[ValuePath] | None:
    """Every fact that a layer, or one inside it, looks at; None where that is unknown, or where the time changes it."""
    if any(
        inner.timed or inner.from_ or inner.until or _looks_apart(inner) for inner in walk((layer,), prefetched=True)
    ):
        return None
    return frozenset(_paths(layer))


def _looks_apart(layer: Layer) -> bool:
    """Whether it has needs of its own, of which no path tells."""
    return bool(layer.needs()) and not isinstance(layer, RepeatLayer)


def paths_of_texts(texts: Iterable[Template | LocalizedTemplate]) -> Iterator[ValuePath]:
    """Every fact that texts look at; up to a step that is no plain name, such as [0], [key] or .size."""
    for text in texts:
        for template in each_language(text):
            for name in template.names:
                yield _plain(name)


def _paths(layer: Layer) -> Iterator[ValuePath]:
    for one in layer.variations():
        yield from _paths_of(one)


def _paths_of(layer: Layer) -> Iterator[ValuePath]:
    for rule in layer.rules:
        for name in rule.names:
            yield (*name.path[:-1], _COUNT) if name.path[-1] == "size" else _plain(name)
        if rule.on_clock:
            yield ("now", "date")  # it is not known where no clock is
    yield from paths_of_texts(text for _, text in layer.texts())
    if isinstance(layer.prefetched, LocalizedTemplate):
        yield from paths_of_texts((layer.prefetched,))
    elif layer.prefetched is not None:
        yield from (path for inner in layer.prefetched for path in _paths(inner))
    inside = [path for layers in layer.inner().values() for inner in layers for path in _paths(inner)]
    if not isinstance(layer, RepeatLayer):
        yield from inside
        return
    yield (*layer.path, _COUNT)
    items = Items(layer.offset, layer.offset + layer.limit)
    # `item` of a repeat inside is replaced by now: what is left is of this one.
    yield from ((*layer.path, items, *path[1:]) if path[0] == "item" else path for path in inside)


def _plain(name: UsedName) -> ValuePath:
    plain = takewhile(lambda step: step.isidentifier() and step not in MEANT, name.path[1:])
    return (name.path[0], *plain)


class PathValues:
    """Takes what stands at some paths, as parts of a key: in one call, as most are a fact and one of its names."""

    def __init__(self, paths: Iterable[ValuePath]) -> None:
        self.paths = tuple(dict.fromkeys(paths))
        self._steps = [(path[0], path[1] if len(path) == 2 else None, path) for path in self.paths]

    def of(self, words: Mapping[str, object]) -> list[object]:
        """A part of a key for each path; `...` for a whole fact, or a value that is too long to keep."""
        parts: list[object] = []
        for root, name, path in self._steps:
            fact = words.get(root, _NOTHING)  # type: ignore[arg-type]
            value = fact.get(name, _NOTHING) if type(fact) is dict and type(name) is str else _look_up(words, path)
            if type(value) is str and len(value) <= _LONG:
                parts.append(value)
            else:
                parts.append(_part(value))
        return parts


def _part(value: object) -> object:
    kind = type(value)
    if kind is int or kind is bool or value is None:
        return kind, value  # 1 is not True
    if kind is dict:
        return ...
    text = repr(value)
    return (kind, text) if len(text) <= _LONG else ...


class _Missing(NamedTuple):
    """Where a path ends in something that it can't go through."""

    step: int
    value: object


_NOTHING = _Missing(0, None)


def _look_up(value: object, path: ValuePath) -> object:
    """What stands at a path; else what the path can't go through, and at which step."""
    for index, step in enumerate(path, 1):
        if type(step) is Items:
            if type(value) is not list:
                return _Missing(index, value)
            return len(value), [_look_up(item, path[index:]) for item in value[step.start : step.stop]]
        if type(value) is not dict and not isinstance(value, Mapping):  # which takes ten times as long
            return _Missing(index, value)
        value = value.get(step, _NOTHING)
    return value
