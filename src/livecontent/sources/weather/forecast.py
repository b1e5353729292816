"""The weather of one cell, hour by hour, and what is told of it at a moment: that hour, those ahead, and the days."""

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import isnan, nan
from typing import NamedTuple, TypedDict, get_args

from livecontent.facts import ICONS, WEEKDAYS, Sky, Weather

AHEAD = 24  # hours
DAYS = 7
SPREAD = 5.0  # degrees Celsius between day and night, where one weather is all that is known
MORNING, EVENING = 7, 19  # hours between which it is day, where one weather is all that is known
HOUR = 3600.0  # seconds
HALF = 12 * HOUR  # seconds of a day that a forecast has to know, unless it is today

_ROW = struct.Struct("<dddd?b")  # 34 bytes an hour: forecasts of thousands of cells are kept
_SKIES: tuple[Sky | None, ...] = (None, *get_args(Sky))  # the mildest first
_Row = tuple[float, float, float, float, bool, int]  # time, temperature, wind, mm in the hour, day, condition


class HourAhead(TypedDict, total=False):
    """An hour of the forecast, on the recipient's clock. What is not known is left out."""

    at: datetime
    hour: int
    time: str  # 18:00
    temperature: float
    condition: str  # as that of the weather
    is_day: bool
    wind: float
    precipitation: float
    icon: str


class DayAhead(TypedDict, total=False):
    """A day of the forecast: its lowest and highest temperature, its worst condition, millimetres in the day."""

    date: str  # 2026-11-21
    weekday: str  # monday ... sunday
    low: float
    high: float
    condition: str  # as that of the weather
    precipitation: float
    icon: str


class Day(NamedTuple):
    """A day of a forecast, by the calendar of the place."""

    date: date
    low: float
    high: float
    condition: Sky | None = None
    precipitation: float | None = None


@dataclass(frozen=True, slots=True)
class HourlyForecast:
    """The weather as it is, where the provider tells that, and hour by hour; days, where the provider tells them."""

    current: Weather | None = None
    days: tuple[Day, ...] = ()
    constant: bool = False  # one weather is all there is, now and ahead
    attribution: str = ""
    _rows: bytes = field(default=b"", repr=False)

    @classmethod
    def of(
        cls,
        hours: Iterable[Weather] = (),
        days: Iterable[Day] = (),
        current: Weather | None = None,
        *,
        constant: bool = False,
    ) -> "HourlyForecast":
        """A forecast of hours that have a time, in any order."""
        known = [hour for hour in hours if hour.observed_at]
        rows = sorted(_row(hour.observed_at.timestamp(), hour) for hour in known if hour.observed_at)
        attribution = next((hour.attribution for hour in known), "")
        return cls(current, tuple(days), constant, attribution, b"".join(_ROW.pack(*row) for row in rows))

    def __len__(self) -> int:
        return len(self._rows) // _ROW.size + (self.current is not None)

    def __getitem__(self, index: int) -> Weather:
        return list(self)[index]

    def __iter__(self) -> Iterator[Weather]:
        if self.current:
            yield self.current
        yield from map(self._weather, self._read())

    @property
    def last(self) -> datetime | None:
        """The time of the last hour."""
        rows = self._read()
        if rows:
            return datetime.fromtimestamp(rows[-1][0], UTC)
        return self.current.observed_at if self.current else None

    def nearest(self, at: datetime) -> Weather:
        """The weather as it is, within an hour of its time; else that of the hour nearest to an aware time."""
        rows = self._read()
        return self._nearest(rows, at.timestamp())

    def told(self, at: datetime) -> Weather:
        """The same, with the hours and days ahead on the clock of that time."""
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        rows = self._read()
        time = at.timestamp()
        weather = self._nearest(rows, time)
        if self.constant:
            return ahead_of(weather, at)
        coming = [row for row in rows if time - HOUR < row[0] < time + AHEAD * HOUR]
        days = [day for day in self.days or _days(rows, at) if day.date >= at.date()]
        hours = _hours(coming[:AHEAD], at)
        return replace(weather, hours=hours or None, days=_told_days(days[:DAYS]) or None)

    def _read(self) -> list[_Row]:
        return list(_ROW.iter_unpack(self._rows))

    def _nearest(self, rows: list[_Row], time: float) -> Weather:
        now = self.current
        if now and (not rows or not now.observed_at or abs(now.observed_at.timestamp() - time) <= HOUR):
            return now
        after = bisect_left(rows, (time,))
        near = rows[max(after - 1, 0) : after + 1]
        return self._weather(min(near, key=lambda row: abs(row[0] - time)))

    def _weather(self, row: _Row) -> Weather:
        time, temperature, wind, precipitation, day, sky = row
        at = datetime.fromtimestamp(time, UTC)
        return Weather(temperature, _SKIES[sky], day, _known(wind), _known(precipitation), at, self.attribution)


