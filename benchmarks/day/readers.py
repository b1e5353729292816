"""Readers and their mail clients: a seed in, who reads when, and what their clients fetch until then, out.

The shares are round figures in the order of public statistics of openings (Apple first, then Gmail, Outlook, Yahoo);
how each client fetches is what its provider, or those who watched it, say: sources are in `clients/user_agents.toml`.
Not in the mix are proxies that call themselves browsers and whose networks nobody publishes (Fastmail, Proton): their
readers would be given the place of the proxy, and Proton's, which fetches ahead, a time that is not theirs.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.day.world import SEED, SEND, World
from benchmarks.people import City

GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
AHEAD = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
    "Safari/537.36 Edge/12.246 Mozilla/5.0"
)
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
APPLE = "Mozilla/5.0"
WEBKIT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
OUTLOOK = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/8.0; ms-office; MSOffice 16)"
PHONE = "Outlook-iOS/709.2042344.prod.iphone (3.21.0)"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36"
)
PROOFPOINT = 26211  # the number of its autonomous system


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request of a mail client; `stored`: what it answers is what the reader sees from then on."""

    at: datetime
    agent: str
    address: str
    system: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who was sent the mail: where they are, whether the shop knows it, when they read, and in what."""

    number: int
    city: City
    profiled: bool
    client: str
    reads: datetime


# Share of readers, and what their client fetches.
Behaviour = Callable[[Reader, World, random.Random], Iterator[Fetch]]


def everybody(world: World, count: int) -> list[Reader]:
    """Readers, each with a time to read: half within some hours, some after days."""
    chance = random.Random(SEED)
    names, shares = list(CLIENTS), [share for share, _ in CLIENTS.values()]
    return [
        Reader(
            number,
            chance.choice(world.cities),
            chance.random() < 0.6,
            chance.choices(names, shares)[0],
            SEND + timedelta(seconds=chance.lognormvariate(9.2, 1.6) % (10 * 86_400)),
        )
        for number in range(count)
    ]


def fetches(reader: Reader, world: World) -> list[Fetch]:
    """All that is fetched until somebody has read; the last is what they see."""
    return list(CLIENTS[reader.client][1](reader, world, random.Random(reader.number)))


def _apple(reader: Reader, world: World, chance: random.Random) -> Iterator[Fetch]:
    """Mail Privacy Protection: when the mail arrives, or when the device wakes; kept on the device."""
    arrives = SEND + timedelta(seconds=chance.uniform(5, 3600))
    yield Fetch(min(arrives, reader.reads), APPLE, world.relay_address(reader.city, reader.number))


def _apple_unlisted(reader: Reader, world: World, chance: random.Random) -> Iterator[Fetch]:
    """The same by an address that came after the list was fetched."""
    for fetch in _apple(reader, world, chance):
        yield Fetch(fetch.at, fetch.agent, f"100.64.0.{reader.number % 250}")


def _gmail(reader: Reader, _: World, chance: random.Random) -> Iterator[Fetch]:
    """When the mail is opened; sometimes a little ahead, too."""
    if chance.random() < 0.04:
        yield Fetch(reader.reads - timedelta(seconds=chance.uniform(5, 40)), AHEAD, "66.249.84.213")
    yield Fetch(reader.reads, GMAIL, f"66.249.84.{reader.number % 250}")


def _yahoo(reader: Reader, _: World, chance: random.Random) -> Iterator[Fetch]:
    """Up to four times in a few seconds."""
    for again in range(chance.randint(1, 4)):
        yield Fetch(reader.reads + timedelta(seconds=2 * again), YAHOO, f"87.248.98.{reader.number % 250}")


def _direct(agent: str) -> Behaviour:
    def ask(reader: Reader, world: World, _: random.Random) -> Iterator[Fetch]:
        yield Fetch(reader.reads, agent, world.address(reader.city, reader.number))

    return ask


def _scanned(reader: Reader, world: World, chance: random.Random) -> Iterator[Fetch]:
    """A company's mail: first the scanner, then Outlook."""
    yield Fetch(SEND + timedelta(seconds=chance.uniform(2, 30)), CHROME, "209.222.82.40")
    yield Fetch(max(reader.reads, SEND + timedelta(seconds=60)), OUTLOOK, world.address(reader.city, reader.number))


def _isolated(reader: Reader, _: World, chance: random.Random) -> Iterator[Fetch]:
    """A browser that runs at the vendor's, after its scanner."""
    yield Fetch(SEND + timedelta(seconds=chance.uniform(2, 90)), CHROME, "148.163.139.74", PROOFPOINT)
    yield Fetch(max(reader.reads, SEND + timedelta(seconds=90)), CHROME, "148.163.139.74", PROOFPOINT)


def _on_the_web(reader: Reader, _: World, chance: random.Random) -> Iterator[Fetch]:
    """Outlook on the web: Microsoft scans, and fetches at the opening, from the same network."""
    if chance.random() < 0.3:
        yield Fetch(SEND + timedelta(seconds=chance.uniform(2, 50)), CHROME, "52.97.133.7", 8075)
    yield Fetch(reader.reads, CHROME, f"52.97.133.{reader.number % 250}", 8075)


CLIENTS: Mapping[str, tuple[float, Behaviour]] = {
    "Apple Mail, with privacy protection": (0.46, _apple),
    "Apple Mail, by a relay that is on no list": (0.02, _apple_unlisted),
    "Gmail": (0.26, _gmail),
    "Outlook on Windows": (0.04, _direct(OUTLOOK)),
    "Outlook on Windows, behind a scanner": (0.03, _scanned),
    "Outlook on a phone": (0.03, _direct(PHONE)),
    "Outlook on the web": (0.04, _on_the_web),
    "Yahoo": (0.05, _yahoo),
    "Apple Mail": (0.03, _direct(WEBKIT)),
    "A browser": (0.03, _direct(CHROME)),
    "A browser, isolated": (0.01, _isolated),
}
