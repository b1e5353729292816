"""The weather at the recipient's place: fresh, remembered, or as a preview says."""

import logging
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self, cast, get_args

from livecontent.config import WeatherSettings
from livecontent.errors import ConfigError, SourceError
from livecontent.facts import ICONS, WEEKDAYS, Fact, Now, Opening, Place, Preview, Reason, Sky, Weather, names_of
from livecontent.net.http import Http
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies, SourceHealth
from livecontent.sources.cached import Cached
from livecontent.sources.weather.file import WeatherFile
from livecontent.sources.weather.forecast import DayAhead, HourAhead, HourlyForecast, ahead_of
from livecontent.sources.weather.met_norway import MetNorway
from livecontent.sources.weather.open_meteo import OpenMeteo
from livecontent.sources.weather.openweather import OpenWeather
from livecontent.sources.weather.provider import (
    Forecast,
    GridCell,
    Provider,
    WallClock,
    is_day,
    utc_now,
)
from livecontent.vocabulary import FactType

log = logging.getLogger(__name__)

KEEP = 6 * 3600.0  # seconds a weather is told where no newer can be had
OFF = timedelta(hours=3)  # how far from now the time of a weather may be
JUMP = 20.0  # degrees Celsius within an hour that nobody believes
TOLD = 1000  # weathers of a cell in a quarter of an hour that are kept, as they are told to many
QUARTER = 900  # seconds
WORDS = 100  # skipped parts that are logged, each once
MILD = 15.0  # degrees Celsius, where a preview tells none

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_CONDITIONS, _ICONS = frozenset(get_args(Sky)), frozenset(ICONS.values())

WEATHER = FactType(
    "weather",
    {**names_of(Weather), "hours": list[HourAhead], "days": list[DayAhead]},
    sample=ahead_of(Weather(12.5, "rain", True, 4.5, 0.8, _NOON, "Lille"), _NOON),
    volatile="all",
    choices={"condition": _CONDITIONS, "icon": _ICONS, "weekday": frozenset(WEEKDAYS)},
)

_GIVEN = re.compile(r"([a-z]+)(?:\s*:\s*(-?[0-9]{1,2}(?:\.[0-9]+)?))?")


class WeatherSource(Source):
    """Tells `weather` from one provider, by cells of a tenth of a degree."""

    fact = WEATHER
    needs = frozenset({"place", "now"})

    def __init__(
        self, provider: Provider, *, now: WallClock = utc_now, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`now` is the time at which the provider is asked, `clock` seconds of the age of answers."""
        self._provider = provider
        self._now = now
        self._cached = Cached(provider.name, self._fetch, KEEP, clock=clock, local=isinstance(provider, WeatherFile))
        self._told: dict[object, tuple[HourlyForecast, Weather]] = {}  # plain, as each open looks into it
        self._logged: set[str] = set()
        self.skipped: Counter[str] = Counter()

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the provider of the settings."""
        return cls(make_provider(dependencies.settings.weather, dependencies.http))

    @property
    def health(self) -> Mapping[str, SourceHealth]:
        """Of the provider."""
        return {"weather": SourceHealth(self._cached.updated, self._cached.failures, self._cached.problem)}

    def ask(
        self, opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /
    ) -> Fact[Weather] | Awaitable[Fact[Weather]]:
        """At once where the weather of the cell is at hand, or is given."""
        place: Place | None = facts["place"].value
        now: Now | None = facts["now"].value
        day = None
        if opening.preview:
            # It has a time of its own, of which a provider can know nothing but whether it is day.
            day = _by_day(place, now)
            if given := _given(opening.preview, day):
                return Fact(ahead_of(given, now.at if now else opening.at), Reason.GIVEN, "preview")
        cell = cell_of(place) if place else None
        if cell is None:
            return Fact(None, Reason.MISSING, self._provider.name, note="the place has no coordinates")
        at = now.at if now else opening.at
        found = self._cached.get(cell)
        return self._tell(found, cell, at, day) if isinstance(found, Fact) else self._later(found, cell, at, day)

    async def close(self) -> None:
        """Asks no more."""
        await self._cached.close()

    async def _later(
        self, promise: Awaitable[Fact[HourlyForecast]], cell: GridCell, at: datetime, day: bool | None
    ) -> Fact[Weather]:
        return self._tell(await promise, cell, at, day)

    def _tell(self, found: Fact[HourlyForecast], cell: GridCell, at: datetime, day: bool | None) -> Fact[Weather]:
        """The weather of the hour that is nearest to the open, and what is ahead."""
        forecast = found.value
        if forecast is None:
            return Fact(None, found.reason, found.source, found.age, found.note)
        key = (cell, at.tzinfo, at.timestamp() // QUARTER)
        kept = self._told.get(key)
        if kept is None or kept[0] is not forecast:
            if len(self._told) >= TOLD:
                self._told.clear()
            kept = self._told[key] = (forecast, forecast.told(at))
        weather = kept[1] if day is None else replace(kept[1], is_day=day)
        return Fact(weather, found.reason, found.source, found.age, found.note)

    async def _fetch(self, cell: GridCell, previous: Forecast | None) -> Forecast:
        fetched = await self._provider.fetch(cell, previous)
        for part in fetched.skipped:
            if part not in self._logged and len(self._logged) < WORDS:
                self._logged.add(part)
                log.warning("%s: %s of an answer can't be read, and is left out", self._provider.name, part)
            self.skipped[part.partition(" ")[0]] += 1
        if fetched.value is not None:
            now = self._now()
            before = previous.value.nearest(now) if previous and previous.value is not None else None
            _check(fetched.value.nearest(now), before, now)
        return fetched


def make_provider(settings: WeatherSettings, http: Http) -> Provider:
    """The provider of the settings. Raises `ConfigError` for one that lacks something."""
    match settings.provider:
        case "file":
            if settings.file is None:
                raise ConfigError("weather.file: name the file with the weather")
            return WeatherFile(settings.file)
        case "open-meteo":
            return OpenMeteo(http, settings.key, settings.url)
        case "openweather":
            return OpenWeather(http, settings.key, settings.url)
        case "met-norway":
            return MetNorway(http, settings.contact, settings.url)


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
