"""Where the recipient is: a profile, a name or an address in, a place out."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livecontent.facts import Place

# What the European Union writes for two countries, https://publications.europa.eu/code/en/en-370100.htm
_COUNTRIES = {"UK": "GB", "EL": "GR"}


def place_of(
    city: object = None,
    region: object = None,
    country: object = None,
    latitude: object = None,
    longitude: object = None,
    timezone: object = None,
) -> Place:
    """A place of values from outside, of any kind. What can't be used is left out; coordinates come in pairs."""
    north, east = _number(latitude, 90), _number(longitude, 180)
    known = north is not None and east is not None
    zone = _text(timezone)
    return Place(
        city=_text(city),
        region=_text(region),
        country=_country(country),
        latitude=north if known else None,
        longitude=east if known else None,
        timezone=zone if zone and is_zone(zone) else None,
    )


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether a text is the IANA name of a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _number(value: object, limit: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= limit else None  # NaN is not


def _country(value: object) -> str | None:
    code = (_text(value) or "").upper()
    return _COUNTRIES.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else None
