"""What is told of a forecast at a moment: that hour, those ahead, and the days of the reader's own calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provider_contract import utc

from livecontent.facts import Sky, Weather
from livecontent.sources.weather.forecast import AHEAD, DAYS, SPREAD, Day, HourlyForecast, ahead_of

NOON = utc(2026, 11, 21, 12)
RAIN = Weather(12.0, "rain", True, 3.0, 0.5, NOON, "Somebody")


def hourly(count: int, step: int = 1) -> list[Weather]:
    """Each as warm as its number."""
    return [replace(RAIN, temperature=float(n), observed_at=NOON + timedelta(hours=n * step)) for n in range(count)]


def test_a_forecast_gives_back_the_hours_it_is_made_of() -> None:
    odd = Weather(-3.25, None, False, None, None, NOON - timedelta(hours=1), "Somebody")
    assert list(HourlyForecast.of([RAIN, odd])) == [odd, RAIN]
    assert not HourlyForecast.of([replace(RAIN, observed_at=None)])


def test_hours_ahead_begin_with_this_one_on_the_readers_clock() -> None:
    at = datetime(2026, 11, 21, 23, 40, tzinfo=ZoneInfo("Asia/Kathmandu"))  # 17:55 in UTC
    told = HourlyForecast.of(hourly(60)).told(at)
    assert told.hours
    assert [(hour["time"], hour["temperature"]) for hour in told.hours[:3]] == [
        ("22:45", 5.0),
        ("23:45", 6.0),
        ("00:45", 7.0),
    ]
    assert len(told.hours) == AHEAD
    assert told.hours[0] == {
        "at": NOON + timedelta(hours=5),
        "hour": 22,
        "time": "22:45",
        "temperature": 5.0,
        "is_day": True,
        "condition": "rain",
        "icon": "cloud-rain",
        "wind": 3.0,
        "precipitation": 0.5,
    }


@pytest.mark.parametrize(
    ("zone", "date", "highs"), [("UTC", "2026-11-21", [11.0, 35.0]), ("Asia/Tokyo", "2026-11-21", [2.0, 26.0])]
)
def test_days_of_hours_are_those_of_the_readers_calendar(zone: str, date: str, highs: list[float]) -> None:
    told = HourlyForecast.of(hourly(100)).told(NOON.astimezone(ZoneInfo(zone)))
    assert told.days
    assert told.days[0]["date"] == date
    assert [day["high"] for day in told.days[:2]] == highs
    assert told.days[1]["precipitation"] == 12.0
    assert told.days[1]["weekday"] == "sunday"


def test_a_day_has_the_worst_of_its_conditions_and_one_that_is_hardly_known_is_left_out() -> None:
    skies: list[Sky] = ["clear", "storm", "fog", "clear"]
    hours = [replace(one, condition=sky) for one, sky in zip(hourly(4), skies, strict=True)]
    told = HourlyForecast.of([*hours, *hourly(4, 8)[2:]]).told(NOON)
    assert told.days
    assert [(day["date"], day["icon"]) for day in told.days] == [("2026-11-21", "cloud-lightning")]


def test_days_of_the_provider_begin_today() -> None:
    days = [Day((NOON + timedelta(number)).date(), number, number + 5, "snow", 1.5) for number in range(-1, 9)]
    told = HourlyForecast.of(hourly(3), days).told(NOON)
    assert told.days
    assert len(told.days) == DAYS
    assert told.days[0] == {
        "date": "2026-11-21",
        "weekday": "saturday",
        "low": 0,
        "high": 5,
        "condition": "snow",
        "icon": "cloud-snow",
        "precipitation": 1.5,
    }


def test_the_weather_as_it_is_counts_within_an_hour_and_then_the_forecast() -> None:
    forecast = HourlyForecast.of(hourly(9), current=replace(RAIN, temperature=30.0))
    assert forecast.nearest(NOON + timedelta(minutes=59)).temperature == 30
    assert forecast.nearest(NOON + timedelta(minutes=151)).temperature == 3


def test_one_weather_that_stays_is_told_for_all_hours_and_days() -> None:
    told = ahead_of(RAIN, NOON)
    assert told.hours
    assert told.days
    assert {hour["temperature"] for hour in told.hours} == {12.0}
    assert [hour["is_day"] for hour in told.hours[:8]] == [True] * 7 + [False]
    assert [(day["low"], day["high"]) for day in told.days] == [(12.0 - SPREAD, 12.0)] * DAYS


@given(st.integers(-400, 400), st.sampled_from(["UTC", "America/St_Johns", "Pacific/Kiritimati", "Europe/Paris"]))
def test_whenever_it_is_told_hours_are_in_order_and_within_a_day(minutes: int, zone: str) -> None:
    at = (NOON + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    told = HourlyForecast.of(hourly(80)).told(at)
    times = [hour["at"] for hour in told.hours or ()]
    assert times == sorted(times)
    assert all(timedelta(hours=-1) < time - at < timedelta(hours=AHEAD) for time in times)
    dates = [day["date"] for day in told.days or ()]
    assert dates == sorted(dates)
    assert all(date >= at.date().isoformat() for date in dates)
