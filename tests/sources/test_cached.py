from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest
from cached_bench import KEEP, LIFETIME, Bench, settle

from livecontent.errors import SourceError
from livecontent.facts import Fact, Reason
from livecontent.sources.cached import AT_ONCE, JITTER, Fetched


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_what_was_just_asked_is_fresh_then_cached_then_stale_then_gone() -> None:
    async def scenario() -> None:
        bench = Bench()
        assert await bench.filled() == Fact("one", Reason.FRESH, "shop", 0.0)
        bench.clock.now += LIFETIME * (1 - JITTER) - 0.1
        fact = bench.at_once()
        assert (fact.value, fact.reason) == ("one", Reason.CACHED)
        assert fact.age == pytest.approx(89.9)
        assert len(bench.provider.asked) == 1
        bench.clock.now = 5000 + LIFETIME * (1 + JITTER)
        fact = bench.at_once()
        assert (fact.value, fact.reason) == ("one", Reason.STALE)
        assert fact.age == pytest.approx(110)
        bench.clock.now = 5000 + KEEP - 0.1
        assert bench.at_once().value == "one"
        bench.clock.now = 5000 + KEEP
        bench.promise()

    run(scenario())


def test_a_stale_value_is_told_at_once_and_asked_again_once_in_the_background() -> None:
    async def scenario() -> None:
        bench = Bench()
        await bench.filled()
        bench.clock.now += 200
        assert [bench.at_once().reason for _ in range(3)] == [Reason.STALE] * 3
        await settle()
        assert len(bench.provider.asked) == 2
        await bench.provider.tell("a", Fetched("two", LIFETIME))
        assert bench.at_once() == Fact("two", Reason.CACHED, "shop", 0.0)

    run(scenario())


def test_who_asks_nobody_outside_is_waited_for_and_never_stale() -> None:
    async def scenario() -> None:
        bench = Bench(local=True)
        await bench.filled()
        assert bench.at_once().reason == Reason.CACHED
        bench.clock.now += 200
        promise = bench.promise()
        await settle()
        await bench.provider.tell("a", Fetched("two", LIFETIME))
        assert await promise == Fact("two", Reason.FRESH, "shop", 0.0)

    run(scenario())


def test_a_lifetime_longer_than_a_value_may_be_kept_is_cut() -> None:
    async def scenario() -> None:
        bench = Bench()
        promise = bench.promise()
        await settle()
        await bench.provider.tell("a", Fetched("one", 10 * KEEP))
        await promise
        bench.clock.now += KEEP
        bench.promise()

    run(scenario())


def test_freshness_is_spread_by_a_tenth_up_and_down() -> None:
    async def scenario() -> set[int]:
        lives = set()
        for _ in range(60):
            bench = Bench()
            await bench.filled()
            while bench.at_once().reason is Reason.CACHED:
                bench.clock.now += 1
            lives.add(round(bench.clock.now - 5000))
        return lives

    lives = asyncio.run(scenario())
    assert min(lives) >= 90
    assert max(lives) <= 111
    assert len(lives) > 5


def test_callers_at_the_same_time_share_one_question_and_each_may_give_up_alone() -> None:
    async def scenario() -> None:
        bench = Bench()
        first, second, third = (bench.promise() for _ in range(3))
        await settle()
        first.cancel()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(second, 0.01)
        await bench.provider.tell("a", Fetched("one", LIFETIME))
        assert (await third).value == "one"
        assert first.cancelled()
        assert len(bench.provider.asked) == 1

    run(scenario())


def test_an_answer_that_nobody_waits_for_any_more_serves_the_next() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.promise().cancel()
        await settle()
        await bench.provider.tell("a", Fetched("one", LIFETIME))
        assert bench.at_once().value == "one"

    run(scenario())


def test_an_error_is_believed_for_a_second() -> None:
    async def scenario() -> None:
        bench = Bench()
        fact = await bench.failed("a", "it rains")
        assert (fact.value, fact.reason, fact.note) == (None, Reason.BROKEN, "it rains")
        bench.clock.now += 0.9
        assert bench.at_once() == fact
        bench.clock.now += 0.1
        assert (await bench.filled()).value == "one"
        assert bench.at_once().note == ""

    run(scenario())


def test_a_failed_refresh_leaves_the_old_value_stale_and_says_why() -> None:
    async def scenario() -> None:
        bench = Bench()
        await bench.filled()
        bench.clock.now += 200
        bench.at_once()
        await settle()
        await bench.provider.tell("a", SourceError("it rains"))
        fact = bench.at_once()
        assert (fact.value, fact.reason, fact.age, fact.note) == ("one", Reason.STALE, 200, "it rains")
        assert len(bench.provider.asked) == 2
        bench.clock.now += KEEP - 200
        fact = await bench.failed("a")
        assert (fact.value, fact.reason) == (None, Reason.BROKEN)

    run(scenario())


