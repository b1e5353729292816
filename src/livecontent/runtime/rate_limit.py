"""How often somebody may do something within a while, such as be wrong."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_WRONG, WITHIN = 10, 60.0  # times, and seconds
_MOST_KNOWN = 10_000  # of those who are counted; the oldest are forgotten


class RateLimit:
    """Counts what was done, by who it was: so many times at once, and as many again in each while (a leaky bucket)."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_WRONG, within: float = WITHIN) -> None:
        """So many times within so many seconds; the clock is in seconds."""
        self._clock, self._within, self._each = clock, within, within / most
        self._empty: OrderedDict[Hashable, float] = OrderedDict()  # when nothing counts any more, of each

    def wait(self, who: Hashable) -> float:
        """Seconds until somebody may try again; 0 where they may now."""
        over = self._empty.get(who, 0.0) - self._clock() - self._within
        return over + self._each if over + self._each > 1e-6 else 0.0

    def count(self, who: Hashable, times: int = 1) -> None:
        """Counts once more, or several times."""
        now = self._clock()
        self._empty[who] = max(self._empty.get(who, now), now) + times * self._each
        self._empty.move_to_end(who)
        if len(self._empty) > _MOST_KNOWN:
            self._empty.popitem(last=False)

    def forget(self, who: Hashable) -> None:
        """Begins anew."""
        self._empty.pop(who, None)
