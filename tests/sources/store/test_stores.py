from datetime import UTC, datetime, timedelta
from math import acos, cos, isclose, pi, radians, sin
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.facts import Store, spell_out
from livecontent.sources.place import EARTH, distance
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.sources.store.hours import parse_hours, status
from livecontent.sources.store.stores import COLUMNS, Shop, Stores, load_stores

HEADER = ",".join(COLUMNS)
LILLE = "s-1,Averse,14 rue de la Clef,59800,Lille,FR,50.6383,3.0642,Europe/Paris,,10:00-19:30,,,18:00-02:00,,"

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "stores.csv"


def test_a_store_is_read_with_its_hours(file):
    file.write_text(f"{HEADER}\n{LILLE}\n", encoding="utf-8")
    stores = load_stores(file)
    assert len(stores) == 1
    ((far, shop),) = stores.nearest(50.6383, 3.0642, 5)
    assert far == 0
    assert shop.store == Store(
        id="s-1",
        name="Averse",
        street="14 rue de la Clef",
        postcode="59800",
        city="Lille",
        country="FR",
        latitude=50.6383,
        longitude=3.0642,
        timezone="Europe/Paris",
        distance=0,
        open=False,
        week=shop.store.week,
        special_days=[],
    )
    assert [day["hours"] for day in shop.store.week] == ["", "10:00-19:30", "", "", "18:00-02:00", "", ""]
    assert shop.zone.key == "Europe/Paris"
    assert shop.hours == ((), parse_hours("10:00-19:30"), (), (), parse_hours("18:00-02:00"), (), ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"{HEADER}\n{LILLE}\n{LILLE}\n", ":3: id: a store above has the id s-1 too"),
        (f"{HEADER}\n{LILLE.replace('s-1', '')}\n", ":2: id: is empty"),
        (
            f"{HEADER}\n{LILLE.replace('50.6383', '')}\n",
            ":2: latitude: '' is not a number from -90 to 90, such as 48.85",
        ),
        (
            f"{HEADER}\n{LILLE.replace('Europe/Paris', '')}\n",
            ":2: timezone: '' is not a time zone, such as Europe/Paris",
        ),
        (f"{HEADER}\n{LILLE.replace('FR', 'F')}\n", ":2: country: 'F' is not a country, such as FR or France"),
        (
            f"{HEADER}\n{LILLE.replace('10:00-19:30', '10-19')}\n",
            ":2: tuesday: '10-19' are not opening hours; write 10:00-19:30, or 10:00-12:00 14:00-19:30",
        ),
        (HEADER.replace(",sunday", ""), f":1: no column sunday; these are needed: {HEADER}"),
    ],
)
def test_an_error_names_file_line_and_column_and_what_would_be_right(file, text, complaint):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_stores(file)
    assert str(caught.value) == f"{file}{complaint}"


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ((48.8566, 2.3522), (51.5074, -0.1278), 343.6),  # Paris, London
        ((48.8566, 2.3522), (40.7128, -74.0060), 5837.2),  # Paris, New York
        ((-17.5, 179.9), (-17.5, -179.9), 21.2),  # across the date line
        ((90, 0), (90, 120), 0),
        ((90, 0), (-90, 77), pi * EARTH),
    ],
)
def test_known_distances(one, other, far):
    assert distance(*one, *other) == pytest.approx(far, abs=0.1)


@given(points, points)
def test_distance_is_what_the_cosine_rule_on_a_sphere_says(one, other):
    """https://en.wikipedia.org/wiki/Spherical_law_of_cosines, less exact where points are near each other."""
    (a, b), (c, d) = [tuple(map(radians, point)) for point in (one, other)]
    cosine = sin(a) * sin(c) + cos(a) * cos(c) * cos(d - b)
    assert isclose(distance(*one, *other), EARTH * acos(max(-1, min(1, cosine))), rel_tol=1e-6, abs_tol=0.5)


@given(points, points)
def test_distance_is_symmetric_and_at_most_half_the_earth(one, other):
    assert distance(*one, *one) == 0
    assert isclose(distance(*one, *other), distance(*other, *one), abs_tol=1e-9)
    assert 0 <= distance(*one, *other) <= pi * EARTH


def shops(places: list[tuple[float, float]]) -> list[Shop]:
    return [
        Shop(Store(str(i), "", "", "", "", "FR", *place, "UTC", 0, open=False), zone=None, hours=((),) * 7)  # type: ignore[arg-type]
        for i, place in enumerate(places)
    ]


