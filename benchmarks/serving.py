"""livecontent through HTTP on one core, beside the floor: the same Starlette and uvicorn with constant bytes.

The server has a core for itself, the load generator the other. Each case takes its turn in each round, and next to it
the floor with a body of the same size: a share is of that floor, in the same round.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice, repeat

from benchmarks.check import check_ours
from benchmarks.figures import percentiles, rounds
from benchmarks.load import Load, closed, open_loop
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, Server, livecontent, pinned, serve
from benchmarks.shop import Shop, make_shop
from benchmarks.traffic import Hit, every_card, mix, triples_r3, unique_r1, unique_r2
from livecontent.services import Services, make_services

CONNECTIONS = 8
OPEN_CONNECTIONS = 64
KEPT = 40_000  # requests made before a measurement, so that making them takes no time of it
LOADS = (0.5, 0.8)  # of what the server can do, in open loop
FLOOR = [sys.executable, "-m", "benchmarks.floor", "{port}"]
Hits = Callable[[Shop], Iterator[Hit]]

CASES: dict[str, tuple[Hits, str]] = {
    "r1_jpeg": (unique_r1, "R1, each opening with a name that no cache knows"),
    "r1_png": (lambda shop: unique_r1(shop, "r1-png"), "the same as PNG"),
    "r2_gif": (unique_r2, "R2, each opening with a deadline of its own"),
    "r3_jpeg": (triples_r3, "R3, any three of 500 products, each product seen before at each place"),
    "mix": (mix, "the model of open traffic; pictures that come again may come from a cache"),
}


@dataclass(slots=True)
class Turns:
    """What a contender did in its turns: answers a second, and processor time for each answer in microseconds."""

    rates: list[float] = field(default_factory=list)
    cpu_micros: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)  # how much of its core the server used
    latencies: list[float] = field(default_factory=list)
    mean_bytes: int = 0

    def add(self, load: Load, cpu_seconds: float) -> None:
        """One turn."""
        assert not load.errors, f"{load.errors} answers were not 200"
        self.rates.append(load.rate)
        self.cpu_micros.append(cpu_seconds / len(load.latencies) * 1e6)
        self.busy.append(cpu_seconds / load.seconds)
        self.latencies += load.latencies
        self.mean_bytes = load.mean_bytes

    def summary(self) -> dict[str, object]:
        """For the file of results."""
        return {
            "requests_per_second": rounds(self.rates, 1),
            "latency_ms": percentiles(self.latencies),
            "server_cpu_micros": rounds(self.cpu_micros, 1),
            "server_busy": rounds(self.busy, 2),
            "mean_bytes": self.mean_bytes,
        }


def turn(server: Server, requests: Iterator[bytes], connections: int, seconds: float, turns: Turns) -> Load:
    """One contender's turn in a round."""
    before = server.cpu_seconds()
    load = closed(server.port, requests, connections, seconds)
    turns.add(load, server.cpu_seconds() - before)
    return load


def requests_of(shop: Shop, hits: Iterable[Hit], kept: int = KEPT) -> Iterator[bytes]:
    """Requests, over and over."""
    return cycle([hit.request(shop) for hit in islice(hits, kept)])


def measure(options: Options) -> dict[str, object]:
    """Requests a second, shares of the floor, latencies, and the check of answers."""
    with make_shop() as shop, serve(livecontent(), shop.environment, {SERVER_CORE}) as server:
        checks = asyncio.run(_check(shop, server))
        with pinned(LOAD_CORE), serve(FLOOR, shop.environment, {SERVER_CORE}) as floor:
            warm(server, shop)
            return {
                "cores": {"server": SERVER_CORE, "load": LOAD_CORE},
                "connections": CONNECTIONS,
                "checks": checks,
                "cases": {name: _case(name, shop, server, floor, options) for name in CASES},
                "one_by_one": _one_by_one(shop, server, floor, options),
                "memory_after": server.memory(),
            }


def warm(server: Server, shop: Shop) -> None:
    """Every city's weather, every product at every place, the common words."""
    seen = {hit.person.city.name: hit for hit in islice(unique_r1(shop), 4000)}
    for hits in (seen.values(), every_card(shop), islice(unique_r2(shop), 50)):
        made = [hit.request(shop) for hit in hits]
        closed(server.port, iter(made), 4, count=len(made))


async def _check(shop: Shop, server: Server) -> dict[str, object]:
    parts: Services = make_services(shop.settings())
    try:
        await asyncio.sleep(0)
        warm(server, shop)
        return {
            name: await check_ours(server, shop, parts, hits(shop))
            for name, (hits, _) in CASES.items()
            if name != "mix"  # it is made of the others
        }
    finally:
        await parts.aclose()


def _case(name: str, shop: Shop, server: Server, floor: Server, options: Options) -> dict[str, object]:
    hits, what = CASES[name]
    requests = requests_of(shop, hits(shop))
    ours, bare = Turns(), Turns()
    size = closed(server.port, requests, CONNECTIONS, min(options.seconds, 1.0)).mean_bytes
    constant = repeat(f"GET /{size} HTTP/1.1\r\nHost: live\r\n\r\n".encode())
    closed(floor.port, constant, CONNECTIONS, count=500)
    for _ in range(options.rounds):
        turn(server, requests, CONNECTIONS, options.seconds, ours)
        turn(floor, constant, CONNECTIONS, options.seconds, bare)
    shares = [one / other for one, other in zip(ours.rates, bare.rates, strict=True)]
    by_cpu = [other / one for one, other in zip(ours.cpu_micros, bare.cpu_micros, strict=True)]
    return {
        "what": what,
        "livecontent": ours.summary(),
        "floor": bare.summary(),
        "share_of_floor": rounds(shares, 4),
        "share_of_floor_by_cpu": rounds(by_cpu, 4),
        "open_loop": [_open(server, requests, ours, part, options) for part in LOADS]
        if name in ("r1_jpeg", "mix")
        else [],
    }


def _open(server: Server, requests: Iterator[bytes], ours: Turns, part: float, options: Options) -> dict[str, object]:
    """Latencies at a load that does not wait for answers, from the moment that each request was due."""
    rate = sorted(ours.rates)[len(ours.rates) // 2] * part
    load = open_loop(server.port, requests, rate, options.seconds * options.rounds, 5, OPEN_CONNECTIONS)
    return {
        "part_of_capacity": part,
        "offered_per_second": round(rate, 1),
        "answered": len(load.latencies),
        "unanswered": load.unanswered,
        "errors": load.errors,
        "latency_ms": percentiles(load.latencies, parts=(50, 90, 99, 99.9, 100)),
    }


def _one_by_one(shop: Shop, server: Server, floor: Server, options: Options) -> dict[str, object]:
    """Whole openings of R1 from a single client: recipient from SQLite, place from GeoIP, weather from the cache."""
    requests = requests_of(shop, unique_r1(shop))
    ours, bare = Turns(), Turns()
    size = closed(server.port, requests, 1, count=100).mean_bytes
    constant = repeat(f"GET /{size} HTTP/1.1\r\nHost: live\r\n\r\n".encode())
    for _ in range(options.rounds):
        turn(server, requests, 1, options.seconds, ours)
        turn(floor, constant, 1, options.seconds, bare)
    return {"livecontent": ours.summary(), "floor": bare.summary()}
