"""One worker against two, where there are two cores: processes that only build pictures, then servers with a load.

In process there is no load generator: each process has a core for itself and builds R1 after R1. Through HTTP the load
generator needs time, too, and shares the two cores with the workers: what counts there is how many requests the workers
answer for each second of processor time that they get, beside the plain rate.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from statistics import mean
from typing import NamedTuple

from benchmarks.figures import ratios, rounds
from benchmarks.load import closed
from benchmarks.options import Options
from benchmarks.people import Population, cities, people
from benchmarks.processes import LOAD_CORE, SERVER_CORE, on_cores, serve
from benchmarks.serving import Turns, requests_of, turn
from benchmarks.shop import Shop, make_shop, refs_of
from benchmarks.traffic import unique_r1
from livecontent.config import load_settings
from livecontent.pipeline import answer
from livecontent.services import make_services

CONNECTIONS = 16
WARM = 3000  # openings
BOTH = {LOAD_CORE, SERVER_CORE}


class Built(NamedTuple):
    """Openings a second of all processes together, and the processor time of one opening in microseconds."""

    rate: float
    cpu_micros: float


def measure(options: Options) -> dict[str, object]:
    """Openings a second of one and two processes, and requests a second of one and two workers."""
    if len(os.sched_getaffinity(0)) < 2:
        return {"skipped": "it takes two cores"}
    with make_shop() as shop:
        return {"in_process": _in_process(shop, options), "http": _http(shop, options)}


def _in_process(shop: Shop, options: Options) -> dict[str, object]:
    one: list[Built] = []
    two: list[Built] = []
    for _ in range(options.rounds):
        one.append(_build(shop, [SERVER_CORE], options.seconds))
        two.append(_build(shop, [LOAD_CORE, SERVER_CORE], options.seconds))
    return {
        "what": "openings a second of processes that only build R1, each on a core of its own, without load generator",
        "one": _summary(one),
        "two": _summary(two),
        "times_faster": ratios([built.rate for built in two], [built.rate for built in one]),
        "times_per_cpu_second": ratios([built.cpu_micros for built in one], [built.cpu_micros for built in two]),
    }


def _summary(every: Sequence[Built]) -> dict[str, object]:
    return {
        "openings_per_second": rounds([built.rate for built in every], 1),
        "cpu_micros": rounds([built.cpu_micros for built in every], 1),
    }


def _build(shop: Shop, cores: list[int], seconds: float) -> Built:
    """All processes begin together, when each has said that it is warm."""
    command = [sys.executable, "-m", "benchmarks.workers", str(seconds)]
    started = [
        subprocess.Popen(
            [*on_cores({core}), *command, str(number)],
            env=shop.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, core in enumerate(cores)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "warm\n"
    said = [process.communicate()[0].split() for process in _told(started)]
    return Built(sum(float(rate) for rate, _ in said), mean(float(micros) for _, micros in said))


def _told(processes: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def _http(shop: Shop, options: Options) -> dict[str, object]:
    figures: dict[int, Turns] = {1: Turns(), 2: Turns()}
    with ExitStack() as stack:
        servers = {count: stack.enter_context(serve(_uvicorn(count), shop.environment, BOTH)) for count in figures}
        requests = requests_of(shop, unique_r1(shop))
        for server in servers.values():  # each worker has to see every city
            closed(server.port, requests, CONNECTIONS, count=WARM)
        for _ in range(options.rounds):
            for count, server in servers.items():
                turn(server, requests, CONNECTIONS, options.seconds, figures[count])
    one, two = figures[1], figures[2]
    return {
        "what": "requests a second of R1 where workers and load generator share both cores",
        "connections": CONNECTIONS,
        "one": one.summary(),
        "two": two.summary(),
        "times_faster": ratios(two.rates, one.rates),
        "times_per_cpu_second": ratios(one.cpu_micros, two.cpu_micros),
    }


def _uvicorn(workers: int) -> list[str]:
    app = ["livecontent.app:create_app", "--factory", "--port", "{port}", "--workers", str(workers)]
    return [sys.executable, "-m", "uvicorn", *app, "--no-access-log", "--no-server-header", "--log-level", "warning"]


async def _work(seconds: float, number: int) -> Built:
    """From the word on; each process has people of its own."""
    settings = load_settings()
    parts = make_services(settings)
    unique, crowd = people(cities())
    shop = Population(unique, crowd, refs_of(person.id for person in unique))
    at = datetime.now(UTC)
    hits = islice(unique_r1(shop), number * 8000, number * 8000 + 8000)
    openings = [await hit.opening(shop, parts.storage.people, at) for hit in hits]
    for opening in openings[:300]:
        await answer(opening, parts.kit)
    print("warm", flush=True)
    sys.stdin.readline()
    count, start, cpu = 0, time.perf_counter(), time.process_time()
    while (passed := time.perf_counter() - start) < seconds:
        await answer(openings[(300 + count) % len(openings)], parts.kit)
        count += 1
    built = Built(count / passed, (time.process_time() - cpu) / count * 1e6)
    await parts.aclose()
    return built


if __name__ == "__main__":
    print(*asyncio.run(_work(float(sys.argv[1]), int(sys.argv[2]))))
