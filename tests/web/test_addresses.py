"""Whose address a request comes from."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.net.address import client_address
from livecontent.net.ranges import parse_address

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


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ('for=203.0.113.7;host="for=8.8.8.8"', "203.0.113.7"),
        ('for=203.0.113.7;host="x, for=8.8.8.8"', "203.0.113.7"),
        ('host="x, for=8.8.8.8";for=203.0.113.7', "203.0.113.7"),
        ('host="a\\"b, for=8.8.8.8;c=\\"";for=203.0.113.7', "203.0.113.7"),
        ('for=192.0.2.1, for=203.0.113.7;host="for=192.0.2.20"', "203.0.113.7"),
        ('for="192.0.2.1, for=203.0.113.7', "203.0.113.7"),  # a quote that a client left open
        ('for=192.0.2.1;x=", for=203.0.113.7;host="y"', "203.0.113.7"),
        ("For=203.0.113.7", "203.0.113.7"),
        ('FOR="203.0.113.7:4711" ; proto=https', "203.0.113.7"),
        ('for="[2001:db8::7]:4711"', "2001:db8::7"),
        ("for=203.0.113.7:4711", "203.0.113.7"),  # should be quoted, and often is not
        ('for="\\203.0.113.7"', "203.0.113.7"),
        ("by=10.0.0.1;for=203.0.113.7;secret=for", "203.0.113.7"),
        (";;for=203.0.113.7;", "203.0.113.7"),
        ("for=203.0.113.7, for=10.2.2.2", "203.0.113.7"),
        ("for=203.0.113.7, proto=https", None),  # the last proxy does not say
        ("for=203.0.113.7, for=unknown", None),
        ("for=203.0.113.7, for=_SEVKISEK", None),
        ("for=203.0.113.7;for=8.8.8.8", None),  # RFC 7239: once at most
        ("xfor=8.8.8.8", None),
        ("host=for=8.8.8.8", None),
        ("for =203.0.113.7", "203.0.113.7"),
        ("for=203.0.113.7 8.8.8.8", None),
        ("for=203.0.113.7,", None),
        ("", None),
        ('"', None),
        ("for", None),
        ("for=203.0.113.7\n", None),
    ],
)
def test_only_the_pair_named_for_of_the_right_element_counts(forwarded: str, expected: str | None) -> None:
    found = client_address("10.0.0.1", {"forwarded": forwarded}, TRUSTED)
    assert found == (expected and ip_address(expected))


STRANGERS = st.ip_addresses().filter(
    lambda address: not any(address.version == network.version and address in network for network in TRUSTED)
)
PROXIES = st.integers(0, 2**24 - 1).map(lambda number: ip_address((10 << 24) + number))
SIGNS = st.text('for=";,\\ \t192.0[]:hostby\xe9', max_size=60) | st.text(
    st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60
)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def element(address: object, host: str, order: list[str]) -> str:
    """What a proxy writes of who asked it: well-formed, with the client's own words in it."""
    text = f"[{address}]" if ":" in str(address) else str(address)
    pairs = {"for": f"for={quoted(text)}", "host": f"host={quoted(host)}", "by": "by=_me", "proto": "proto=https"}
    return ";".join(pairs[name] for name in order)


@given(
    stranger=STRANGERS,
    made_up=st.lists(SIGNS, max_size=3),
    proxies=st.lists(PROXIES, max_size=3),
    host=SIGNS,
    order=st.permutations(["for", "host", "by", "proto"]),
    long=st.integers(0, 9000),
)
def test_whatever_a_client_sends_the_address_is_one_that_a_trusted_proxy_wrote(
    stranger: object, made_up: list[str], proxies: list[object], host: str, order: list[str], long: int
) -> None:
    written = [element(one, host + "x" * long, order) for one in (stranger, *proxies)]
    address = parse_address(str(stranger))
    found = client_address("10.0.0.1", {"forwarded": ",".join([*made_up, *written])}, TRUSTED)
    assert found == address or (found is None and long > 100)  # what is too long to be read is not believed
    hops = ",".join([*made_up, str(stranger), *map(str, proxies)])
    assert client_address("10.0.0.1", {"x-forwarded-for": hops}, TRUSTED) == address


@given(STRANGERS, SIGNS, st.booleans())
def test_a_header_that_the_proxy_does_not_write_chooses_nothing(stranger: object, made_up: str, rfc: bool) -> None:
    written, other = ("forwarded", "x-forwarded-for") if rfc else ("x-forwarded-for", "forwarded")
    text = element(stranger, "shop.example", ["for", "host"]) if rfc else str(stranger)
    address = parse_address(str(stranger))
    assert client_address("10.0.0.1", {written: text, other: made_up}, TRUSTED) in (None, address)
    both = {"forwarded": element(stranger, "x", ["for"]), "x-forwarded-for": str(stranger)}
    assert client_address("10.0.0.1", both, TRUSTED) == address


def test_a_unix_socket_is_trusted_where_it_is_listed() -> None:
    headers = {"x-forwarded-for": "203.0.113.7"}
    assert client_address(None, headers, TRUSTED) is None
    assert client_address(None, headers, [*TRUSTED, "unix"]) == ip_address("203.0.113.7")
    assert client_address(None, {"forwarded": "for=203.0.113.7"}, ["unix"]) == ip_address("203.0.113.7")
    assert client_address("203.0.113.5", headers, ["unix"]) == ip_address("203.0.113.5")
    assert client_address(None, {}, ["unix"]) is None
    through_two = {"x-forwarded-for": "203.0.113.7, unix:"}  # as nginx writes whom a socket led to it
    assert client_address(None, through_two, ["unix"]) == ip_address("203.0.113.7")
    assert client_address("10.0.0.1", through_two, TRUSTED) is None


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
