"""Queries, as email tools mangle them."""

from __future__ import annotations

import quopri
from ipaddress import IPv4Address, ip_network
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.links import read_path
from livecontent.web.images import plain_path
from livecontent.web.opening import MAX_PARAMS, may_be_lost, read_headers, read_query
from strangers import opening_of_request


def test_the_first_of_two_counts_and_amp_is_an_ampersand() -> None:
    assert read_query(b"a=1&amp;b=2&a=3") == {"a": "1", "b": "2"}
    assert read_query(b"e=a+b%40x.fr&f=a%2Bb") == {"e": "a b@x.fr", "f": "a+b"}
    assert read_query(b"=1&&x") == {"x": ""}
    assert read_query(b"a=1&until=" + b"2" * 5000) == {"a": "1"}  # what was cut off is not read


def test_what_quoted_printable_has_eaten_is_read_as_it_was_meant() -> None:
    assert read_query(b"s%2026-friday&until%2026-12-24T18:00") == {"s": "2026-friday", "until": "2026-12-24T18:00"}
    assert read_query(b"s 26-friday") == {"s": "2026-friday"}
    assert not may_be_lost("2026-friday")
    assert not may_be_lost("nov-1")
    assert may_be_lost("ab-test")
    assert may_be_lost("41")


@given(st.from_regex("[0-9a-f]{2}[a-z0-9-]{1,10}", fullmatch=True))
def test_what_is_read_otherwise_may_be_lost(send: str) -> None:
    eaten = quopri.decodestring(f"s={send}".encode())
    read = read_query(quote(eaten).encode()).get("s")
    assert read == send or may_be_lost(send)


@given(st.binary(max_size=6000))
def test_any_query_is_read_and_bounded(query: bytes) -> None:
    assert len(read_query(query)) <= MAX_PARAMS


@given(st.text(), st.binary(max_size=200), st.lists(st.tuples(st.binary(), st.binary()), max_size=5), st.booleans())
def test_any_request_is_an_opening(path: str, query: bytes, headers: list[tuple[bytes, bytes]], preview: bool) -> None:
    scope = {"path": path, "query_string": query, "headers": headers, "client": ("192.0.2.1", 1)}
    opening = opening_of_request(scope, preview=preview)
    assert opening.flaw in ("", "merge-tag", "malformed", "empty")


def test_a_plus_in_a_time_zone_survives_the_address() -> None:
    scope = {"path": "/i/x/y", "query_string": b"at=2026-11-21T08:00+01:00", "headers": [], "client": None}
    opening = opening_of_request(scope, preview=True)
    assert opening.at.isoformat() == "2026-11-21T08:00:00+01:00"
    assert opening.preview is not None


@pytest.mark.parametrize("name", [b"X-Forwarded-For", b"forwarded"])
def test_what_proxies_add_on_lines_of_their_own_is_read_as_one_list(name: bytes) -> None:
    hops = (b"198.51.100.1", b"192.0.2.7", b"10.2.2.2") if name != b"forwarded" else (b"for=192.0.2.7", b"for=10.2.2.2")
    headers = [(name, hop) for hop in hops] + [(b"user-agent", b"a"), (b"User-Agent", b"b"), (b"cookie", b"c")]
    scope = {"path": "/i/x/y", "headers": headers, "client": ("10.0.0.1", 1)}
    opening = opening_of_request(scope, trusted=[ip_network("10.0.0.0/8")])
    assert opening.address == IPv4Address("192.0.2.7")
    assert read_headers(scope) == {name.decode().lower(): b",".join(hops).decode(), "user-agent": "b"}


@pytest.mark.parametrize(
    ("path", "plain"),
    [("/", "/"), ("", "/"), ("//", "/"), ("//I;x/./a/", "/i/a"), ("/i/A;b//.", "/i/A;b"), ("/./.", "/"), ("i", "/i")],
)
def test_what_was_added_to_a_path_is_taken_off(path: str, plain: str) -> None:
    assert plain_path(path) == plain


@given(st.text())
def test_a_plain_path_is_as_plain_as_it_gets_and_names_the_same(path: str) -> None:
    assert plain_path(plain_path(path)) == plain_path(path)
    assert read_path("/i/" + path.replace(".", "")) == read_path(plain_path("/i/" + path.replace(".", "")))
