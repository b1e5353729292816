import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leap
from livecontent.facts import Fact, FactsByKey, Moment, Need, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source
from livecontent.sources.gather import Gatherer
from livecontent.vocabulary import FactShape, FactType

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


class Told(Source):
    """Tells what it is given, and keeps what it was asked."""

    def __init__(
        self, name: str, needs: Iterable[str] = (), answer: Answer = at_once, shape: FactShape = "one"
    ) -> None:
        self.fact = FactType(name, shape=shape)
        self.needs = frozenset(needs)
        self.answer = answer
        self.asked = 0
        self.known: set[str] = set()
        self.keys: list[list[str]] = []

    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        assert opening is OPENING
        self.asked += 1
        self.known = set(facts)
        self.keys.append(sorted(keys))
        return self.answer(self.fact.root)


def timed(sources: Iterable[Told], *roots: Need, known: Moment | None = None, spent: float = 0) -> tuple[Moment, float]:
    """What was gathered, and in how many seconds."""
    gatherer = Gatherer(sources, DEADLINE)
    return leap.run(gatherer.gather(frozenset(roots), OPENING, known or Moment({}), spent))


def gather(sources: Iterable[Told], *roots: Need, known: Moment | None = None, spent: float = 0) -> Moment:
    return timed(sources, *roots, known=known, spent=spent)[0]


def reasons(moment: Moment) -> dict[str, str]:
    return {root: fact.reason.value for root, fact in moment.facts.items()}


def test_only_what_is_named_and_what_it_builds_on_is_asked() -> None:
    sources = [Told("a"), Told("b", "a"), Told("c", "b"), Told("d"), Told("e", "d")]
    assert gather(sources, "c").facts == {name: at_once(name) for name in "abc"}
    assert [source.asked for source in sources] == [1, 1, 1, 0, 0]


def test_what_is_known_already_is_not_asked_again() -> None:
    sources = [Told("a"), Told("b", "a")]
    known = Moment({"a": Fact(5, Reason.GIVEN)})
    assert gather(sources, "a", known=known) is known
    assert gather(sources, "b", known=known).facts == {"a": Fact(5, Reason.GIVEN), "b": at_once("b")}
    late = Moment({"a": Fact(None, Reason.LATE)})
    assert gather(sources, "a", "b", known=late).facts["a"].reason is Reason.LATE
    assert [source.asked for source in sources] == [0, 2]


@given(st.permutations("abcdef"), st.lists(st.booleans(), min_size=6, max_size=6))
def test_each_source_is_asked_once_and_after_what_it_builds_on(order: list[str], slow: list[bool]) -> None:
    needs = {"a": "", "b": "a", "c": "a", "d": "bc", "e": "", "f": "de"}
    sources = [Told(name, needs[name], promised(0.0) if slow[index] else at_once) for index, name in enumerate(order)]
    moment = gather(sources, "f")
    assert set(moment.facts) == set("abcdef")
    for source in sources:
        assert source.asked == 1
        assert source.known >= source.needs


def test_sources_are_asked_in_parallel() -> None:
    sources = [Told(name, answer=promised(0.03)) for name in "abcdef"]
    moment, took = timed(sources, *"abcdef")
    assert took == pytest.approx(0.03)
    assert set(reasons(moment).values()) == {"fresh"}


def test_what_is_not_there_at_the_deadline_is_late_and_the_rest_is_kept() -> None:
    sources = [Told("a"), Told("b", answer=promised(60)), Told("c", answer=promised(0.001)), Told("d", "b")]
    moment, took = timed(sources, *"abcd")
    assert took == pytest.approx(DEADLINE)
    assert reasons(moment) == {"a": "fresh", "b": "late", "c": "fresh", "d": "fresh"}
    assert moment.facts["b"].value is None
    assert "deadline" in moment.facts["b"].note


def test_there_is_one_deadline_for_a_chain_of_sources() -> None:
    slow = promised(DEADLINE * 0.8)
    moment, took = timed([Told("a", answer=slow), Told("b", "a", slow), Told("c", "b", slow)], "c")
    assert took == pytest.approx(DEADLINE)
    assert reasons(moment) == {"a": "fresh", "b": "late", "c": "late"}


