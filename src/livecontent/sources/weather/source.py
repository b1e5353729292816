"""The source of `weather`: a place in, the weather there out, fresh, remembered or as a preview says."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast, get_args

from livecontent.errors import ConfigError, SourceError
from livecontent.facts import ICONS, Fact, Now, Opening, Place, Preview, Reason, Sky, Weather, names_of
from livecontent.sources.base import FactsByRoot
from livecontent.sources.cached import Cached, Fetched
from livecontent.sources.weather.provider import Clock, GridCell, HourlyForecast, Provider, nearest, utc_now
from livecontent.sources.weather.sun import is_day
from livecontent.vocabulary import FactType

KEEP = 6 * 3600.0  # seconds a weather is told where no newer can be had
OFF = timedelta(hours=3)  # how far from now the time of a weather may be
JUMP = 20.0  # degrees Celsius within an hour that nobody believes
MILD = 15.0  # degrees Celsius, where a preview tells none

WEATHER = FactType(
    "weather",
    names_of(Weather),
    sample=Weather(12.5, "rain", True, 4.5, 0.8, datetime(2026, 11, 21, 7, tzinfo=UTC), "Lille"),
    volatile="all",
    choices={"condition": frozenset(get_args(Sky)), "icon": frozenset(ICONS.values())},
)

_GIVEN = re.compile(r"([a-z]+)(?:\s*:\s*(-?[0-9]{1,2}(?:\.[0-9]+)?))?")


class WeatherSource:
    """Tells `weather` from one provider, by cells of a tenth of a degree."""

    name = "weather"
    needs = frozenset({"place", "now"})

    def __init__(
        self, provider: Provider, *, now: Clock = utc_now, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._provider = provider
        self._now = now
        self._cached = Cached(provider.name, self._fetch, KEEP, clock=clock)

    def ask(self, opening: Opening, facts: FactsByRoot) -> Fact[Weather] | Awaitable[Fact[Weather]]:
        """At once where the weather of the cell is at hand, or is given."""
        place: Place | None = facts["place"].value
        day = None
        if opening.preview:
            # It has a time of its own, of which a provider can know nothing but whether it is day.
            day = _by_day(place, facts["now"].value)
            if given := _given(opening.preview, day):
                return Fact(given, Reason.GIVEN, "preview")
        cell = cell_of(place) if place else None
        if cell is None:
            return Fact(None, Reason.MISSING, self._provider.name, note="the coordinates of the place are not known")
        found = self._cached.get(cell)
        return self._of_now(found, day) if isinstance(found, Fact) else self._later(found, day)

    async def _later(self, promise: Awaitable[Fact[HourlyForecast]], day: bool | None) -> Fact[Weather]:
        return self._of_now(await promise, day)

    def _of_now(self, found: Fact[HourlyForecast], day: bool | None) -> Fact[Weather]:
        weather = nearest(found.value, self._now()) if found.value else None
        if weather and day is not None:
            weather = replace(weather, is_day=day)
        return Fact(weather, found.reason, found.source, found.age, found.note)

    async def _fetch(self, cell: GridCell, previous: Fetched[HourlyForecast] | None) -> Fetched[HourlyForecast]:
        fetched = await self._provider.fetch(cell, previous)
        if fetched.value:
            now = self._now()
            before = nearest(previous.value, now) if previous and previous.value else None
            _check(nearest(fetched.value, now), before, now)
        return fetched


def cell_of(place: Place) -> GridCell | None:
    """The cell that a place lies in, if its coordinates are known and on the globe."""
    latitude, longitude = place.latitude, place.longitude
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return GridCell(round(latitude, 1) + 0.0, round(longitude, 1) + 0.0)  # no -0.0


def read_given(text: str) -> tuple[Sky, float]:
    """The condition and degrees Celsius of a text such as "rain:12" or "clear". Raises `ConfigError`."""
    match = _GIVEN.fullmatch(text.strip().lower())
    conditions = get_args(Sky)
    temperature = float(match[2] or MILD) if match else MILD
    if not match or match[1] not in conditions or not -90 <= temperature <= 60:
        raise ConfigError(
            f"weather {text[:40]!r}: write a condition ({', '.join(conditions)}) "
            "and, if you like, degrees Celsius from -90 to 60, such as rain:12"
        )
    return cast("Sky", match[1]), temperature


def _given(preview: Preview, day: bool) -> Weather | None:
    """The weather a preview sets; None where it sets none that can be read."""
    if not preview.weather:
        return None
    try:
        condition, temperature = read_given(preview.weather)
    except ConfigError:
        return None
    return Weather(temperature, condition, day)


def _by_day(place: Place | None, now: Now | None) -> bool:
    if now is None:
        return True
    cell = cell_of(place) if place else None
    return is_day(now.at, *cell) if cell else now.hour is None or 7 <= now.hour < 19


def _check(weather: Weather, before: Weather | None, now: datetime) -> None:
    """Raises `SourceError` for a weather of another time, or one that can't have become of the one before."""
    at = weather.observed_at or now
    if abs(at - now) > OFF:
        raise SourceError(f"its time is {abs(at - now)} off")
    if before and before.observed_at:
        hours = max(abs(at - before.observed_at) / timedelta(hours=1), 1.0)
        if abs(weather.temperature - before.temperature) > JUMP * hours:
            raise SourceError(f"{before.temperature:g} degrees can't have become {weather.temperature:g} so soon")