def ahead_of(weather: Weather, at: datetime) -> Weather:
    """One weather as if it stayed: for previews and for files that tell no more."""
    first = at.replace(minute=0, second=0, microsecond=0).timestamp()
    _, *same = _row(first, weather)
    hours = _hours([(first + HOUR * hour, *same) for hour in range(AHEAD)], at)  # type: ignore[misc]  # as in a row
    for hour in hours:
        hour["is_day"] = day = MORNING <= hour["hour"] < EVENING
        if weather.condition:
            hour["icon"] = ICONS.get((weather.condition, day)) or ICONS[weather.condition, True]
    low, high = weather.temperature - SPREAD, weather.temperature
    days = _told_days([Day(at.date() + timedelta(day), low, high, weather.condition) for day in range(DAYS)])
    return replace(weather, hours=hours, days=days)


def _row(time: float, weather: Weather) -> _Row:
    wind = nan if weather.wind is None else weather.wind
    precipitation = nan if weather.precipitation is None else weather.precipitation
    return time, weather.temperature, wind, precipitation, weather.is_day, _SKIES.index(weather.condition)


def _known(number: float) -> float | None:
    return None if isnan(number) else number


def _hours(rows: Iterable[_Row], at: datetime) -> list[HourAhead]:
    """Hours on the clock of a time; what is not known is left out. In one go, as an open may wait for it."""
    hours: list[HourAhead] = []
    for time, temperature, wind, precipitation, day, sky in rows:
        local = datetime.fromtimestamp(time, at.tzinfo)
        hour: HourAhead = {
            "at": local,
            "hour": local.hour,
            "time": f"{local.hour:02}:{local.minute:02}",
            "temperature": temperature,
            "is_day": day,
        }
        if condition := _SKIES[sky]:
            hour["condition"] = condition
            hour["icon"] = ICONS.get((condition, day)) or ICONS[condition, True]
        if not isnan(wind):
            hour["wind"] = wind
        if not isnan(precipitation):
            hour["precipitation"] = precipitation
        hours.append(hour)
    return hours


def _told_days(days: Iterable[Day]) -> list[DayAhead]:
    told: list[DayAhead] = []
    for date_, low, high, condition, precipitation in days:
        day: DayAhead = {
            "date": date_.isoformat(),
            "weekday": WEEKDAYS[date_.weekday()],
            "low": low,
            "high": high,
        }
        if condition:
            day["condition"] = condition
            day["icon"] = ICONS[condition, True]
        if precipitation is not None:
            day["precipitation"] = precipitation
        told.append(day)
    return told


def _days(rows: list[_Row], at: datetime) -> list[Day]:
    """The days of hours, by the calendar of a time: the worst condition of each, as providers tell it."""
    by_date: dict[date, list[tuple[_Row, float]]] = {}
    for row, following in pairwise([*rows, *rows[-1:]]):
        lasts = min(following[0] - row[0], 6 * HOUR) or HOUR
        by_date.setdefault(datetime.fromtimestamp(row[0], at.tzinfo).date(), []).append((row, lasts))
    return [
        _day_of(day, hours)
        for day, hours in by_date.items()
        if day == at.date() or sum(lasts for _, lasts in hours) >= HALF
    ]


def _day_of(day: date, hours: list[tuple[_Row, float]]) -> Day:
    temperatures = [row[1] for row, _ in hours]
    falling = [row[3] * lasts / HOUR for row, lasts in hours if not isnan(row[3])]
    worst = _SKIES[max(row[5] for row, _ in hours)]
    return Day(day, min(temperatures), max(temperatures), worst, round(sum(falling), 1) if falling else None)
