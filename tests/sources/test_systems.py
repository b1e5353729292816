"""Autonomous systems, from real .mmdb files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from livecontent.net.mmdb import AsnDatabase

WriteMmdb = Callable[..., Path]
PROOFPOINT = {"autonomous_system_number": 26211, "autonomous_system_organization": "PROOFPOINT"}
NETWORKS = {"8.8.8.0/24": PROOFPOINT, "2001:db8::/32": {"autonomous_system_number": 64500}}


def test_the_number_of_an_address_is_found_in_both_families(write_mmdb: WriteMmdb) -> None:
    systems = AsnDatabase(write_mmdb(NETWORKS, kind="GeoLite2-ASN"))
    assert systems.find(ip_address("8.8.8.8")) == 26211
    assert systems.find(ip_address("2001:db8::1")) == 64500
    assert systems.find(ip_address("9.9.9.9")) is None
    assert systems.info().type == "GeoLite2-ASN"


def test_numbers_as_texts_are_read(write_mmdb: WriteMmdb) -> None:
    assert (
        AsnDatabase(write_mmdb({"8.8.8.0/24": {"autonomous_system_number": "26211"}})).find(ip_address("8.8.8.8"))
        == 26211
    )


def test_an_address_of_ipv6_in_a_file_of_ipv4_is_unknown(write_mmdb: WriteMmdb) -> None:
    systems = AsnDatabase(write_mmdb({"8.8.8.0/24": PROOFPOINT}, version=4))
    assert systems.find(ip_address("8.8.8.8")) == 26211
    assert systems.find(ip_address("2001:db8::1")) is None


@pytest.mark.parametrize("record", [{}, "x", [1], {"autonomous_system_number": "x"}, {"autonomous_system_number": [1]}])
def test_a_record_that_makes_no_sense_is_unknown(write_mmdb: WriteMmdb, record: object) -> None:
    systems = AsnDatabase(write_mmdb({"192.0.2.0/24": record, "8.8.8.0/24": PROOFPOINT}))
    assert systems.find(ip_address("192.0.2.1")) is None


def test_a_file_of_cities_is_refused_and_nothing_is_known_without_a_file(write_mmdb: WriteMmdb) -> None:
    city = AsnDatabase(write_mmdb({"8.8.8.0/24": {"country": {"iso_code": "FR"}}}))
    assert "holds no autonomous systems; take a file of ASNs" in city.info().problem
    assert city.find(ip_address("8.8.8.8")) is None
    assert AsnDatabase(None).find(ip_address("8.8.8.8")) is None
    assert AsnDatabase(None).info().problem == "no ASN file"


def test_a_new_file_is_taken_and_a_broken_one_is_not(write_mmdb: WriteMmdb, caplog: pytest.LogCaptureFixture) -> None:
    path = write_mmdb(NETWORKS)
    systems = AsnDatabase(path)
    write_mmdb({"8.8.8.0/24": {"autonomous_system_number": 1}}, "new.mmdb").replace(path)
    systems.refresh()
    assert systems.find(ip_address("8.8.8.8")) == 1
    path.write_bytes(b"broken")
    with caplog.at_level(logging.WARNING):
        systems.refresh()
    assert caplog.text.count("ASN: ") == 1
    assert systems.find(ip_address("8.8.8.8")) == 1
    path.unlink()
    systems.refresh()
    assert systems.find(ip_address("8.8.8.8")) == 1
