"""Moments as dates and times in a language."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location, parse_pattern

from livecontent.expressions.template import MissingValueError

_HALF_A_YEAR = timedelta(days=183)
_TWO_MONTHS = timedelta(days=61)


def is_far(moment: datetime, now: datetime) -> bool:
    """Whether a date needs its year: half a year away, or two months and in another year."""
    apart = abs(moment - now)
    return apart > _HALF_A_YEAR or (apart > _TWO_MONTHS and moment.year != now.year)


def date_of(moment: datetime, zone: str, locale: Locale, *, named: bool, year: bool = False) -> str:
    """A moment on a clock, `Thursday 24 December, 18:00`, or `Thursday 24 December 2026, 18:00` with its `year`.

    `named` with the clock's name. English as Europe writes it; else as CLDR has it for the language.
    Raises `MissingValueError`.
    """
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        raise MissingValueError(f"{moment.isoformat()} is at the end of the calendar") from None
    form = locale.date_formats["long"] if year else locale.datetime_skeletons.get("MMMMd")
    day = form.pattern if form and locale.language != "en" else "d MMMM y" if year else "d MMMM"
    words = parse_pattern(f"EEEE {day}, HH:mm").apply(local, locale)
    return f"{words} {_clock(local, locale)}" if named else words


def _clock(moment: datetime, locale: Locale) -> str:
    """`CET`, or `heure de Paris`, as French has few short names of clocks."""
    french = locale.language == "fr"
    name = moment.tzname() or ""
    if name == "UTC" or (name.isalpha() and not french):
        return name
    city = get_timezone_location(moment.tzinfo, locale=locale, return_city=True)
    if french:
        return f"heure d’{city}" if city[0] in "AEIOUYÉÎ" else f"heure de {city}"
    return f"({city})"
