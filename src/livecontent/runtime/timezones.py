"""Names of time zones (IANA)."""

from importlib.resources import files

ZONES = frozenset((files("tzdata") / "zones").read_text("utf-8").split())


def known_zone(name: str) -> str:
    """The name. Raises `ValueError` where it is not a time zone."""
    if name not in ZONES:
        raise ValueError(f"{name!r} is not a time zone, such as Europe/Paris")
    return name
