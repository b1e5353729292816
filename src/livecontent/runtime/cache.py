"""A bounded cache that keeps what is asked for often and lately; threads may share it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from random import Random
from threading import Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_AGE = 3  # new keys, for each one that is kept, after which counts are halved
_REMEMBERED = 2  # counts of keys that are not kept, for each one that is

_VALUE, _SIZE, _USES, _LAST, _PLACE = range(5)  # of an entry, which is a list: to make one is no call of Python


class Cache(Generic[K, V]):
    """Keeps values of so many bytes (or so many values), and counts how often one is found.

    Where there is no room, of two keys drawn by chance the one goes that was asked for less often, or not for longer
    (Redis's LFU does likewise: https://redis.io/docs/latest/develop/reference/eviction/); a key that was asked for
    more often than the new one stays, and the new one is only counted, as in TinyLFU
    (https://arxiv.org/abs/1512.00727). So a crowd of keys that come once does not drive out what is used, it makes
    room as soon as it has gone, and of a cycle that is too long a part is found. Counts are halved now and then.

    A look takes no lock: it is one step in a dictionary and one added to a count.
    """

    def __init__(self, name: str, capacity: int, size_of: Callable[[V], int] = lambda _: 1) -> None:
        """The name is that of its metrics; the capacity is in what `size_of` says: bytes, or values."""
        self.name = name
        self.capacity = capacity
        self.size = self.hits = self.misses = self.evictions = 0
        self._size_of = size_of
        self._entries: dict[K, list[Any]] = {}
        self._keys: list[K] = []  # of all entries, to draw from
        self._asked: OrderedDict[int, int] = OrderedDict()  # how often, for keys that are not kept, by their hash
        self._new = 0  # keys since counts were halved
        self._draw = Random(0).random  # noqa: S311 - no secret, and the same in every run
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
        entry[_LAST] = self.misses  # the clock: only what is missed takes room
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
                    self._evict(self._drawn())
                return value
            uses = self._asked.pop(hash(key), 0) + 1
            if self._make_room(size, uses):
                self._entries[key] = [value, size, uses, self.misses, len(self._keys)]
                self._keys.append(key)
                self.size += size
            else:
                self._remember(key, uses)
            self._new += 1
            if self._new > _AGE * (len(self._entries) + 10):
                self._age()
        return value

    def clear(self) -> None:
        """Forgets all values and counts of keys."""
        with self._lock:
            self._entries.clear()
            self._keys.clear()
            self._asked.clear()
            self.size = self._new = 0

    def _make_room(self, size: int, uses: int) -> bool:
        """Makes room for a value that was asked for so often, unless what would have to go is asked for more."""
        if size > self.capacity:
            return False
        while self.size + size > self.capacity:
            key = min(self._drawn(), self._drawn(), key=self._worth)
            if self._entries[key][_USES] > uses:
                return False
            self._evict(key)
        return True

    def _drawn(self) -> K:
        return self._keys[int(self._draw() * len(self._keys))]

    def _worth(self, key: K) -> tuple[int, int]:
        entry = self._entries[key]
        return entry[_USES], entry[_LAST]

    def _evict(self, key: K) -> None:
        entry = self._entries.pop(key)
        last = self._keys.pop()
        if entry[_PLACE] < len(self._keys):  # the last one takes the free place
            self._keys[entry[_PLACE]] = last
            self._entries[last][_PLACE] = entry[_PLACE]
        self.size -= entry[_SIZE]
        self.evictions += 1
        self._remember(key, entry[_USES])

    def _remember(self, key: K, uses: int) -> None:
        self._asked[hash(key)] = uses
        while len(self._asked) > _REMEMBERED * (len(self._entries) + 10):
            self._asked.popitem(last=False)

    def _age(self) -> None:
        self._new = 0
        self._asked = OrderedDict((key, count // 2) for key, count in self._asked.items() if count > 1)
        for entry in self._entries.values():
            entry[_USES] -= entry[_USES] // 2  # one stays one
