"""The moment of opening on the clock of the recipient's place."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livecontent.facts import Fact, Now, Opening, Place, Reason, names_of
from livecontent.runtime.timezones import zone_named
from livecontent.sources.base import FactsByRoot
from livecontent.vocabulary import FactType

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS = ((6, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"))
_SEASONS = ("winter", "spring", "summer", "autumn")


class NowSource:
    """Tells `now`; where the place is not known, on the clock of the configured time zone, if there is one."""

    name = "now"
    needs = frozenset({"place"})

    def __init__(self, default_timezone: str | None) -> None:
        self._default = default_timezone

    def ask(self, opening: Opening, facts: FactsByRoot) -> Fact[Now]:
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
    return Now(local, *_at_minute(local.year, local.month, local.day, local.hour, local.minute, south=south))


@lru_cache(maxsize=256)
def _at_minute(year: int, month: int, day: int, hour: int, minute: int, *, south: bool) -> tuple[Any, ...]:
    """The fields of now behind `at`: a minute comes again for all who open in it."""
    on = date(year, month, day)
    return (
        *(year, month, day, hour, minute),
        on.isoformat(),
        f"{hour:02}:{minute:02}",
        _WEEKDAYS[on.weekday()],
        on.weekday() >= 5,
        next((name for end, name in _PARTS if hour < end), "night"),
        _SEASONS[(month % 12 // 3 + 2 * south) % 4],
    )


NOW = FactType(
    "now",
    names_of(Now),
    sample=now_at(datetime(2026, 11, 21, 8, 5, tzinfo=ZoneInfo("Europe/Paris"))),
    volatile="all",
    choices={
        "weekday": frozenset(_WEEKDAYS),
        "part_of_day": frozenset(name for _, name in _PARTS),
        "season": frozenset(_SEASONS),
    },
)
