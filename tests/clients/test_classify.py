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
from livecontent.storage.events import who_of

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
        assert client.time == "live" or client.name == "prefetch"


@given(st.sampled_from([*GIVEN, *OURS]), st.sampled_from(["sec-purpose", "purpose", "x-purpose", "x-moz"]))
def test_a_header_that_says_prefetch_speaks_of_the_time_and_of_nothing_else(row: dict[str, Any], header: str) -> None:
    question = asked({**row, "headers": {}})
    client, place = JUDGE.judge(question)
    ahead, same = JUDGE.judge(question._replace(headers={**question.headers, header: "prefetch"}))
    if row["method"] == "GET":
        assert ahead.time == "early"
    assert (ahead.proxy, ahead.place_trust, same) == (client.proxy, client.place_trust, place)
    assert (ahead.webp, ahead.animates, ahead.language) == (client.webp, client.animates, client.language)


NETWORKS = {"google": "66.249.84.213", "microsoft": "52.97.133.216", "scanner-barracuda": "209.222.82.40"}


@given(TEXTS, st.sampled_from(sorted(NETWORKS)), st.none() | st.floats(0, 10_000))
def test_no_name_makes_a_data_centre_the_place_of_a_reader(agent: str, network: str, since: float | None) -> None:
    headers = {"user-agent": agent, "accept-language": "fr-FR"}
    client, place = JUDGE.judge(ClientRequest(headers, ip_address(NETWORKS[network]), since_send=since))
    assert client.place_trust == "none"
    assert place is None
    assert client.language is None
    if network == "google" and "googleimageproxy" not in agent.lower():
        assert client.time != "live"


APPS = {
    "Superhuman/1.2 CFNetwork/1408.0.4 Darwin/22.5.0": "superhuman",
    "Mozilla/5.0 (Macintosh) AppleWebKit/537.36 Superhuman/1029 Chrome/124.0 Electron/30 Safari/537.36": "superhuman",
    "Spark/3.1.2 CFNetwork/1408.0.4": "spark",
    "Spark%20Desktop/3.19 CFNetwork/1498": "spark",
    "SparkMail-Android/2.9": "spark",
    "Mozilla/5.0 AppleWebKit/537.36 Shortwave/1.0.4 Chrome/120.0 Electron/28 Safari/537.36": "shortwave",
    "Canary Mail 4.2 (iPhone)": "canary",
    "Edison%20Mail/1.55 CFNetwork/978": "edison",
    "BlueMail/1.9.8 (Android 13)": "bluemail",
    "NotionMail/1.2": "notion-mail",
    "Mimestream/1.2.5 CFNetwork/1492": "mimestream",
    "Missive/10.33 Electron/29": "missive",
    "Spike/3.2.1": "spike",
    "K-9 Mail/6.8": "k-9",
    "k9mail/5.6": "k-9",
    "Aqua%20Mail/1.50": "aqua-mail",
    "MailMasterPC/4.15": "mail-master",
    "Mail/3445.104.8 CFNetwork/902.2": "apple-mail",
    "WindowsMail/16005.14326": "windows-mail",
    "eM Client/9.2": "em-client",
    "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Icedove/45.6.0": "thunderbird",
    "FooMail/2.1 (Android 14)": "app",
    "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) HyperInbox/2.0": "app",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 AcmeMail%20Desktop/3.0 Chrome/120.0 Safari/537.36": "app",
}
ASSISTANTS = {
    "Mozilla/5.0 AppleWebKit/537.36 (compatible; ChatGPT-User/1.0; +https://openai.com/bot": "chatgpt",
    "Mozilla/5.0 AppleWebKit/537.36 (compatible; Claude-User/1.0; +Claude-User@anthropic.com)": "claude",
    "Mozilla/5.0 (compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)": "perplexity",
    "MistralAI-User/1.0": "mistral",
    "Mozilla/5.0 (compatible; Google-NotebookLM; +https://developers.google.com/)": "gemini",
    "Microsoft-Copilot/1.0": "copilot",
    "Mailbutler/2.1": "mailbutler",
    "Fyxer-Assistant/1.0": "fyxer",
    "Acme-User/1.0": "assistant",
    "InboxAssistant/2.3": "assistant",
    "Mozilla/5.0 (compatible; Acme Assistant/1.0)": "assistant",
}
PEOPLE = (
    "Mozilla/5.0 (Linux; Android 11; Gemini 4G) AppleWebKit/537.36 Chrome/146.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-G991B) SamsungBrowser/20.0 Chrome/106.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; Windows 11) AppleWebKit/537.36 Chrome/146.0 Safari/537.36",
)


@pytest.mark.parametrize(("agent", "name"), APPS.items())
def test_mail_apps_are_known_by_their_names(agent: str, name: str) -> None:
    client, _ = JUDGE.judge(ClientRequest({"user-agent": agent}, ip_address("192.0.2.10")))
    assert (client.name, client.proxy, client.time, client.place_trust) == (name, False, "live", "ip")


@pytest.mark.parametrize(("agent", "name"), ASSISTANTS.items())
def test_assistants_are_known_by_their_names_and_nobody_looks(agent: str, name: str) -> None:
    client, _ = JUDGE.judge(ClientRequest({"user-agent": agent}, ip_address("192.0.2.10")))
    assert (client.name, client.proxy, client.time, client.place_trust) == (name, True, "early", "none")
    assert who_of(client) == "machine"


@pytest.mark.parametrize("agent", PEOPLE)
def test_browsers_with_such_words_stay_browsers(agent: str) -> None:
    assert JUDGE.judge(ClientRequest({"user-agent": agent}, ip_address("192.0.2.10")))[0].name == "browser"


@pytest.mark.parametrize(
    "agent", ["ClaudeBot/1.0", "GPTBot/1.2", "PerplexityBot/1.0", "OAI-SearchBot/1.0", "PHPMailer-bot/1"]
)
def test_crawlers_stay_crawlers(agent: str) -> None:
    assert JUDGE.judge(ClientRequest({"user-agent": agent}, ip_address("192.0.2.10")))[0].name == "bot"


@given(st.sampled_from([*GIVEN, *OURS]), st.sampled_from(["GET", "POST"]))
def test_what_a_request_is_taken_for_does_not_depend_on_what_was_asked_before(row: dict[str, Any], method: str) -> None:
    fresh = ClientClassifier(load_agents(), load_networks(), load_relay())
    question = asked({**row, "method": method})
    assert fresh.judge(question) == JUDGE.judge(question)


def test_everyone_can_be_previewed_by_name() -> None:
    assert all(client.name == name for name, client in KNOWN.items())
    assert KNOWN.keys() <= CHOICES["name"]
    assert not KNOWN["outlook-win"].animates
