"""What holds for every provider of weather; those that ask over HTTP have faults to stand as well."""

from __future__ import annotations

import asyncio
import copy
import math
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_server import FAULTS, SLOW, Handler, Request, Server, after, reply, serving

from livecontent.errors import SourceError
from livecontent.facts import Sky
from livecontent.net.http import Http
from livecontent.sources.cached import Fetched
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.provider import GridCell, Provider

T = TypeVar("T")
PARIS = GridCell(48.9, 2.4)
DEADLINE = 0.2
PATIENCE = 4  # less than a fault may last, and than the deadline left out; the machine may be busy


def check(fetched: Fetched[HourlyForecast]) -> None:
    """The ranges of facts.Weather."""
    assert fetched.lifetime > 0
    if fetched.value is None:
        assert fetched.note
        return
    assert fetched.value
    for weather in fetched.value:
        assert -90 <= weather.temperature <= 60
        assert weather.condition in (None, *get_args(Sky))
        assert isinstance(weather.is_day, bool)
        for number in (weather.wind, weather.precipitation):
            assert number is None or (math.isfinite(number) and number >= 0)
        assert weather.observed_at
        assert weather.observed_at.utcoffset() is not None
        assert bool(weather.icon) == bool(weather.condition)


class ProviderContract:
    """For all. `provider` runs a coroutine with a provider that knows the weather of Paris."""

    name: str

    def provider(self, use: Callable[[Provider], Coroutine[Any, Any, T]]) -> T:
        raise NotImplementedError

    def test_the_weather_of_a_cell_is_in_range_and_says_who_tells_it(self) -> None:
        fetched = self.provider(lambda provider: provider.fetch(PARIS, None))
        check(fetched)
        assert fetched.value
        assert all(weather.attribution for weather in fetched.value)

    def test_its_name_is_that_of_the_setting(self) -> None:
        async def name(provider: Provider) -> str:
            return provider.name

        assert self.provider(name) == self.name

    def test_what_was_fetched_before_does_no_harm(self) -> None:
        async def twice(provider: Provider) -> tuple[Fetched[HourlyForecast], Fetched[HourlyForecast]]:
            first = await provider.fetch(PARIS, None)
            return first, await provider.fetch(PARIS, first)

        first, second = self.provider(twice)
        assert first.value == second.value

    @pytest.mark.parametrize(
        "cell", [GridCell(90.0, 180.0), GridCell(-90.0, -180.0), GridCell(0.0, 0.0), GridCell(69.6, 19.0)]
    )
    def test_any_cell_of_the_globe_is_told_or_not_known(self, cell: GridCell) -> None:
        check(self.provider(lambda provider: provider.fetch(cell, None)))


def paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all parts of JSON."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


MISSING = object()


def at(data: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a place."""
    for key in path:
        data = data[key]
    return data


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at a place, or without it; in a list what is missing is null."""
    if not path:
        return value
    data = copy.deepcopy(data)
    part = data
    for key in path[:-1]:
        part = part[key]
    if value is MISSING and isinstance(part, dict):
        del part[path[-1]]
    else:
        part[path[-1]] = None if value is MISSING else value
    return data


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=5,
)


