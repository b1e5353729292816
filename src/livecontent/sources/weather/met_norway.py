"""The forecast of MET Norway: a cell in, the weather of the hours around now out.

https://api.met.no/doc/ForecastJSON, terms https://api.met.no/doc/TermsOfService
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from livecontent.errors import ConfigError, SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import AGENT, Http
from livecontent.sources.cached import JITTER, Fetched
from livecontent.sources.weather.provider import (
    UNSET,
    Celsius,
    Clock,
    GridCell,
    HourlyForecast,
    Precipitation,
    ResponseShape,
    Time,
    WindSpeed,
    parse_response,
    require,
    utc_now,
)
from livecontent.sources.weather.sun import is_day

URL = "https://api.met.no"
ATTRIBUTION = "Weather data from MET Norway, CC BY 4.0"
LIFETIME, SHORTEST = 1800.0, 60.0  # seconds: where there is no Expires, and whatever it says
PACE = 0.1  # seconds between requests: 20 a second are allowed, for all nodes together
PAST, FUTURE = timedelta(hours=2), timedelta(hours=12)  # kept of the forecast: "not modified" goes on with it

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


class _Instant(ResponseShape):
    air_temperature: Celsius
    wind_speed: WindSpeed | None = None


class _At(ResponseShape):
    details: _Instant


class _Summary(ResponseShape):
    symbol_code: str


class _Amount(ResponseShape):
    precipitation_amount: Precipitation | None = None


class _Period(ResponseShape):
    summary: _Summary
    details: _Amount = _Amount()


class _Data(ResponseShape):
    instant: _At
    next_1_hours: _Period | None = None
    next_6_hours: _Period | None = None


class _Step(ResponseShape):
    time: Time
    data: _Data


class _Properties(ResponseShape):
    timeseries: list[_Step]


class _Forecast(ResponseShape):
    properties: _Properties


class MetNorway:
    """Asks api.met.no, which wants to know who asks."""

    name = "met-norway"

    def __init__(self, http: Http, contact: str, url: str = "", now: Clock = utc_now) -> None:
        """`contact` is an email address or site. Raises `ConfigError` where it can't be sent in a header."""
        if not (contact.isascii() and contact.isprintable()):
            raise ConfigError(f"weather.contact: {contact!r} must be plain ASCII, such as you@shop.example")
        self._http = http
        self._contact = contact
        self._url = f"{(url or URL).rstrip('/')}/weatherapi/locationforecast/2.0/compact"
        self._now = now
        self._next = 0.0

    async def fetch(self, cell: GridCell, previous: Fetched[HourlyForecast] | None) -> Fetched[HourlyForecast]:
        """The hours around now; those of the previous answer where the forecast has not changed since."""
        if not self._contact:
            return Fetched(
                None, UNSET, note="met-norway must know whom to reach in case of trouble: set weather.contact"
            )
        known = previous if previous and previous.validator and self._reaches_now(previous.value) else None
        headers = {"User-Agent": f"{AGENT} {self._contact}"}
        if known:
            headers["If-Modified-Since"] = known.validator
        await self._turn()
        where = {"lat": f"{cell.latitude:.1f}", "lon": f"{cell.longitude:.1f}"}
        response = await self._http.get(self._url, where, headers)
        lifetime = _lifetime(response.headers)
        if known and response.status == 304:
            return replace(known, lifetime=lifetime)
        require(response, 200, 203)
        note = "met-norway will soon stop to answer at this address (203)" if response.status == 203 else ""
        return Fetched(self._hours(response.data, cell), lifetime, response.headers.get("last-modified", ""), note)

    async def _turn(self) -> None:
        """Waits until the pace allows one more request."""
        now = time.monotonic()
        turn = max(self._next, now)
        self._next = turn + PACE
        await asyncio.sleep(turn - now)

    def _reaches_now(self, hours: HourlyForecast | None) -> bool:
        last = hours[-1].observed_at if hours else None
        return last is not None and last > self._now()

    def _hours(self, data: Any, cell: GridCell) -> HourlyForecast:
        now = self._now()
        steps = parse_response(_Forecast, data).properties.timeseries
        near = [step for step in steps if -PAST <= step.time - now <= FUTURE]
        hours = tuple(_weather(step, period, cell) for step in near if (period := _period(step.data)))
        if not hours:
            raise SourceError("the forecast has no hour near now")
        return hours


def _period(data: _Data) -> _Period | None:
    return data.next_1_hours or data.next_6_hours


def _weather(step: _Step, period: _Period, cell: GridCell) -> Weather:
    symbol, _, part = period.summary.symbol_code.partition("_")
    if symbol not in CONDITIONS:
        raise SourceError(f"unknown symbol {symbol[:40]!r}")
    return Weather(
        temperature=step.data.instant.details.air_temperature,
        condition=CONDITIONS[symbol],
        is_day=part == "day" if part in ("day", "night") else is_day(step.time, *cell),
        wind=step.data.instant.details.wind_speed,
        precipitation=step.data.next_1_hours.details.precipitation_amount if step.data.next_1_hours else None,
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
