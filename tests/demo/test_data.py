"""The demo's data loads with the code it is for, and holds what it promises."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import get_args

import geoip2.database
import pytest
import tzfpy
from tools.demo.cities import cities
from tools.demo.seed import DATA, write_all

from livecontent.facts import Fact, Opening, Preview, Reason, Sky
from livecontent.imports.csv_reader import read_rows
from livecontent.imports.products import open_products
from livecontent.imports.row_files import TypedRow
from livecontent.imports.table_file import no_progress
from livecontent.sources.now import NowSource
from livecontent.sources.place import distance
from livecontent.sources.place.gazetteer import COLUMNS, load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.source import PlaceSource
from livecontent.sources.store.source import StoresSource
from livecontent.sources.store.stores import load_stores

GAZETTEER = load_gazetteer(DATA / "places.csv")
RECIPIENTS = list(csv.DictReader((DATA / "recipients.csv").read_text(encoding="utf-8").splitlines()))
PLACES = [dict(row.cells) for row in read_rows(DATA / "places.csv", COLUMNS)]
NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)


def test_the_files_are_what_the_script_writes_byte_for_byte(tmp_path):
    write_all(tmp_path)
    others = {"products.csv", "tiles"}  # written by hand, and drawn by a tool of its own
    files = sorted(path.name for path in DATA.iterdir() if path.name not in others)
    assert files == ["places.csv", "places.mmdb", "recipients.csv", "stores.csv", "weather.json"]
    for name in files:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_there_are_places_all_over_the_world_and_most_of_france():
    countries = Counter(row["country"] for row in PLACES)
    assert 115 <= len(PLACES) <= 135
    assert countries["FR"] >= 55
    assert len(countries) >= 35
    names = {row["name"] for row in PLACES}
    assert {"Saint-Denis", "Fort-de-France", "Nouméa", "Tromsø", "Sydney", "Jerusalem", "Québec"} <= names


def test_coordinates_and_time_zones_of_places_agree():
    for row in PLACES:
        assert tzfpy.get_tz(float(row["longitude"]), float(row["latitude"])) == row["timezone"], row["name"]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Londres", "GB"),
        ("bruxelles", "BE"),
        ("Geneve", "CH"),
        ("Edimbourg", "GB"),
        ("Le Caire", "EG"),
        ("القاهرة", "EG"),
    ],
)
def test_places_are_found_by_other_names_too(name, country):
    assert GAZETTEER.find(name).country == country


def test_no_two_places_go_by_one_name():
    names = [name for city in cities() for name in {city.name, *city.aliases}]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_place_has_weather_and_every_condition_is_somewhere():
    weather = json.loads((DATA / "weather.json").read_text(encoding="utf-8"))
    cells = {(cell["latitude"], cell["longitude"]): cell for cell in weather["cells"]}
    assert {(float(row["latitude"]), float(row["longitude"])) for row in PLACES} == set(cells)
    assert weather["attribution"]
    assert {cell["condition"] for cell in cells.values()} == set(get_args(Sky))
    for cell in cells.values():
        wet = cell["condition"] in ("drizzle", "rain", "snow", "storm")
        assert (cell["precipitation"] > 0) == wet, cell
        assert cell["condition"] != "snow" or cell["temperature"] <= 2, cell
        assert -20 < cell["temperature"] < 40, cell
        assert 0 <= cell["wind"] < 25, cell


@pytest.mark.parametrize(
    ("name", "condition", "from_", "to"),
    [
        ("Lille", "rain", 4, 12),
        ("London", "rain", 4, 14),
        ("Tromsø", "snow", -15, 0),
        ("Dubai", "clear", 30, 38),
        ("Sydney", "clear", 30, 40),
        ("Lyon", "fog", 0, 8),
    ],
)
def test_the_weather_is_that_of_late_november(name, condition, from_, to):
    city = next(city for city in cities() if city.name == name)
    assert city.condition == condition
    assert from_ <= city.temperature <= to


def test_there_are_forty_stores_each_within_two_kilometres_of_its_city():
    stores = load_stores(DATA / "stores.csv")
    shops = [shop for _, shop in stores.nearest(48.86, 2.35, 100)]
    assert len(stores) == len(shops) == 40
    assert 20 <= len({shop.store.city for shop in shops}) <= 30
    assert Counter(shop.store.country for shop in shops)["FR"] >= 25
    assert len({shop.store.street for shop in shops}) == 40
    for shop in shops:
        place = GAZETTEER.find(shop.store.city, shop.store.country)
        assert distance(place.latitude, place.longitude, shop.store.latitude, shop.store.longitude) < 2
        assert shop.zone.key == place.timezone
        assert sum(map(len, shop.hours)) >= 5
    sundays = sum(bool(shop.hours[6]) for shop in shops)
    assert 5 <= sundays <= 20, "mostly closed on Sunday, some open"


def test_there_are_a_thousand_recipients_with_ids_in_order():
    assert [row["id"] for row in RECIPIENTS] == [f"r-{number:04}" for number in range(1, 1001)]
    camille = {"first_name": "Camille", "city": "Lille", "language": "fr", "points": "1240"}
    assert RECIPIENTS[0] == RECIPIENTS[0] | camille


def test_recipients_speak_and_live_as_promised():
    languages = Counter(row["language"] for row in RECIPIENTS)
    assert languages["fr"] == 650
    assert languages["en"] == 300
    assert {"de", "es", "it", "ar", "he", "hi", "nl"} <= languages.keys()
    assert sum(bool(row["city"]) for row in RECIPIENTS) == 800
    assert 50 <= sum(bool(row["latitude"]) for row in RECIPIENTS) <= 150
    assert 50 <= sum(not row["city"] and not row["latitude"] for row in RECIPIENTS) <= 150
    assert 20 <= sum(bool(row["timezone"]) for row in RECIPIENTS) <= 150


def test_names_are_varied():
    first = [row["first_name"] for row in RECIPIENTS]
    assert len(set(first)) > 150
    assert 10 <= first.count("") <= 40
    assert sum("🌧️" in name or "☂️" in name for name in first) >= 1
    assert {"Zoé", "Jean-Baptiste", "Anaïs", "Øystein", "Siobhán", "مريم", "דוד", "नेहा"} <= set(first)
    assert max(len(row["first_name"] + row["last_name"]) for row in RECIPIENTS) > 60


def test_points_tiers_and_offers_are_sound():
    for row in RECIPIENTS:
        points = int(row["points"])
        assert 0 <= points <= 2400
        assert row["tier"] == ("gold" if points >= 1500 else "silver" if points >= 600 else "classic")
        assert not row["offer_ends"] or datetime.fromisoformat(row["offer_ends"]).tzinfo
    assert 200 <= sum(bool(row["offer_ends"]) for row in RECIPIENTS) <= 400


def test_every_recipients_city_is_among_the_places():
    for row in RECIPIENTS:
        if row["city"]:
            assert GAZETTEER.find(row["city"], row["country"]), row


def test_every_recipient_with_a_place_has_a_clock_and_stores():
    source = PlaceSource(GAZETTEER, GeoIp(None))
    stores = StoresSource(load_stores(DATA / "stores.csv"))
    opening = Opening("nearest-store", "", NOON)
    for row in RECIPIENTS:
        facts: dict[str, Fact] = {"recipient": Fact(row, Reason.FRESH)}
        facts["place"] = source.ask(opening, facts)
        facts["now"] = NowSource("Europe/Paris").ask(opening, facts)
        placed = bool(row["city"] or row["latitude"])
        assert bool(facts["place"].value and facts["place"].value.timezone) == (placed or bool(row["timezone"])), row
        assert len(stores.ask(opening, facts).value or ()) == (10 if placed else 0), row


def test_any_place_can_be_previewed():
    source = PlaceSource(GAZETTEER, GeoIp(None))
    for row in PLACES:
        fact = source.ask(Opening("umbrella", "", NOON, preview=Preview(row["name"])), {})
        assert fact.reason is Reason.GIVEN
        assert fact.value.latitude == float(row["latitude"]), row


@pytest.mark.parametrize(
    ("address", "english", "french"),
    [
        ("192.0.2.1", "Lille", "Lille"),
        ("198.51.100.1", "London", "Londres"),
        ("198.51.100.17", "Edinburgh", "Édimbourg"),
        ("203.0.113.15", "Montréal", "Montréal"),
        ("203.0.113.120", "Dubai", "Dubaï"),
        ("198.18.100.1", "Montréal", "Montréal"),
        ("2001:db8:40::1", "Brussels", "Bruxelles"),
    ],
)
def test_addresses_for_examples_have_places_that_geoip2_can_read_as_well(address, english, french):
    geoip = GeoIp(DATA / "places.mmdb")
    assert geoip.info().type == "livecontent-demo-City"
    place = geoip.find(ip_address(address))
    assert place == GAZETTEER.find(english)
    with geoip2.database.Reader(DATA / "places.mmdb", locales=["fr"]) as reader:
        model = reader.city(address)
        assert model.city.name == french
        assert model.location.time_zone == place.timezone
        assert model.country.iso_code == place.country


def test_the_catalogue_has_twelve_products_in_two_languages_and_currencies():
    with open_products(DATA / "products.csv", {}) as catalogue:
        rows = [row.values for row in catalogue.rows(no_progress) if isinstance(row, TypedRow)]
        assert not list(catalogue.notes)
    assert len(rows) == 12
    assert all(row["[fr]"].keys() == {"name", "description"} for row in rows)
    assert all(row["[GBP]"].keys() == {"currency", "price"} for row in rows)
    assert all(row["price"] > row.get("sale_price", 0) for row in rows)
    stores = {shop.store.id for _, shop in load_stores(DATA / "stores.csv").nearest(50.6, 3.1, 50)}
    assert all(row["store"].keys() <= stores for row in rows)
