from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weather_scene import NOW, PARIS, RAIN, Scene, Somebody

from livecontent.errors import SourceError
from livecontent.facts import Fact, Place, Reason, Weather
from livecontent.sources.base import Source
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.provider import GridCell
from livecontent.sources.weather.source import KEEP, WeatherSource, cell_of


def test_it_is_a_source() -> None:
    source: Source = WeatherSource(Somebody())
    assert source.fact.root == "weather"
    assert source.needs == {"place", "now"}


def test_weather_is_fresh_then_cached_then_stale_up_to_six_hours_then_broken() -> None:
    async def main() -> None:
        scene = Scene()
        assert await scene.waited() == Fact(RAIN, Reason.FRESH, "somebody", 0.0)
        scene.pass_(500)
        assert scene.at_once() == Fact(RAIN, Reason.CACHED, "somebody", 500.0)
        scene.provider.answer = SourceError("down")
        scene.pass_(200)
        assert scene.at_once() == Fact(RAIN, Reason.STALE, "somebody", 700.0)
        await asyncio.sleep(0)
        scene.seconds = 1000 + 6 * 3600 - 1
        assert scene.at_once().reason is Reason.STALE
        await asyncio.sleep(0)
        scene.pass_(2)
        assert await scene.waited() == Fact(None, Reason.BROKEN, "somebody", note="down")
        assert scene.at_once() == Fact(None, Reason.BROKEN, "somebody", note="down")

    asyncio.run(main())


def test_places_in_one_cell_share_a_question_and_others_do_not() -> None:
    async def main() -> list[GridCell]:
        scene = Scene()
        await scene.waited()
        scene.at_once(place=replace(PARIS, latitude=48.9, longitude=2.4499))
        await scene.waited(place=replace(PARIS, longitude=2.46))
        return scene.provider.asked

    assert asyncio.run(main()) == [GridCell(48.9, 2.4), GridCell(48.9, 2.5)]


@pytest.mark.parametrize(
    "place",
    [
        None,
        Place("Paris"),
        Place(latitude=48.9),
        Place(longitude=2.4),
        Place(latitude=float("nan"), longitude=2.4),
        Place(latitude=48.9, longitude=float("inf")),
        Place(latitude=91.0, longitude=0.0),
    ],
)
def test_without_coordinates_the_weather_is_missing_and_nobody_is_asked(place: Place | None) -> None:
    scene = Scene()
    fact = scene.at_once(place=place)
    assert (fact.value, fact.reason) == (None, Reason.MISSING)
    assert "coordinates" in fact.note
    assert not scene.provider.asked


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_cell_is_within_a_twentieth_of_a_degree_and_has_one_decimal(latitude: float, longitude: float) -> None:
    cell = cell_of(Place(latitude=latitude, longitude=longitude))
    assert cell
    for given_, centre in zip((latitude, longitude), cell, strict=True):
        assert abs(given_ - centre) <= 0.05 + 1e-9
        assert float(f"{centre:.1f}") == centre
        assert f"{centre:.1f}" != "-0.0"


def test_what_a_provider_does_not_know_is_missing_with_its_note() -> None:
    async def main() -> Fact[Weather]:
        return await Scene(Somebody(None)).waited()

    assert asyncio.run(main()) == Fact(None, Reason.MISSING, "somebody", note="set the key")


def test_of_a_forecast_the_hour_nearest_to_the_opening_is_told_even_when_cached() -> None:
    hours = tuple(replace(RAIN, temperature=float(hour), observed_at=NOW + timedelta(hours=hour)) for hour in range(6))

    async def main() -> list[float]:
        scene = Scene(Somebody(hours, lifetime=KEEP))
        told = [(await scene.waited()).value]
        for _ in range(4):
            scene.pass_(3000)
            told.append(scene.at_once(at=scene.now).value)
        told.append(scene.at_once(at=NOW + timedelta(hours=5)).value)
        return [weather.temperature for weather in told if weather]

    assert asyncio.run(main()) == [0, 1, 2, 2, 3, 5], "by its own time, whatever the clock of the machine"
    assert HourlyForecast.of(hours).nearest(NOW - timedelta(days=9)) == hours[0]


@pytest.mark.parametrize("off", [timedelta(hours=4), timedelta(hours=-4), timedelta(days=365)])
def test_weather_of_another_time_is_not_believed(off: timedelta) -> None:
    async def main() -> Fact[Weather]:
        return await Scene(Somebody((replace(RAIN, observed_at=NOW + off),))).waited()

    fact = asyncio.run(main())
    assert (fact.value, fact.reason) == (None, Reason.BROKEN)
    assert "off" in fact.note


@pytest.mark.parametrize(
    ("degrees", "hours", "believed"), [(33, 1, False), (31, 1, True), (-9, 1, False), (50, 2, True)]
)
def test_a_jump_of_more_than_20_degrees_an_hour_is_not_believed(degrees: float, hours: int, believed: bool) -> None:
    async def main() -> Fact[Weather]:
        scene = Scene()
        await scene.waited()
        scene.pass_(3600 * hours)
        scene.provider.answer = (replace(RAIN, temperature=degrees, observed_at=scene.now),)
        scene.at_once()
        await asyncio.sleep(0.01)
        return scene.at_once()

    fact = asyncio.run(main())
    assert fact.value
    assert fact.value.temperature == (degrees if believed else RAIN.temperature)
    assert fact.reason is (Reason.CACHED if believed else Reason.STALE)
