"""A country has a time zone where its zones agree, or where nine of ten of its people live in one."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from tools.places import City, cities, zones_of_countries

from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.source import PlaceSource

UNDECIDED = {"AU", "CA", "CD", "FM", "ID", "MX", "RU", "US"}  # people live by several clocks
UNPEOPLED = {"AQ", "BV", "CP", "HM", "UM"}
NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
MOMENTS = [datetime(2026, 12, 1, tzinfo=UTC) + timedelta(days) for days in range(0, 730, 10)]


def zone_of(country: str) -> str | None:
    source = PlaceSource(Gazetteer(), GeoIp(None))
    profile = {"recipient": Fact({"country": country}, Reason.FRESH)}
    place = source.ask(Opening("hello", "", MOMENTS[0]), profile).value
    assert place
    return place.timezone


TERRITORIES = sorted(code for code in Locale("en").territories if len(code) == 2 and code not in NO_COUNTRIES)


@pytest.fixture(scope="module")
def places() -> list[City]:
    """Country, time zone and inhabitants of all places of GeoNames."""
    return [{name: city[name] for name in ("countrycode", "timezone", "population")} for city in cities(1000)]


@cache
def offsets(zone: str) -> tuple[timedelta | None, ...]:
    return tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in MOMENTS)


def test_every_territory_has_a_clock_or_is_known_to_have_none():
    assert {code for code in TERRITORIES if zone_of(code) is None} == UNDECIDED | UNPEOPLED


def test_the_clock_of_a_country_is_right_for_nine_of_ten_of_its_people(places: list[City]):
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        people[place["countrycode"]][place["timezone"]] += place["population"]
    for code, zones in people.items():
        if zone := zone_of(code):
            right = sum(count for name, count in zones.items() if offsets(name) == offsets(zone))
            assert right >= 0.9 * zones.total(), code


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        *(("DE", "Europe/Berlin"), ("ES", "Europe/Madrid"), ("PT", "Europe/Lisbon"), ("CN", "Asia/Shanghai")),
        *(("NZ", "Pacific/Auckland"), ("CL", "America/Santiago"), ("EC", "America/Guayaquil")),
        *(("MH", "Pacific/Majuro"), ("MY", "Asia/Kuala_Lumpur"), ("UA", "Europe/Kyiv"), ("UZ", "Asia/Tashkent")),
        *(("FR", "Europe/Paris"), ("BR", "America/Sao_Paulo"), ("KZ", "Asia/Almaty"), ("IN", "Asia/Kolkata")),
    ],
)
def test_it_agrees_with_the_primary_zones_of_cldr_and_with_common_sense(country, zone):
    assert zone_of(country) == zone


def test_the_shipped_table_is_what_the_tool_makes(places: list[City]):
    made = zones_of_countries(places)
    assert made == {code: zone_of(code) for code in made}
