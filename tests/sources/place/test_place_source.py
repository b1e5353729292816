from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import tzfpy
from hypothesis import given
from hypothesis import strategies as st

from livecontent.facts import Client, Fact, Opening, Person, Place, Preview, Reason
from livecontent.net.ranges import parse_address
from livecontent.runtime.names import ZONES
from livecontent.sources.place import place_of
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.source import PlaceSource

LILLE = Place("Lille", "Hauts-de-France", "FR", 50.63, 3.06, "Europe/Paris")
LONDON = Place("London", "England", "GB", 51.51, -0.13, "Europe/London")
LYON = Place("Lyon", None, "FR", 45.76, 4.84, None)
GAZETTEER = Gazetteer([("Lille", LILLE), ("London", LONDON), ("Londres", LONDON), ("Lyon", LYON)])

IN_BREST = "192.0.2.7"
BREST = Place("Brest", None, "FR", 48.39, -4.49, "Europe/Paris")
OUTSIDE = "198.51.100.1"
READER = Client("browser", proxy=False, time="live", place_trust="ip")
RELAYED = Client("apple-mpp", proxy=True, time="early", place_trust="coarse")


@pytest.fixture
def geoip(write_mmdb) -> GeoIp:
    record = {
        "city": {"names": {"en": "Brest"}},
        "country": {"iso_code": "FR"},
        "location": {"latitude": 48.39, "longitude": -4.49, "time_zone": "Europe/Paris"},
    }
    return GeoIp(write_mmdb({"192.0.2.0/28": record}))


@pytest.fixture
def source(geoip) -> PlaceSource:
    return PlaceSource(GAZETTEER, geoip)


def opening(address: str | None = IN_BREST, client: Client | None = None, city: str | None = None) -> Opening:
    preview = Preview(city) if city is not None else None
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Opening(
        "umbrella",
        "ref",
        at,
        address=parse_address(address) if isinstance(address, str) else None,
        client=client or READER,
        preview=preview,
    )


def recipient(**profile: object) -> dict[str, Fact]:
    return {"recipient": Fact(profile, Reason.FRESH)}


NOBODY = {"recipient": Fact(None, Reason.MISSING)}


def test_it_tells_place_from_the_recipient(source):
    assert (source.fact.root, source.needs) == ("place", {"recipient"})


def test_the_city_of_the_preview_comes_first(source):
    fact = source.ask(opening(city="londres"), recipient(city="Lille", timezone="Asia/Tokyo"))
    assert fact.value.city == "Londres"
    assert fact.value.timezone == "Europe/London"
    assert (fact.reason, fact.source) == (Reason.GIVEN, "preview; coordinates from places")


def test_a_city_of_the_preview_that_nobody_knows_is_shown_as_it_is(source):
    fact = source.ask(opening(city="Atlantis"), recipient(city="Lille"))
    assert fact == Fact(Place("Atlantis"), Reason.GIVEN, "preview", note="unknown city: Atlantis")


def test_a_preview_without_a_city_leaves_the_recipients(source):
    preview = Opening("umbrella", "ref", datetime(2026, 1, 1), preview=Preview(weather="rain:12"))  # noqa: DTZ001
    assert source.ask(preview, recipient(city="Lille")).value == LILLE


def test_coordinates_of_the_profile_come_before_its_city(source):
    fact = source.ask(opening(), recipient(city="Lille", country="fr", region="Nord", latitude=50.6, longitude="3.1"))
    assert fact == Fact(Place("Lille", "Nord", "FR", 50.6, 3.1, "Europe/Paris"), Reason.FRESH, "profile")


def test_a_city_of_the_profile_is_looked_up(source):
    fact = source.ask(opening(), recipient(city="LILLE"))
    assert fact == Fact(LILLE, Reason.FRESH, "profile; coordinates from places")


def test_a_city_is_looked_up_in_its_country_only(source):
    fact = source.ask(opening(), recipient(city="London", country="CA"))
    assert fact == Fact(Place("London", country="CA"), Reason.FRESH, "profile", note="unknown city: London")
    assert source.ask(opening(), recipient(city="London", country="UK")).value == LONDON


@pytest.mark.parametrize("profile", [{}, {"city": "  "}, {"city": None, "latitude": 50.6}, {"first_name": "Léa"}])
def test_without_a_place_in_the_profile_the_address_tells(source, profile):
    assert source.ask(opening(), recipient(**profile)) == Fact(BREST, Reason.FRESH, "GeoIP file")


