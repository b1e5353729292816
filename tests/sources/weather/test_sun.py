from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.sources.weather.provider import elevation, is_day

PLACES = {
    "Europe/Paris": (48.8566, 2.3522),
    "Australia/Sydney": (-33.8688, 151.2093),
    "America/New_York": (40.7128, -74.0060),
    "Africa/Nairobi": (-1.2921, 36.8219),
}
TROMSO = (69.6492, 18.9553)
LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
TIMES = st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("zone", "sunrise", "sunset"),
    [
        ("Europe/Paris", "2026-06-21 05:47", "2026-06-21 21:58"),
        ("Europe/Paris", "2026-12-21 08:41", "2026-12-21 16:56"),
        ("Australia/Sydney", "2026-06-21 07:00", "2026-06-21 16:54"),
        ("Australia/Sydney", "2026-12-22 05:41", "2026-12-22 20:05"),
        ("America/New_York", "2026-06-21 05:25", "2026-06-21 20:31"),
        ("Africa/Nairobi", "2026-03-20 06:35", "2026-03-20 18:42"),
    ],
)
def test_the_sun_rises_and_sets_within_three_minutes_of_the_almanac(zone: str, sunrise: str, sunset: str) -> None:
    near = timedelta(minutes=3)
    for text, up_after in ((sunrise, True), (sunset, False)):
        at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        assert is_day(at - near, *PLACES[zone]) is not up_after
        assert is_day(at + near, *PLACES[zone]) is up_after


def test_beyond_the_polar_circle_a_day_can_last_all_night_and_a_night_all_day() -> None:
    zone = ZoneInfo("Europe/Oslo")
    hours = range(24)
    assert all(is_day(datetime(2026, 6, 21, hour, tzinfo=zone), *TROMSO) for hour in hours)
    assert not any(is_day(datetime(2026, 12, 21, hour, tzinfo=zone), *TROMSO) for hour in hours)


def test_at_noon_of_an_equinox_on_the_equator_the_sun_is_overhead() -> None:
    assert elevation(datetime(2026, 3, 20, 12, 7, 30, tzinfo=UTC), 0, 0) == pytest.approx(90, abs=0.6)


@given(TIMES, LATITUDES, LONGITUDES)
def test_the_elevation_is_an_angle_at_any_time_and_place(at: datetime, latitude: float, longitude: float) -> None:
    assert -90 <= elevation(at, latitude, longitude) <= 90


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
    LATITUDES,
    LONGITUDES,
)
def test_the_clock_the_time_is_told_on_makes_no_difference(
    at: datetime, minutes: int, latitude: float, longitude: float
) -> None:
    local = at.astimezone(timezone(timedelta(minutes=minutes)))
    assert elevation(local, latitude, longitude) == pytest.approx(elevation(at, latitude, longitude), abs=0.1)


@pytest.mark.parametrize("hours", [-14, 14])
def test_the_ends_of_the_calendar_are_times_too(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    elevation(datetime(1, 1, 1, tzinfo=zone), 48.9, 2.4)
    elevation(datetime(9999, 12, 31, 23, 59, 59, tzinfo=zone), 48.9, 2.4)
