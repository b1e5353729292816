"""What depends on the moment, and what it became before: equal facts are composed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from livecontent.compose.context import ComposeContext
from livecontent.compose.layers import Composed, compose_layers, seconds_of
from livecontent.compose.link import compose_link
from livecontent.creative.layers import Layer
from livecontent.creative.needs import FactPath, Items, Paths, paths_of, paths_of_texts, promises
from livecontent.expressions.template import Template
from livecontent.runtime.lru import LruCache
from livecontent.scene import Box, Group

_LONG = 1000  # characters of a value; longer ones are seldom those of two

Kept = LruCache[object, Composed]
KeptLinks = LruCache[object, str | None]


class MemoizedLayer:
    """A layer with a memory, which it shares with the others of its creative."""

    def __init__(self, layer: Layer, kept: Kept) -> None:
        self.layer = layer
        self._paths = paths_of(layer)
        self._promises = promises(layer)
        self._kept = kept

    def compose(self, canvas: Box, desk: ComposeContext) -> Composed:
        """What the layer becomes at a moment."""
        key = self._occasion(desk)
        if key is None:
            return self._compose(canvas, desk)
        found = self._kept.get(key)
        if found is None:
            found = self._kept.keep(key, _bound(self._compose(canvas, desk), canvas))
        return found

    def _occasion(self, desk: ComposeContext) -> object:
        """All that tells what the layer becomes; None where that is more than its paths, or too much to keep."""
        if self._paths is None or (desk.live and self._promises):
            return None
        return _key(self, self._paths, desk)

    def _compose(self, canvas: Box, desk: ComposeContext) -> Composed:
        own = desk.apart()
        nodes = compose_layers((self.layer,), canvas, own)
        return Composed(nodes, tuple(own.said), tuple(own.left_out), tuple(own.substitutions), seconds_of(nodes))


class MemoizedLink:
    """A link with a memory, and those that stand in for it."""

    def __init__(self, links: Sequence[Template], kept: KeptLinks) -> None:
        self._links = links
        self._paths = frozenset(paths_of_texts(links))
        self._kept = kept

    def compose(self, desk: ComposeContext) -> str | None:
        """Where it leads at a moment."""
        if not self._links:
            return None
        key = _key(self, self._paths, desk)
        if key is None:
            return compose_link(self._links, desk)
        return self._kept.get(key) or self._kept.keep(key, compose_link(self._links, desk))


def _bound(composed: Composed, canvas: Box) -> Composed:
    """What comes again together as a single node, so that it is found again by one look."""
    if len(composed.nodes) < 2:
        return composed
    return composed._replace(nodes=(Group(box=canvas, nodes=composed.nodes),))


def _key(owner: object, paths: Paths, desk: ComposeContext) -> object:
    """All that a layer or link may look at; None where a fact is looked at as a whole, which seldom comes again."""
    values: list[object] = [id(owner), desk.live is None, desk.tongue]
    for path in paths:
        value = _look_up(desk.words, path)
        if isinstance(value, dict):
            return None
        text = value if type(value) is str else repr(value)
        if len(text) > _LONG:
            return None
        values.append(text if text is value else (type(value), text))  # 1 is not 1.0, nor True
    return tuple(values)


def _look_up(value: object, path: FactPath) -> object:
    """What stands at a path; else what the path can't go through, and at which step. `...` stands for nothing."""
    for index, step in enumerate(path, 1):
        if type(step) is Items:
            if type(value) is not list:
                return index, value
            return len(value), [_look_up(item, path[index:]) for item in value[step.start : step.stop]]
        if type(value) is not dict and not isinstance(value, Mapping):  # which takes ten times as long
            return index, value
        value = value.get(step, ...)
    return value
