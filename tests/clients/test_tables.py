"""Networks, the relay's list, and files that take their place."""

from __future__ import annotations

import logging
import os
import tracemalloc
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.clients.classify import ClientRequest
from livecontent.clients.networks import load_networks, load_relay, read_networks, read_relay
from livecontent.clients.tables import NETWORKS, RELAY, Tables
from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.net.ranges import ranges_of

MPP = {"user-agent": "Mozilla/5.0"}
ROWS = "192.0.2.0/25,FR,FR-59,Lille,\n192.0.2.64/26,FR,FR-75,Paris,\n2001:db8:1::/64,JP,JP-13,Tokyo\n"
NETWORKS_OF_24_TO_32 = st.builds(
    lambda low, length: IPv4Network((0xC0000200 + low & -(1 << (32 - length)), length)),
    st.integers(0, 1023),
    st.integers(22, 32),
)


@given(st.lists(st.tuples(NETWORKS_OF_24_TO_32, st.integers(0, 50)), unique_by=lambda item: item[0], max_size=12))
def test_the_smallest_network_around_an_address_counts(networks: list[tuple[IPv4Network, int]]) -> None:
    ranges = ranges_of(networks)
    for address in map(IPv4Address, range(0xC00001F0, 0xC0000610)):
        around = [(network.prefixlen, value) for network, value in networks if address in network]
        assert ranges.find(address) == (max(around)[1] if around else None)


def test_ipv6_is_told_by_its_first_half() -> None:
    ranges = ranges_of([(ip_network("2001:db8::/32"), 1), (ip_network("2001:db8:0:5::/64"), 2)])
    assert ranges.find(ip_address("2001:db8:0:5::1")) == 2
    assert ranges.find(ip_address("2001:db8:0:6::1")) == 1
    assert ranges.find(ip_address("2001:db7:ffff:ffff:ffff::")) is None
    assert ranges.find(ip_address("32.1.13.184")) is None  # the same bits, another family


def test_a_saved_relay_is_the_same_again(tmp_path: Path) -> None:
    relay = read_relay(ROWS.splitlines(), "rows")
    relay.save(tmp_path / "relay.bin")
    again = load_relay(tmp_path / "relay.bin")
    assert again == relay
    assert again.find(ip_address("192.0.2.1")) == Place(city="Lille", region="FR-59", country="FR")
    assert again.find(ip_address("192.0.2.70")) == Place(city="Paris", region="FR-75", country="FR")
    assert again.find(ip_address("2001:db8:1::7")) == Place(city="Tokyo", region="JP-13", country="JP")
    assert again.find(ip_address("192.0.2.128")) is None


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-3], lambda data: b"{}\n" + data, lambda _: b"", lambda _: b"\xff"]
)
def test_a_damaged_relay_is_refused(tmp_path: Path, damage) -> None:
    file = tmp_path / "relay.bin"
    read_relay(ROWS.splitlines(), "rows").save(file)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(DataError, match="data refresh"):
        load_relay(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10.0.0.0/8,google,x\n10.0.0.1/8,google,x\n", r"list:2: '10.0.0.1/8' is not a network"),
        ("10.0.0.0/8\n", r"list:1: there is no owner"),
        ("# said\nAS12x,google,x\n", r"list:2: 'AS12x' is not a network"),
    ],
)
def test_a_list_of_networks_says_where_it_is_wrong(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_networks(text, "list")


def test_each_shipped_network_has_a_source() -> None:
    lines = (files("livecontent.clients") / "networks.csv").read_text("utf-8").splitlines()
    rows = [line.split(",") for line in lines if line and not line.startswith("#")][1:]
    assert rows
    assert all(len(row) == 3 and row[2].startswith("https://") for row in rows)
    assert len(rows) == load_networks().ranges.size + len(load_networks().systems)


def test_newer_tables_take_the_place_of_those_that_ship(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tables = Tables(tmp_path)
    assert tables.judge.judge(ClientRequest(MPP, ip_address("192.0.2.1")))[0].name == "apple-mpp?"
    read_relay(ROWS.splitlines(), "rows").save(tmp_path / RELAY)
    (tmp_path / NETWORKS).write_text("network,owner,source\n198.51.100.0/24,scanner-barracuda,x\n", encoding="utf-8")
    tables.refresh()
    client, place = tables.judge.judge(ClientRequest(MPP, ip_address("192.0.2.1")))
    assert (client.name, place) == ("apple-mpp", Place(city="Lille", region="FR-59", country="FR"))
    assert (
        tables.judge.judge(ClientRequest({"user-agent": "Mozilla/5.0 x Chrome/1"}, ip_address("198.51.100.1")))[0].time
        == "early"
    )
    assert [info.rows for info in tables.info()] == [3, 1]
    assert all(info.age is not None and info.age < 1 for info in tables.info())
    before = tables.judge
    (tmp_path / RELAY).write_bytes(b"broken")
    os.utime(tmp_path / RELAY, (1, 1))
    with caplog.at_level(logging.WARNING):
        tables.refresh()
    assert "the previous list stays in use" in caplog.text
    assert tables.judge.judge(ClientRequest(MPP, ip_address("192.0.2.1"))) == before.judge(
        ClientRequest(MPP, ip_address("192.0.2.1"))
    )


def test_the_whole_list_of_the_relay_stays_small(tmp_path: Path) -> None:
    rows = (
        f"172.{224 + index // 65536}.{index // 256 % 256}.{index % 256}/32,FR,FR-59,City {index % 25000},"
        for index in range(60_000)
    )
    more = (
        f"2a02:26f7:{index // 65536:x}:{index % 65536:x}::/64,US,US-CA,Town {index % 25000}" for index in range(240_000)
    )
    read_relay((*rows, *more), "rows").save(tmp_path / RELAY)
    tracemalloc.start()
    try:
        tables = Tables(tmp_path)
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert tables.info()[0].rows == 300_000
    assert size <= 30 * 2**20


def test_a_table_that_can_not_be_used_holds_up_no_other_and_is_not_told_as_in_use(tmp_path: Path) -> None:
    (tmp_path / RELAY).write_bytes(b"broken")
    (tmp_path / NETWORKS).write_text("AS1,google,x\n", encoding="utf-8")
    relay, networks = Tables(tmp_path).info()
    assert (relay.rows, relay.file, relay.age) == (load_relay().ranges.size, None, None)
    assert (networks.rows, networks.file) == (1, tmp_path / NETWORKS)


def test_tables_that_have_not_changed_keep_the_judge_and_what_it_knows(tmp_path: Path) -> None:
    (tmp_path / NETWORKS).write_text("AS1,google,x\n", encoding="utf-8")
    tables = Tables(tmp_path)
    before = tables.judge
    tables.refresh()
    assert tables.judge is before
