"""The moment of opening in the recipient's time zone."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livecontent.facts import WEEKDAYS, Fact, Moment, Now, Opening, Place, Reason, names_of
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.vocabulary import FactType

_PARTS = ("night",) * 6 + ("morning",) * 6 + ("afternoon",) * 6 + ("evening",) * 4 + ("night",) * 2  # by the hour
_SEASONS = ("winter", "spring", "summer", "autumn")


def now_at(local: datetime, *, south: bool = False) -> Now:
    """All there is to say about a local time."""
    weekday = local.weekday()
    numbers = local.year, local.month, local.day, local.hour, local.minute
    date, time = local.date().isoformat(), f"{local.hour:02}:{local.minute:02}"
    season = _SEASONS[(local.month % 12 // 3 + 2 * south) % 4]
    return Now(local, *numbers, date, time, WEEKDAYS[weekday], weekday >= 5, _PARTS[local.hour], season)


def clock_at(moment: Moment) -> Callable[[datetime], Now]:
    """Tells all about other times where a moment is; where no clock is known, as little as of the moment."""
    now = moment.value("now")
    if isinstance(now, Now) and now.hour is None:
        return Now
    place = moment.value("place")
    return partial(now_at, south=isinstance(place, Place) and (place.latitude or 0) < 0)


NOW = FactType(
    "now",
    names_of(Now),
    sample=now_at(datetime(2026, 11, 21, 8, 5, tzinfo=ZoneInfo("Europe/Paris"))),
    volatile="all",
    choices={"weekday": frozenset(WEEKDAYS), "part_of_day": frozenset(_PARTS), "season": frozenset(_SEASONS)},
)


class NowSource(Source):
    """Tells `now`; where the place is not known, on the clock of the configured time zone, if there is one."""

    fact = NOW
    needs = frozenset({"place"})

    def __init__(self, default_timezone: str | None) -> None:
        self._default = default_timezone
        self._zones: dict[str, ZoneInfo] = {}  # Python keeps eight, and reads others from disk each time

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """On the time zone of the settings."""
        return cls(dependencies.settings.timezone)

    def ask(self, opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Now]:
        """Never unknown: at worst on the default clock, or on none, and then it says so."""
        place: Place = facts["place"].value or Place()
        reason, zone = (Reason.FRESH, place.timezone) if place.timezone else (Reason.EMBEDDED, self._default)
        try:
            local = self._on_clock(opening.at, zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):  # OSError: a folder of zones
            reason, zone = Reason.EMBEDDED, self._default
            local = self._on_clock(opening.at, zone or "UTC")
        if zone is None:
            return Fact(Now(local), reason, "no time zone", note="unknown time zone")
        return Fact(now_at(local, south=(place.latitude or 0) < 0), reason, f"time zone {zone}")

    def _on_clock(self, at: datetime, name: str) -> datetime:
        zone = self._zones.get(name)
        if zone is None:
            zone = self._zones[name] = ZoneInfo(name)
        return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
