"""The moment of opening on the clock of the recipient's place."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

from livecontent.facts import Fact, Now, Opening, Place, Reason
from livecontent.sources.base import Facts
from livecontent.zones import zone_named

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS = ((6, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"))
_SEASONS = ("winter", "spring", "summer", "autumn")


class NowSource:
    """Tells `now`; where the place is not known, on the clock of the configured time zone, if there is one."""

    name = "now"
    needs = frozenset({"place"})

    def __init__(self, default_timezone: str | None) -> None:
        self._default = default_timezone

    def ask(self, opening: Opening, facts: Facts) -> Fact[Now]:
        """Never unknown: at worst on the default clock, or on none, and then it says so."""
        place: Place = facts["place"].value or Place()
        reason, zone = (Reason.FRESH, place.timezone) if place.timezone else (Reason.EMBEDDED, self._default)
        try:
            local = _on_clock(opening.at, zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):  # OSError: a folder of zones
            reason, zone = Reason.EMBEDDED, self._default
            local = _on_clock(opening.at, zone or "UTC")
        if zone is None:
            return Fact(Now(local), reason, "no clock", note="neither the place's clock nor one to go by is known")
        return Fact(now_at(local, south=(place.latitude or 0) < 0), reason, f"clock of {zone}")


def _on_clock(at: datetime, zone: str) -> datetime:
    return at.astimezone(zone_named(zone)) if at.tzinfo else at.replace(tzinfo=zone_named(zone))


def now_at(local: datetime, *, south: bool = False) -> Now:
    """All there is to say about a local time."""
    hour, weekday = local.hour, local.weekday()
    return Now(
        at=local,
        year=local.year,
        month=local.month,
        day=local.day,
        hour=hour,
        minute=local.minute,
        date=local.date().isoformat(),
        time=f"{hour:02}:{local.minute:02}",
        weekday=_WEEKDAYS[weekday],
        weekend=weekday >= 5,
        part_of_day=next((name for end, name in _PARTS if hour < end), "night"),
        season=_SEASONS[(local.month % 12 // 3 + 2 * south) % 4],
    )
