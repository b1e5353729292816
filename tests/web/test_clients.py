"""What asks for an image."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.facts import VOCABULARY
from livecontent.web.client import BY_NAME, read_client

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36"
)
PREFETCH = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
    "Safari/537.36 Edge/12.246 Mozilla/5.0"
)
OUTLOOK = (
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/8.0; .NET4.0C; .NET4.0E; "
    "Microsoft Outlook 16.0.6366; ms-office; MSOffice 16)"
)


@pytest.mark.parametrize(
    ("agent", "name", "proxy", "time"),
    [
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "gmail",
            True,
            "live",
        ),
        (PREFETCH, "gmail-prefetch", True, "early"),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "yahoo-aol", True, "live"),
        ("hey.com/imageproxy Mozilla/5.0 (X11; Linux x86_64) Chrome/134.0.0.0 Safari/537.36", "hey", True, "live"),
        ("Mozilla/5.0 SeznamEmailProxy/2.0.174", "seznam", True, "live"),
        ("Mozilla/5.0", "apple-mpp", True, "early"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
            "apple-mail",
            False,
            "live",
        ),
        (OUTLOOK, "outlook-win", False, "live"),
        ("MacOutlook/16.80.23121017 (Intelx64 Mac OS X 14.2 (Build 23C64))", "outlook-mac", False, "live"),
        ("Outlook-iOS/709.2042344.prod.iphone (3.21.0)", "outlook-mobile", False, "live"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.2.0", "thunderbird", False, "live"),
        (CHROME, "browser", False, "live"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
            "browser",
            False,
            "live",
        ),
        ("curl/8.5.0", "bot", None, "unsure"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "bot", None, "unsure"),
        ("Amazon CloudFront", "bot", None, "unsure"),
        ("", "bot", None, "unsure"),
        ("eMClient/9.3.6041.0", "unknown", None, "unsure"),
    ],
)
def test_an_agent_tells_the_client(agent: str, name: str, proxy: bool | None, time: str) -> None:
    client = read_client({"user-agent": agent})
    assert (client.name, client.proxy, client.time) == (name, proxy, time)


def test_a_prefetch_is_early_whoever_asks() -> None:
    assert read_client({"user-agent": CHROME, "sec-purpose": "prefetch;prerender"}).time == "early"
    assert read_client({"user-agent": CHROME, "purpose": "preview"}).time == "early"


def test_the_language_is_the_readers_only_without_a_proxy() -> None:
    assert read_client({"user-agent": CHROME, "accept-language": "fr-FR,fr;q=0.9,en;q=0.8"}).language == "fr-FR"
    assert read_client({"user-agent": "Mozilla/5.0", "accept-language": "en-US,en;q=0.9"}).language is None
    assert read_client({"user-agent": CHROME, "accept-language": "*"}).language is None


def test_outlook_on_windows_stands_still() -> None:
    assert not read_client({"user-agent": OUTLOOK}).animates


@given(st.dictionaries(st.sampled_from(["user-agent", "accept-language", "purpose", "sec-purpose"]), st.text()))
def test_no_header_makes_it_fail(headers: dict[str, str]) -> None:
    assert read_client(headers).time in ("live", "unsure", "early")


def test_everyone_can_be_previewed_by_name() -> None:
    assert all(client.name == name for name, client in BY_NAME.items())
    assert "time" in VOCABULARY["client"]
