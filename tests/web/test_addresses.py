"""Whose address a request comes from."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.net.ranges import parse_address
from livecontent.web.opening import client_address

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48")]


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("203.0.113.5", {}, "203.0.113.5"),
        ("203.0.113.5", {"x-forwarded-for": "198.51.100.1"}, "203.0.113.5"),  # not a proxy we know
        ("10.0.0.1", {"x-forwarded-for": "198.51.100.1"}, "198.51.100.1"),
        (
            "10.0.0.1",
            {"x-forwarded-for": "1.1.1.1, 198.51.100.1, 10.2.2.2"},
            "198.51.100.1",
        ),  # what the first says is hearsay
        ("10.0.0.1", {"x-forwarded-for": "198.51.100.1:4711"}, "198.51.100.1"),
        ("10.0.0.1", {"x-forwarded-for": "[2001:db8::7]:443"}, "2001:db8::7"),
        ("10.0.0.1", {"x-forwarded-for": "::ffff:198.51.100.1"}, "198.51.100.1"),
        ("10.0.0.1", {"x-forwarded-for": "fe80::1%eth0"}, "fe80::1"),
        ("10.0.0.1", {"x-forwarded-for": "198.51.100.1, rubbish"}, None),
        ("10.0.0.1", {"x-forwarded-for": ""}, None),
        ("10.0.0.1", {}, None),
        ("10.0.0.1", {"x-forwarded-for": "10.3.3.3, 10.2.2.2"}, None),  # proxies and nobody else
        ("10.0.0.1", {"x-forwarded-for": ", ".join(["198.51.100.1", *["10.2.2.2"] * 40])}, None),
        ("10.0.0.1", {"forwarded": 'for=198.51.100.1;proto=https, for="[2001:db8:ffff::2]:80"'}, "198.51.100.1"),
        ("10.0.0.1", {"forwarded": "for=_hidden"}, None),
        ("2001:db8:ffff::1", {"x-forwarded-for": "2001:db8::7"}, "2001:db8::7"),
        (None, {}, None),
        ("unix:", {}, None),
    ],
)
def test_an_address_is_believed_from_listed_proxies_only(
    peer: str | None, headers: dict[str, str], expected: str | None
) -> None:
    assert client_address(peer, headers, TRUSTED) == (expected and ip_address(expected))


@given(st.ip_addresses().map(str) | st.text("0123456789abcdef:. \0²", max_size=40) | st.text())
def test_an_address_is_what_python_takes_for_one(text: str) -> None:
    try:
        address = ip_address(text)
    except ValueError:
        return
    found = parse_address(text)
    assert found == (getattr(address, "ipv4_mapped", None) or address) or "%" in text


@given(st.text(), st.text())
def test_no_header_makes_it_fail(forwarded_for: str, forwarded: str) -> None:
    for headers in ({"x-forwarded-for": forwarded_for}, {"forwarded": forwarded}):
        address = client_address("10.0.0.1", headers, TRUSTED)
        assert not any(address in network for network in TRUSTED if address and network.version == address.version)


@given(st.ip_addresses(), st.lists(st.ip_addresses(), max_size=5))
def test_a_stranger_can_not_choose_its_address(peer: object, hops: list[object]) -> None:
    headers = {"x-forwarded-for": ", ".join(map(str, hops))}
    address = parse_address(str(peer))
    assert address is not None
    if not any(address.version == network.version and address in network for network in TRUSTED):
        assert client_address(str(peer), headers, TRUSTED) == address
