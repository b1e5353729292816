"""What asks for an image: headers in, client out.

`time` says whether now is the moment of reading: Gmail's and Yahoo's proxies fetch when the mail is opened; Apple's
fetches when it arrives; of tools and unknown agents nobody knows. A proxy hides the reader's address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from livecontent.facts import Client

# Gmail's prefetch, before a mail is shown: https://www.sparkpost.com/blog/gmail-prefetching-images/
_GMAIL_PREFETCH = (
    "mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) "
    "chrome/42.0.2311.135 safari/537.36 edge/12.246 mozilla/5.0"
)

# A part of the agent (lower case), and the client it tells. The first that fits counts.
_AGENTS: tuple[tuple[str, Client], ...] = (
    ("googleimageproxy", Client("gmail", proxy=True, time="live")),
    ("yahoomailproxy", Client("yahoo-aol", proxy=True, time="live")),
    ("hey.com/imageproxy", Client("hey", proxy=True, time="live")),
    ("seznamemailproxy", Client("seznam", proxy=True, time="live")),
    ("outlook-ios", Client("outlook-mobile", proxy=False, time="live", place_trust="ip")),
    ("outlook-android", Client("outlook-mobile", proxy=False, time="live", place_trust="ip")),
    ("macoutlook", Client("outlook-mac", proxy=False, time="live", place_trust="ip")),
    ("ms-office", Client("outlook-win", proxy=False, time="live", place_trust="ip", animates=False)),
    ("microsoft outlook", Client("outlook-win", proxy=False, time="live", place_trust="ip", animates=False)),
    ("thunderbird", Client("thunderbird", proxy=False, time="live", place_trust="ip")),
)
_TOOLS = re.compile(
    r"bot\b|crawler|spider|curl/|wget/|python|go-http|java/|preview|amazon cloudfront|barracuda|proofpoint"
)
_BROWSER = re.compile(r"(firefox|chrome|edg|version)/\d")
_PREFETCH = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z]{2})?")

# The clients a person can preview as.
BY_NAME: Mapping[str, Client] = {
    **{client.name: client for _, client in _AGENTS},
    "apple-mpp": Client("apple-mpp", proxy=True, time="early"),
    "gmail-prefetch": Client("gmail-prefetch", proxy=True, time="early"),
    "apple-mail": Client("apple-mail", proxy=False, time="live", place_trust="ip"),
    "browser": Client("browser", proxy=False, time="live", place_trust="ip"),
}


def read_client(headers: Mapping[str, str]) -> Client:
    """The client of a request, by its headers (names in lower case)."""
    agent = headers.get("user-agent", "")[:1000].strip().lower()
    client = _by_agent(agent)
    if any(re.search(r"prefetch|preview|prerender", headers.get(name, "")) for name in _PREFETCH):
        client = replace(client, time="early")
    if client.proxy:
        return client
    language = _language(headers.get("accept-language", ""))
    return replace(client, language=language)


@lru_cache(maxsize=1024)
def _by_agent(agent: str) -> Client:
    # Apple's Mail Privacy Protection: https://github.com/ua-parser/uap-core/issues/509
    if agent == "mozilla/5.0":
        return BY_NAME["apple-mpp"]
    if agent == _GMAIL_PREFETCH:
        return BY_NAME["gmail-prefetch"]
    for part, client in _AGENTS:
        if part in agent:
            return client
    if not agent or _TOOLS.search(agent):
        return Client("bot")
    if "applewebkit" in agent and not _BROWSER.search(agent):
        return BY_NAME["apple-mail"]
    return BY_NAME["browser"] if _BROWSER.search(agent) else Client()


def _language(accepted: str) -> str | None:
    match = _LANGUAGE.match(accepted.strip())
    if not match:
        return None
    language, _, region = match[0].partition("-")
    return f"{language.lower()}-{region.upper()}" if region else language.lower()
