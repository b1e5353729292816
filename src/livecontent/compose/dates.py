"""Moments in words that stay true: a moment and a language in, its date and time out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, get_timezone_location

from livecontent.creative.words import UnfilledError
from livecontent.facts import Moment


def stamp_of(moment: Moment, roots: Iterable[str], zone: str, locale: str) -> str:
    """As of when facts are, `21 Nov, 14:05`: the oldest of them. Raises `UnfilledError` where that is not known."""
    now = moment.value("now")
    times: list[datetime] = []
    for root in roots:
        fact = moment.facts[root]
        at: datetime | None = getattr(fact.value, "observed_at", None)
        if at is None and now is not None:
            at = now.at - timedelta(seconds=fact.age)
        if at is None:
            raise UnfilledError(f"as of when {root} is is not known")
        times.append(at)
    return _write(min(times).astimezone(ZoneInfo(zone)), "", "MMM", locale)


def date_of(moment: datetime, locale: str, *, named: bool) -> str:
    """A moment on its own clock, `Thursday 24 December, 18:00`; `named` with the name of the clock."""
    words = _write(moment, "EEEE ", "MMMM", locale)
    return f"{words} {_clock(moment, locale)}" if named else words


def _write(moment: datetime, weekday: str, month: str, locale: str) -> str:
    """English as Europe writes it; else as CLDR has it for the language."""
    known = Locale.parse(locale)
    pattern = f"d {month}" if known.language == "en" else known.datetime_skeletons[f"{month}d"].pattern
    return format_datetime(moment, f"{weekday}{pattern}, HH:mm", tzinfo=moment.tzinfo, locale=known)


def _clock(moment: datetime, locale: str) -> str:
    """`CET`, or `heure de Paris`, as French has few short names of clocks."""
    if Locale.parse(locale).language != "fr" and (name := moment.tzname() or "").isalpha():
        return name
    city = _city(str(moment.tzinfo), locale)
    if Locale.parse(locale).language == "fr":
        return f"heure d’{city}" if city[0] in "AEIOUYÉÎ" else f"heure de {city}"
    return f"({city})"


@lru_cache(maxsize=256)
def _city(zone: str, locale: str) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
