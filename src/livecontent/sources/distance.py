"""Distances over the globe."""

from math import asin, cos, radians, sin, sqrt

EARTH = 6371.0088  # km, the mean radius of WGS 84: https://en.wikipedia.org/wiki/Earth_radius#Arithmetic_mean_radius


def distance(latitude: float, longitude: float, latitude2: float, longitude2: float) -> float:
    """Kilometres between two points in degrees, along a great circle of a round Earth.

    The haversine formula: https://en.wikipedia.org/wiki/Haversine_formula
    """
    phi, phi2 = radians(latitude), radians(latitude2)
    across = sin((phi2 - phi) / 2) ** 2 + cos(phi) * cos(phi2) * sin(radians(longitude2 - longitude) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(across)))
