"""Times that a person types in, moments out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from livecontent.errors import DataError

FIRST, LAST = 2000, 2100  # years


def read_time(text: str, zone: str) -> datetime:
    """A moment from 2000 to 2100; without an offset it is on the clock of an IANA time zone. Raises `DataError`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DataError(f"{text!r} is no time such as 2026-11-21T08:00 or 2026-11-21T08:00+01:00") from None
    if not FIRST <= moment.year <= LAST:  # near the ends of the calendar, a moment has no time on other clocks
        raise DataError(f"{text!r} is not in the years {FIRST} to {LAST}")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
