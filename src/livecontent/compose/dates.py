"""Moments in words that stay true: a moment and a language in, its date and time out."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import DateTimePattern, get_timezone_location, parse_pattern

from livecontent.expressions.template import MissingValueError

_HALF_A_YEAR = timedelta(days=183)
_TWO_MONTHS = timedelta(days=61)


def is_far(moment: datetime, now: datetime) -> bool:
    """Whether a date needs its year: half a year away, or two months and in another year."""
    apart = abs(moment - now)
    return apart > _HALF_A_YEAR or (apart > _TWO_MONTHS and moment.year != now.year)


def date_of(moment: datetime, zone: str, locale: str, *, named: bool, year: bool = False) -> str:
    """A moment on a clock, `Thursday 24 December, 18:00`, or `Thursday 24 December 2026, 18:00` with its `year`.

    `named` with the clock's name. Raises `MissingValueError`.
    """
    local = _on_clock(moment, zone)
    words = _write(local, "EEEE ", "MMMM", locale, year=year)
    return f"{words} {_clock(local, locale)}" if named else words


def _on_clock(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        raise MissingValueError(f"{moment.isoformat()} is at the end of the calendar") from None


def _write(moment: datetime, weekday: str, month: str, locale: str, *, year: bool = False) -> str:
    pattern, known = _pattern(weekday, month, locale, year=year)
    return pattern.apply(moment, known)


@lru_cache(maxsize=256)
def _pattern(weekday: str, month: str, locale: str, *, year: bool) -> tuple[DateTimePattern, Locale]:
    """English as Europe writes it; else as CLDR has it for the language."""
    known = Locale.parse(locale)
    form = known.date_formats["long"] if year else known.datetime_skeletons.get(f"{month}d")
    pattern = form.pattern if form and known.language != "en" else f"d {month} y" if year else f"d {month}"
    return parse_pattern(f"{weekday}{pattern}, HH:mm"), known


def _clock(moment: datetime, locale: str) -> str:
    """`CET`, or `heure de Paris`, as French has few short names of clocks."""
    french = Locale.parse(locale).language == "fr"
    name = moment.tzname() or ""
    if name == "UTC" or (name.isalpha() and not french):
        return name
    city = _city(str(moment.tzinfo), locale)
    if french:
        return f"heure d’{city}" if city[0] in "AEIOUYÉÎ" else f"heure de {city}"
    return f"({city})"


@lru_cache(maxsize=256)
def _city(zone: str, locale: str) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