def test_of_nobody_the_address_tells(source):
    assert source.ask(opening(), NOBODY).value == BREST


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        (opening(client=Client("gmail", proxy=True)), "the IP address is not the reader's own"),
        (opening(client=Client()), "the IP address can't be trusted"),
        (opening(client=RELAYED), "Apple's list has no place for this IP address"),
        (opening(address=OUTSIDE), "the IP address is not in the GeoIP file"),
        (opening(address="10.0.0.1"), "the IP address is not in the GeoIP file"),
        (opening(address=None), "no IP address"),
    ],
)
def test_where_the_address_is_of_no_help_it_says_why(source, asked, note):
    assert source.ask(asked, NOBODY) == Fact(None, Reason.MISSING, "place", note=note)
    only_zone = source.ask(asked, recipient(timezone="Asia/Tokyo"))
    assert only_zone == Fact(Place(timezone="Asia/Tokyo"), Reason.FRESH, "profile", note=note)


def test_without_a_geoip_file_it_says_so():
    source = PlaceSource(Gazetteer(), GeoIp(None))
    assert source.ask(opening(), NOBODY) == Fact(None, Reason.MISSING, "place", note="no GeoIP file")
    assert source.ask(opening(), recipient(city="Lille")).value == Place("Lille")


@pytest.mark.parametrize(
    "profile",
    [{"city": "Lille"}, {"latitude": 50.63, "longitude": 3.06}, {}, {"city": "Atlantis"}],
    ids=["gazetteer", "coordinates", "address", "unknown city"],
)
def test_the_profiles_own_time_zone_wins_everywhere(source, profile):
    fact = source.ask(opening(), recipient(**profile, timezone="Asia/Tokyo"))
    assert fact.value.timezone == "Asia/Tokyo"


def test_an_address_with_the_profiles_time_zone_names_both(source):
    assert source.ask(opening(), recipient(timezone="Asia/Tokyo")).source == "GeoIP file; time zone from the profile"


@pytest.mark.parametrize("zone", ["Europe", "Paris", "../etc/passwd", "", "x" * 9999, "a\0b", "\ud800", 7, None])
def test_a_time_zone_that_is_none_is_skipped(source, zone):
    assert source.ask(opening(), recipient(city="Lille", timezone=zone)).value.timezone == "Europe/Paris"


def test_coordinates_tell_the_time_zone_where_nothing_else_does(source):
    assert source.ask(opening(), recipient(city="Lyon")).value.timezone == "Europe/Paris"
    assert source.ask(opening(), recipient(latitude=-22.28, longitude=166.44)).value.timezone == "Pacific/Noumea"


@pytest.mark.parametrize(
    "latitude", [True, "north", "", None, float("nan"), float("inf"), 180.1, 10**400, [50.6], "1e999"]
)
def test_coordinates_that_are_none_are_skipped(source, latitude):
    assert source.ask(opening(), recipient(city="Lille", latitude=latitude, longitude=3.06)).value == LILLE
    assert source.ask(opening(), recipient(city="Lille", latitude=3.06, longitude=latitude)).value == LILLE


junk = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["Lille", "FR", "1e999", "nan", "٤٨", "91", "-181", "Europe/Paris", 10**400])
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(), st.none(), max_size=1)
    | st.datetimes()
)
profiles = st.dictionaries(
    st.sampled_from(["city", "region", "country", "latitude", "longitude", "timezone", "first_name"]), junk
)


@given(profile=profiles | junk, city=st.none() | st.text(), address=st.none() | st.text())
def test_whatever_a_profile_holds_the_place_is_sound(profile, city, address):
    source = PlaceSource(GAZETTEER, GeoIp(None))
    fact = source.ask(opening(address, city=city), {"recipient": Fact(profile, Reason.FRESH)})
    place = fact.value or Place()
    assert fact.reason.known == (fact.value is not None)
    assert (place.latitude is None) == (place.longitude is None)
    assert place.latitude is None or (abs(place.latitude) <= 90 and abs(place.longitude) <= 180)
    assert place.timezone is None or ZoneInfo(place.timezone)
    assert place.country is None or (len(place.country) == 2 and place.country.isupper())
    assert all(text is None or text.strip() for text in (place.city, place.region)) or city


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_wherever_coordinates_are_there_is_a_sound_time_zone_or_none(latitude, longitude):
    zone = tzfpy.get_tz(longitude, latitude)
    assert zone == "" or zone in ZONES
    source = PlaceSource(GAZETTEER, GeoIp(None))
    place = source.ask(opening(), recipient(latitude=latitude, longitude=longitude)).value
    assert place == place_of(latitude=latitude, longitude=longitude, timezone=zone)


