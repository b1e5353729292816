"""User agents: which kind of program sent this header. The names are in `user_agents.toml`."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum, auto
from importlib.resources import files
from typing import Any, NamedTuple

from livecontent.facts import Client

MAX_AGENT = 1000  # characters that are looked at

# A browser says which; a WebKit mail client does not: https://github.com/ua-parser/uap-core/issues/528
_BROWSER = re.compile(r"(?:firefox|chrome|crios|fxios|edg|edge|opr|version|trident|msie)[/ ]\d")
_SYSTEM = re.compile(r"cfnetwork/|dalvik/")
_BETWEEN = "(?:%20|[ ._-])?"
_APP_WORDS = "e?mail|app|client|desktop|ios|iphone|ipad|android|mac|macos|mobile|windows|win|linux|electron|pro"
_ASSISTANT_WORDS = "user|agent|assistant|ai|email|mail|app|cli|code|browser|plugin"
# Those that nobody named: an app with "mail" or "inbox" in its name; Something-User/1.0, Some-Assistant/2.
_MAIL_APP = re.compile(rf"(?<![a-z])[a-z0-9.%_-]{{0,40}}(?:mail|inbox)(?:{_BETWEEN}(?:{_APP_WORDS}))?/v?\d")
_ASSISTANT = re.compile(r"(?<![a-z])[a-z0-9.]{2,40}(?:-user|[ ._-]?assistant|[ ._-]?copilot|-agent|[ ._-]ai)/v?\d")


class AgentKind(Enum):
    """What kind of program asks."""

    NONE = auto()  # it does not say
    GMAIL_PREFETCH = auto()
    PROVIDER = auto()  # a mail provider's proxy
    APPLE = auto()  # as Apple's proxies call themselves, and as nothing else does
    SCANNER = auto()
    DIRECT = auto()  # a mail client
    ASSISTANT = auto()  # software that reads mails for somebody
    BOT = auto()
    WEBKIT = auto()  # Apple Mail, or something that calls itself so
    BROWSER = auto()
    OTHER = auto()


class Agent(NamedTuple):
    """The kind, and the client with what can be said of it by its name alone."""

    kind: AgentKind
    client: Client
    network: str = ""  # the owner of the networks that it asks from, where that is known


_NONE = Agent(AgentKind.NONE, Client("bot"))
_BOT = Agent(AgentKind.BOT, Client("bot"))
_SCANNER = Agent(AgentKind.SCANNER, Client("scanner", proxy=True, time="early"))
_GMAIL_PREFETCH = Agent(AgentKind.GMAIL_PREFETCH, Client("gmail-prefetch", proxy=True, time="early"))
_APPLE = Agent(AgentKind.APPLE, Client("apple-mpp", proxy=True, webp=True))
_WEBKIT = Agent(AgentKind.WEBKIT, Client("apple-mail", proxy=False, time="live", place_trust="ip", webp=True))
_BROWSING = Agent(AgentKind.BROWSER, Client("browser", proxy=False, time="live", place_trust="ip"))
_SOME_ASSISTANT = Agent(AgentKind.ASSISTANT, Client("assistant", proxy=True, time="early"))
_SOME_APP = Agent(AgentKind.DIRECT, Client("app", proxy=False, time="live", place_trust="ip"))


class _Name(NamedTuple):
    """What an agent is found by, the agent, and the version from which on it shows WebP ("" for none)."""

    pattern: re.Pattern[str]
    agent: Agent
    webp_since: str


class Agents:
    """Knows user agents."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        """The tables are those of `user_agents.toml`."""
        self.prefetch: str = tables["gmail_prefetch"]["agent"]
        self.apple: str = tables["apple"]["agent"]
        self._providers = [_name(row, AgentKind.PROVIDER) for row in tables["providers"]]
        self._direct = [_name(row, AgentKind.DIRECT) for row in tables["direct"]]
        self._apps = [*_family(tables["apps"], AgentKind.DIRECT)]
        self._assistants = [*_family(tables["assistants"], AgentKind.ASSISTANT)]
        self._scanners = _any_of(tables["scanners"]["words"])
        self._bots = _any_of(tables["bots"]["words"])

    @property
    def named(self) -> Iterator[Agent]:
        """Those with a client of a name of its own."""
        return (name.agent for name in (*self._providers, *self._assistants, *self._apps, *self._direct))

    def tell(self, text: str) -> Agent:
        """The agent of a User-Agent header, "" where there is none."""
        text = text[:MAX_AGENT].strip().lower()
        if not text:
            return _NONE
        if text == self.prefetch:
            return _GMAIL_PREFETCH
        if provider := _first(self._providers, text):
            return provider
        if text == self.apple:
            return _APPLE
        if self._scanners.search(text):
            return _SCANNER
        if assistant := _first(self._assistants, text):
            return assistant
        if self._bots.search(text):
            return _first(self._direct, text) or _BOT
        return _first(self._direct, text) or _first(self._apps, text) or _nameless(text)


def load_agents() -> Agents:
    """Those that ship with livecontent."""
    return Agents(tomllib.loads((files("livecontent.clients") / "user_agents.toml").read_text("utf-8")))


def _nameless(text: str) -> Agent:
    """What there is to say of an agent without a name that counts."""
    if _ASSISTANT.search(text):
        return _SOME_ASSISTANT
    if _MAIL_APP.search(text):
        return _SOME_APP
    browser = _BROWSER.search(text)
    if "applewebkit" in text and not browser:
        return _WEBKIT
    if browser or text.startswith("mozilla/"):
        return _BROWSING
    return _SOME_APP if _SYSTEM.search(text) else Agent(AgentKind.OTHER, Client())


def _name(row: Mapping[str, Any], kind: AgentKind) -> _Name:
    proxy = kind == AgentKind.PROVIDER
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
    return _Name(pattern, Agent(kind, client, row.get("network", "")), webp if isinstance(webp, str) else "")


def _family(names: Mapping[str, list[str]], kind: AgentKind) -> Iterator[_Name]:
    """Clients by the names that stand before a version."""
    direct = kind == AgentKind.DIRECT
    words, end = (_APP_WORDS, r"/[ v]?\d|[ _]v?\d|$") if direct else (_ASSISTANT_WORDS, r"/[ v]?\d|; ?\+?http|$")
    for client, parts in names.items():
        name = "|".join(re.escape(part).replace(r"\ ", _BETWEEN) for part in parts)
        pattern = re.compile(rf"(?<![a-z0-9])(?:{name})(?:{_BETWEEN}(?:{words})){{0,3}}(?:{end})(?P<version>)")
        known = Client(client, not direct, "live" if direct else "early", "ip" if direct else "none")
        yield _Name(pattern, Agent(kind, known), "")


def _first(names: Iterable[_Name], text: str) -> Agent | None:
    for pattern, agent, since in names:
        if match := pattern.search(text):
            new = bool(since) and _version(match["version"]) >= _version(since)
            return agent._replace(client=replace(agent.client, webp=True)) if new else agent
    return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part)


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))
