"""The weather of Open-Meteo, with 30 hours and eight days ahead.

https://open-meteo.com/en/docs; without a key for non-commercial use only, https://open-meteo.com/en/terms
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.cached import Fetched
from livecontent.sources.weather import provider as api
from livecontent.sources.weather.forecast import Day, HourlyForecast

URL, CUSTOMER_URL = "https://api.open-meteo.com", "https://customer-api.open-meteo.com"
ATTRIBUTION = "Weather data by Open-Meteo.com, CC BY 4.0"
LIFETIME = 900.0  # seconds: the step of its current weather

# WMO code table 4677, as far as Open-Meteo uses it
_CODES: Mapping[Sky, tuple[int, ...]] = {
    "clear": (0, 1),
    "clouds": (2, 3),
    "fog": (45, 48),
    "drizzle": (51, 53, 55, 56, 57),
    "rain": (61, 63, 65, 66, 67, 80, 81, 82),
    "snow": (71, 73, 75, 77, 85, 86),
    "storm": (95, 96, 99),
}
CONDITIONS = {code: condition for condition, codes in _CODES.items() for code in codes}


def _rows(columns: object) -> object:
    """Columns of one length as rows; a shorter one has no value at the end."""
    if not isinstance(columns, dict) or not isinstance(columns.get("time"), list):
        return columns
    lists = {name: column for name, column in columns.items() if isinstance(column, list)}
    rows = range(len(columns["time"]))
    return [{name: column[row] for name, column in lists.items() if row < len(column)} for row in rows]


_HOURLY = "temperature_2m,weather_code,is_day,precipitation,wind_speed_10m"
_Condition = Annotated[Sky | None, api.known_word(CONDITIONS), api.LENIENT]


class _Hour(api.ResponseShape):
    time: Annotated[datetime, Field(strict=False)]
    temperature_2m: api.Celsius
    weather_code: _Condition = None
    is_day: Annotated[Literal[0, 1] | None, api.LENIENT] = None
    precipitation: api.Precipitation = None
    wind_speed_10m: api.WindSpeed = None


class _Current(_Hour):
    interval: Annotated[float | None, Field(ge=60, le=86400), api.LENIENT] = None  # seconds of the precipitation


class _Day(api.ResponseShape):
    time: Annotated[date, Field(strict=False)]
    temperature_2m_min: api.Celsius
    temperature_2m_max: api.Celsius
    weather_code: _Condition = None
    precipitation_sum: api.Precipitation = None


class _Answer(api.ResponseShape):
    utc_offset_seconds: api.ClockOffset = 0
    current: _Current
    hourly: Annotated[list[Annotated[_Hour | None, api.LENIENT]] | None, BeforeValidator(_rows), api.LENIENT] = None
    daily: Annotated[list[Annotated[_Day | None, api.LENIENT]] | None, BeforeValidator(_rows), api.LENIENT] = None


class OpenMeteo(api.HttpProvider):
    """Asks the free host, or that for customers where there is a key."""

    name = "open-meteo"

    def __init__(self, http: Http, key: str = "", url: str = "") -> None:
        super().__init__(http, f"{(url or (CUSTOMER_URL if key else URL)).rstrip('/')}/v1/forecast")
        self._params = {
            "current": _HOURLY,
            "hourly": _HOURLY,
            "daily": "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum",
            "timezone": "auto",
            "forecast_hours": "30",
            "forecast_days": "8",
            "wind_speed_unit": "ms",
            **({"apikey": key} if key else {}),
        }

    async def fetch(self, cell: api.GridCell, _previous: api.Forecast | None, /) -> api.Forecast:
        """The current weather, and what is ahead."""
        skipped: api.Skipped = []
        answer = await self._answer(_Answer, cell, self._params, skipped)
        offset = answer.utc_offset_seconds
        seconds = 3600 * round(cell.longitude / 15) if offset is None else offset  # not far off, if it can't be read
        zone = timezone(timedelta(seconds=seconds))
        current = _weather(answer.current, zone, cell)
        rain, interval = answer.current.precipitation, answer.current.interval or 3600.0
        if rain is not None:
            current = replace(current, precipitation=round(rain * 3600 / interval, 2))
        hours = (_weather(hour, zone, cell) for hour in answer.hourly or () if hour)
        days = (_day(day) for day in answer.daily or () if day)
        return Fetched(HourlyForecast.of(hours, days, current), LIFETIME, skipped=tuple(skipped))


def _weather(hour: _Hour, zone: timezone, cell: api.GridCell) -> Weather:
    at = hour.time if hour.time.tzinfo else hour.time.replace(tzinfo=zone)
    return Weather(
        temperature=hour.temperature_2m,
        condition=hour.weather_code,
        is_day=api.is_day(at, *cell) if hour.is_day is None else hour.is_day == 1,
        wind=hour.wind_speed_10m,
        precipitation=hour.precipitation,
        observed_at=at,
        attribution=ATTRIBUTION,
    )


def _day(day: _Day) -> Day:
    low, high = sorted((day.temperature_2m_min, day.temperature_2m_max))
    return Day(day.time, low, high, day.weather_code, day.precipitation_sum)
