"""Time zones: a name in, the zone, or whether there is one, out; a country in, its zone out."""

from collections.abc import Mapping
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name. Python keeps eight of them, and reads others from disk whenever they are named.

    Raises what `ZoneInfo` does.
    """
    return ZoneInfo(name)


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether a text is the IANA name of a time zone, such as Europe/Paris."""
    try:
        zone_named(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        return False
    return True


def known_zone(name: str) -> str:
    """The name. Raises `ValueError` where it is not a time zone."""
    if not is_zone(name):
        raise ValueError(f"{name!r} is not a time zone, such as Europe/Paris")
    return name


def zone_of_country(code: str) -> str | None:
    """The time zone of a country (ISO 3166-1 alpha-2) that has only one."""
    return _zones_of_countries().get(code)


@cache
def _zones_of_countries() -> Mapping[str, str]:
    """By CLDR: https://cldr.unicode.org"""
    countries: dict[str, list[str]] = {}
    for zone, country in get_global("zone_territories").items():
        countries.setdefault(country, []).append(zone)
    return {country: zones[0] for country, zones in countries.items() if len(zones) == 1}
