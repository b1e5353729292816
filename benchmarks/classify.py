"""Classifying requests, in process: microseconds each, with tables as large as the real ones; and their memory.

Addresses come anew in each round, half of them from Apple's relay, or from a few people again and again. Classifying is
all from headers and address to the client: the autonomous system, the network, the agent, the rules.
"""

import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

from benchmarks.figures import percentiles, rounds
from benchmarks.options import Options
from benchmarks.processes import SERVER_CORE, pinned
from benchmarks.traffic import AGENTS
from livecontent.clients.classify import ClientRequest
from livecontent.clients.networks import read_relay, shipped_networks
from livecontent.clients.tables import NETWORKS, RELAY, Tables
from livecontent.net.mmdb import AsnDatabase
from livecontent.net.ranges import IpAddress, parse_address

SEED = 1931
V4, V6, CITIES = 60_000, 240_000, 25_000  # rows of the relay, and the cities they name
SYSTEMS = 5_000  # networks with an autonomous system
REQUESTS = 5_000
PEOPLE = 500  # who ask again
Find = Callable[[IpAddress], int | None]


def measure(options: Options) -> dict[str, object]:
    """Microseconds for each request, and MiB."""
    with tempfile.TemporaryDirectory() as name, pinned(SERVER_CORE):
        folder = Path(name)
        _make_relay(folder / RELAY)
        (folder / NETWORKS).write_text(shipped_networks(), encoding="utf-8")
        systems = AsnDatabase(_make_systems(folder / "asn.mmdb"))
        tables, loaded, memory = _load(folder)
        again = _requests(random.Random(SEED), PEOPLE) * (REQUESTS // PEOPLE)
        _judge(tables, systems.find, again)
        new = [_requests(random.Random(SEED + number), REQUESTS) for number in range(1, options.rounds + 1)]
        return {
            "seed": SEED,
            "relay_rows": tables.info()[0].rows,
            "requests": REQUESTS,
            "tables_mib": round(memory / 2**20, 1),
            "load_milliseconds": round(loaded * 1000),
            "micros_new_addresses": _spread([_judge(tables, systems.find, requests) for requests in new]),
            "micros_addresses_seen_before": _spread([_judge(tables, systems.find, again) for _ in new]),
            "micros_without_systems": _spread([_judge(tables, lambda _: None, requests) for requests in new]),
        }


def _load(folder: Path) -> tuple[Tables, float, int]:
    """The tables, the seconds that loading takes, and the bytes they have."""
    start = time.perf_counter()
    Tables(folder)
    loaded = time.perf_counter() - start
    tracemalloc.start()
    tables = Tables(folder)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return tables, loaded, memory


def _judge(tables: Tables, find: Find, requests: Sequence[tuple[dict[str, str], str]]) -> list[float]:
    samples = []
    for headers, address in requests:
        began = time.perf_counter_ns()
        parsed = parse_address(address)
        tables.judge.judge(ClientRequest(headers, parsed, "GET", find(parsed) if parsed else None))
        samples.append((time.perf_counter_ns() - began) / 1000)
    return samples


def _spread(samples: Sequence[Sequence[float]]) -> dict[str, object]:
    """Percentiles of all, and the medians of the rounds."""
    medians = [percentiles(one, 2)["p50"] for one in samples]
    return {**percentiles([micros for one in samples for micros in one], 2), "medians": rounds(medians, 2)}


def _requests(chance: random.Random, count: int) -> list[tuple[dict[str, str], str]]:
    agents = list(AGENTS.values())
    headers = [{"user-agent": agent, "accept": "image/webp,*/*", "accept-language": "fr-FR,fr"} for agent in agents]
    return [(chance.choice(headers), _address(chance)) for _ in range(count)]


def _address(chance: random.Random) -> str:
    """Half of them from the relay."""
    match chance.randrange(4):
        case 0:
            return f"172.{224 + chance.randrange(V4) // 65536}.{chance.randrange(234)}.{chance.randrange(256)}"
        case 1:
            return str(IPv6Address((0x2A0226F7 << 96) + (chance.randrange(V6) << 64) + chance.randrange(2**64)))
        case 2:
            return str(IPv4Address(chance.randrange(0x01000000, 0xDF000000)))
        case _:
            return str(ip_address((0x2A01CB00 << 96) + chance.randrange(2**96)))


def _make_relay(file: Path) -> None:
    v4 = (f"172.224.{number // 256}.{number % 256}/32,FR,FR-59,City {number % CITIES}," for number in range(V4))
    v6 = (
        f"2a02:26f7:{number >> 16:x}:{number & 65535:x}::/64,US,US-CA,Town {number % CITIES}," for number in range(V6)
    )
    read_relay((*v4, *v6), "rows").save(file)


def _make_systems(file: Path) -> Path:
    writer = MMDBWriter(6, "Benchmark-ASN", ipv4_compatible=True)
    for number in range(SYSTEMS):
        network = f"{1 + number // 256 * 11}.{number % 256}.0.0/16"
        writer.insert_network(IPSet([network]), {"autonomous_system_number": 64512 + number})
    writer.to_db_file(str(file))
    return file
