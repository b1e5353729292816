"""Times that a person types in, moments out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from livecontent.errors import DataError


def read_time(text: str, zone: str) -> datetime:
    """A moment; without an offset it is on the clock of an IANA time zone. Raises `DataError`."""
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        moment.timestamp()
    except (ValueError, OverflowError):
        raise DataError(f"{text!r} is no time such as 2026-11-21T08:00 or 2026-11-21T08:00+01:00") from None
    return moment
