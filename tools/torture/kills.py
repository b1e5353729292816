"""Processes die at any moment, with nothing but SIGKILL: the only one of a server, and one of two."""

import asyncio
import os
import signal
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Self

from benchmarks.processes import Server, family

from tools.torture.client import Judge, Readers, Tally
from tools.torture.result import Found, Options, Row, none_of, rows_of
from tools.torture.servers import Log, accepting, aside, lost, running, share_of_machine, sound, stored, until
from tools.torture.shop import Shop, make_shop

CLIENTS = 6
WORKERS = 2
RATE = 40.0  # opens in a second, where nobody else needs the machine
SHOPS = 2  # that are killed at once


@dataclass
class _Killed:
    """What killing came to."""

    kills: int = 0
    tally: Tally = field(default_factory=Tally)
    lost: int = 0
    unsound: int = 0
    tracebacks: int = 0

    def add(self, other: Self) -> None:
        self.kills += other.kills
        self.tally.add(other.tally)
        self.lost += other.lost
        self.unsound += other.unsound
        self.tracebacks += other.tracebacks


def measure(options: Options) -> Found:
    """All processes of a server at once."""
    times = options.many(200, 20)
    found = _Killed()
    with ThreadPoolExecutor(SHOPS) as pool:
        seeds = range(options.seed, options.seed + SHOPS)
        for part in pool.map(lambda seed: asyncio.run(_alone(times // SHOPS, Random(seed))), seeds):
            found.add(part)
    return Found(_rows("servers killed, and started again", found), {"examples": found.tally.examples})


def measure_workers(options: Options) -> Found:
    """One of two."""
    found = asyncio.run(_of_two(options.many(200, 20), Random(options.seed)))
    return Found(_rows("processes killed, one of two", found), {"examples": found.tally.examples})


async def _alone(times: int, chance: Random) -> _Killed:
    """A server is started, killed, and started again."""
    found = _Killed(times)
    async with aside(make_shop()) as shop:
        log = Log(shop.folder / "log")
        judge = Judge()
        for number in range(times):
            async with aside(running(shop, log)) as server:
                await _open_and_kill(shop, server, found.tally, judge, chance)
            found.unsound += not sound(shop.data / "events.db")
            print(f"  the only process was killed {number + 1} times", flush=True)
        return _counted(shop, log, found)


async def _open_and_kill(shop: Shop, server: Server, tally: Tally, judge: Judge, chance: Random) -> None:
    readers = Readers(shop, lambda: server.port, tally, judge, chance)
    readers.killing = True
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CLIENTS):
            tasks.create_task(readers.keep_reading())
        await asyncio.sleep(chance.uniform(0.05, 1.0) / share_of_machine())
        readers.gone = True  # what they have been answered by now, they still read
        kill(family(server.pid))  # the parent first: it replaces nobody


async def _of_two(times: int, chance: Random) -> _Killed:
    """One of two dies, is replaced, and so on, while people go on opening."""
    found = _Killed(times)
    async with aside(make_shop()) as shop:
        log = Log(shop.folder / "log")
        async with aside(running(shop, log, WORKERS)) as server:
            readers = Readers(shop, lambda: server.port, found.tally, Judge(), chance)
            readers.killing = True
            opening = asyncio.create_task(readers.read(RATE * share_of_machine(), 1e9))
            for number in range(times):
                if not await until(lambda: len(accepting(server)) == WORKERS):
                    raise RuntimeError(f"a killed process was not replaced:\n{log.text[-2000:]}")
                await asyncio.sleep(chance.uniform(0, 0.3) / share_of_machine())
                kill([chance.choice(accepting(server))])
                print(f"  one of two processes was killed {number + 1} times", flush=True)
            await until(lambda: len(accepting(server)) == WORKERS)
            opening.cancel()
            await asyncio.wait([opening])
        found.unsound = not sound(shop.data / "events.db")
        return _counted(shop, log, found)


def kill(pids: Iterable[int]) -> None:
    """With nothing that they could do about it; those that are gone by now are left alone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _counted(shop: Shop, log: Log, found: _Killed) -> _Killed:
    found.lost = lost(found.tally.acknowledged, *stored(shop))
    found.tracebacks = log.tracebacks
    return found


def _rows(what: str, found: _Killed) -> list[Row]:
    return [
        Row(what, found.kills, "", f"{found.kills}", True),
        none_of("answered images whose event is lost", found.tally.acknowledged.total(), found.lost),
        none_of("databases that are not whole", found.kills, found.unsound),
        *rows_of(found.tally.faults, found.tally.asked, found.tracebacks),
    ]
