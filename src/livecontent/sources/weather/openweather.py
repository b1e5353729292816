"""The weather of OpenWeather: a cell in, the current weather out.

One Call API 3.0, https://openweathermap.org/api/one-call-3
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from livecontent.errors import SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.cached import Fetched
from livecontent.sources.weather.provider import (
    UNSET,
    Celsius,
    GridCell,
    HourlyForecast,
    Precipitation,
    ResponseShape,
    Time,
    WindSpeed,
    parse_response,
    require,
)

URL = "https://api.openweathermap.org"
ATTRIBUTION = "Weather data provided by OpenWeather"
LIFETIME = 600.0  # seconds between its updates

# By the hundreds of the id, https://openweathermap.org/weather-conditions
_GROUPS: Mapping[int, Sky] = {2: "storm", 3: "drizzle", 5: "rain", 6: "snow", 7: "fog"}
_SKY: Mapping[int, Sky] = {800: "clear", 801: "clouds", 802: "clouds", 803: "clouds", 804: "clouds"}


class _Kind(ResponseShape):
    id: int
    icon: str = ""


class _Fallen(ResponseShape):
    hour: Annotated[Precipitation, Field(alias="1h")] = 0.0


class _Current(ResponseShape):
    dt: Time
    sunrise: Time | None = None  # neither in polar day and night
    sunset: Time | None = None
    temp: Celsius
    wind_speed: WindSpeed | None = None
    weather: Annotated[list[_Kind], Field(min_length=1)]
    rain: _Fallen = _Fallen()
    snow: _Fallen = _Fallen()


class _Answer(ResponseShape):
    current: _Current


class OpenWeather:
    """Asks api.openweathermap.org, which wants a key."""

    name = "openweather"

    def __init__(self, http: Http, key: str, url: str = "") -> None:
        self._http = http
        self._key = key
        self._url = f"{(url or URL).rstrip('/')}/data/3.0/onecall"

    async def fetch(self, cell: GridCell, previous: Fetched[HourlyForecast] | None) -> Fetched[HourlyForecast]:  # noqa: ARG002  no validator
        """The current weather."""
        if not self._key:
            return Fetched(None, UNSET, note="openweather wants a key: set weather.key")
        params = {
            "lat": f"{cell.latitude:.1f}",
            "lon": f"{cell.longitude:.1f}",
            "units": "metric",
            "exclude": "minutely,hourly,daily,alerts",
            "appid": self._key,
        }
        response = await self._http.get(self._url, params)
        require(response, 200)
        return Fetched((_weather(parse_response(_Answer, response.data).current),), LIFETIME)


def _weather(current: _Current) -> Weather:
    kind = current.weather[0]
    condition = _SKY.get(kind.id) or _GROUPS.get(kind.id // 100)
    if not condition:
        raise SourceError(f"unknown weather id {kind.id}")
    return Weather(
        temperature=current.temp,
        condition=condition,
        is_day=_is_day(current),
        wind=current.wind_speed,
        precipitation=current.rain.hour + current.snow.hour,
        observed_at=current.dt,
        attribution=ATTRIBUTION,
    )


def _is_day(current: _Current) -> bool:
    if current.sunrise and current.sunset:
        return current.sunrise <= current.dt < current.sunset
    return current.weather[0].icon.endswith("d")
