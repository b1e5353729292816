"""The current weather of Open-Meteo.

https://open-meteo.com/en/docs; without a key for non-commercial use only, https://open-meteo.com/en/terms
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Literal

from pydantic import Field

from livecontent.errors import SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.cached import Fetched
from livecontent.sources.weather import provider as api

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


class _Current(api.ResponseShape):
    time: Annotated[datetime, Field(strict=False)]
    interval: Annotated[float, Field(ge=60, le=86400)] = 3600.0  # seconds that precipitation is the sum of
    temperature_2m: api.Celsius
    weather_code: int
    is_day: Literal[0, 1]
    precipitation: api.Precipitation | None = None
    wind_speed_10m: api.WindSpeed | None = None


class _Answer(api.ResponseShape):
    utc_offset_seconds: Annotated[int, Field(gt=-86400, lt=86400)] = 0
    current: _Current


class OpenMeteo(api.HttpProvider):
    """Asks the free host, or that for customers where there is a key."""

    name = "open-meteo"

    def __init__(self, http: Http, key: str = "", url: str = "") -> None:
        super().__init__(http, f"{(url or (CUSTOMER_URL if key else URL)).rstrip('/')}/v1/forecast")
        self._params = {
            "current": "temperature_2m,weather_code,is_day,precipitation,wind_speed_10m",
            "wind_speed_unit": "ms",
            **({"apikey": key} if key else {}),
        }

    async def fetch(self, cell: api.GridCell, _previous: api.Forecast | None, /) -> api.Forecast:
        """The current weather."""
        return Fetched((_weather(await self._answer(_Answer, cell, self._params)),), LIFETIME)


def _weather(answer: _Answer) -> Weather:
    current = answer.current
    if current.weather_code not in CONDITIONS:
        raise SourceError(f"unknown weather code {current.weather_code}")
    rain = current.precipitation
    zone = timezone(timedelta(seconds=answer.utc_offset_seconds))
    return Weather(
        temperature=current.temperature_2m,
        condition=CONDITIONS[current.weather_code],
        is_day=current.is_day == 1,
        wind=current.wind_speed_10m,
        precipitation=None if rain is None else round(rain * 3600 / current.interval, 2),
        observed_at=current.time if current.time.tzinfo else current.time.replace(tzinfo=zone),
        attribution=ATTRIBUTION,
    )
