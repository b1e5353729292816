"""Queries, as email tools mangle them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livecontent.web.request import MAX_PARAMS, Reader, read_query


def test_the_first_of_two_counts_and_amp_is_an_ampersand() -> None:
    assert read_query(b"a=1&amp;b=2&a=3") == {"a": "1", "b": "2"}
    assert read_query(b"e=a+b%40x.fr&f=a%2Bb") == {"e": "a b@x.fr", "f": "a+b"}
    assert read_query(b"=1&&x") == {"x": ""}


@given(st.binary(max_size=6000))
def test_any_query_is_read_and_bounded(query: bytes) -> None:
    assert len(read_query(query)) <= MAX_PARAMS


@given(st.text(), st.binary(max_size=200), st.lists(st.tuples(st.binary(), st.binary()), max_size=5), st.booleans())
def test_any_request_is_an_opening(path: str, query: bytes, headers: list[tuple[bytes, bytes]], preview: bool) -> None:
    scope = {"path": path, "query_string": query, "headers": headers, "client": ("192.0.2.1", 1)}
    opening = Reader((), preview).opening(scope)
    assert opening.flaw in ("", "merge-tag", "malformed", "empty")


def test_a_plus_in_a_time_zone_survives_the_address() -> None:
    scope = {"path": "/i/x/y", "query_string": b"at=2026-11-21T08:00+01:00", "headers": [], "client": None}
    opening = Reader((), preview=True).opening(scope)
    assert opening.at.isoformat() == "2026-11-21T08:00:00+01:00"
    assert opening.preview is not None