@given(places=st.lists(points, max_size=30), here=points, count=st.integers(0, 12))
def test_the_nearest_are_the_first_of_all_in_order_of_distance(places, here, count):
    found = Stores(shops(places)).nearest(*here, count)
    everywhere = sorted(distance(*here, *place) for place in places)
    assert [far for far, _ in found] == pytest.approx(everywhere[:count], abs=1e-3)
    assert all(distance(*here, shop.store.latitude, shop.store.longitude) == far for far, shop in found)
    assert len({shop.store.id for _, shop in found}) == len(found)


def test_a_store_stands_as_its_hours_say_in_whatever_order_it_is_asked(file):
    file.write_text(f"{HEADER}\n{LILLE}\n", encoding="utf-8")
    ((_, shop),) = load_stores(file).nearest(50.6383, 3.0642, 1)
    times = [
        datetime(2026, 11, 21, hour, minute, tzinfo=shop.zone) + timedelta(days=day)
        for day in range(9)
        for hour in (0, 1, 2, 9, 10, 18, 19)
        for minute in (0, 29, 30)
    ]
    for moment in [*times, *reversed(times), *times[::5]]:
        found = shop.at(moment, 1.5)
        assert (found.open, found.closes_at, found.opens_at) == status(shop.hours, shop.zone, moment)
        assert found.distance == 1.5


SPECIAL = "2026-12-24 10:00-17:00; 2026-12-25 closed; 2026-12-27: 12:00-18:00"
MORE = "\n".join(
    (
        f"{HEADER},Telephone,parking,cafe,special_days,Wi-Fi name",
        "a,A,1 Rue,75004,Paris,FR,48.86,2.34,Europe/Paris,10:00-20:00,10:00-20:00,10:00-20:00,10:00-21:00,10:00-20:00,"
        f"10:00-20:00,,0123456789,120,true,{SPECIAL},",
        "b,B,1 Rue,75004,Paris,FR,48.86,2.35,Europe/Paris,,,,,,,,,,,,guest",
    )
)


def test_every_further_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text(MORE)
    (_, a), (_, b) = load_stores(tmp_path / "stores.csv").nearest(48.86, 2.34, 2)
    words: Any = spell_out(a.at(datetime(2026, 12, 1, 12, tzinfo=UTC), 0.0))
    assert (words["telephone"], words["parking"], words["cafe"]) == ("0123456789", 120, True)
    assert "wi_fi_name" not in words
    assert b.store.more == {"wi_fi_name": "guest"}
    assert words["week"][3] == {"weekday": "thursday", "hours": "10:00-21:00"}
    assert [day["hours"] for day in words["special_days"]] == ["10:00-17:00", "", "12:00-18:00"]


@pytest.mark.parametrize(
    ("at", "open_", "changes"),
    [
        ("2026-12-24T16:59", True, "2026-12-24T17:00"),
        ("2026-12-24T17:00", False, "2026-12-26T10:00"),  # closed on the 25th
        ("2026-12-25T12:00", False, "2026-12-26T10:00"),
        ("2026-12-27T12:00", True, "2026-12-27T18:00"),  # a Sunday
        ("2026-12-20T12:00", False, "2026-12-21T10:00"),
    ],
)
def test_special_days_have_hours_of_their_own(at: str, open_: bool, changes: str, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text(MORE)
    ((_, shop),) = load_stores(tmp_path / "stores.csv").nearest(48.86, 2.34, 1)
    moment = datetime.fromisoformat(f"{at}+01:00")
    found = shop.at(moment, 0.0)
    assert found.open is open_
    change = found.closes_at or found.opens_at
    assert change
    assert change == datetime.fromisoformat(f"{changes}+01:00")
    assert all(str(day["date"]) >= at[:10] for day in found.special_days), "those ahead"


@pytest.mark.parametrize("special", ["24.12.2026 closed", "2026-12-24 25:00-26:00", "2026-12-24 10-12", "closed"])
def test_a_special_day_that_can_not_be_read_is_told(special: str, tmp_path: Path) -> None:
    text = MORE.replace(SPECIAL, special)
    (tmp_path / "stores.csv").write_text(text)
    with pytest.raises(DataError, match=r"stores\.csv:2: special_days: "):
        load_stores(tmp_path / "stores.csv")


def test_check_knows_the_columns_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text(MORE)
    vocabulary = make_vocabulary(SOURCES, Settings(stores=tmp_path / "stores.csv"))
    names = vocabulary.types["store"].names
    assert names["telephone"] == str | None
    assert names["parking"] == int | None
    assert vocabulary.sample_at(("store", "wi_fi_name")) == "guest"
    assert vocabulary.sample_at(("stores", "0", "parking")) == 120
    assert "telephone" not in make_vocabulary(SOURCES, Settings()).types["store"].names
