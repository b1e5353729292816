import logging
import os
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livecontent.facts import Place
from livecontent.net import mmdb
from livecontent.net.mmdb import MAX_BYTES
from livecontent.sources.place.geoip import GeoIp

BOXFORD: dict[str, Any] = {
    "city": {"geoname_id": 2655045, "names": {"en": "Boxford", "fr": "Boxford (fr)"}},
    "continent": {"code": "EU", "names": {"en": "Europe"}},
    "country": {"geoname_id": 2635167, "iso_code": "GB", "names": {"en": "United Kingdom"}},
    "location": {"accuracy_radius": 100, "latitude": 51.75, "longitude": -1.25, "time_zone": "Europe/London"},
    "postal": {"code": "OX1"},
    "registered_country": {"iso_code": "FR", "names": {"en": "France"}},
    "subdivisions": [
        {"iso_code": "ENG", "names": {"en": "England"}},
        {"iso_code": "WBK", "names": {"en": "West Berkshire"}},
    ],
}
LILLE: dict[str, Any] = {"city": {"names": {"en": "Lille"}}, "country": {"iso_code": "FR"}}
ADDRESS = "2.125.160.217"
NETWORK = "2.125.160.216/29"

touched = iter(range(1, 1_000_000))


def touch(path: Path) -> None:
    """Makes sure that the time of change is another, however fast the test is."""
    os.utime(path, ns=(0, time.time_ns() + next(touched) * 10**9))


def test_the_schema_of_geoip2_city_is_read_with_names_in_english(write_mmdb):
    geoip = GeoIp(write_mmdb({NETWORK: BOXFORD}))
    assert geoip.find(ip_address(ADDRESS)) == Place("Boxford", "England", "GB", 51.75, -1.25, "Europe/London")


def test_the_schema_of_db_ip_city_lite_is_read(write_mmdb):
    record = {
        "city": {"names": {"en": "Lille"}},
        "continent": {"code": "EU", "geoname_id": 6255148, "names": {"en": "Europe", "fr": "Europe"}},
        "country": {"geoname_id": 3017382, "is_in_european_union": True, "iso_code": "FR", "names": {"en": "France"}},
        "location": {"latitude": 50.6292, "longitude": 3.05726},
        "subdivisions": [{"names": {"en": "Hauts-de-France"}}],
    }
    geoip = GeoIp(write_mmdb({NETWORK: record}, kind="DBIP-City-Lite"))
    assert geoip.find(ip_address(ADDRESS)) == Place("Lille", "Hauts-de-France", "FR", 50.6292, 3.05726)


def test_the_flat_schema_of_ip_location_db_is_read_with_empty_texts_as_unknown(write_mmdb):
    record = {
        "city": "Lille",
        "country_code": "FR",
        "state1": "Hauts-de-France",
        "state2": "",
        "postcode": "",
        "latitude": 50.62925,
        "longitude": 3.057256,
        "timezone": "",
    }
    country_only = dict.fromkeys(record, "") | {"country_code": "FR"}
    networks = {"8.8.8.0/24": record, "9.9.9.0/24": country_only}
    geoip = GeoIp(write_mmdb(networks, kind="city ipv4", version=4))
    assert geoip.find(ip_address("8.8.8.8")) == Place("Lille", "Hauts-de-France", "FR", 50.62925, 3.057256)
    assert geoip.find(ip_address("9.9.9.9")) == Place(country="FR")
    assert geoip.find(ip_address("2a01:cb00::1")) is None, "an address of IPv6 in a file of IPv4"


def test_an_address_that_the_file_does_not_hold_is_unknown(write_mmdb):
    geoip = GeoIp(write_mmdb({NETWORK: BOXFORD}))
    assert geoip.find(ip_address("2.125.160.224")) is None
    assert geoip.find(ip_address("2a01:cb00::1")) is None


@pytest.mark.parametrize(
    "address",
    [
        *(
            "10.1.2.3",
            "127.0.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.1",
            "172.31.255.255",
            "240.0.0.1",
        ),
        *("::", "::1", "fc00::1", "fe80::1", "100::1", "2001::1"),
    ],
)
def test_an_address_that_is_nowhere_on_the_internet_is_not_asked_for(write_mmdb, address):
    geoip = GeoIp(write_mmdb({"0.0.0.0/1": BOXFORD, "128.0.0.0/1": BOXFORD, "::/1": BOXFORD, "8000::/1": BOXFORD}))
    assert geoip.find(ip_address("8.8.8.8")), "the file holds everything"
    assert geoip.find(ip_address(address)) is None


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "198.51.100.77", "203.0.113.255", "198.18.0.1", "198.19.255.1", "2001:db8::1"]
)
def test_networks_for_examples_are_asked_for(write_mmdb, address):
    prefix = 128 if ":" in address else 32
    assert GeoIp(write_mmdb({f"{address}/{prefix}": BOXFORD})).find(ip_address(address))


@pytest.mark.parametrize(
    "record",
    [
        {},
        "Lille",
        ["Lille"],
        7,
        {"city": "Lille"},
        {"city": {"names": ["Lille"]}},
        {"city": {"names": {"en": 7}}},
        {"location": {"latitude": "north", "longitude": 3.0}},
        {"location": {"latitude": 91.0, "longitude": 3.0}},
        {"location": {"time_zone": "Europe/Nowhere"}},
        {"country": {"iso_code": "FRA"}},
        {"subdivisions": {"names": {"en": "Nord"}}},
        {"locales": ["fr"]},
        {"country_code": 7, "city": [], "latitude": True},
    ],
)
def test_a_record_that_makes_no_sense_is_unknown(write_mmdb, record):
    geoip = GeoIp(write_mmdb({NETWORK: record, "8.8.8.0/24": LILLE}))
    if geoip.absent:  # one bad record among the first is reason enough to refuse a file
        assert "is broken" in geoip.absent
    assert geoip.find(ip_address(ADDRESS)) is None


