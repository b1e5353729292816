from datetime import datetime, timedelta
from math import acos, cos, isclose, pi, radians, sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.facts import Store
from livecontent.sources.place import EARTH, distance
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
    )
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
