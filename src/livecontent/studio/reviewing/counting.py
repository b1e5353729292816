"""Counts that read all events of a creative: who looks at a page again at once sees the same ones."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

KEPT = 10.0  # seconds
_MOST = 100  # counts

T = TypeVar("T")


class RecentCounts(Generic[T]):
    """Keeps each count for some seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """The clock is in seconds."""
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, T]] = {}  # with when it was made; the last at the end

    async def get(self, key: Hashable, count: Callable[[], Awaitable[T]]) -> T:
        """What was counted a moment ago, else what is counted now."""
        at, found = self._kept.get(key, (None, None))
        if at is not None and found is not None and 0 <= self._clock() - at < KEPT:
            return found
        made = await count()
        self._kept.pop(key, None)
        self._kept[key] = self._clock(), made
        while len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]
        return made
