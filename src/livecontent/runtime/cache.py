"""A bounded cache that keeps what is asked for often; threads may share it."""

from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_AGE = 2  # new keys, for each one that is kept, after which counts are halved; more would keep a crowd that has gone
_REMEMBERED = 2  # counts of keys that are not kept, for each one that is


_VALUE, _SIZE, _USES = range(3)  # of an entry, which is a list: to make one is no call of Python


class Cache(Generic[K, V]):
    """Keeps values of so many bytes (or so many values), and counts how often one is found.

    Admission is by frequency, as in TinyLFU: where there is no room, a new value is kept only if its key was asked for
    more often than the oldest values that would have to go. So a crowd of keys that come once, or in a long cycle,
    does not drive out what is used. Counts are halved now and then, so that what was popular once does not stay for
    ever. https://arxiv.org/abs/1512.00727

    A look takes no lock: it is one step in a dictionary and one added to a count.
    """

    def __init__(self, name: str, capacity: int, size_of: Callable[[V], int] = lambda _: 1) -> None:
        """The name is that of its metrics; the capacity is in what `size_of` says: bytes, or values."""
        self.name = name
        self.capacity = capacity
        self.size = self.hits = self.misses = self.evictions = 0
        self._size_of = size_of
        self._entries: dict[K, list[Any]] = {}
        self._oldest_first: deque[K] = deque()
        self._asked: dict[int, int] = {}  # how often, for keys that are not kept, by their hash
        self._new = 0  # keys since counts were halved
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The value of a key, which counts as used; None where nothing is kept."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        entry[_USES] += 1
        self.hits += 1
        value: V = entry[_VALUE]
        return value

    def put(self, key: K, value: V) -> V:
        """The same value, kept where it is worth its room; in place of the key's value before, if there is one."""
        size = self._size_of(value)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self.size += size - entry[_SIZE]
                entry[:_USES] = value, size
                while self.size > self.capacity:
                    self._evict()
                return value
            uses = self._asked.pop(hash(key), 0) + 1
            if self.size + size <= self.capacity or self._makes_room(size, uses):
                self._entries[key] = [value, size, uses]
                self._oldest_first.append(key)
                self.size += size
            else:
                self._asked[hash(key)] = uses
            self._new += 1
            kept = len(self._entries) + 10
            if self._new > _AGE * kept or len(self._asked) > _REMEMBERED * kept:
                self._age()
        return value

    def clear(self) -> None:
        """Forgets all values and counts of keys."""
        with self._lock:
            self._entries.clear()
            self._oldest_first.clear()
            self._asked.clear()
            self.size = self._new = 0

    def _makes_room(self, size: int, uses: int) -> bool:
        """Makes room for a value that was asked for so often, unless what would have to go was as often."""
        free, victims = self.capacity - self.size, 0
        if size > self.capacity:
            return False
        for key in self._oldest_first:
            if free >= size:
                break
            entry = self._entries[key]
            if entry[_USES] >= uses:
                self._oldest_first.rotate(-victims - 1)  # the next time others are looked at
                return False
            free += entry[_SIZE]
            victims += 1
        for _ in range(victims):
            self._evict()
        return True

    def _evict(self) -> None:
        key = self._oldest_first.popleft()
        entry = self._entries.pop(key)
        self.size -= entry[_SIZE]
        self.evictions += 1
        self._asked[hash(key)] = entry[_USES]

    def _age(self) -> None:
        self._new = 0
        self._asked = {key: count // 2 for key, count in self._asked.items() if count > 1}
        for entry in self._entries.values():
            entry[_USES] //= 2
