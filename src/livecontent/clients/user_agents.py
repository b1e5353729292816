"""Agents: what a program calls itself in, what kind of program it is out. The names stand in `agents.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from importlib.resources import files
from typing import Any

from livecontent.facts import Client

MAX_AGENT = 1000  # characters that are looked at
CACHED = 2048  # agents

# A browser says which; a mail client on WebKit does not: https://github.com/ua-parser/uap-core/issues/528
_BROWSER = re.compile(r"(?:firefox|chrome|crios|fxios|edg|edge|opr|version|trident|msie)[/ ]\d")
_APP = re.compile(r"cfnetwork/|dalvik/")


class AgentKind(Enum):
    """What kind of program asks."""

    NONE = auto()  # it does not say
    GMAIL_PREFETCH = auto()
    PROVIDER = auto()  # a mail provider's proxy
    APPLE = auto()  # as Apple's proxies call themselves, and as nothing else does
    SCANNER = auto()
    DIRECT = auto()  # a mail client
    BOT = auto()
    WEBKIT = auto()  # Apple Mail, or something that calls itself so
    BROWSER = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Agent:
    """The kind, and the client with what can be said of it by its name alone."""

    kind: AgentKind
    client: Client


class Agents:
    """Tells agents; those told before cost a look-up."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        """The tables are those of `agents.toml`."""
        self.prefetch: str = tables["gmail_prefetch"]["agent"]
        self.apple: str = tables["apple"]["agent"]
        self._providers = [_named(row, proxy=True) for row in tables["providers"]]
        self._direct = [_named(row, proxy=False) for row in tables["direct"]]
        self._scanners = _any_of(tables["scanners"]["words"])
        self._bots = _any_of(tables["bots"]["words"])
        self._told = lru_cache(CACHED)(self._tell)

    @property
    def named(self) -> list[Agent]:
        """Those with a client of a name of its own."""
        providers = [Agent(AgentKind.PROVIDER, client) for _, client, _ in self._providers]
        return [*providers, *(Agent(AgentKind.DIRECT, client) for _, client, _ in self._direct)]

    def tell(self, text: str) -> Agent:
        """The agent of a User-Agent header, "" where there is none."""
        return self._told(text[:MAX_AGENT])

    def _tell(self, text: str) -> Agent:
        text = text.strip().lower()
        if not text:
            return Agent(AgentKind.NONE, Client("bot"))
        if text == self.prefetch:
            return Agent(AgentKind.GMAIL_PREFETCH, Client("gmail-prefetch", proxy=True, time="early"))
        if client := _first(self._providers, text):
            return Agent(AgentKind.PROVIDER, client)
        if text == self.apple:
            return Agent(AgentKind.APPLE, Client("apple-mpp", proxy=True, webp=True))
        if self._scanners.search(text):
            return Agent(AgentKind.SCANNER, Client("scanner", proxy=True, time="early"))
        if client := _first(self._direct, text):
            return Agent(AgentKind.DIRECT, client)
        return Agent(AgentKind.BOT, Client("bot")) if self._bots.search(text) else _nameless(text)


def load_agents() -> Agents:
    """Those that ship with livecontent."""
    return Agents(tomllib.loads((files("livecontent.clients") / "user_agents.toml").read_text("utf-8")))


def _nameless(text: str) -> Agent:
    """What there is to say of an agent without a name that counts."""
    browser = _BROWSER.search(text)
    if "applewebkit" in text and not browser:
        return Agent(AgentKind.WEBKIT, Client("apple-mail", proxy=False, time="live", place_trust="ip", webp=True))
    if browser or text.startswith("mozilla/"):
        return Agent(AgentKind.BROWSER, Client("browser", proxy=False, time="live", place_trust="ip"))
    if _APP.search(text):
        return Agent(AgentKind.DIRECT, Client("app", proxy=False, time="live", place_trust="ip"))
    return Agent(AgentKind.OTHER, Client())


_Named = tuple[re.Pattern[str], Client, str]


def _named(row: Mapping[str, Any], *, proxy: bool) -> _Named:
    """What an agent is found by, the client, and the version from which on it shows WebP ("" for none)."""
    pattern = re.compile("^" * ("prefix" in row) + re.escape(row.get("prefix") or row["part"]) + r"(?P<version>[\d.]*)")
    webp = row.get("webp", False)
    client = Client(
        row["client"],
        proxy=proxy,
        time=row.get("time", "live"),
        place_trust="none" if proxy else "ip",
        animates=row.get("animates", True),
        webp=webp is True,
    )
    return pattern, client, webp if isinstance(webp, str) else ""


def _first(rows: list[_Named], text: str) -> Client | None:
    for pattern, client, since in rows:
        if match := pattern.search(text):
            new = bool(since) and _version(match["version"]) >= _version(since)
            return Client(
                client.name, client.proxy, client.time, client.place_trust, client.animates, webp=client.webp or new
            )
    return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part)


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))
