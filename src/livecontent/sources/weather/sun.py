"""Day or night: the elevation of the sun at a time and place.

Formula: NOAA, General Solar Position Calculations, https://gml.noaa.gov/grad/solcalc/solareqns.PDF
"""

from calendar import isleap
from datetime import datetime
from math import asin, cos, degrees, pi, radians, sin

HORIZON = -0.833  # degrees: the sun's upper edge, seen through the air


def is_day(at: datetime, latitude: float, longitude: float) -> bool:
    """Whether the sun is up at an aware time, at a place in degrees; within two minutes, but near the poles."""
    return elevation(at, latitude, longitude) > HORIZON


def elevation(at: datetime, latitude: float, longitude: float) -> float:
    """Degrees of the sun's centre above the horizon, at an aware time."""
    offset = at.utcoffset()
    hour = at.hour + at.minute / 60 + at.second / 3600 - (offset.total_seconds() / 3600 if offset else 0.0)
    day = at.timetuple().tm_yday - 1 + (hour - 12) / 24
    year = 2 * pi * day / (366 if isleap(at.year) else 365)
    equation_of_time = 229.18 * (  # minutes
        0.000075 + 0.001868 * cos(year) - 0.032077 * sin(year) - 0.014615 * cos(2 * year) - 0.040849 * sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * cos(year)
        + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year)
        + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year)
        + 0.00148 * sin(3 * year)
    )
    hour_angle = radians((60 * hour + equation_of_time + 4 * longitude) / 4 - 180)
    north = radians(latitude)
    height = sin(north) * sin(declination) + cos(north) * cos(declination) * cos(hour_angle)
    return degrees(asin(max(-1.0, min(1.0, height))))
