"""The forecast of MET Norway for the hours around now.

https://api.met.no/doc/ForecastJSON, terms https://api.met.no/doc/TermsOfService
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import AliasPath, Field

from livecontent.errors import ConfigError, SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import AGENT, Http
from livecontent.sources.cached import JITTER, Fetched
from livecontent.sources.weather import provider as api
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.provider import is_day

URL = "https://api.met.no"
ATTRIBUTION = "Weather data from MET Norway, CC BY 4.0"
LIFETIME, SHORTEST = 1800.0, 60.0  # seconds: where there is no Expires, and whatever it says
PACE = 0.1  # seconds between requests: 20 a second are allowed, for all nodes together
PAST, FUTURE = timedelta(hours=2), timedelta(hours=12)  # from now, in which there has to be an hour

# All symbols, without their part of the day; two are spelt with a double s by MET Norway.
# https://github.com/metno/weathericons/tree/main/weather
_SYMBOLS: Mapping[Sky, str] = {
    "clear": "clearsky fair",
    "clouds": "partlycloudy cloudy",
    "fog": "fog",
    "rain": "lightrain rain heavyrain lightrainshowers rainshowers heavyrainshowers",
    "snow": """lightsleet sleet heavysleet lightsleetshowers sleetshowers heavysleetshowers
        lightsnow snow heavysnow lightsnowshowers snowshowers heavysnowshowers""",
    "storm": """lightrainandthunder rainandthunder heavyrainandthunder
        lightrainshowersandthunder rainshowersandthunder heavyrainshowersandthunder
        lightsleetandthunder sleetandthunder heavysleetandthunder
        lightssleetshowersandthunder sleetshowersandthunder heavysleetshowersandthunder
        lightsnowandthunder snowandthunder heavysnowandthunder
        lightssnowshowersandthunder snowshowersandthunder heavysnowshowersandthunder""",
}
CONDITIONS = {symbol: condition for condition, symbols in _SYMBOLS.items() for symbol in symbols.split()}


def _data(*steps: str, **options: Any) -> Any:
    return Field(validation_alias=AliasPath("data", *steps), **options)


class _Step(api.ResponseShape):
    time: api.Time
    temperature: api.Celsius = _data("instant", "details", "air_temperature")
    wind: api.WindSpeed = _data("instant", "details", "wind_speed", default=None)
    symbol_of_1_hour: api.ProviderWord = _data("next_1_hours", "summary", "symbol_code", default=None)
    symbol_of_6_hours: api.ProviderWord = _data("next_6_hours", "summary", "symbol_code", default=None)
    of_1_hour: api.Precipitation = _data("next_1_hours", "details", "precipitation_amount", default=None)
    of_6_hours: api.Precipitation = _data("next_6_hours", "details", "precipitation_amount", default=None)

    @property
    def symbol(self) -> str | None:
        return self.symbol_of_6_hours if self.symbol_of_1_hour is None else self.symbol_of_1_hour

    @property
    def precipitation(self) -> float | None:
        """In an hour; of six together, in one of them."""
        return self.of_6_hours / 6 if self.of_1_hour is None and self.of_6_hours is not None else self.of_1_hour


class _Timed(api.ResponseShape):
    time: api.Time


class _Forecast(api.ResponseShape):
    steps: list[Any] = Field(validation_alias=AliasPath("properties", "timeseries"))


class MetNorway(api.HttpProvider):
    """Asks api.met.no, which wants to know who asks."""

    name = "met-norway"
    coordinates = ("lat", "lon")

    def __init__(self, http: Http, contact: str, url: str = "", now: api.WallClock = api.utc_now) -> None:
        """`contact` is an email address or site. Raises `ConfigError` where it can't be sent in a header."""
        if not (contact.isascii() and contact.isprintable()):
            raise ConfigError(f"weather.contact: {contact!r} must be plain ASCII, such as you@shop.example")
        super().__init__(http, f"{(url or URL).rstrip('/')}/weatherapi/locationforecast/2.0/compact")
        self._contact = contact
        self._now = now
        self._next = 0.0

    async def fetch(self, cell: api.GridCell, previous: api.Forecast | None, /) -> api.Forecast:
        """The hours around now; those of the previous answer where the forecast has not changed since."""
        if not self._contact:
            note = "MET Norway requires a contact: set weather.contact"
            return Fetched(None, api.UNSET, note=note)
        known = previous if previous and previous.validator and self._reaches_now(previous.value) else None
        headers = {"User-Agent": f"{AGENT} {self._contact}"}
        if known:
            headers["If-Modified-Since"] = known.validator
        await self._turn()
        response = await self._get(cell, {}, headers)
        lifetime = _lifetime(response.headers)
        if known and response.status == 304:
            return replace(known, lifetime=lifetime, skipped=())
        api.require(response, 200, 203)
        note = "MET Norway is about to retire this API version (203)" if response.status == 203 else ""
        hours, skipped = self._hours(response.data, cell)
        return Fetched(hours, lifetime, response.headers.get("last-modified", ""), note, tuple(skipped))

    async def _turn(self) -> None:
        """Waits until the pace allows one more request."""
        now = time.monotonic()
        turn = max(self._next, now)
        self._next = turn + PACE
        await asyncio.sleep(turn - now)

    def _reaches_now(self, hours: HourlyForecast | None) -> bool:
        last = hours.last if hours else None
        return last is not None and last > self._now()

    def _hours(self, data: Any, cell: api.GridCell) -> tuple[HourlyForecast, api.Skipped]:
        """Of the hour that is asked for all that is needed has to be there; others can do without."""
        now = self._now()
        skipped: api.Skipped = []
        parts = api.parse_response(_Forecast, data, []).steps
        timed = [(found.time, part) for part in parts if (found := api.parse_part(_Timed, part, skipped))]
        asked = min(
            (step for step in timed if -PAST <= step[0] - now <= FUTURE),
            key=lambda step: abs(step[0] - now),
            default=None,
        )
        if asked is None:
            raise SourceError("the forecast has no hour near now")
        api.parse_response(_Step, asked[1], [])
        coming = [part for time, part in timed if time - now >= -PAST]
        steps = [step for part in coming if (step := api.parse_part(_Step, part, skipped))]
        if len(steps) > 1 and steps[-1].symbol is None:
            steps.pop()  # the last has none
        return HourlyForecast.of(_weather(step, cell, skipped) for step in steps), skipped


def _weather(step: _Step, cell: api.GridCell, skipped: api.Skipped) -> Weather:
    sky, _, part = (step.symbol or "").partition("_")
    condition = CONDITIONS.get(sky)
    if condition is None and step.symbol is not None:
        skipped.append(f"symbol {step.symbol[:40]!r}")
    return Weather(
        temperature=step.temperature,
        condition=condition,
        is_day=part == "day" if part in ("day", "night") else is_day(step.time, *cell),
        wind=step.wind,
        precipitation=step.precipitation,
        observed_at=step.time,
        attribution=ATTRIBUTION,
    )


def _lifetime(headers: Mapping[str, str]) -> float:
    """Seconds until Expires, by the sender's own clock, and so much longer that no jitter comes before it."""
    try:
        expires, sent = (parsedate_to_datetime(headers[name]) for name in ("expires", "date"))
        seconds = (expires - sent).total_seconds()
    except (KeyError, ValueError, TypeError, OverflowError):
        seconds = LIFETIME
    return max(seconds, SHORTEST) / (1 - JITTER)
