"""The nearest store, and the nearest stores, with whether they are open at the moment of opening."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from livecontent.facts import Fact, Now, Opening, Place, Reason, Store, names_of
from livecontent.sources.base import FactsByRoot
from livecontent.sources.store.hours import status
from livecontent.sources.store.stores import Shop, Stores
from livecontent.vocabulary import FactType

LISTED = 10

_NEEDS = frozenset({"place", "now"})

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


class StoreSource:
    """Tells `store`, the nearest."""

    name = "store"
    needs = _NEEDS

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def ask(self, opening: Opening, facts: FactsByRoot) -> Fact[Store]:  # noqa: ARG002
        """At once: everything is in memory."""
        found = _nearest(self._stores, facts, 1)
        return Fact(found.value[0] if found.value else None, found.reason, found.source, note=found.note)


class StoresSource:
    """Tells `stores`, the ten nearest, nearest first."""

    name = "stores"
    needs = _NEEDS

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def ask(self, opening: Opening, facts: FactsByRoot) -> Fact[list[Store]]:  # noqa: ARG002
        """At once: everything is in memory."""
        return _nearest(self._stores, facts, LISTED)


def _nearest(stores: Stores, facts: FactsByRoot, count: int) -> Fact[list[Store]]:
    """The nearest stores as they are now."""
    place: Place = facts["place"].value or Place()
    now: Now | None = facts["now"].value
    if not stores:
        return _missing("there are no stores")
    if place.latitude is None or place.longitude is None:
        return _missing("the place has no coordinates")
    if now is None:
        return _missing("the time is not known")
    nearest = stores.nearest(place.latitude, place.longitude, count)
    try:
        return Fact([_at(shop, far, now.at) for far, shop in nearest], Reason.FRESH, "list of stores")
    except OverflowError:
        return _missing(f"the calendar ends near {now.at.date()}")


def _missing(note: str) -> Fact[list[Store]]:
    return Fact(None, Reason.MISSING, "list of stores", note=note)


def _at(shop: Shop, far: float, at: datetime) -> Store:
    is_open, closes_at, opens_at = status(shop.hours, shop.zone, at)
    return replace(shop.store, distance=far, open=is_open, closes_at=closes_at, opens_at=opens_at)
