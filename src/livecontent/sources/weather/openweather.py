"""The current weather of OpenWeather: One Call API 3.0, https://openweathermap.org/api/one-call-3"""

from collections.abc import Mapping
from typing import Any

from pydantic import AliasPath, Field

from livecontent.errors import SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.cached import Fetched
from livecontent.sources.weather import provider as api

URL = "https://api.openweathermap.org"
ATTRIBUTION = "Weather data provided by OpenWeather"
LIFETIME = 600.0  # seconds between its updates

# By the hundreds of the id, https://openweathermap.org/weather-conditions
_GROUPS: Mapping[int, Sky] = {2: "storm", 3: "drizzle", 5: "rain", 6: "snow", 7: "fog"}
_SKY: Mapping[int, Sky] = {800: "clear", 801: "clouds", 802: "clouds", 803: "clouds", 804: "clouds"}


def _current(*steps: str | int, **options: Any) -> Any:
    return Field(validation_alias=AliasPath("current", *steps), **options)


class _Answer(api.ResponseShape):
    at: api.Time = _current("dt")
    sunrise: api.Time | None = _current("sunrise", default=None)  # neither in polar day and night
    sunset: api.Time | None = _current("sunset", default=None)
    temperature: api.Celsius = _current("temp")
    wind: api.WindSpeed | None = _current("wind_speed", default=None)
    id: int = _current("weather", 0, "id")
    icon: str = _current("weather", 0, "icon", default="")
    rain: api.Precipitation = _current("rain", "1h", default=0.0)
    snow: api.Precipitation = _current("snow", "1h", default=0.0)


class OpenWeather(api.HttpProvider):
    """Asks api.openweathermap.org, which wants a key."""

    name = "openweather"
    coordinates = ("lat", "lon")

    def __init__(self, http: Http, key: str, url: str = "") -> None:
        super().__init__(http, f"{(url or URL).rstrip('/')}/data/3.0/onecall")
        self._params = {"units": "metric", "exclude": "minutely,hourly,daily,alerts", "appid": key}

    async def fetch(self, cell: api.GridCell, _previous: api.Forecast | None, /) -> api.Forecast:
        """The current weather."""
        if not self._params["appid"]:
            return Fetched(None, api.UNSET, note="OpenWeather requires a key: set weather.key")
        return Fetched((_weather(await self._answer(_Answer, cell, self._params)),), LIFETIME)


def _weather(answer: _Answer) -> Weather:
    condition = _SKY.get(answer.id) or _GROUPS.get(answer.id // 100)
    if not condition:
        raise SourceError(f"unknown weather id {answer.id}")
    sun = (answer.sunrise, answer.sunset)
    return Weather(
        temperature=answer.temperature,
        condition=condition,
        is_day=sun[0] <= answer.at < sun[1] if sun[0] and sun[1] else answer.icon.endswith("d"),
        wind=answer.wind,
        precipitation=answer.rain + answer.snow,
        observed_at=answer.at,
        attribution=ATTRIBUTION,
    )
