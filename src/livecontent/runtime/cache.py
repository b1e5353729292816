"""A bounded cache that keeps what is asked for often and lately; threads may share it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from random import Random
from threading import Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_AGE = 3  # new keys, for each one that is kept, after which counts are halved
_DRAWN = 5  # keys, of which one goes; of more, it is nearer to the one that was not used for longest of all
_REMEMBERED = 2  # counts of keys that are not kept, for each one that is

# Of an entry, which is a list: to make one is no call of Python. The one worth least is the least; no two places are
# equal, so that what comes behind is never compared.
_USES, _LAST, _PLACE, _SIZE, _KEY, _VALUE = range(6)


class Cache(Generic[K, V]):
    """Keeps values of so many bytes (or so many values), and counts how often one is found.

    Where there is no room, of five keys drawn by chance the one goes that was asked for less often, or not for longer
    (Redis's LFU does likewise: https://redis.io/docs/latest/develop/reference/eviction/); a key that was asked for
    more often than the new one stays, and the new one is only counted, as in TinyLFU
    (https://arxiv.org/abs/1512.00727). So a crowd of keys that come once does not drive out what is used, it makes
    room as soon as it has gone, and of a cycle that is too long a part is found. Counts are halved now and then.

    A look takes no lock: it is one step in a dictionary and one added to a count.
    """

    def __init__(self, name: str, capacity: int, size_of: Callable[[V], int] | None = None) -> None:
        """The name is that of its metrics; the capacity is in what `size_of` says, such as bytes; else in values."""
        self.name = name
        self.capacity = capacity
        self.size = self.hits = self.misses = self.evictions = 0
        self._size_of = size_of
        self._entries: dict[K, list[Any]] = {}
        self._drawn_from: list[list[Any]] = []  # all entries, each at its place
        self._asked: OrderedDict[int, int] = OrderedDict()  # how often, for keys that are not kept, by their hash
        self._new = 0  # keys since counts were halved
        self._draw = Random(0).choices  # noqa: S311 - no secret, and the same in every run
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
        size = self._size_of(value) if self._size_of else 1
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self.size += size - entry[_SIZE]
                entry[_SIZE], entry[_VALUE] = size, value
                if self.size > self.capacity:
                    self._make_room(0, max(entry[_USES] for entry in self._drawn_from))
                return value
            uses = self._asked.pop(hash(key), 0) + 1
            if self.size + size <= self.capacity or self._make_room(size, uses):
                self._entries[key] = entry = [uses, self.misses, len(self._drawn_from), size, key, value]
                self._drawn_from.append(entry)
                self.size += size
            else:
                self._asked[hash(key)] = uses
            while len(self._asked) > _REMEMBERED * (len(self._entries) + 10):
                self._asked.popitem(last=False)
            self._new += 1
            if self._new > _AGE * (len(self._entries) + 10):
                self._age()
        return value

    def clear(self) -> None:
        """Forgets all values and counts of keys."""
        with self._lock:
            self._entries.clear()
            self._drawn_from.clear()
            self._asked.clear()
            self.size = self._new = 0

    def _make_room(self, size: int, uses: int) -> bool:
        """Makes room for a value that was asked for so often, unless what would have to go is asked for more."""
        if size > self.capacity:
            return False
        draw, entries = self._draw, self._drawn_from
        while self.size + size > self.capacity:
            entry = min(draw(entries, k=_DRAWN))
            if entry[_USES] > uses:
                return False
            last = entries.pop()
            if last is not entry:
                place = last[_PLACE] = entry[_PLACE]
                entries[place] = last
            del self._entries[entry[_KEY]]
            self._asked[hash(entry[_KEY])] = entry[_USES]
            self.size -= entry[_SIZE]
            self.evictions += 1
        return True

    def _age(self) -> None:
        self._new = 0
        self._asked = OrderedDict({key: count // 2 for key, count in self._asked.items() if count > 1})
        for entry in self._drawn_from:
            entry[_USES] -= entry[_USES] // 2  # one stays one
