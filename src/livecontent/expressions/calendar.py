"""Dates as rules and texts ask for them: ages, birthdays, days until a day; and as a language writes them."""

import re
from datetime import UTC, date, datetime, tzinfo

from babel import Locale
from babel.dates import DateTimeFormat, DateTimePattern, parse_pattern

TIMED = frozenset({"age", "days_until", "is_birthday"})  # what rules and texts ask of the day on which they ask
_FIELD = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)s")  # in a pattern of Babel, where %% is a sign
_NAMED = re.compile("[ML]{3,}|E+|[ec]{3,}")  # a month or weekday by its name
_MONTH_NUMBER = re.compile("[ML]{1,2}")
_DAY = re.compile(r"(?<!%)((?:%%)*%\(d\)s)(?![^\W\d_]|\.|%\()")  # whose ending nobody has written


def written_date(at: date, pattern: str | DateTimePattern, locale: Locale) -> str:
    """A date or moment on its clock by a pattern of CLDR. French says `1er décembre`, which CLDR has no pattern for.

    In figures it says `1/12`, also behind a weekday.
    """
    form = f"{parse_pattern(pattern).format}"
    if at.day == 1 and locale.language == "fr":
        fields = _FIELD.findall(form)
        if any(map(_NAMED.fullmatch, fields)) and not any(map(_MONTH_NUMBER.fullmatch, fields)):
            form = _DAY.sub(r"\1er", form)
    return form % DateTimeFormat(at, locale)


def moment_from(text: str, zone: tzinfo | None) -> datetime:
    """A moment from ISO 8601, on a clock where it has no offset. Raises `ValueError` with what is wrong."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None and zone is not None:
            moment = moment.replace(tzinfo=zone)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is not a moment such as 2026-12-24T18:00") from None
    raise ValueError(f"{text[:40]!r} has no offset, and the reader's time zone is not known")


def calendar_day(value: object, zone: tzinfo | None) -> date:
    """The day of a date or moment, as the calendar at the reader's place has it. Raises `ValueError`."""
    if isinstance(value, str) and re.match(r"\s*\d{4}-?\d\d-?\d\d[T ]\d", value):
        value = moment_from(value, zone)
    try:
        if isinstance(value, str):
            return date.fromisoformat(value.strip())
        if isinstance(value, datetime):
            return value.astimezone(zone).date() if value.tzinfo and zone else value.date()
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{str(value)[:40]!r} is not a date such as 1994-11-29")


def birthday_in(year: int, born: date) -> date:
    """Somebody's birthday in a year: who was born on 29 February has it on the 28th where there is no 29th."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, born.month, 28 if (born.month, born.day) == (2, 29) and not leap else born.day)


def age_on(today: date, born: date) -> int:
    """How many birthdays there were since."""
    if born > today:
        raise ValueError(f"{born.isoformat()} is still to come")
    return today.year - born.year - (today < birthday_in(today.year, born))
