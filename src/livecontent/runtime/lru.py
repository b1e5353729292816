"""What was used last: keys in, values out; of too many, those not used for longest go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Keeps values of so many bytes, or so many of them, and counts how often one is found; threads may share it.

    Only changes take turns. A look is one step in a dictionary, and one in the order of use: it takes no lock.
    """

    def __init__(self, capacity: int, size_of: Callable[[V], int] = lambda _: 1, share: int = 8) -> None:
        """A value that takes more than one part in `share` is not kept, as too many others would have to go."""
        self.capacity = capacity
        self.size = self.hits = self.misses = self.evictions = 0
        self._size_of = size_of
        self._share = share
        self._values: OrderedDict[K, V] = OrderedDict()
        self._sizes: dict[K, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value of a key, which counts as used; None where nothing is kept."""
        try:
            value = self._values[key]
            self._values.move_to_end(key)
        except KeyError:  # it was never there, or has gone in between
            self.misses += 1
            return None
        self.hits += 1
        return value

    def keep(self, key: K, value: V) -> V:
        """The same value, kept if it is not too large, in place of what was kept before; also of one that has grown."""
        with self._lock:
            size = self._size_of(value)
            if size <= max(self.capacity // self._share, 1):
                self._values[key] = value
                self.size += size - self._sizes.get(key, 0)
                self._sizes[key] = size
                while self.size > self.capacity:
                    oldest, _ = self._values.popitem(last=False)
                    self.size -= self._sizes.pop(oldest)
                    self.evictions += 1
        return value

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._values.clear()
            self._sizes.clear()
            self.size = 0
