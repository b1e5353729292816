from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from local_server import Request, Server, serving
from local_server import reply as answer
from weather_scene import OPENING, PARIS

from livecontent.facts import Client, Fact, Moment, Opening, Place, Reason, Weather
from livecontent.net.http import Http
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source
from livecontent.sources.gather import Gatherer
from livecontent.sources.now import NowSource
from livecontent.sources.place.source import PLACE
from livecontent.sources.weather.file import WeatherFile
from livecontent.sources.weather.open_meteo import OpenMeteo
from livecontent.sources.weather.provider import GridCell
from livecontent.sources.weather.source import WeatherSource


class Given(Source):
    """Tells where the recipient is."""

    fact = PLACE

    def ask(self, _opening: Opening, _facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Place]:
        return Fact(PARIS, Reason.FRESH, "test")


async def weather(gatherer: Gatherer) -> Fact[Weather]:
    moment = await gatherer.gather(frozenset({"weather"}), replace(OPENING, client=Client()), Moment({}))
    return moment.facts["weather"]


def current() -> dict[str, Any]:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
    return {"current": {"time": at, "interval": 900, "temperature_2m": 8.5, "weather_code": 61, "is_day": 1}}


def open_meteo(use: Callable[[Gatherer, Server, asyncio.Event], Any], deadline: float = 0.1) -> None:
    """A gatherer on Open-Meteo, whose server answers when the event is set."""

    async def main() -> None:
        go = asyncio.Event()

        async def late(request: Request, writer: asyncio.StreamWriter) -> None:
            await go.wait()
            await answer(current())(request, writer)

        async with serving(late) as server:
            http = Http(2.0)
            source = WeatherSource(OpenMeteo(http, url=server.url))
            await use(Gatherer([Given(), NowSource("UTC"), source], deadline), server, go)
            await http.aclose()

    asyncio.run(main())


def test_a_hanging_provider_costs_the_deadline_once_and_its_answer_serves_the_next_opening() -> None:
    async def use(gatherer: Gatherer, server: Server, go: asyncio.Event) -> None:
        fact = await weather(gatherer)
        assert (fact.value, fact.reason) == (None, Reason.LATE)
        go.set()
        while fact.reason is Reason.LATE:
            await asyncio.sleep(0.1)
            fact = await weather(gatherer)
        assert fact.reason is Reason.CACHED
        assert fact.value
        assert (fact.value.temperature, fact.value.condition) == (8.5, "rain")
        assert len(server.asked) == 1

    open_meteo(use)


def test_many_openings_at_once_are_one_request() -> None:
    async def use(gatherer: Gatherer, server: Server, go: asyncio.Event) -> None:
        openings = [asyncio.ensure_future(weather(gatherer)) for _ in range(30)]
        await asyncio.sleep(0.05)
        openings[0].cancel()
        go.set()
        found = await asyncio.gather(*openings[1:])
        assert {fact.reason for fact in found} == {Reason.FRESH}
        assert len(server.asked) == 1

    open_meteo(use, 10.0)


def test_a_provider_that_is_down_is_broken_and_then_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        http = Http(10.0)
        provider = OpenMeteo(http, url="http://127.0.0.1:1")
        gatherer = Gatherer([Given(), NowSource("UTC"), WeatherSource(provider)], 10.0)
        fact = await weather(gatherer)
        assert (fact.value, fact.reason) == (None, Reason.BROKEN)
        assert fact.note
        monkeypatch.setattr(provider, "fetch", lambda *_: pytest.fail("asks again"))
        fact = await weather(gatherer)
        assert fact.reason is Reason.BROKEN
        await http.aclose()

    asyncio.run(main())


def test_the_demo_needs_no_network(tmp_path: Path) -> None:
    path = tmp_path / "weather.json"
    entry = {"latitude": 48.86, "longitude": 2.35, "temperature": 9, "condition": "fog"}
    path.write_text(json.dumps({"attribution": "Made up", "cells": [entry]}), "utf-8")

    async def main() -> list[Fact[Weather]]:
        gatherer = Gatherer([Given(), NowSource("UTC"), WeatherSource(WeatherFile(path))], 0.5)
        return [await weather(gatherer) for _ in range(2)]

    first, second = asyncio.run(main())
    assert (first.reason, second.reason) == (Reason.FRESH, Reason.CACHED)
    assert first.value == second.value
    assert first.value
    assert first.value.condition == "fog"


def test_what_can_not_be_read_is_left_out_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        body = current()
        body["current"]["weather_code"] = "hail"
        async with serving(answer(body)) as server:
            http = Http(2.0)
            source = WeatherSource(OpenMeteo(http, url=server.url))
            gatherer = Gatherer([Given(), NowSource("UTC"), source], 10.0)
            fact = await weather(gatherer)
            assert fact.value
            assert (fact.value.temperature, fact.value.condition, fact.value.icon) == (8.5, None, None)
            await source._fetch(GridCell(1.0, 2.0), None)
            assert gatherer.skipped == {("weather", "weather_code"): 2}
            await http.aclose()

    asyncio.run(main())
    assert [record.message for record in caplog.records] == [
        "open-meteo: weather_code 'hail' of an answer can't be read, and is left out"
    ]