def test_what_was_spent_before_is_taken_off_the_deadline() -> None:
    slow = promised(DEADLINE / 2)
    assert reasons(gather([Told("a", answer=slow)], "a"))["a"] == "fresh"
    moment, took = timed([Told("a", answer=slow)], "a", spent=DEADLINE * 0.75)
    assert (reasons(moment)["a"], took) == ("late", pytest.approx(DEADLINE / 4))
    moment, took = timed([Told("a", answer=slow), Told("b")], "a", "b", spent=9)
    assert (reasons(moment), took) == ({"a": "late", "b": "fresh"}, 0)


@pytest.mark.parametrize(
    ("answer", "note"), [(refused, "RuntimeError: no"), (broken, "ValueError: half way"), (gone, "CancelledError: ")]
)
def test_a_source_that_breaks_its_word_is_broken_and_costs_no_other(answer: Answer, note: str) -> None:
    sources = [Told("a"), Told("b", answer=answer), Told("c", "b"), Told("d", answer=promised(0.01))]
    moment = gather(sources, *"abcd")
    assert reasons(moment) == {"a": "fresh", "b": "broken", "c": "fresh", "d": "fresh"}
    assert (moment.facts["b"].source, moment.facts["b"].note) == ("b", note)


def test_what_no_source_tells_is_not_there_and_holds_nothing_up() -> None:
    sources = [Told("a", "x"), Told("b"), Told("c", "d"), Told("d", "c")]
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
        moment = await Gatherer([Told("a", answer=hang)], 0.01).gather(frozenset("a"), OPENING, Moment({}))
        assert moment.facts["a"].reason is Reason.LATE
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    leap.run(scenario(), debug=True)
    assert stopped == [True]
    assert caplog.records == []


def test_many_openings_at_once_do_not_mix() -> None:
    async def scenario() -> None:
        async def echo(opening: Opening, _: FactsByRoot, _keys: Keys) -> Fact[Any]:
            await asyncio.sleep(0.001)
            return Fact(opening.ref, Reason.FRESH)

        source = Told("a")
        source.ask = echo  # type: ignore[method-assign, assignment]
        gatherer = Gatherer([source], 5)
        openings = [Opening("a", str(index), OPENING.at) for index in range(50)]
        moments = await asyncio.gather(*(gatherer.gather(frozenset("a"), one, Moment({})) for one in openings))
        assert [moment.value("a") for moment in moments] == [opening.ref for opening in openings]

    asyncio.run(scenario())


PRICES = {"a": Fact(1, Reason.CACHED, "shop"), "b": Fact(2, Reason.FRESH, "shop")}


def shop(_: str) -> Fact[Any]:
    return Fact(FactsByKey(PRICES), Reason.FRESH, "shop")


def test_all_keys_that_are_needed_are_asked_for_at_once_and_each_is_a_fact() -> None:
    source = Told("price", answer=shop, shape="keyed")
    moment = gather([source], ("price", "a"), ("price", "b"))
    assert source.keys == [["a", "b"]]
    assert moment.fact(("price", "a")) == PRICES["a"]
    assert moment.facts["price"].reason is Reason.CACHED, "the least good of what is known"


def test_keys_that_are_known_are_not_asked_for_again() -> None:
    source = Told("price", answer=shop, shape="keyed")
    first = gather([source], ("price", "a"))
    assert gather([source], ("price", "a"), known=first).facts == first.facts
    both = gather([source], ("price", "a"), ("price", "b"), known=first)
    assert source.keys == [["a"], ["b"]]
    assert [both.fact(("price", key)) for key in "ab"] == [PRICES["a"], PRICES["b"]]
    assert first.fact(("price", "b")) is None