class HttpProviderContract(ProviderContract):
    """For those that ask over HTTP: `documented` is the answer their documentation shows, at `now`."""

    documented: ClassVar[Any]
    now: ClassVar[datetime]
    temperature: ClassVar[tuple[Any, ...]]  # the way to it
    needed: ClassVar[tuple[tuple[Any, ...], ...]]  # the ways to what the rest can't do without
    runner: ClassVar[asyncio.Runner]
    http: Http  # one for all tests, so that no fault may spoil what comes after it
    hasty: Http

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _running(cls) -> Iterator[None]:
        with asyncio.Runner() as runner:
            cls.runner, cls.http, cls.hasty = runner, Http(), Http(DEADLINE)
            yield
            runner.run(cls.http.aclose())
            runner.run(cls.hasty.aclose())

    def make(self, url: str) -> Provider:
        raise NotImplementedError

    def serve(self, handler: Handler, use: Callable[[Provider, Server], Coroutine[Any, Any, T]]) -> T:
        async def main() -> T:
            async with serving(handler) as server:
                return await use(self.make(server.url), server)

        return self.runner.run(main())

    def provider(self, use: Callable[[Provider], Coroutine[Any, Any, T]]) -> T:
        return self.serve(reply(self.documented), lambda provider, _: use(provider))

    def fetch(self, handler: Handler, cell: GridCell = PARIS) -> Fetched[HourlyForecast]:
        return self.serve(handler, lambda provider, _: provider.fetch(cell, None))

    def asked(self, cell: GridCell = PARIS) -> Request:
        async def ask(provider: Provider, server: Server) -> Request:
            await provider.fetch(cell, None)
            return server.asked[0]

        return self.serve(reply(self.documented), ask)

    def test_coordinates_are_sent_with_one_decimal(self) -> None:
        values = self.asked(GridCell(48.9, -0.1)).params.values()
        assert "48.9" in values
        assert "-0.1" in values

    @pytest.mark.parametrize("fault", sorted(FAULTS))
    def test_a_fault_is_a_source_error_within_the_deadline(self, fault: str) -> None:
        self.http = self.hasty if fault in SLOW else self.http
        begin = time.monotonic()
        with pytest.raises(SourceError) as caught:
            self.fetch(FAULTS[fault])
        assert time.monotonic() - begin < PATIENCE
        assert 0 < len(str(caught.value)) < 300

    def test_a_server_that_is_down_is_a_source_error(self) -> None:
        with pytest.raises(SourceError):
            self.runner.run(self.make("http://127.0.0.1:1").fetch(PARIS, None))

    def test_a_late_answer_is_an_answer_up_to_the_deadline(self) -> None:
        check(self.fetch(after(DEADLINE, reply(self.documented))))
        self.http = self.hasty
        with pytest.raises(SourceError, match=r"0\.2 s"):
            self.fetch(after(DEADLINE + 0.3, reply(self.documented)))

    @pytest.mark.parametrize(("status", "words"), [(401, "key"), (403, "refuses"), (429, "too often"), (503, "503")])
    def test_a_refusal_is_told_with_its_reason(self, status: int, words: str) -> None:
        for body in ({"reason": "because"}, {"message": "because"}):
            with pytest.raises(SourceError, match=rf"{words}.*because|because.*{words}"):
                self.fetch(reply({"error": True, **body}, status))

    def test_long_words_of_a_provider_are_cut_and_stay_on_one_line(self) -> None:
        with pytest.raises(SourceError) as caught:
            self.fetch(reply({"reason": "x\n" * 9999}, 400))
        assert len(str(caught.value)) < 300
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"Retry-After": "120"}, 120),
            ({"Retry-After": "Wed, 10 Jun 2020 13:31:00 GMT", "Date": "Wed, 10 Jun 2020 13:30:00 GMT"}, 60),
            ({"Retry-After": "Wed, 10 Jun 2020 13:30:00 GMT", "Date": "Wed, 10 Jun 2020 13:31:00 GMT"}, 0),
            ({"Retry-After": "soon"}, 0),
            ({"Retry-After": "-5"}, 0),
            ({}, 0),
        ],
    )
    def test_a_wish_to_be_left_alone_is_passed_on(self, status: int, headers: dict[str, str], seconds: int) -> None:
        with pytest.raises(SourceError) as caught:
            self.fetch(reply({}, status, headers))
        assert caught.value.retry_after == seconds

    def test_other_refusals_say_nothing_of_when_to_ask_again(self) -> None:
        with pytest.raises(SourceError) as caught:
            self.fetch(reply({}, 400, {"Retry-After": "120"}))
        assert caught.value.retry_after == 0

    def facts(self, body: Any) -> dict[object, object]:
        """What is told at the time of the answer: of now, and by hour and by day."""
        fetched = self.fetch(reply(body))
        assert fetched.value
        told = fetched.value.told(self.now)
        items: dict[object, object] = {("now", name): getattr(told, name) for name in ("temperature", "wind", "icon")}
        items |= {("hour", hour["at"]): hour for hour in told.hours or ()}
        return items | {("day", day["date"]): day for day in told.days or ()}

    def test_the_hours_and_days_ahead_are_told(self) -> None:
        kinds = [kind for kind, _ in self.facts(self.documented)]  # type: ignore[misc]
        assert kinds.count("hour") >= 9
        assert kinds.count("day") >= 4

    def test_damage_to_one_part_leaves_the_rest_as_it_was(self) -> None:
        good = self.facts(self.documented)
        leaves = [path for path in paths(self.documented) if not isinstance(at(self.documented, path), dict | list)]

        @settings(deadline=None, max_examples=120)
        @given(st.sampled_from(leaves), st.sampled_from([MISSING, None, "unknown_word", -9999, [], {}, True]))
        def examine(path: tuple[Any, ...], damage: object) -> None:
            damaged = put(self.documented, path, damage)
            if path in self.needed:
                with suppress(SourceError):
                    self.facts(damaged)
                return
            bad = self.facts(damaged)
            changed = {key for key in good if bad.get(key) != good[key]}
            for kind in ("hour", "day"):
                assert sum(key[0] == kind for key in changed) <= 1, changed  # type: ignore[index]
            assert bad["now", "temperature"] == good["now", "temperature"]

        examine()

    @pytest.mark.parametrize("degrees", [-90.1, 60.1, 292.55, 1e300, True, "12", None, [12]])
    def test_a_temperature_that_is_none_is_a_source_error(self, degrees: object) -> None:
        with pytest.raises(SourceError, match=r"documented.*temp"):
            self.fetch(reply(put(self.documented, self.temperature, degrees)))

    @pytest.mark.parametrize("degrees", [-90, 60, 0, -0.5])
    def test_a_temperature_that_can_be_is_taken(self, degrees: float) -> None:
        fetched = self.fetch(reply(put(self.documented, self.temperature, degrees)))
        assert fetched.value
        assert degrees in [weather.temperature for weather in fetched.value]

    def test_whatever_is_answered_is_weather_in_range_or_a_source_error(self) -> None:
        @settings(deadline=None, max_examples=60)
        @given(st.sampled_from(list(paths(self.documented))), JUNK)
        def examine(path: tuple[Any, ...], junk: Any) -> None:
            with suppress(SourceError):
                check(self.fetch(reply(put(self.documented, path, junk))))

        examine()


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
