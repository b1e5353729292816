"""People of forty countries who tell a city, as it is spelt there, and a country: where they are, by which clock."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tools.places import cities

from livecontent.sources.place import distance
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.packed import PackedPlaces
from local_places import COUNTRIES, local_names

LARGEST = 500  # of each country
NEAR = 40.0  # km
GAZETTEER = Gazetteer((), PackedPlaces())
SPELT = Path(__file__).parents[2] / "cases" / "places-in-local-spelling.csv"


class Spelt(NamedTuple):
    """A place with a name as it is spelt in its country."""

    name: str
    country: str
    city: Mapping[str, Any]


@pytest.fixture(scope="module")
def spelt() -> list[Spelt]:
    """The largest of each country: by all of their names in its letters, where these are not Latin, else by one."""
    by_country = defaultdict(list)
    for city in cities(1000):
        by_country[city["countrycode"]].append(city)
    return [
        Spelt(name, country, city)
        for country in COUNTRIES
        for city in by_country[country][:LARGEST]
        for name in local_names(city)
    ]


def found(name: str, country: str, city: Mapping[str, Any]) -> bool:
    """Whether a name is the place: where it is, with its time zone."""
    place = GAZETTEER.find(name, country)
    if place is None or place.latitude is None or place.longitude is None:
        return False
    return distance(place.latitude, place.longitude, city["latitude"], city["longitude"]) <= NEAR


def test_the_largest_places_of_forty_countries_have_coordinates_and_a_time_zone(spelt: list[Spelt]) -> None:
    assert len(spelt) > 20_000
    places = [GAZETTEER.find(one.name, one.country) for one in spelt]
    assert sum(1 for place in places if place and place.latitude is not None and place.timezone) == len(spelt)


def test_hardly_any_of_them_is_taken_for_another(spelt: list[Spelt]) -> None:
    largest = {id(one.city) for one in sorted(spelt, key=lambda one: -one.city["population"])[:2000]}
    names = [one for one in spelt if id(one.city) in largest]
    assert sum(found(*one) for one in names) >= 0.995 * len(names)
    assert sum(found(*one) for one in spelt) >= 0.98 * len(spelt), "small ones have namesakes in one country"


def test_names_as_people_of_these_countries_write_them_are_the_right_places() -> None:
    """The list was written by hand, without looking into any other."""
    known: dict[tuple[str, str], Mapping[str, Any]] = {}
    for city in cities(15_000):
        known.setdefault((city["countrycode"], city["name"]), city)
    with SPELT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["country"] for row in rows} == set(COUNTRIES)
    wrong = [row for row in rows if not found(row["city"], row["country"], known[row["country"], row["english"]])]
    assert wrong == []
