"""Where the recipient is, and how far from other places."""

from math import asin, cos, radians, sin, sqrt

from livecontent.facts import Place
from livecontent.imports.names import country_of_code
from livecontent.runtime.names import ZONES

EARTH = 6371.0088  # km, the mean radius of WGS 84: https://en.wikipedia.org/wiki/Earth_radius#Arithmetic_mean_radius


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
        country=country_of_code(country) if isinstance(country, str) else None,
        latitude=north if known else None,
        longitude=east if known else None,
        timezone=zone if zone in ZONES else None,
    )


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


def distance(latitude: float, longitude: float, latitude2: float, longitude2: float) -> float:
    """Kilometres between points in degrees on a round Earth: https://en.wikipedia.org/wiki/Haversine_formula"""
    phi, phi2 = radians(latitude), radians(latitude2)
    across = sin((phi2 - phi) / 2) ** 2 + cos(phi) * cos(phi2) * sin(radians(longitude2 - longitude) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(across)))
