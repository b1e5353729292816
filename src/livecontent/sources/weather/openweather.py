"""The weather of OpenWeather, with two days of hours and a week of days ahead: One Call API 3.0, https://openweathermap.org/api/one-call-3"""

from collections.abc import Mapping
from datetime import timedelta, timezone
from typing import Annotated, Any

from pydantic import AliasPath, AwareDatetime, Field, PlainValidator

from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.cached import Fetched
from livecontent.sources.weather import provider as api
from livecontent.sources.weather.forecast import Day, HourlyForecast

URL = "https://api.openweathermap.org"
ATTRIBUTION = "Weather data provided by OpenWeather"
LIFETIME = 600.0  # seconds between its updates
A_DAY = timedelta(days=1)

# By the hundreds of the id, https://openweathermap.org/weather-conditions
_GROUPS: Mapping[int, Sky] = {2: "storm", 3: "drizzle", 5: "rain", 6: "snow", 7: "fog"}
_SKY: Mapping[int, Sky] = {800: "clear", 801: "clouds", 802: "clouds", 803: "clouds", 804: "clouds"}


def _condition(value: object) -> Sky:
    condition = _SKY.get(value) or _GROUPS.get(value // 100) if type(value) is int else None
    if condition is None:
        raise ValueError("unknown")
    return condition


_Condition = Annotated[Sky | None, PlainValidator(_condition), api.LENIENT]
_Moment = Annotated[AwareDatetime | None, Field(strict=False), api.LENIENT]


def _at(first: str, *steps: str | int, **options: Any) -> Any:
    return Field(validation_alias=AliasPath(first, *steps), **options)


class _Hour(api.ResponseShape):
    at: api.Time = _at("dt")
    temperature: api.Celsius = _at("temp")
    wind: api.WindSpeed = _at("wind_speed", default=None)
    condition: _Condition = _at("weather", 0, "id", default=None)
    icon: api.ProviderWord = _at("weather", 0, "icon", default=None)
    rain: api.Precipitation = _at("rain", "1h", default=None)
    snow: api.Precipitation = _at("snow", "1h", default=None)


class _Current(_Hour):
    sunrise: _Moment = None  # neither in polar day and night
    sunset: _Moment = None


class _Day(api.ResponseShape):
    at: api.Time = _at("dt")
    low: api.Celsius = _at("temp", "min")
    high: api.Celsius = _at("temp", "max")
    condition: _Condition = _at("weather", 0, "id", default=None)
    rain: api.Precipitation = None
    snow: api.Precipitation = None


class _Answer(api.ResponseShape):
    timezone_offset: api.ClockOffset = None
    current: _Current
    hourly: Annotated[list[Annotated[_Hour | None, api.LENIENT]] | None, api.LENIENT] = None
    daily: Annotated[list[Annotated[_Day | None, api.LENIENT]] | None, api.LENIENT] = None


class OpenWeather(api.HttpProvider):
    """Asks api.openweathermap.org, which wants a key."""

    name = "openweather"
    coordinates = ("lat", "lon")

    def __init__(self, http: Http, key: str, url: str = "") -> None:
        super().__init__(http, f"{(url or URL).rstrip('/')}/data/3.0/onecall")
        self._params = {"units": "metric", "exclude": "minutely,alerts", "appid": key}

    async def fetch(self, cell: api.GridCell, _previous: api.Forecast | None, /) -> api.Forecast:
        """The current weather, and what is ahead."""
        if not self._params["appid"]:
            return Fetched(None, api.UNSET, note="OpenWeather requires a key: set weather.key")
        skipped: api.Skipped = []
        answer = await self._answer(_Answer, cell, self._params, skipped)
        offset = answer.timezone_offset
        clock = timezone(timedelta(hours=round(cell.longitude / 15)) if offset is None else timedelta(seconds=offset))
        current = _weather(answer.current, _is_day(answer.current, cell))
        hours = (_weather(hour, _by_icon(hour, cell)) for hour in answer.hourly or () if hour)
        days = (_day(day, clock) for day in answer.daily or () if day)
        return Fetched(HourlyForecast.of(hours, days, current), LIFETIME, skipped=tuple(skipped))


def _is_day(now: _Current, cell: api.GridCell) -> bool:
    """By sunrise and sunset; where they make no day, as near the poles, by the icon, else by the sun."""
    rises, sets = now.sunrise, now.sunset
    if rises and sets and rises < sets and rises - A_DAY < now.at < sets + A_DAY:
        return rises <= now.at < sets
    return _by_icon(now, cell)


def _by_icon(hour: _Hour, cell: api.GridCell) -> bool:
    sign = (hour.icon or "")[-1:]
    return sign == "d" if sign in ("d", "n") else api.is_day(hour.at, *cell)


def _weather(hour: _Hour, day: bool) -> Weather:
    return Weather(
        temperature=hour.temperature,
        condition=hour.condition,
        is_day=day,
        wind=hour.wind,
        precipitation=(hour.rain or 0.0) + (hour.snow or 0.0),
        observed_at=hour.at,
        attribution=ATTRIBUTION,
    )


def _day(day: _Day, clock: timezone) -> Day:
    low, high = sorted((day.low, day.high))
    return Day(day.at.astimezone(clock).date(), low, high, day.condition, (day.rain or 0.0) + (day.snow or 0.0))
