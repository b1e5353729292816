"""Classifies requests: which mail client, proxy or scanner; an open or a prefetch; whether the place can be trusted.

Three answers, each on its own, never one flag for robots: whose address it is, whether now is the moment of reading,
and whether its place may be believed. The order of the rules is what decides; each says why.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from livecontent.clients.networks import PrivateRelay, ProviderNetworks
from livecontent.clients.user_agents import Agent, AgentKind, Agents
from livecontent.facts import Client, FetchTiming, Place
from livecontent.net.ranges import IpAddress
from livecontent.runtime.cache import Cache

CACHED = 4096  # clients

_AHEAD = frozenset({"sec-purpose", "purpose", "x-purpose", "x-moz"})
HEADERS = frozenset({"user-agent", "accept", "accept-language", *_AHEAD})  # all that are looked at
_PREFETCH = re.compile("prefetch|preview|prerender", re.IGNORECASE)
_LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})(?:-([a-zA-Z]{2})(?![a-zA-Z0-9]))?")
_MACHINES = frozenset({"scanner-microsoft", "scanner-barracuda"})
LOCAL = "local"  # the owner of addresses that tell nothing, as they are not on the Internet
_ISOLATION = frozenset({"scanner-proofpoint", "scanner-mimecast", "scanner-cisco"})


class ClientRequest(NamedTuple):
    """A request: headers by lower-case name, the address it comes from, and how long after the send in seconds."""

    headers: Mapping[str, str]
    address: IpAddress | None = None
    method: str = "GET"
    system: int | None = None  # the autonomous system of the address, where known
    since_send: float | None = None


@dataclass(frozen=True, slots=True)
class Windows:
    """How long after a send scanners are at work, in seconds."""

    security: float = 120  # from the networks of vendors of security; later it is a person whose browser runs there
    microsoft: float = 60  # from Microsoft's; later it is Outlook on the web


class Features(NamedTuple):
    """All of a request that classifying depends on."""

    agent: Agent
    webp: bool = False  # it takes WebP
    language: str | None = None
    owner: str = ""  # of the network that the address is in, where that matters
    relayed: bool = False  # the address is on Apple's list
    probe: bool = False  # HEAD or OPTIONS
    ahead: bool = False  # a header says that this is a prefetch
    security: bool = True  # scanners of vendors of security may be at work
    microsoft: bool | None = None  # so may Microsoft's; None where the send is not known


class ClientClassifier:
    """Knows agents, networks and Apple's relay."""

    def __init__(
        self, agents: Agents, networks: ProviderNetworks, relay: PrivateRelay, windows: Windows | None = None
    ) -> None:
        self._agents = agents
        self._networks = networks
        self._relay = relay
        self._windows = windows or Windows()
        self.cache: Cache[tuple[Any, ...], Client] = Cache("clients", CACHED)

    def judge(self, asked: ClientRequest) -> tuple[Client, Place | None]:
        """The client, what its request may be believed in and why; and the place, if it is of Apple's relay."""
        headers, address, method, system, since = asked
        place = self._relay.find(address) if address else None
        owner = "" if place is not None else self._networks.owner(address, system) if address else LOCAL
        told = headers.get
        ahead = not _AHEAD.isdisjoint(headers) and any(_PREFETCH.search(told(name, "")) for name in _AHEAD)
        key = (
            told("user-agent", ""),
            told("accept", ""),
            told("accept-language", ""),
            owner,
            place is not None,
            method in ("HEAD", "OPTIONS"),
            ahead,
            since is None or since < self._windows.security,
            None if since is None else since < self._windows.microsoft,
        )
        client = self.cache.get(key) or self.cache.put(key, self._classify(*key))
        return client, place if client.place_trust == "coarse" else None

    def _classify(self, agent: str, accepted: str, language: str, *others: Any) -> Client:
        webp = "image/webp" in accepted  # `*/*` is said by old browsers, too, which do not show it
        return classify_request(Features(self._agents.tell(agent), webp, _language(language), *others))


def classify_request(signs: Features) -> Client:
    """What a request is: the first rule that fits. That it is a prefetch is said of the time, not of the place."""
    client = _probed(signs) or _fetched(signs) or _scanned(signs) or _tool(signs) or _read(signs)
    if signs.ahead and client.time != "early" and not signs.probe:
        name = client.name if client.proxy is None else "prefetch"
        client = replace(client, name=name, time="early", why=f"a header says that this is a prefetch; {client.why}")
    own = signs.relayed or (not client.proxy and signs.owner in ("", LOCAL))
    return replace(client, language=signs.language) if own else client


def _probed(signs: Features) -> Client | None:
    return Client("probe", why="a HEAD or OPTIONS request: nobody sees the image") if signs.probe else None


def _fetched(signs: Features) -> Client | None:
    """What is fetched for a reader by somebody else, or for nobody."""
    kind, client = signs.agent.kind, signs.agent.client
    if kind == AgentKind.GMAIL_PREFETCH:
        if signs.owner == "google":
            return replace(client, why="Gmail's user agent for prefetching")
        why = "Gmail's user agent, from an IP address that is not Google's"
        return replace(client, name="gmail-prefetch?", time="unsure", why=why)
    if kind == AgentKind.PROVIDER:
        return _provider(signs)
    if kind == AgentKind.APPLE or (kind == AgentKind.WEBKIT and signs.relayed):
        return _apple(signs)
    return None


