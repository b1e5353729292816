"""What was made last, kept for all threads that draw."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class SharedCache(LRUCache[K, V]):
    """A cache without what was not used for longest; threads may get and set at the same time.

    Only changes take turns. A look is one step in a dictionary, and one in the order of use: it takes no lock.
    """

    def __init__(self, maxsize: float, getsizeof: Callable[[V], float] | None = None) -> None:
        super().__init__(maxsize, getsizeof)
        self._lock = Lock()

    def get(self, key: K) -> V | None:  # type: ignore[override]  # nothing else is asked
        """What is kept under a key, None where nothing is."""
        try:
            return self[key]
        except KeyError:
            return None

    def __setitem__(self, key: K, value: V) -> None:
        with self._lock:
            super().__setitem__(key, value)

    def popitem(self) -> tuple[K, V]:
        """What was not used for longest. Raises `KeyError` where nothing is."""
        while True:
            try:
                return super().popitem()
            except RuntimeError:  # a look has changed the order while the oldest was sought
                continue
