"""Time zones: a name in, the zone, or whether there is one, out."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


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
    """The name. Raises `ValueError` for one that is no time zone."""
    if not is_zone(name):
        raise ValueError(f"{name!r} is no time zone, such as Europe/Paris")
    return name
