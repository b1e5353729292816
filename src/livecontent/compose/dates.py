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
            raise UnfilledError(f"when {root} was measured is not known")
        times.append(at)
    return _write(_on_clock(min(times), zone), "", "MMM", locale)


def date_of(moment: datetime, zone: str, locale: str, *, named: bool) -> str:
    """A moment on a clock, `Thursday 24 December, 18:00`; `named` with the clock's name. Raises `UnfilledError`."""
    local = _on_clock(moment, zone)
    words = _write(local, "EEEE ", "MMMM", locale)
    return f"{words} {_clock(local, locale)}" if named else words


def _on_clock(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        raise UnfilledError(f"{moment.isoformat()} is at the end of the calendar") from None


def _write(moment: datetime, weekday: str, month: str, locale: str) -> str:
    """English as Europe writes it; else as CLDR has it for the language."""
    known = Locale.parse(locale)
    skeleton = None if known.language == "en" else known.datetime_skeletons.get(f"{month}d")
    pattern = skeleton.pattern if skeleton else f"d {month}"
    return format_datetime(moment, f"{weekday}{pattern}, HH:mm", tzinfo=moment.tzinfo, locale=known)


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
