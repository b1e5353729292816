"""A cache of what a provider answered, with a circuit breaker.

A value past its lifetime is still served, and fetched again in the background (stale-while-revalidate, RFC 5861); a
provider that asks nobody outside is waited for.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from livecontent.errors import SourceError
from livecontent.facts import Fact, Reason
from livecontent.runtime.cache import Cache

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MonotonicClock = Callable[[], float]  # seconds

CAPACITY = 10_000  # entries
AT_ONCE = 50  # requests under way
JITTER = 0.1  # of a lifetime, up and down, so that what was asked together is not asked again together
ERROR_TIME = 1.0  # seconds an error is believed
FAILURES = 5  # in a row, until the breaker opens
FIRST_PAUSE, LAST_PAUSE = 5.0, 60.0  # seconds between probes
LONGEST_REST = 86_400.0  # seconds that a provider is left alone when it says so


@dataclass(frozen=True, slots=True)
class Fetched(Generic[V]):
    """A provider's answer: a value, or None where it has none, and its lifetime in seconds.

    The validator is sent with the next request, so that the provider can say "not modified"; the note is for people.
    """

    value: V | None
    lifetime: float
    validator: str = ""
    note: str = ""
    skipped: tuple[str, ...] = ()  # parts of the answer that could not be read, such as "symbol 'hail_day'"


# Fetches a key, given the answer before. "Not modified" is that answer again, with a new lifetime.
Fetch = Callable[[K, Fetched[V] | None], Awaitable[Fetched[V]]]


class Breaker:
    """A circuit breaker: closed, or, after failures in a row, open with one probe after each pause."""

    def __init__(self, clock: MonotonicClock) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._probe_at = 0.0
        self._rests_until = 0.0

    def rest(self, seconds: float) -> None:
        """Admits nothing for so long, as the provider wishes."""
        self._rests_until = max(self._rests_until, self._clock() + min(seconds, LONGEST_REST))

    @property
    def resting(self) -> float:
        """Seconds until the end of a rest, 0.0 where there is none."""
        return max(self._rests_until - self._clock(), 0.0)

    def admits(self) -> bool:
        """Whether to send a request now. While open, that request is a probe; the next comes after twice the pause."""
        now = self._clock()
        if now < self._rests_until:
            return False
        if self._failures < FAILURES:
            return True
        if now < self._probe_at:
            return False
        self._pause = min(2 * self._pause, LAST_PAUSE)
        self._probe_at = now + self._pause
        return True

    def succeeded(self) -> None:
        """Closes the breaker."""
        self._failures = 0

    def failed(self) -> bool:
        """Counts a failure; True where this one opens the breaker."""
        self._failures += 1
        if self._failures != FAILURES:
            return False
        self._pause = FIRST_PAUSE
        self._probe_at = self._clock() + self._pause
        return True


@dataclass(frozen=True, slots=True)
class _Held(Generic[V]):
    """What is known of a key: the last answer and its time, when to fetch again, and the error since, if any."""

    fetched: Fetched[V] | None
    at: float
    again_at: float
    error: str = ""


class Cached(Generic[K, V]):
    """The facts of one provider by key. Never two requests for one key at a time."""

    def __init__(
        self,
        name: str,
        fetch: Fetch[K, V],
        keep: float,
        *,
        capacity: int = CAPACITY,
        clock: MonotonicClock = time.monotonic,
        local: bool = False,
    ) -> None:
        """`keep` is the age in seconds at which a value is not served any more; local: nobody outside is asked."""
        self._name = name
        self._fetch = fetch
        self._keep = keep
        self._clock = clock
        self._local = local
        self._breaker = Breaker(clock)
        self._held: Cache[K, _Held[V]] = Cache(name, capacity)
        self._tasks: dict[K, asyncio.Task[Fact[V]]] = {}
        self.updated = 0.0  # when the last answer came, in seconds since 1970
        self.failures = 0
        self.problem = ""  # of the last request, if it failed

    def get(self, key: K) -> Fact[V] | Awaitable[Fact[V]]:
        """The fact, be it stale or broken, or an awaitable of it where nothing is known yet.

        Cancelling the awaitable does not cancel the request. Needs a running event loop.
        """
        now = self._clock()
        held = self._held.get(key)
        task = self._tasks.get(key)
        if task is None and (held is None or now >= held.again_at):
            task = self._start(key, held)
        if held and held.fetched and now < held.at + self._keep and not (task and self._local):
            due = held.error or now >= held.again_at
            return self._tell(held, held.fetched, Reason.STALE if due else Reason.CACHED, now)
        if task:
            return asyncio.shield(task)
        return Fact(None, Reason.BROKEN, self._name, note=(held and held.error) or self._why_not())

    def _why_not(self) -> str:
        """Why nobody was asked."""
        if rest := self._breaker.resting:
            return f"not asked: it wants to be left alone for {rest:.0f} s"
        return "not asked: it fails or is busy"

    async def close(self) -> None:
        """Cancels all requests under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, key: K, held: _Held[V] | None) -> asyncio.Task[Fact[V]] | None:
        if len(self._tasks) >= AT_ONCE or not self._breaker.admits():
            return None
        task = asyncio.get_running_loop().create_task(self._ask(key, held))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return task

    async def _ask(self, key: K, held: _Held[V] | None) -> Fact[V]:
        try:
            fetched = await self._fetch(key, held.fetched if held else None)
        except Exception as error:  # noqa: BLE001  whatever it is, opens go on
            if isinstance(error, SourceError) and error.retry_after:
                self._breaker.rest(error.retry_after)
                log.warning("%s: left alone for %.0f s, as it wishes: %s", self._name, self._breaker.resting, error)
            return self._fail(key, held, str(error) or type(error).__name__)
        self._breaker.succeeded()
        self.updated, self.problem = time.time(), ""
        now = self._clock()
        lifetime = fetched.lifetime * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  no secret
        held = self._held.put(key, _Held(fetched, now, now + min(lifetime, self._keep)))
        return self._tell(held, fetched, Reason.FRESH, now)

    def _fail(self, key: K, held: _Held[V] | None, error: str) -> Fact[V]:
        self.failures += 1
        self.problem = error
        if self._breaker.failed():
            log.warning("%s: paused for %g s after %d failures: %s", self._name, FIRST_PAUSE, FAILURES, error)
        now = self._clock()
        again = now + max(ERROR_TIME, self._breaker.resting)
        self._held.put(key, replace(held or _Held(None, now, now), again_at=again, error=error))
        return Fact(None, Reason.BROKEN, self._name, note=error)

    def _tell(self, held: _Held[V], fetched: Fetched[V], reason: Reason, now: float) -> Fact[V]:
        age = max(now - held.at, 0.0)
        known = fetched.value is not None
        return Fact(
            fetched.value, reason if known else Reason.MISSING, self._name, age, note=held.error or fetched.note
        )
