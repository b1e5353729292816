"""A layer that depends on the moment, and what it became before: equal facts are composed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import replace

from livecontent.compose.desk import Desk
from livecontent.compose.scene import Composed, compose_layers
from livecontent.creative.layers import Layer
from livecontent.creative.needs import paths_of
from livecontent.scene import Box

Kept = MutableMapping[object, Composed]


class Recalled:
    """A layer with a memory, which it shares with the others of its creative."""

    def __init__(self, layer: Layer, kept: Kept) -> None:
        self.layer = layer
        self._paths = paths_of(layer)
        self._kept = kept

    def compose(self, canvas: Box, desk: Desk) -> Composed:
        """What the layer becomes at a moment."""
        key = self._key(desk)
        if key is None:
            return self._compose(canvas, desk)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._compose(canvas, desk)
        return found

    def _compose(self, canvas: Box, desk: Desk) -> Composed:
        own = replace(desk, said=[], left_out=[])
        nodes = compose_layers((self.layer,), canvas, own)
        return Composed(nodes, tuple(own.said), tuple(own.left_out))

    def _key(self, desk: Desk) -> object:
        """All that the layer may look at; None where that is no plain value."""
        if self._paths is None:
            return None
        words = desk.words
        values: list[object] = [id(self), desk.language, words["locale"], words["timezone"]]
        for path in self._paths:
            value = _look_up(words, path)
            if isinstance(value, Mapping | list | tuple):
                return None
            values.append(value if isinstance(value, str) else (type(value), repr(value)))  # 1 is not 1.0, nor True
        return tuple(values)


def _look_up(words: Mapping[str, object], path: Iterable[str]) -> object:
    value: object = words
    for name in path:
        if not isinstance(value, Mapping):
            return value
        value = value.get(name)
    return value
