"""Parts that were made before: what they show in, the parts out; of too many, those not used for longest go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from livecontent.encode.mosaic import Rows

_OVERHEAD = 60  # bytes that Python takes for a row beside its own


class Stock:
    """Keeps so many bytes of parts. An opening looks a dozen times, so a look is little more than a dictionary's."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = self.hits = self.misses = self.evictions = 0
        self._rows: OrderedDict[Hashable, Rows] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, key: Hashable) -> Rows | None:
        """The parts of a key."""
        rows = self._rows.get(key)
        if rows is None:
            self.misses += 1
        else:
            self.hits += 1
            self._rows.move_to_end(key)
        return rows

    def keep(self, key: Hashable, rows: Rows) -> None:
        """Keeps parts, unless they would take the place of too many others."""
        size = _size(rows)
        if size > self.capacity // 8 or key in self._rows:
            return
        self._rows[key] = rows
        self.size += size
        while self.size > self.capacity:
            _, oldest = self._rows.popitem(last=False)
            self.size -= _size(oldest)
            self.evictions += 1

    def clear(self) -> None:
        """Forgets all."""
        self._rows.clear()
        self.size = 0


def _size(rows: Rows) -> int:
    """Bytes, with what Python takes for them."""
    return sum(map(len, rows)) + _OVERHEAD * len(rows)
