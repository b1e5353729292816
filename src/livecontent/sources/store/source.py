"""The nearest store, and the nearest stores, with whether they are open at the moment of opening."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from livecontent.facts import Fact, Now, Opening, Place, Reason, Store, names_of
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.store.stores import Stores
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
)
STORE = FactType(
    "store",
    names_of(Store),
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

    def _told(self, found: list[Store]) -> object:
        return found[0]


def _missing(note: str) -> Fact[Any]:
    return Fact(None, Reason.MISSING, "list of stores", note=note)
