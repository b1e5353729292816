"""Openings: a seed in, an endless stream of them out, as requests of HTTP or as openings in process.

`unique_r1`, `unique_r2` and `triples_r3` ask for a picture that nobody has asked for yet. `mix` is a model of the
openings after a mailing: they come in campaigns, each with a wave of Apple's prefetching, a burst after the sending,
repeats through Gmail's proxy and a long tail of older mails.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import Literal

from benchmarks.people import Person, Population, zipf
from livecontent.clients.classify import ClientRequest
from livecontent.clients.tables import Tables
from livecontent.facts import Opening
from livecontent.net.ranges import parse_address
from livecontent.storage.base import PeopleStore

PRODUCTS = 500
CAMPAIGN = 20_000  # openings
RECENT = 500  # openings that a repeat may be one of
Kind = Literal["prefetch", "burst", "repeat", "tail"]

# How a campaign goes: its share of all openings of the campaign, and what kinds they are of.
PHASES: tuple[tuple[float, dict[Kind, float]], ...] = (
    (0.25, {"prefetch": 0.65, "burst": 0.25, "repeat": 0.05, "tail": 0.05}),
    (0.45, {"prefetch": 0.10, "burst": 0.55, "repeat": 0.25, "tail": 0.10}),
    (0.30, {"prefetch": 0.00, "burst": 0.15, "repeat": 0.25, "tail": 0.60}),
)
WEIGHTS = {"r1": 0.5, "r3": 0.35, "r2": 0.15}  # which pictures are asked for
AGENTS = {
    "apple": "Mozilla/5.0",
    "gmail": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "mail": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "browser": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
FORMATS = {"r1": "jpg", "r1-png": "png", "r2": "gif", "r3": "jpg", "cards": "jpg"}
PROXIES = {"apple": "172.224.224.1", "gmail": "66.249.84.1"}
JUDGE = Tables().judge


@dataclass(frozen=True, slots=True)
class Hit:
    """One opening: who opens which picture, with what; a and b and c are products of R3."""

    creative: str
    person: Person
    agent: str = "browser"
    products: tuple[int, ...] = ()

    @property
    def params(self) -> dict[str, str]:
        """What the address adds."""
        return {name: str(product) for name, product in zip("abc", self.products, strict=False)}

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return PROXIES.get(self.agent, self.person.address)

    def path(self, shop: Population) -> str:
        """The path with its query."""
        query = "&".join(f"{name}={value}" for name, value in self.params.items())
        return f"/i/{self.creative}/{shop.refs[self.person.id]}.{FORMATS[self.creative]}{'?' if query else ''}{query}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers that matter."""
        return {"User-Agent": AGENTS[self.agent], "X-Forwarded-For": self.address}

    def request(self, shop: Population) -> bytes:
        """The request as it is sent."""
        lines = (f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"GET {self.path(shop)} HTTP/1.1\r\nHost: live\r\n{''.join(lines)}\r\n".encode()

    async def opening(self, shop: Population, people: PeopleStore, at: datetime) -> Opening:
        """The same in process."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        address = parse_address(self.address)
        client, relay = JUDGE.judge(ClientRequest(headers, address))
        format_ = FORMATS[self.creative]
        person = await people.look_up(shop.refs[self.person.id])
        return Opening(self.creative, person.ref, at, format_, address, client, self.params, person=person, relay=relay)


def unique_r1(shop: Population, creative: str = "r1") -> Iterator[Hit]:
    """R1 for one after the other of 20,000 people, no two of one name; then again, when no cache knows the first."""
    return (Hit(creative, person) for person in cycle(shop.unique))


def unique_r2(shop: Population) -> Iterator[Hit]:
    """R2 for one after the other, each with a deadline of their own."""
    return (Hit("r2", person) for person in cycle(shop.unique))


def triples_r3(shop: Population, seed: int = 7) -> Iterator[Hit]:
    """R3 with three products drawn alike from 500: of 125 million pictures, hardly one comes twice."""
    chance = random.Random(seed)
    for person in cycle(shop.unique):
        yield Hit("r3", person, products=tuple(chance.randrange(PRODUCTS) for _ in range(3)))


def every_card(shop: Population) -> list[Hit]:
    """R3 with each product at each of the three places, once."""
    person = shop.unique[0]
    turned = ((number, (number + 167) % PRODUCTS, (number + 333) % PRODUCTS) for number in range(PRODUCTS))
    return [Hit("r3", person, products=products) for products in turned]


def mix(shop: Population, seed: int = 11) -> Iterator[Hit]:
    """Campaign after campaign."""
    chance = random.Random(seed)
    while True:
        yield from _campaign(shop.crowd, chance)


def _campaign(crowd: Sequence[Person], chance: random.Random) -> Iterator[Hit]:
    listed = list(crowd)
    chance.shuffle(listed)
    fresh = cycle(listed)
    recent: list[Hit] = []
    creatives, weights = list(WEIGHTS), list(WEIGHTS.values())
    for share, kinds in PHASES:
        count = round(CAMPAIGN * share)
        products = zipf(range(PRODUCTS), 3 * count, chance)
        drawn = chance.choices(creatives, weights, k=count)
        for number, kind in enumerate(chance.choices(list(kinds), list(kinds.values()), k=count)):
            if kind == "repeat" and recent:
                yield chance.choice(recent)
                continue
            creative = drawn[number]
            chosen = tuple(products[3 * number : 3 * number + 3]) if creative == "r3" else ()
            person = chance.choice(crowd) if kind == "tail" else next(fresh)
            hit = Hit(creative, person, _agent(kind, chance), products=chosen)
            if hit.agent == "gmail":
                recent = [*recent[-RECENT:], hit]
            yield hit


def _agent(kind: Kind, chance: random.Random) -> str:
    if kind == "prefetch":
        return "apple"
    return chance.choices(["gmail", "mail", "browser"], [0.5, 0.3, 0.2])[0]
