"""Where the recipient is: a profile, a name or an address in, a place out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from babel import Locale

from livecontent.facts import Place
from livecontent.runtime.fold import fold
from livecontent.runtime.timezones import is_zone

# What the European Union writes for two countries, https://publications.europa.eu/code/en/en-370100.htm
_COUNTRIES = {"UK": "GB", "EL": "GR"}
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


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
        country=country_code(country) if isinstance(country, str) else None,
        latitude=north if known else None,
        longitude=east if known else None,
        timezone=zone if zone and is_zone(zone) else None,
    )


@lru_cache(maxsize=1024)
def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country, from such a code in any case, or from its English or French name."""
    code = text.strip().upper()
    if len(code) == 2 and code.isascii() and code.isalpha():
        return _COUNTRIES.get(code, code)
    return _countries().get(fold(text))


@cache
def _countries() -> Mapping[str, str]:
    """The countries by their English and French names, as CLDR has them: https://cldr.unicode.org"""
    return {
        fold(name): code
        for speaker in ("en", "fr")
        for code, name in Locale(speaker).territories.items()
        if len(code) == 2 and code not in _NO_COUNTRIES
    }


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
