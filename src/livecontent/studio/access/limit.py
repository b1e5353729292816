"""How often somebody may do something within a while, such as be wrong."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_WRONG, WITHIN = 10, 60.0  # times, and seconds
_MOST_KNOWN = 10_000  # of those who are counted; the oldest are forgotten


class RateLimit:
    """Counts what was done, by who it was."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_WRONG, within: float = WITHIN) -> None:
        """So many times within so many seconds; the clock is in seconds."""
        self._clock, self._most, self._within = clock, most, within
        self._counted: OrderedDict[Hashable, list[float]] = OrderedDict()  # when, of each

    def wait(self, who: Hashable) -> float:
        """Seconds until somebody may try again; 0 where they may now."""
        recent = self._recent(who)
        return recent[-self._most] + self._within - self._clock() if len(recent) >= self._most else 0.0

    def count(self, who: Hashable) -> None:
        """Counts once more."""
        self._counted[who] = [*self._recent(who), self._clock()]
        self._counted.move_to_end(who)
        if len(self._counted) > _MOST_KNOWN:
            self._counted.popitem(last=False)

    def forget(self, who: Hashable) -> None:
        """Begins anew."""
        self._counted.pop(who, None)

    def _recent(self, who: Hashable) -> list[float]:
        since = self._clock() - self._within
        return [at for at in self._counted.get(who, ()) if at > since]
