"""Which facts a layer looks at, as paths: what was made of it serves again where these have the same values."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from livecontent.compose.kinds.repeat import RepeatLayer
from livecontent.compose.layer import Layer, walk
from livecontent.compose.listed import LOOKED_AT, Listed
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import MEANT, LocalizedTemplate, Template, each_language
from livecontent.vocabulary import EACH, OF_AN_ITEM, UsedName, path_in


class Items(NamedTuple):
    """A step of a path into a list: how many items it has, and those of a slice, each by the rest of the path."""

    start: int
    stop: int


ValuePath = tuple[str | Items, ...]

_COUNT = Items(0, 0)
_MANY = 60  # items of a list; what is made of more is not kept
_LONG = 1000  # characters of a value; longer ones are seldom those of two


def paths_of(layer: Layer) -> frozenset[ValuePath] | None:
    """Every fact that a layer, or one inside it, looks at; None where that is unknown, or where the time changes it."""
    if any(inner.timed or inner.moments or _looks_apart(inner) for inner in walk((layer,), prefetched=True)):
        return None
    return frozenset(_paths(layer))


def _looks_apart(layer: Layer) -> bool:
    """Whether it has needs of its own, of which no path tells."""
    return bool(layer.needs()) and not isinstance(layer, RepeatLayer)


def paths_of_texts(texts: Iterable[Template | LocalizedTemplate]) -> Iterator[ValuePath]:
    """Every fact that texts look at; up to a step that is looked up otherwise, such as [0] or .size."""
    for text in texts:
        for template in each_language(text):
            for name in template.names:
                yield _plain(name)


def _paths(layer: Layer) -> Iterator[ValuePath]:
    for one in layer.variations():
        yield from _paths_of(one)


def _paths_of(layer: Layer) -> Iterator[ValuePath]:
    for rule in layer.rules:
        yield from _paths_of_rule(rule)
    yield from paths_of_texts(text for _, text in layer.texts())
    if isinstance(layer.prefetched, LocalizedTemplate):
        yield from paths_of_texts((layer.prefetched,))
    elif layer.prefetched is not None:
        yield from (path for inner in layer.prefetched for path in _paths(inner))
    inside = [path for layers in layer.inner().values() for inner in layers for path in _paths(inner)]
    if not isinstance(layer, RepeatLayer):
        yield from inside
        return
    yield from _paths_of_items(layer.listed, inside)


def _paths_of_items(listed: Listed, inside: Iterable[ValuePath]) -> Iterator[ValuePath]:
    """What a list is, and what is looked at of its items; `item` of a list inside is replaced by now."""
    if listed.where is not None:
        inside = (*inside, *_paths_of_rule(listed.where))
    if listed.sort:
        inside = (*inside, ("item", listed.sort))
    if listed.range:
        yield from listed.paths
    else:
        yield (*listed.paths[0], _COUNT)
    items = Items(0, LOOKED_AT) if listed.chooses else Items(listed.offset, listed.offset + listed.most)
    for path in inside:
        if path[0] not in OF_AN_ITEM:
            yield path
        elif path[0] == "item" and not listed.range:
            yield (*listed.paths[0], items, *path[1:])


def _paths_of_rule(rule: Rule) -> Iterator[ValuePath]:
    for name in rule.names:
        yield (*name.path[:-1], _COUNT) if name.path[-1] == "size" else _plain(name)
    if rule.on_clock:
        yield ("now", "date")  # it is not known where no clock is


def _plain(name: UsedName) -> ValuePath:
    return (name.path[0], *takewhile(_is_plain, name.path[1:]))


def _is_plain(step: str) -> bool:
    """Whether a step is looked up as it is: a name, or a key; not where it tells several."""
    if step.startswith("["):
        told = path_in(step)[0]
        return bool(told) and told[0] != "item" and EACH not in told
    return step not in MEANT and not step.isdecimal()


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
            items = value[step.start : step.stop]
            return (len(value), [_look_up(item, path[index:]) for item in items]) if len(items) <= _MANY else {}
        if type(value) is not dict and not isinstance(value, Mapping):  # which takes ten times as long
            return _Missing(index, value)
        value = value.get(step, _NOTHING)
    return value
