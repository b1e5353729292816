"""The weather of places that stands in a file. Needs no network.

{"attribution": "...", "cells": [{"latitude": 50.6, "longitude": 3.1, "temperature": 12, "condition": "rain"}, ...]}
and, where wanted, wind (m/s), precipitation (mm in the hour) and is_day. The hours and days ahead are the same, or what
stands under `hours`, from the next on, and `days`, from today on: [{"low": 3, "high": 12, "condition": "rain"}, ...].
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, ValidationError

from livecontent.errors import ConfigError, SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import parse_json
from livecontent.sources.cached import Fetched
from livecontent.sources.place import distance
from livecontent.sources.weather import provider as api
from livecontent.sources.weather.forecast import Day, HourlyForecast
from livecontent.sources.weather.provider import is_day

LIFETIME = 60.0  # seconds, as day turns into night
REACH = 60.0  # km
_REACH_DEGREES = 0.6  # of latitude, at least


class _Hour(api.ResponseShape):
    model_config = ConfigDict(extra="forbid")

    temperature: api.Celsius
    condition: Sky
    wind: Annotated[float, Field(ge=0, le=150)] | None = None
    precipitation: Annotated[float, Field(ge=0, le=500)] | None = None
    is_day: bool | None = None


class _Day(api.ResponseShape):
    model_config = ConfigDict(extra="forbid")

    low: api.Celsius
    high: api.Celsius
    condition: Sky | None = None
    precipitation: Annotated[float, Field(ge=0, le=2000)] | None = None


class _Entry(_Hour):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    hours: tuple[_Hour, ...] = Field((), strict=False)
    days: tuple[_Day, ...] = Field((), strict=False)


class _File(api.ResponseShape):
    model_config = ConfigDict(extra="forbid")

    attribution: str = ""
    cells: list[_Entry]


class WeatherFile:
    """Tells the weather that stands in a file."""

    name = "file"

    def __init__(self, path: Path, now: api.WallClock = api.utc_now) -> None:
        """Reads the file. Raises `ConfigError` that names the file and each entry that is wrong."""
        self._file = path.name
        self._known = _load(path)
        self._now = now

    async def fetch(self, cell: api.GridCell, _previous: api.Forecast | None, /) -> api.Forecast:
        """The weather of the nearest entry."""
        latitude, longitude = cell
        near, nearest = None, REACH
        for entry in self._known.cells:
            if abs(entry.latitude - latitude) <= _REACH_DEGREES:  # most are not worth a distance
                away = distance(latitude, longitude, entry.latitude, entry.longitude)
                if away <= nearest:
                    near, nearest = entry, away
        if near is None:
            return Fetched(None, LIFETIME, note=f"{self._file} has no place within {REACH:g} km")
        now = self._now()
        weather = self._weather(near, now, cell)
        if not near.hours and not near.days:
            return Fetched(HourlyForecast.of(current=weather, constant=True), LIFETIME)
        full = now.replace(minute=0, second=0, microsecond=0)
        today = now.astimezone(timezone(timedelta(hours=round(cell.longitude / 15)))).date()
        hours = [self._weather(hour, full + timedelta(hours=number), cell) for number, hour in enumerate(near.hours, 1)]
        days = [
            Day(today + timedelta(number), day.low, day.high, day.condition, day.precipitation)
            for number, day in enumerate(near.days)
        ]
        return Fetched(HourlyForecast.of(hours, days, weather), LIFETIME)

    def _weather(self, hour: _Hour, at: datetime, cell: api.GridCell) -> Weather:
        day = is_day(at, *cell) if hour.is_day is None else hour.is_day
        return Weather(
            hour.temperature, hour.condition, day, hour.wind, hour.precipitation, at, self._known.attribution
        )


def _load(path: Path) -> _File:
    try:
        return _File.model_validate(parse_json(path.read_bytes()))
    except OSError as error:
        raise ConfigError(f"weather.file: {path} can't be read: {error.strerror}") from None
    except SourceError as error:
        raise ConfigError(f"{path}: {error}") from None
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {_where(flaw['loc'])}{flaw['msg']}" for flaw in error.errors())) from None


def _where(steps: tuple[int | str, ...]) -> str:
    """Entries are counted from 1."""
    return "".join(f"entry {step + 1}: " if isinstance(step, int) else f"{step}: " for step in steps if step != "cells")
