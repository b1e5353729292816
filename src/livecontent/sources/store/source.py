"""The nearest store, and the nearest stores, with whether they are open at the moment of opening."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Self, TypedDict
from zoneinfo import ZoneInfo

from livecontent.config import Settings
from livecontent.facts import WEEKDAYS, Fact, Now, Opening, Place, Reason, Store, names_of
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.images.tiles import TilesAhead
from livecontent.sources.store.stores import Stores, read_more
from livecontent.vocabulary import FactType

LISTED = 10

_EVENING = datetime(2026, 11, 21, 19, 30, tzinfo=ZoneInfo("Europe/Paris"))
_SAMPLE = Store(
    id="lille",
    name="Lille Grand-Place",
    street="12 rue de Béthune",
    postcode="59000",
    city="Lille",
    country="FR",
    latitude=50.63,
    longitude=3.06,
    timezone="Europe/Paris",
    distance=1.25,
    open=True,
    closes_at=_EVENING,
    opens_at=_EVENING,
    week=[{"weekday": day, "hours": "10:00-19:30"} for day in WEEKDAYS],
    special_days=[{"date": "2026-12-24", "hours": "10:00-17:00"}],
)


class WeekdayHours(TypedDict):
    """Hours of a weekday, such as 10:00-13:00 14:00-19:30; "" where it is closed."""

    weekday: str
    hours: str


class SpecialDay(TypedDict):
    """Hours of a day that has others than its weekday."""

    date: str
    hours: str


STORE = FactType(
    "store",
    {**names_of(Store), "week": list[WeekdayHours], "special_days": list[SpecialDay]},
    _SAMPLE,
    volatile=frozenset({"open", "closes_at", "opens_at"}),
    countries=frozenset({"country"}),
)
STORES = replace(STORE, root="stores", sample=[_SAMPLE, _SAMPLE], shape="list")


class StoresSource(Source):
    """Tells `stores`, the ten nearest, nearest first."""

    fact = STORES
    needs = frozenset({"place", "now"})
    listed = LISTED

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    @classmethod
    def declared(cls, settings: Settings, /) -> FactType:
        """With the columns that only the shop knows, as they stand in the file."""
        more = read_more(settings.stores) if settings.stores else {}
        if not more:
            return cls.fact
        sample = replace(_SAMPLE, more=more)
        names = {name: type(value) | None for name, value in more.items()}
        whole = [sample, sample] if cls.fact.shape == "list" else sample
        return replace(cls.fact, names={**cls.fact.names, **names}, sample=whole)

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the file of the settings."""
        return cls(dependencies.stores)

    def ask(self, _opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Any]:
        """At once: everything is in memory."""
        place: Place = facts["place"].value or Place()
        now: Now | None = facts["now"].value
        if not self._stores:
            return _missing("there are no stores")
        if place.latitude is None or place.longitude is None:
            return _missing("the place has no coordinates")
        if now is None:
            return _missing("the time is not known")
        try:
            nearest = self._stores.nearest(place.latitude, place.longitude, self.listed)
            found = [shop.at(now.at, far) for far, shop in nearest]
        except OverflowError:
            return _missing(f"the calendar ends near {now.at.date()}")
        return Fact(self._told(found), Reason.FRESH, "list of stores")

    def _told(self, found: list[Store]) -> object:
        return found


class StoreSource(StoresSource):
    """Tells `store`, the nearest."""

    fact = STORE
    listed = 1

    def __init__(self, stores: Stores, ahead: TilesAhead | None = None) -> None:
        super().__init__(stores)
        self._ahead = ahead

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """With the tiles of maps around all stores."""
        stores, server = dependencies.stores, dependencies.settings.map.server
        return cls(stores, TilesAhead(server, stores.points, dependencies.maps) if server else None)

    def addresses(self) -> Iterable[str]:
        """Those of the tiles."""
        return self._ahead.addresses() if self._ahead else ()

    def _told(self, found: list[Store]) -> object:
        return found[0]


def _missing(note: str) -> Fact[Any]:
    return Fact(None, Reason.MISSING, "list of stores", note=note)
