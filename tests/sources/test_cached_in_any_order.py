from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from cached_bench import KEEP, LIFETIME, Bench, Clock, settle
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.errors import SourceError
from livecontent.facts import Fact, Reason
from livecontent.sources.cached import FAILURES, JITTER, Breaker, Fetched


def probes(breaker: Breaker, clock: Clock, seconds: int) -> Iterator[float]:
    for _ in range(seconds):
        clock.now += 1
        if breaker.admits():
            breaker.failed()
            yield clock.now


def test_the_breaker_opens_after_five_failures_in_a_row_and_probes_after_5_s_doubling_to_60() -> None:
    clock = Clock(0.0)
    breaker = Breaker(clock)
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    assert [breaker.failed() for _ in range(FAILURES)] == [False] * 4 + [True]
    assert not breaker.admits()
    assert list(probes(breaker, clock, 300)) == [5, 15, 35, 75, 135, 195, 255]
    breaker.succeeded()
    assert breaker.admits()
    assert [breaker.failed() for _ in range(FAILURES)] == [False] * 4 + [True]
    assert list(probes(breaker, clock, 20)) == [305, 315]


class Rehearsal:
    """Runs steps, and checks after each what must hold. A value is the time it was fetched at, so its age is known."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.waiting: list[asyncio.Future[Fact[str]]] = []
        self.failures = 0
        self.opened_at = -100.0

    async def run(self, steps: list[tuple[str, Any]]) -> None:
        for what, which in steps:
            await getattr(self, what)(which)
            await settle()
            assert all(len(futures) <= 1 for futures in self.bench.provider.pending.values())
        for promise in self.waiting:
            promise.cancel()

    async def get(self, key: str) -> None:
        asked = len(self.bench.provider.asked)
        found = self.bench.cached.get(key)
        if isinstance(found, Fact):
            check(found, self.bench.clock.now)
        else:
            self.waiting.append(asyncio.ensure_future(found))
        await settle()
        if self.bench.clock.now < self.opened_at + 5:
            assert len(self.bench.provider.asked) == asked

    async def give_up(self, number: int) -> None:
        if number < len(self.waiting):
            self.waiting.pop(number).cancel()

    async def tell(self, key: str) -> None:
        if self.bench.provider.pending.get(key):
            self.failures, self.opened_at = 0, -100.0
            await self.bench.provider.tell(key, Fetched(str(self.bench.clock.now), LIFETIME))

    async def fail(self, key: str) -> None:
        if self.bench.provider.pending.get(key):
            self.failures += 1
            self.opened_at = self.bench.clock.now if self.failures == FAILURES else self.opened_at
            await self.bench.provider.tell(key, SourceError("no"))

    async def keep_failing(self, key: str) -> None:
        for _ in range(FAILURES):
            self.bench.clock.now += 1
            await self.get(key)
            await self.fail(key)

    async def wait(self, seconds: float) -> None:
        self.bench.clock.now += seconds


def check(fact: Fact[str], now: float) -> None:
    if fact.value is None:
        assert fact.reason is Reason.BROKEN
        return
    age = now - float(fact.value)
    assert age == pytest.approx(fact.age)
    assert age < KEEP
    assert fact.reason in (Reason.CACHED, Reason.STALE)
    assert fact.reason is Reason.STALE or age <= LIFETIME * (1 + JITTER)
    assert fact.reason is Reason.CACHED or age >= LIFETIME * (1 - JITTER)


KEYS = st.sampled_from("abc")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["get", "tell", "fail", "keep_failing"]), KEYS),
        st.tuples(st.just("give_up"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.sampled_from([0.5, 1.0, 4.0, 6.0, 95.0, 120.0, 600.0, 999.0])),
    ),
    max_size=60,
)


@settings(deadline=None, max_examples=150)
@given(STEPS)
def test_under_any_interleaving_there_is_one_question_per_key_and_nothing_too_old_is_told(
    steps: list[tuple[str, Any]],
) -> None:
    asyncio.run(Rehearsal().run(steps))
