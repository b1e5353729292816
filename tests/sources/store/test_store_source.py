from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from livecontent.facts import Fact, Opening, Place, Reason, Store, spell_out
from livecontent.sources.now import now_at
from livecontent.sources.store.hours import parse_hours
from livecontent.sources.store.source import StoreSource, StoresSource
from livecontent.sources.store.stores import Shop, Stores

MONDAY = datetime(2026, 11, 23, 18, 45, tzinfo=UTC)
OPENING = Opening("nearest-store", "ref", MONDAY)
HERE = Place("Lille", latitude=50.63, longitude=3.06)


def shop(number: int, latitude: float, zone: str = "Europe/Paris") -> Shop:
    store = Store(f"s-{number}", "Averse", "", "", "Lille", "FR", latitude, 3.06, zone, 0, open=False)
    return Shop(store, ZoneInfo(zone), (parse_hours("10:00-19:30"),) * 7)


STORES = Stores([shop(number, 50.63 + number / 100) for number in range(12, 0, -1)])


def facts(place: Place | None = HERE, at: datetime | None = MONDAY) -> dict[str, Fact]:
    return {
        "place": Fact(place, Reason.FRESH if place else Reason.MISSING),
        "now": Fact(now_at(at), Reason.FRESH) if at else Fact(None, Reason.BROKEN),
    }


@pytest.mark.parametrize("kind", [StoreSource, StoresSource])
def test_they_build_on_place_and_now(kind):
    source = kind(STORES)
    assert source.needs == {"place", "now"}
    assert source.fact.root == ("store" if kind is StoreSource else "stores")


def test_store_is_the_nearest_with_its_distance_and_hours():
    fact = StoreSource(STORES).ask(OPENING, facts())
    assert fact.reason is Reason.FRESH
    assert fact.value.id == "s-1"
    assert fact.value.distance == pytest.approx(1.112, abs=0.001)
    assert not fact.value.open, "it is a quarter to eight in Lille"
    assert fact.value.closes_at is None
    assert fact.value.opens_at.isoformat() == "2026-11-24T10:00:00+01:00"


def test_whether_it_is_open_depends_on_the_stores_clock_alone():
    london = Stores([shop(1, 51.5, "Europe/London")])
    tokyo = MONDAY.astimezone(ZoneInfo("Asia/Tokyo"))
    for at in (MONDAY, tokyo):
        store = StoreSource(london).ask(OPENING, facts(at=at)).value
        assert store.open
        assert store.closes_at.isoformat() == "2026-11-23T19:30:00+00:00"


def test_stores_are_the_ten_nearest_in_order_and_the_first_is_store():
    fact = StoresSource(STORES).ask(OPENING, facts())
    assert [store.id for store in fact.value] == [f"s-{number}" for number in range(1, 11)]
    assert [store.distance for store in fact.value] == sorted(store.distance for store in fact.value)
    assert fact.value[0] == StoreSource(STORES).ask(OPENING, facts()).value


def test_texts_read_stores_as_plain_mappings():
    spelled = spell_out(StoresSource(STORES).ask(OPENING, facts()).value)
    assert isinstance(spelled, list)
    assert spelled[0]["city"] == "Lille"


@pytest.mark.parametrize("kind", [StoreSource, StoresSource])
@pytest.mark.parametrize(
    ("stores", "known", "note"),
    [
        (Stores(), facts(), "there are no stores"),
        (STORES, facts(place=None), "the place has no coordinates"),
        (STORES, facts(place=Place("Lille", timezone="Europe/Paris")), "the place has no coordinates"),
        (STORES, facts(at=None), "the time is not known"),
        (STORES, facts(at=datetime(9999, 12, 31, tzinfo=UTC)), "the calendar ends near 9999-12-31"),
        (STORES, facts(at=datetime(1, 1, 1, tzinfo=UTC)), "the calendar ends near 0001-01-01"),
    ],
)
def test_where_there_is_none_to_tell_it_says_why(kind, stores, known, note):
    assert kind(stores).ask(OPENING, known) == Fact(None, Reason.MISSING, "list of stores", note=note)
