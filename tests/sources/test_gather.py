from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leap
from livecontent.facts import Fact, Moment, Opening, Reason
from livecontent.sources.base import FactsByRoot
from livecontent.sources.gather import Gatherer

OPENING = Opening("a", "", datetime(2026, 11, 21, tzinfo=UTC))
DEADLINE = 0.05  # seconds

Answer = Callable[[str], Fact[Any] | Awaitable[Fact[Any]]]


def at_once(name: str) -> Fact[Any]:
    return Fact(name.upper(), Reason.FRESH, name)


def promised(seconds: float) -> Answer:
    async def tell(name: str) -> Fact[Any]:
        await asyncio.sleep(seconds)
        return at_once(name)

    return tell


def refused(_: str) -> Fact[Any]:
    raise RuntimeError("no")


async def broken(_: str) -> Fact[Any]:
    await asyncio.sleep(0)
    raise ValueError("half way")


async def gone(_: str) -> Fact[Any]:
    raise asyncio.CancelledError


class Source:
    def __init__(self, name: str, needs: Iterable[str] = (), answer: Answer = at_once) -> None:
        self.name = name
        self.needs = frozenset(needs)
        self.answer = answer
        self.asked = 0
        self.known: set[str] = set()

    def ask(self, opening: Opening, facts: FactsByRoot) -> Fact[Any] | Awaitable[Fact[Any]]:
        assert opening is OPENING
        self.asked += 1
        self.known = set(facts)
        return self.answer(self.name)


def timed(
    sources: Iterable[Source], *roots: str, known: Moment | None = None, spent: float = 0
) -> tuple[Moment, float]:
    """What was gathered, and in how many seconds."""
    gatherer = Gatherer(sources, DEADLINE)
    return leap.run(gatherer.gather(frozenset(roots), OPENING, known or Moment({}), spent))


def gather(sources: Iterable[Source], *roots: str, known: Moment | None = None, spent: float = 0) -> Moment:
    return timed(sources, *roots, known=known, spent=spent)[0]


def reasons(moment: Moment) -> dict[str, str]:
    return {root: fact.reason.value for root, fact in moment.facts.items()}


def test_only_what_is_named_and_what_it_builds_on_is_asked() -> None:
    sources = [Source("a"), Source("b", "a"), Source("c", "b"), Source("d"), Source("e", "d")]
    assert gather(sources, "c").facts == {name: at_once(name) for name in "abc"}
    assert [source.asked for source in sources] == [1, 1, 1, 0, 0]


def test_what_is_known_already_is_not_asked_again() -> None:
    sources = [Source("a"), Source("b", "a")]
    known = Moment({"a": Fact(5, Reason.GIVEN)})
    assert gather(sources, "a", known=known) is known
    assert gather(sources, "b", known=known).facts == {"a": Fact(5, Reason.GIVEN), "b": at_once("b")}
    late = Moment({"a": Fact(None, Reason.LATE)})
    assert gather(sources, "a", "b", known=late).facts["a"].reason is Reason.LATE
    assert [source.asked for source in sources] == [0, 2]


@given(st.permutations("abcdef"), st.lists(st.booleans(), min_size=6, max_size=6))
def test_each_source_is_asked_once_and_after_what_it_builds_on(order: list[str], slow: list[bool]) -> None:
    needs = {"a": "", "b": "a", "c": "a", "d": "bc", "e": "", "f": "de"}
    sources = [Source(name, needs[name], promised(0.0) if slow[index] else at_once) for index, name in enumerate(order)]
    moment = gather(sources, "f")
    assert set(moment.facts) == set("abcdef")
    for source in sources:
        assert source.asked == 1
        assert source.known >= source.needs


def test_sources_are_asked_in_parallel() -> None:
    sources = [Source(name, answer=promised(0.03)) for name in "abcdef"]
    moment, took = timed(sources, *"abcdef")
    assert took == pytest.approx(0.03)
    assert set(reasons(moment).values()) == {"fresh"}


def test_what_is_not_there_at_the_deadline_is_late_and_the_rest_is_kept() -> None:
    sources = [Source("a"), Source("b", answer=promised(60)), Source("c", answer=promised(0.001)), Source("d", "b")]
    moment, took = timed(sources, *"abcd")
    assert took == pytest.approx(DEADLINE)
    assert reasons(moment) == {"a": "fresh", "b": "late", "c": "fresh", "d": "fresh"}
    assert moment.facts["b"].value is None
    assert "deadline" in moment.facts["b"].note


def test_there_is_one_deadline_for_a_chain_of_sources() -> None:
    slow = promised(DEADLINE * 0.8)
    moment, took = timed([Source("a", answer=slow), Source("b", "a", slow), Source("c", "b", slow)], "c")
    assert took == pytest.approx(DEADLINE)
    assert reasons(moment) == {"a": "fresh", "b": "late", "c": "late"}


def test_what_was_spent_before_is_taken_off_the_deadline() -> None:
    slow = promised(DEADLINE / 2)
    assert reasons(gather([Source("a", answer=slow)], "a"))["a"] == "fresh"
    moment, took = timed([Source("a", answer=slow)], "a", spent=DEADLINE * 0.75)
    assert (reasons(moment)["a"], took) == ("late", pytest.approx(DEADLINE / 4))
    moment, took = timed([Source("a", answer=slow), Source("b")], "a", "b", spent=9)
    assert (reasons(moment), took) == ({"a": "late", "b": "fresh"}, 0)


@pytest.mark.parametrize(
    ("answer", "note"), [(refused, "RuntimeError: no"), (broken, "ValueError: half way"), (gone, "CancelledError: ")]
)
def test_a_source_that_breaks_its_word_is_broken_and_costs_no_other(answer: Answer, note: str) -> None:
    sources = [Source("a"), Source("b", answer=answer), Source("c", "b"), Source("d", answer=promised(0.01))]
    moment = gather(sources, *"abcd")
    assert reasons(moment) == {"a": "fresh", "b": "broken", "c": "fresh", "d": "fresh"}
    assert (moment.facts["b"].source, moment.facts["b"].note) == ("b", note)


def test_what_no_source_tells_is_not_there_and_holds_nothing_up() -> None:
    sources = [Source("a", "x"), Source("b"), Source("c", "d"), Source("d", "c")]
    moment, took = timed(sources, "a", "b", "c", "y")
    assert (set(moment.facts), took) == ({"b"}, 0)


def test_a_late_promise_is_dropped_without_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    stopped = []

    async def hang(_: str) -> Fact[Any]:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.append(True)
        raise AssertionError

    async def scenario() -> None:
        moment = await Gatherer([Source("a", answer=hang)], 0.01).gather(frozenset("a"), OPENING, Moment({}))
        assert moment.facts["a"].reason is Reason.LATE
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    leap.run(scenario(), debug=True)
    assert stopped == [True]
    assert caplog.records == []


def test_many_openings_at_once_do_not_mix() -> None:
    async def scenario() -> None:
        async def echo(opening: Opening, _: FactsByRoot) -> Fact[Any]:
            await asyncio.sleep(0.001)
            return Fact(opening.ref, Reason.FRESH)

        source = Source("a")
        source.ask = echo  # type: ignore[method-assign, assignment]
        gatherer = Gatherer([source], 5)
        openings = [Opening("a", str(index), OPENING.at) for index in range(50)]
        moments = await asyncio.gather(*(gatherer.gather(frozenset("a"), one, Moment({})) for one in openings))
        assert [moment.value("a") for moment in moments] == [opening.ref for opening in openings]

    asyncio.run(scenario())