@pytest.mark.parametrize("zone", [None, "Australia/Sydney"])
def test_the_map_of_time_zones_is_read_at_once_for_a_file_without_them_alone(write_mmdb, monkeypatch, zone):
    location = {"latitude": -33.86, "longitude": 151.21, **({"time_zone": zone} if zone else {})}
    geoip = GeoIp(write_mmdb({"1.1.1.0/24": {"country": {"iso_code": "AU"}, "location": location}}))
    asked = []
    monkeypatch.setattr(tzfpy, "get_tz", lambda *where: asked.append(where) or "Australia/Sydney")
    PlaceSource(GAZETTEER, geoip)
    assert asked == ([] if zone else [(151.21, -33.86)])


def relayed(**place: str) -> Opening:
    return replace(opening(client=RELAYED), relay=Place(**place))


def test_through_apples_relay_the_list_of_apple_tells_and_not_the_geoip_file(source):
    found = source.ask(relayed(city="Lille", region="FR-59", country="FR"), NOBODY)
    assert found == Fact(LILLE, Reason.FRESH, "Apple's relay", note="approximate city")
    village = source.ask(relayed(city="Quelque Part", region="FR-59", country="FR"), NOBODY)
    assert village.value == Place("Quelque Part", None, "FR", timezone="Europe/Paris")
    country = source.ask(relayed(country="US"), NOBODY)
    assert country.value == Place(country="US")  # of many zones none is the reader's for sure


def test_the_recipients_own_place_comes_before_the_relay(source):
    own = source.ask(relayed(city="Lille", country="FR"), recipient(city="London"))
    assert own.value == LONDON
    zone = source.ask(relayed(city="Lille", country="FR"), recipient(timezone="Asia/Tokyo"))
    assert zone.value == replace(LILLE, timezone="Asia/Tokyo")


def test_an_earlier_visit_tells_where_nothing_else_does(geoip):
    source = PlaceSource(GAZETTEER, geoip)
    before = Person("ref", last_place=LYON, last_seen="2026-11-20")
    behind = replace(opening(client=Client("gmail", proxy=True, time="live")), person=before)
    found = source.ask(behind, NOBODY)
    assert (found.reason, found.source, found.age) == (Reason.CACHED, "an earlier visit", 86_400)
    assert found.value == replace(LYON, timezone="Europe/Paris")
    assert source.ask(behind, recipient(city="London")).value == LONDON
    assert source.ask(replace(opening(), person=before), NOBODY).value == BREST
    assert source.ask(replace(relayed(city="Lille", country="FR"), person=before), NOBODY).value == LILLE
    assert source.ask(replace(behind, person=Person()), NOBODY).value is None


def test_a_city_that_nobody_knows_has_the_clock_of_its_country(source):
    fact = source.ask(opening(), recipient(city="Haarlemmermeer", country="NL"))
    assert fact.value == Place("Haarlemmermeer", country="NL", timezone="Europe/Amsterdam")
    assert fact.note == "unknown city: Haarlemmermeer"


@pytest.mark.parametrize("country", [{"country": "FR"}, {}])
def test_a_city_that_nobody_knows_is_completed_by_an_address_in_it(source, country):
    fact = source.ask(opening(), recipient(city="BREST", **country))
    assert fact.value == replace(BREST, city="BREST")
    assert fact.source == "profile; coordinates from the GeoIP file"


@pytest.mark.parametrize(
    ("profile", "client"),
    [
        ({"city": "Brest", "country": "BY"}, READER),
        ({"city": "Atlantis", "country": "FR"}, READER),
        ({"city": "Brest", "country": "FR"}, RELAYED),
    ],
    ids=["another country", "another city", "an address that is not the reader's"],
)
def test_it_is_not_where_the_address_is_where_they_do_not_agree(source, profile, client):
    fact = source.ask(opening(client=client), recipient(**profile))
    assert fact.value.latitude is None
    assert fact.source == "profile"


def test_the_clock_of_a_country_with_many_is_that_of_an_address_in_it(write_mmdb):
    record = {"country": {"iso_code": "US"}, "location": {"time_zone": "America/Denver"}}
    source = PlaceSource(GAZETTEER, GeoIp(write_mmdb({"192.0.2.0/28": record})))
    assert source.ask(opening(), recipient(city="Nowhere", country="US")).value.timezone == "America/Denver"
    assert source.ask(opening(), recipient(city="Nowhere", country="CA")).value.timezone is None


def test_the_region_of_the_profile_stays_where_the_list_has_none(source):
    fact = source.ask(opening(), recipient(city="Lyon", region="Rhône"))
    assert (fact.value.city, fact.value.region) == ("Lyon", "Rhône")