def _provider(signs: Features) -> Client:
    """The proxy of a mail provider, as far as its network supports it; those of most providers are not published."""
    client, network = signs.agent.client, signs.agent.network
    if signs.owner in (network, LOCAL) and not signs.relayed:
        return replace(client, why=f"the proxy of {client.name}: the IP address is the proxy's")
    theirs = f"not of {network}" if network else f"of {signs.owner or 'Private Relay'}"
    why = f"calls itself the proxy of {client.name}, from an IP address {theirs}"
    return replace(client, name=f"{client.name}?" if network else client.name, time="unsure", why=why)


def _apple(signs: Features) -> Client:
    """Apple's Mail Privacy Protection fetches when a mail arrives, and keeps what it got."""
    kind, client = signs.agent.kind, signs.agent.client
    if not signs.relayed:
        why = "the user agent of Apple's proxies, from an IP address that is not on Apple's list"
        return replace(client, name="apple-mpp?", webp=False, why=why)
    said = "the user agent of Apple's proxies" if kind == AgentKind.APPLE else "a WebKit mail client"
    why = f"{said}, from Private Relay: prefetched when the email arrived"
    return replace(client, name="apple-mpp", proxy=True, time="early", place_trust="coarse", why=why)


def _scanned(signs: Features) -> Client | None:
    """What checks mails for their safety."""
    if signs.owner in _MACHINES:
        return Client(signs.owner, proxy=True, time="early", why=f"from {signs.owner}, which only machines use")
    if signs.agent.kind == AgentKind.SCANNER:
        return replace(signs.agent.client, why="the user agent of a scanner")
    if signs.owner in _ISOLATION and signs.security:
        why = f"from {signs.owner}, right after the send, or the send is unknown"
        return Client(signs.owner, proxy=True, time="early", why=why)
    if signs.owner in _ISOLATION:
        why = f"from {signs.owner}, long after the send: a person"
        return Client(signs.owner, proxy=True, time="live", why=why)
    return None


def _tool(signs: Features) -> Client | None:
    """What nobody looks at."""
    if signs.agent.kind == AgentKind.NONE:
        return replace(signs.agent.client, why="no user agent")
    if signs.agent.kind == AgentKind.ASSISTANT:
        client = signs.agent.client
        return replace(client, why=f"{client.name} reads for somebody: nobody looks at the image")
    if signs.agent.kind == AgentKind.BOT:
        return replace(signs.agent.client, webp=signs.webp, why="the user agent of a script")
    return None


def _read(signs: Features) -> Client:
    """What somebody reads, most likely."""
    kind, client = signs.agent.kind, signs.agent.client
    if kind == AgentKind.DIRECT:
        return _direct(signs)
    if kind != AgentKind.OTHER and signs.owner == "microsoft":
        return _microsoft(signs)
    if signs.owner == "google":
        return Client("unknown", proxy=True, why="from Google, without the user agent of its proxy")
    if kind == AgentKind.OTHER:
        return replace(client, why="unknown user agent")
    if kind == AgentKind.WEBKIT:
        return replace(client, why="a WebKit mail client, from its own IP address")
    if signs.relayed:
        why = "a browser, from Private Relay: a real open"
        return replace(client, name="safari-private-relay", proxy=True, place_trust="coarse", webp=signs.webp, why=why)
    return replace(client, webp=signs.webp, why="a browser, from its own IP address")


def _direct(signs: Features) -> Client:
    """A mail client that fetches by itself; a relay or a data centre is not where the reader is."""
    client = signs.agent.client
    why = f"{client.name}, directly"
    if signs.relayed:
        return replace(client, proxy=True, place_trust="coarse", why=f"{why}, through Private Relay")
    if signs.owner in ("", LOCAL):
        return replace(client, why=why)
    why = f"calls itself {client.name}, from {signs.owner}"
    if signs.owner == "microsoft" and signs.microsoft:
        return replace(client, time="early", place_trust="none", why=f"{why}, right after the send: a scanner")
    time: FetchTiming = "unsure" if signs.owner == "google" else client.time
    return replace(client, time=time, place_trust="none", why=why)


def _microsoft(signs: Features) -> Client:
    client = Client("microsoft-net", proxy=True)
    if signs.microsoft is None:
        return replace(client, why="from Microsoft: Outlook on the web or a scanner; the send is unknown")
    if signs.microsoft:
        return replace(client, time="early", why="from Microsoft, right after the send: a scanner")
    return replace(client, time="live", why="from Microsoft, long after the send: Outlook on the web")


def _language(accepted: str) -> str | None:
    match = _LANGUAGE.match(accepted) if accepted else None
    if not match:
        return None
    language, region = match[1].lower(), match[2]
    return f"{language}-{region.upper()}" if region else language


def known_clients(agents: Agents) -> dict[str, Client]:
    """Clients by name, as they usually are classified: those that somebody can preview as."""
    browser = agents.tell("mozilla/5.0 firefox/146.0")
    features = (
        *(Features(agent, owner=agent.network) for agent in agents.named),
        Features(agents.tell(agents.prefetch), owner="google"),
        Features(agents.tell(agents.apple), relayed=True),
        Features(agents.tell("applewebkit")),
        Features(browser, webp=True),
        Features(browser, webp=True, relayed=True),
        Features(browser, owner="microsoft", microsoft=False),
        Features(agents.tell("mimecast")),
        Features(agents.tell("curl/8")),
    )
    return {client.name: client for client in map(classify_request, features)}