def test_a_fault_nobody_foresaw_is_broken_too() -> None:
    async def scenario() -> None:
        bench = Bench()
        promise = bench.promise()
        await settle()
        await bench.provider.tell("a", ZeroDivisionError())
        assert (await promise) == Fact(None, Reason.BROKEN, "shop", note="ZeroDivisionError")

    run(scenario())


def test_the_previous_answer_is_handed_over_and_not_modified_prolongs_it() -> None:
    async def scenario() -> None:
        bench = Bench()
        await bench.filled(validator="v1")
        bench.clock.now += 200
        bench.at_once()
        await settle()
        previous = bench.provider.asked[1][1]
        assert previous == Fetched("one", LIFETIME, "v1")
        assert previous
        await bench.provider.tell("a", replace(previous, lifetime=500.0))
        bench.clock.now += 400
        assert bench.at_once() == Fact("one", Reason.CACHED, "shop", 400)

    run(scenario())


def test_that_nobody_knows_is_missing_with_the_note_and_is_not_asked_again() -> None:
    async def scenario() -> None:
        bench = Bench()
        promise = bench.promise()
        await settle()
        await bench.provider.tell("a", Fetched(None, LIFETIME, note="set the key"))
        missing: Fact[str] = Fact(None, Reason.MISSING, "shop", note="set the key")
        assert await promise == missing
        assert bench.at_once() == missing
        assert len(bench.provider.asked) == 1

    run(scenario())


def test_no_more_entries_are_kept_than_fit_and_what_is_asked_for_more_stays() -> None:
    async def scenario() -> None:
        bench = Bench()
        for key in "abcdefgh":
            await bench.filled(key)
        for key in "abcdefg":
            bench.at_once(key)
        await bench.filled("i")
        for key in "abcdefg":
            bench.at_once(key)

    run(scenario())


def test_no_more_is_under_way_than_set_and_the_rest_hears_so_at_once() -> None:
    async def scenario() -> None:
        bench = Bench()
        promises = [bench.promise(str(number)) for number in range(AT_ONCE)]
        assert bench.at_once("more").reason is Reason.BROKEN
        await settle()
        await bench.provider.tell("0", Fetched("one", LIFETIME))
        assert (await promises[0]).value == "one"
        bench.promise("more")

    run(scenario())


def test_an_open_breaker_answers_at_once_without_asking(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        bench = Bench()
        await bench.filled("old")
        bench.clock.now += 200
        for key in "abcde":
            await bench.failed(key, "down")
        asked = len(bench.provider.asked)
        assert bench.at_once("new").reason is Reason.BROKEN
        assert bench.at_once("old").reason is Reason.STALE
        await settle()
        assert len(bench.provider.asked) == asked
        bench.clock.now += 5
        probe = bench.promise("new")
        assert bench.at_once("other").reason is Reason.BROKEN
        await settle()
        await bench.provider.tell("new", Fetched("one", LIFETIME))
        assert (await probe).value == "one"
        bench.promise("other")

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert [record.getMessage() for record in caplog.records] == ["shop: paused for 5 s after 5 failures: down"]


def test_a_provider_that_asks_to_be_left_alone_is_and_old_values_are_told_meanwhile() -> None:
    async def scenario() -> None:
        bench = Bench()
        await bench.filled("a")
        bench.clock.now += 200
        assert bench.at_once("a").reason is Reason.STALE
        await settle()
        await bench.provider.tell("a", SourceError("asked too often", retry_after=120))
        for _ in range(3):
            assert bench.at_once("a") == Fact("one", Reason.STALE, "shop", 200.0, "asked too often")
            assert bench.at_once("b").note == "not asked: it wants to be left alone for 120 s"
        assert len(bench.provider.asked) == 2
        bench.clock.now += 119
        assert bench.at_once("b").reason is Reason.BROKEN
        bench.clock.now += 1
        bench.promise("b")
        await settle()
        assert len(bench.provider.asked) == 3

    run(scenario())


def test_nobody_is_left_alone_for_more_than_a_day() -> None:
    async def scenario() -> None:
        bench = Bench()
        promise = bench.promise("a")
        await settle()
        await bench.provider.tell("a", SourceError("busy", retry_after=1e9))
        await promise
        bench.clock.now += 86_401
        bench.promise("a")

    run(scenario())
