"""What was used last: keys in, values out; of too many, those not used for longest go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps values of so many bytes, or so many of them, and counts how often one is found."""

    def __init__(self, capacity: int, size_of: Callable[[V], int] = lambda _: 1) -> None:
        self.capacity = capacity
        self.size = self.hits = self.misses = self.evictions = 0
        self._size_of = size_of
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value of a key, which counts as used."""
        value = self._values.get(key)
        if value is None:
            self.misses += 1
        else:
            self.hits += 1
            self._values.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> V:
        """The same value, kept unless it would take the place of too many others."""
        size = self._size_of(value)
        if size <= max(self.capacity // 8, 1) and key not in self._values:
            self._values[key] = value
            self.size += size
            while self.size > self.capacity:
                self.size -= self._size_of(self._values.popitem(last=False)[1])
                self.evictions += 1
        return value

    def clear(self) -> None:
        """Forgets all."""
        self._values.clear()
        self.size = 0