def test_without_a_file_everything_is_unknown_and_it_says_so(tmp_path):
    for geoip, why in [
        (GeoIp(None), "no GeoIP file"),
        (GeoIp(tmp_path / "none.mmdb"), f"no GeoIP file: {tmp_path}/none.mmdb: No such file or directory"),
        (GeoIp(tmp_path), f"no GeoIP file: {tmp_path}: Is a directory"),
    ]:
        assert geoip.find(ip_address("8.8.8.8")) is None
        assert geoip.absent == geoip.info().problem == why


def test_a_file_that_comes_later_is_taken(write_mmdb, tmp_path):
    geoip = GeoIp(tmp_path / "cities.mmdb")
    write_mmdb({NETWORK: BOXFORD})
    geoip.refresh()
    assert geoip.find(ip_address(ADDRESS))
    assert geoip.absent == geoip.info().problem == ""


@pytest.mark.parametrize("way", ["replaced", "overwritten"])
def test_a_new_file_is_taken_at_the_next_refresh_and_not_before(write_mmdb, way):
    path = write_mmdb({NETWORK: BOXFORD})
    geoip = GeoIp(path)
    assert geoip.find(ip_address(ADDRESS)).city == "Boxford"
    new = write_mmdb({NETWORK: LILLE, "8.8.8.0/24": LILLE}, "new.mmdb")
    if way == "replaced":
        new.rename(path)
    else:
        path.write_bytes(new.read_bytes())
        touch(path)
    assert geoip.find(ip_address(ADDRESS)).city == "Boxford"
    assert geoip.find(ip_address("8.8.8.8")) is None
    geoip.refresh()
    assert geoip.find(ip_address(ADDRESS)).city == "Lille"
    assert geoip.find(ip_address("8.8.8.8")).city == "Lille"


def test_a_file_that_has_not_changed_is_not_read_again(write_mmdb):
    path = write_mmdb({NETWORK: BOXFORD})
    geoip = GeoIp(path)
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    geoip.refresh()
    assert geoip.info().problem == ""


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "gone", "no places"])
def test_a_bad_new_file_leaves_the_one_before_in_use_and_is_logged_once(write_mmdb, caplog, damage):
    path = write_mmdb({NETWORK: BOXFORD})
    geoip = GeoIp(path)
    if damage == "gone":
        path.unlink()
    elif damage == "no places":
        write_mmdb({NETWORK: {"autonomous_system_number": 64500}})
    else:
        data = {"cut": path.read_bytes()[:200], "empty": b"", "text": b"<html>please sign in</html>"}
        path.write_bytes(data[damage])
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            geoip.refresh()
    assert len(caplog.records) == 1
    assert str(path) in caplog.text
    assert "the previous one stays in use" in caplog.text
    assert geoip.find(ip_address(ADDRESS)).city == "Boxford"
    assert geoip.info().type == "Test-City"
    assert str(path) in geoip.info().problem
    write_mmdb({NETWORK: LILLE})
    touch(path)
    geoip.refresh()
    assert geoip.find(ip_address(ADDRESS)).city == "Lille"
    assert geoip.info().problem == ""


def test_a_file_of_something_else_than_places_says_what_to_take(write_mmdb):
    path = write_mmdb({NETWORK: {"autonomous_system_number": 64500}}, kind="GeoLite2-ASN")
    assert GeoIp(path).absent == f"no GeoIP file: {path} (GeoLite2-ASN) holds no places; take a file of cities"


def test_a_file_of_more_than_500_mb_is_refused_unread(write_mmdb, monkeypatch):
    monkeypatch.setattr(mmdb, "_load", lambda path, _kind: pytest.fail(f"reads {path}"))
    path = write_mmdb({NETWORK: BOXFORD})
    os.truncate(path, MAX_BYTES + 1)
    assert GeoIp(path).absent == f"no GeoIP file: {path} has 500 MB, and 500 MB is the most"


def test_info_tells_type_build_and_age(write_mmdb):
    path = write_mmdb({NETWORK: BOXFORD}, kind="DBIP-City-Lite")
    info = GeoIp(path).info()
    assert (info.path, info.type, info.problem) == (path, "DBIP-City-Lite", "")
    assert abs(info.built.timestamp() - time.time()) < 60
    assert 0 <= info.age < 0.01


@given(damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_a_file_holds_nothing_is_raised(write_mmdb, damage):
    path = write_mmdb({NETWORK: BOXFORD, "192.0.2.0/28": LILLE, "2001:db8::/44": LILLE})
    data = bytearray(path.read_bytes())
    for at, byte in damage:
        data[int(at * len(data))] = byte
    path.write_bytes(data)
    geoip = GeoIp(path)
    for address in (ADDRESS, "192.0.2.1", "8.8.8.8", "2001:db8::1", "2a01::1"):
        place = geoip.find(ip_address(address))
        assert place is None or place.latitude is None or abs(place.latitude) <= 90
    assert isinstance(geoip.info().problem, str)


@pytest.mark.parametrize(
    "odd", [{"location": {"latitude": [51.75]}}, {"location": {"time_zone": b"x"}}, {"country": {"iso_code": ["GB"]}}]
)
def test_a_field_of_an_odd_kind_is_left_out_alone(write_mmdb, odd):
    place = GeoIp(write_mmdb({NETWORK: {**BOXFORD, **odd}})).find(ip_address(ADDRESS))
    assert place is not None
    assert (place.city, place.region) == ("Boxford", "England")
