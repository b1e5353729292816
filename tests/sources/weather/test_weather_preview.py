from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weather_scene import NOW, PARIS, RAIN, Scene, Somebody, facts, preview

from livecontent.errors import ConfigError
from livecontent.facts import Fact, Place, Reason, Sky, Weather
from livecontent.sources.weather.forecast import ahead_of
from livecontent.sources.weather.source import WeatherSource, read_given


@pytest.mark.parametrize(
    ("text", "condition", "degrees"),
    [
        ("rain:12", "rain", 12),
        ("clear:30", "clear", 30),
        ("snow:-3", "snow", -3),
        ("fog", "fog", 15),
        (" Storm : 7.5 ", "storm", 7.5),
        ("clouds:-90", "clouds", -90),
        ("drizzle:60", "drizzle", 60),
    ],
)
def test_a_preview_sets_the_weather_without_asking_anybody(text: str, condition: Sky, degrees: float) -> None:
    scene = Scene()
    assert read_given(text) == (condition, degrees)
    for place in (PARIS, None):
        fact = scene.at_once(preview(text), place)
        assert fact == Fact(ahead_of(Weather(degrees, condition, is_day=True), NOW), Reason.GIVEN, "preview")
    assert not scene.provider.asked


BAD = [
    "sunny",
    "rain:",
    "rain:hot",
    "rain:61",
    "rain:-91",
    "rain:nan",
    "rain:1e1",
    "rain:12:3",
    ":12",
    "12",
    "rain:١٢",
    "x" * 60,
]


@pytest.mark.parametrize("text", BAD)
def test_a_preview_that_cannot_be_read_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ConfigError, match=r"clear, clouds.*rain:12") as caught:
        read_given(text)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", [*BAD, "", None])
def test_a_preview_that_cannot_be_read_shows_the_real_weather(text: str | None) -> None:
    async def main() -> Fact[Weather]:
        return await Scene().waited(preview(text))

    assert asyncio.run(main()).value == RAIN


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        _, degrees = read_given(text)
    except ConfigError:
        return
    assert -90 <= degrees <= 60


@pytest.mark.parametrize(
    ("place", "at", "day"),
    [
        (PARIS, datetime(2026, 6, 21, 21, 30, tzinfo=ZoneInfo("Europe/Paris")), True),
        (PARIS, datetime(2026, 12, 21, 17, 30, tzinfo=ZoneInfo("Europe/Paris")), False),
        (None, datetime(2026, 12, 21, 6, 59, tzinfo=UTC), False),
        (None, datetime(2026, 12, 21, 7, 0, tzinfo=UTC), True),
        (None, datetime(2026, 12, 21, 18, 59, tzinfo=UTC), True),
        (None, datetime(2026, 12, 21, 19, 0, tzinfo=UTC), False),
        (Place(latitude=float("inf"), longitude=0.0), datetime(2026, 12, 21, 12, tzinfo=UTC), True),
    ],
)
def test_a_preview_has_the_day_or_night_of_its_time_and_place(place: Place | None, at: datetime, day: bool) -> None:
    fact = WeatherSource(Somebody()).ask(preview("clear"), facts(place, at))
    assert isinstance(fact, Fact)
    assert fact.value
    assert fact.value.is_day is day
