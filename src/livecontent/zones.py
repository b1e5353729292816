"""Time zones: a text in, whether it names one out."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether a text is the IANA name of a time zone, such as Europe/Paris."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        return False
    return True


def known_zone(name: str) -> str:
    """The name. Raises `ValueError` for one that is no time zone."""
    if not is_zone(name):
        raise ValueError(f"{name!r} is no time zone, such as Europe/Paris")
    return name
