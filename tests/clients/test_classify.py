"""Requests of the field, and some written from what is known of it, each with what it is to be taken for."""

from __future__ import annotations

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.clients.classify import ClientClassifier, ClientRequest, Windows, known_clients
from livecontent.clients.networks import load_networks, load_relay
from livecontent.clients.user_agents import load_agents
from livecontent.facts import Place
from livecontent.net.ranges import IpAddress, parse_address
from livecontent.sources.request import CLIENT

CHOICES = CLIENT.choices

HERE = Path(__file__).parent
GIVEN: list[dict[str, Any]] = json.loads((HERE / "inbox-vectors.json").read_text(encoding="utf-8"))
OURS: list[dict[str, Any]] = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
JUDGE = ClientClassifier(load_agents(), load_networks(), load_relay())
KNOWN = known_clients(load_agents())
PROXY = {"yes": True, "no": False, "?": None}
CHROME: str = next(row["user_agent"] for row in GIVEN if row["expect"]["client"] == "browser")


def asked(row: dict[str, Any]) -> ClientRequest:
    headers = {name.lower(): value for name, value in row["headers"].items()}
    return ClientRequest(
        {**headers, "user-agent": row["user_agent"]},
        parse_address(row["ip"] or ""),
        row["method"],
        row["asn"],
        row["seconds_since_send"],
    )


@pytest.mark.parametrize("row", GIVEN, ids=lambda row: str(row["id"]))
def test_requests_of_the_field_are_judged_as_expected(row: dict[str, Any]) -> None:
    client, _ = JUDGE.judge(asked(row))
    expect = row["expect"]
    assert (client.name, client.proxy) == (expect["client"], PROXY[expect["proxy"]])
    assert (client.time != "live") == (expect["unreliable_time"] == "yes")
    assert client.place_trust == expect["place_trust"]
    assert client.why
    if expect["formats"] != "by Accept":
        assert client.webp == ("WebP" in expect["formats"])
        assert client.animates == ("1st frame" not in expect["formats"])


@pytest.mark.parametrize("row", OURS, ids=lambda row: str(row["id"]))
def test_requests_written_from_what_is_known_are_judged_as_expected(row: dict[str, Any]) -> None:
    client, _ = JUDGE.judge(asked(row))
    seen = {"client": client.name, "proxy": client.proxy, "time": client.time, "place_trust": client.place_trust}
    assert seen == row["expect"], row["note"]
    assert client.why


def test_the_relay_tells_about_where_a_reader_is() -> None:
    london = Place(city="London", region="GB-EN", country="GB")
    assert JUDGE.judge(ClientRequest({"user-agent": "Mozilla/5.0"}, ip_address("172.224.224.5")))[1] == london
    assert JUDGE.judge(ClientRequest({"user-agent": "Mozilla/5.0"}, ip_address("104.28.28.5")))[1] == Place()
    assert JUDGE.judge(ClientRequest({"user-agent": "curl/8"}, ip_address("172.224.224.5")))[1] is None
    assert JUDGE.judge(ClientRequest({"user-agent": CHROME}, ip_address("192.0.2.1")))[1] is None


def test_how_long_scanners_are_at_work_is_set() -> None:
    judge = ClientClassifier(load_agents(), load_networks(), load_relay(), Windows(security=10, microsoft=5))
    row = {"user-agent": CHROME}
    assert judge.judge(ClientRequest(row, ip_address("192.0.2.1"), system=26211, since_send=11))[0].time == "live"
    assert judge.judge(ClientRequest(row, ip_address("40.94.89.23"), since_send=6))[0].time == "live"


def test_the_language_is_the_readers_only_without_a_proxy() -> None:
    def language(agent: str, accepted: str, address: str = "192.0.2.1") -> str | None:
        return JUDGE.judge(ClientRequest({"user-agent": agent, "accept-language": accepted}, ip_address(address)))[
            0
        ].language

    assert language(CHROME, "fr-FR,fr;q=0.9,en;q=0.8") == "fr-FR"
    assert language(CHROME, "de") == "de"
    assert language(CHROME, "zh-Hant-TW,en") == "zh"
    assert language(CHROME, "*") is None
    assert language("hey.com/imageproxy", "en-US,en;q=0.9") is None
    assert language(CHROME, "fr-FR", "172.224.224.5") == "fr-FR"  # the relay hides the address alone


TEXTS = st.text(max_size=200) | st.sampled_from([row["user_agent"] for row in (*GIVEN, *OURS)])


@given(
    st.dictionaries(st.sampled_from(["user-agent", "accept-language", "accept", "purpose", "sec-purpose"]), TEXTS),
    st.none() | st.ip_addresses(),
    st.sampled_from(["GET", "HEAD", "POST", ""]),
    st.none() | st.integers(0, 2**32),
    st.none() | st.floats(),
)
def test_whatever_is_asked_is_classified(
    headers: dict[str, str],
    address: IpAddress | None,
    method: str,
    system: int | None,
    since: float | None,
) -> None:
    client, place = JUDGE.judge(ClientRequest(headers, address, method, system, since))
    assert client.name in CHOICES["name"]
    assert client.time in CHOICES["time"]
    assert client.place_trust in CHOICES["place_trust"]
    assert client.why
    assert (place is not None) == (client.place_trust == "coarse")
    if client.place_trust == "ip":
        assert client.proxy is False
        assert client.time == "live"


@given(st.sampled_from([*GIVEN, *OURS]), st.sampled_from(["GET", "POST"]))
def test_what_a_request_is_taken_for_does_not_depend_on_what_was_asked_before(row: dict[str, Any], method: str) -> None:
    fresh = ClientClassifier(load_agents(), load_networks(), load_relay())
    question = asked({**row, "method": method})
    assert fresh.judge(question) == JUDGE.judge(question)


def test_everyone_can_be_previewed_by_name() -> None:
    assert all(client.name == name for name, client in KNOWN.items())
    assert KNOWN.keys() <= CHOICES["name"]
    assert not KNOWN["outlook-win"].animates
