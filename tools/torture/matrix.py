"""The fault matrix: all that a server stands on fails in each way, alone and by twos, while people open emails."""

import asyncio
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Any

from tools.torture.client import Judge, Readers, Tally, exchange, parse
from tools.torture.faults import FAULTS, KINDS, World
from tools.torture.outside import outside
from tools.torture.result import Found, Options, Row, none_of, rows_of
from tools.torture.servers import Log, aside, emptied, lost, running, share_of_machine, stored, until
from tools.torture.shop import SKU, TOKEN, live_value, make_shop

RATE = 25.0  # opens in a second, where nobody else needs the machine
WARM, BROKEN, AFTER = 1.0, 3.0, 1.0  # seconds
LOOKED_AT = {"GeoIP file": 12.0, "templates folder": 6.0}  # seconds until a change of these is seen
ROOM = 128  # MiB of the disk
AT_ONCE = 2  # cells

Cell = tuple[tuple[str, str], ...]  # what fails, and how


@dataclass
class Outcome:
    """What a cell came to."""

    tally: Tally
    lost: int
    tracebacks: int
    alive: bool
    said: str

    @property
    def bad(self) -> int:
        """All that should not be."""
        return self.tally.bad + self.lost + self.tracebacks + (not self.alive)

    @property
    def plain(self) -> dict[str, Any]:
        """For the file of results."""
        slowest = max(self.tally.seconds, default=0.0)
        found: dict[str, Any] = {"opens": self.tally.asked, "bad": self.bad, "slowest_ms": round(slowest * 1000)}
        if self.bad:
            counts = {"lost": self.lost, "tracebacks": self.tracebacks, "alive": self.alive}
            found |= {**self.tally.faults, **counts, "examples": self.tally.examples, "said": self.said[-1500:]}
        return found


def measure(options: Options) -> Found:
    """Every cell, then pairs of cells that the seed has chosen."""
    cells: list[Cell] = [((name, kind),) for name, kinds in FAULTS.items() for kind in kinds]
    pairs = [(one, two) for (one,), (two,) in combinations(cells, 2) if one[0] != two[0]]
    chosen = Random(options.seed).sample(pairs, options.many(100, 10))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda cell: _tried(cell, options.seed), [*cells, *chosen]))
    alone, together = done[: len(cells)], done[len(cells) :]
    table: dict[str, dict[str, Any]] = {name: {} for name in FAULTS}
    for ((name, kind),), outcome in zip(cells, alone, strict=True):
        table[name][kind] = outcome.plain
    two = [{"of": cell, **outcome.plain} for cell, outcome in zip(chosen, together, strict=True)]
    return Found(_rows(done, len(cells), len(chosen)), {"kinds": KINDS, "matrix": table, "pairs": two})


def _rows(done: Sequence[Outcome], cells: int, pairs: int) -> list[Row]:
    faults = sum((outcome.tally.faults for outcome in done), Counter[str]())
    opens = sum(outcome.tally.asked for outcome in done)
    return [
        Row("single faults, and pairs of faults", cells + pairs, "", f"{cells} and {pairs}", True),
        *rows_of(faults, opens, sum(outcome.tracebacks for outcome in done)),
        none_of("answered images whose event is lost", opens, sum(outcome.lost for outcome in done)),
        none_of("servers that ended", cells + pairs, sum(not outcome.alive for outcome in done)),
    ]


def _tried(cell: Cell, seed: int) -> Outcome:
    outcome = asyncio.run(_cell(cell, Random(seed ^ zlib.crc32(repr(cell).encode()))))
    name = " and ".join(f"{name} {kind}" for name, kind in cell)
    print(f"  {name}: {outcome.tally.asked} opens, {outcome.bad} bad {dict(outcome.tally.faults) or ''}", flush=True)
    return outcome


async def _cell(cell: Cell, chance: Random) -> Outcome:
    tally = Tally()
    rate = RATE * share_of_machine()
    async with outside() as world, aside(make_shop(world.urls, ROOM)) as shop:
        log = Log(shop.folder / "log")
        async with aside(running(shop, log)) as server:
            readers = Readers(shop, lambda: server.port, tally, Judge(), chance)
            await readers.read(rate, WARM)
            await until(lambda: emptied(server))
            tally.acknowledged.clear()
            since = time.time()
            async with AsyncExitStack() as faults:
                for name, kind in cell:
                    await faults.enter_async_context(FAULTS[name][kind](World(shop, world, chance)))
                seconds = max(LOOKED_AT.get(name, BROKEN) for name, _ in cell)
                await asyncio.gather(readers.read(rate, seconds), _tell(server.port, tally, seconds))
            await readers.read(rate, AFTER)
            alive = (await asyncio.to_thread(server.get, "/healthz"))[0] == 200
        found, counted = stored(shop, since)
        return Outcome(tally, lost(tally.acknowledged, found, counted), log.tracebacks, alive, log.text)


async def _tell(port: int, tally: Tally, seconds: float) -> None:
    """The shop says how many it has left; it is told so where that is not kept."""
    for number in range(round(seconds)):
        body = live_value(number)
        head = (f"PUT /v1/products/{SKU}/live HTTP/1.1", "Host: live.example", f"Authorization: Bearer {TOKEN}")
        more = (f"Content-Length: {len(body)}", "Connection: close", "", "")
        try:
            answer = await exchange(port, "\r\n".join((*head, *more)).encode() + body)
        except OSError:
            answer = b""
        status = parse(answer)[0]
        if status not in (200, 404, 503):
            tally.fault("5xx" if status >= 500 else "not answered", f"a live value: {answer[:200]!r}")
        await asyncio.sleep(1)
