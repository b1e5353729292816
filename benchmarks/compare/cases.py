"""What is compared: names of cases in; steps out, each a list of requests, measured or only to warm up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from benchmarks.demo import address, everybody
from benchmarks.people import Population, cities, people
from benchmarks.shop import refs_of
from benchmarks.traffic import AGENTS, Hit, every_card, mix, triples_r3, unique_r1, unique_r2

Home = Literal["shop", "demo"]

SHOP = ("r1", "r2", "r3", "mix")
DEMO = {"countdown": "gif", "loyalty": "jpg", "nearest-store": "jpg", "umbrella": "jpg"}
CASES: dict[str, Home] = {**dict.fromkeys(SHOP, "shop"), **dict.fromkeys(DEMO, "demo")}
SIZES = {
    "r1": "1200x600",
    "r2": "600x150",
    "r3": "1200x800",
    "countdown": "1200x480",
    "loyalty": "1200x520",
    "nearest-store": "1200x560",
    "umbrella": "1200x640",
}
BETWEEN = (10, 100, 400, 1000)  # people who open between two openings of one person
SEEN = 200  # openings of people seen before, at least
WARM = 40  # people who open each of the demo's creatives first, and are not measured
AT = "2026-11-21T08:00:00+00:00"  # when the demo's openings are


class Request(NamedTuple):
    """A GET, as `driver` is told it."""

    path: str
    query: str
    agent: str
    address: str

    @property
    def size(self) -> str:
        """Of the image that is to come."""
        return SIZES[self.path.split("/")[2]]


@dataclass(frozen=True, slots=True)
class Step:
    """Requests in a row; those without a name are not measured."""

    requests: Sequence[Request]
    name: str = ""


def steps_of(home: Home, names: Iterable[str]) -> list[Step]:
    """All steps of the cases named, in the order of `CASES`."""
    chosen = [name for name in CASES if CASES[name] == home and name in set(names)]
    return list(_shop(chosen) if home == "shop" else _demo(chosen))


def _shop(names: list[str]) -> Iterator[Step]:
    unique, crowd = people(cities())
    shop = Population(unique, crowd, refs_of(person.id for person in (*unique, *crowd)))
    for name in names:
        match name:
            case "r1":
                warm, hits, count = 400, unique_r1(shop), 400
            case "r2":
                warm, hits, count = 100, unique_r2(shop), 400
            case "r3":
                yield Step(_requests(shop, every_card(shop)))
                warm, hits, count = 100, triples_r3(shop), 600
            case _:
                warm, hits, count = 2500, mix(shop), 800
        yield Step(_requests(shop, islice(hits, warm)))
        yield Step(_requests(shop, islice(hits, count)), f"{name}: seen" if name == "r3" else name)


def _requests(shop: Population, hits: Iterable[Hit]) -> list[Request]:
    made = []
    for hit in hits:
        path, _, query = hit.path(shop).partition("?")
        made.append(Request(path, query, AGENTS[hit.agent], hit.address))
    return made


def _demo(names: list[str]) -> Iterator[Step]:
    refs = list(refs_of(row["id"] for row in everybody()).values())
    for name in names:
        asked = iter(
            Request(f"/i/{name}/{ref}.{DEMO[name]}", f"at={AT.replace('+', '%2B')}", AGENTS["browser"], address(number))
            for number, ref in enumerate(refs)
        )
        yield Step(list(islice(asked, WARM)))
        for between in BETWEEN:
            turn = list(islice(asked, between + 1))
            yield Step(turn, f"{name}: first sight")
            again = turn[:SEEN] if between >= SEEN else turn * -(-SEEN // len(turn))
            yield Step(again, f"{name}: seen before, {between} people between")
