"""How often somebody may be wrong."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_WRONG, WITHIN = 10, 60.0  # times, and seconds
_MOST_KNOWN = 10_000  # of those who were wrong; the oldest are forgotten


class RateLimit:
    """Counts what was wrong, by who it was; who was right begins anew."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """The clock is in seconds."""
        self._clock = clock
        self._wrong: OrderedDict[Hashable, list[float]] = OrderedDict()  # when, of each

    def wait(self, who: Hashable) -> float:
        """Seconds until somebody may try again; 0 where they may now."""
        recent = self._recent(who)
        return recent[0] + WITHIN - self._clock() if len(recent) >= MOST_WRONG else 0.0

    def was_wrong(self, who: Hashable) -> None:
        """Counts once more."""
        self._wrong[who] = [*self._recent(who), self._clock()]
        self._wrong.move_to_end(who)
        if len(self._wrong) > _MOST_KNOWN:
            self._wrong.popitem(last=False)

    def was_right(self, who: Hashable) -> None:
        """Forgets what was wrong."""
        self._wrong.pop(who, None)

    def _recent(self, who: Hashable) -> list[float]:
        since = self._clock() - WITHIN
        return [at for at in self._wrong.get(who, ()) if at > since]