class Building(Told):
    """Keeps what it was told of prices."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("club", answer=answer)
        self.needs = frozenset({"place", ("price", "a"), ("price", "b")})
        self.told: list[dict[str, Any]] = []

    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        self.told.append({key: fact.reason for key, fact in facts["price"].value.items()})
        return super().ask(opening, facts, keys)


def shop_in(seconds: float | None) -> Answer:
    async def tell(_: str) -> Fact[Any]:
        await asyncio.sleep(seconds or 0)
        return shop("")

    return shop if seconds is None else tell


WANTED = st.sampled_from(["club", "place", ("price", "a"), ("price", "b"), ("price", "c")])


@given(
    st.lists(st.frozensets(WANTED, min_size=1), min_size=1, max_size=4),
    st.tuples(*[st.sampled_from([None, 0, 0.001, 60])] * 3),
    st.permutations(range(3)),
    st.sampled_from([[], ["place"]]),
)
def test_what_builds_on_keys_is_told_all_of_them_whichever_were_known_before(
    wanted: list[frozenset[Need]], seconds: tuple[float | None, ...], order: list[int], needs: list[str]
) -> None:
    """One that is late is told as such, and holds nothing up."""
    place, price, club = (at_once if one is None else promised(one) for one in seconds)
    price = shop_in(seconds[1])
    sources = [Told("place", answer=place), Told("price", needs, price, "keyed"), Building(club)]
    known = Moment({})
    for one in wanted:
        known = gather([sources[index] for index in order], *one, known=known)
    assert all(known.fact(need) for one in wanted for need in one)
    asked = [key for keys in sources[1].keys for key in keys]
    assert len(asked) == len(set(asked))
    building = sources[2]
    assert isinstance(building, Building)
    assert len(building.told) == any("club" in one for one in wanted)
    for told in building.told:
        assert {"a", "b"} <= told.keys()


def test_an_unknown_key_is_an_unknown_fact_with_its_reason() -> None:
    moment = gather([Told("price", answer=shop, shape="keyed")], ("price", "a"), ("price", "c"))
    found = moment.fact(("price", "c"))
    assert found == Fact(None, Reason.MISSING, "shop", note="nothing is known of c")
    assert moment.facts["price"].reason is Reason.CACHED
    assert gather([Told("price", answer=shop, shape="keyed")], ("price", "c")).facts["price"].reason is Reason.MISSING


@pytest.mark.parametrize(("answer", "reason"), [(refused, Reason.BROKEN), (promised(60), Reason.LATE)])
def test_a_keyed_source_that_fails_leaves_every_key_unknown(answer: Answer, reason: Reason) -> None:
    moment = gather([Told("price", answer=answer, shape="keyed")], ("price", "a"), ("price", "b"))
    assert [moment.fact(("price", key)) for key in "ab"] == [moment.fact(("price", "a"))] * 2
    assert (moment.facts["price"].reason, moment.words) == (reason, {"price": {}})


def test_sources_are_started_in_order_and_closed_the_other_way_round() -> None:
    done: list[str] = []

    class Running(Told):
        async def start(self) -> None:
            done.append(f"start {self.fact.root}")

        async def close(self) -> None:
            done.append(f"close {self.fact.root}")

    async def scenario() -> None:
        gatherer = Gatherer([Running("a"), Running("b")], 1)
        await gatherer.start()
        await gatherer.close()

    asyncio.run(scenario())
    assert done == ["start a", "start b", "close b", "close a"]


def test_people_who_wait_longer_get_what_an_open_does_not() -> None:
    async def scenario() -> None:
        gatherer = Gatherer([Told("slow", answer=promised(3 * DEADLINE))], DEADLINE)
        needs: frozenset[Need] = frozenset({"slow"})
        assert (await gatherer.gather(needs, OPENING, Moment({}))).facts["slow"].reason is Reason.LATE
        assert (await gatherer.patient(10).gather(needs, OPENING, Moment({}))).value("slow") == "SLOW"

    asyncio.run(scenario())


def test_what_sources_could_not_read_is_told_by_fact() -> None:
    odd = Told("weather")
    odd.skipped = {"symbol": 3}
    assert Gatherer([odd, Told("place")], DEADLINE).skipped == {("weather", "symbol"): 3}
