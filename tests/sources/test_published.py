"""Lists of networks, whatever they hold."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.clients.networks import (
    GOOGLE,
    MICROSOFT,
    ListPublisher,
    load_networks,
    merge,
    read_networks,
    rows_of,
    shipped_networks,
    too_wide,
)
from livecontent.errors import DataError
from livecontent.net.ranges import ranges_of
from nightly import cases

NETWORKS = st.ip_addresses().map(str) | st.sampled_from(["8.8.8.0/24", "2001:db8::/32", " 9.9.9.0/24\n", "1.1.1.1/8"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | NETWORKS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["id", "ips", "prefixes"]), inner),
)
PREFIX = st.dictionaries(st.sampled_from(["ipv4Prefix", "ipv6Prefix", "scope"]), NETWORKS | ANYTHING)
SET = st.dictionaries(st.sampled_from(["id", "ips", "urls"]), st.sampled_from([1, 9, 10]) | st.lists(NETWORKS))
LISTS = ANYTHING | st.fixed_dictionaries({"prefixes": st.lists(PREFIX) | ANYTHING}) | st.lists(SET | ANYTHING)


@pytest.mark.parametrize("publisher", [GOOGLE, MICROSOFT], ids=lambda publisher: publisher.name)
@settings(max_examples=cases(40, by_night=1000))
@given(data=st.lists(LISTS, max_size=3))
def test_any_list_is_rows_that_can_be_read_or_is_refused(publisher: ListPublisher, data: list[object]) -> None:
    try:
        rows = publisher.rows(data)
    except DataError:
        return
    assert all(publisher.told(row) for row in rows)
    merged = read_networks(merge(rows_of(shipped_networks()), {publisher: rows}), "merged")
    assert set(merged.owners) <= {*load_networks().owners}


def test_what_is_shipped_and_published_again_is_the_same_as_what_is_shipped() -> None:
    shipped = rows_of(shipped_networks())
    published = {who: [row for row in shipped if who.told(row)] for who in (GOOGLE, MICROSOFT)}
    assert sorted(rows_of(merge(shipped, published))) == sorted(shipped)
    assert all(len(rows) > 10 for rows in published.values())
    for publisher, rows in published.items():
        publisher.check(rows, rows)


@pytest.mark.parametrize(
    ("network", "wide"), [("10.0.0.0/8", False), ("10.0.0.0/7", True), ("2001::/20", False), ("2000::/19", True)]
)
def test_what_nobody_has_is_too_wide(network: str, wide: bool) -> None:
    assert too_wide(ranges_of([(ip_network(network), 0)])) is wide
