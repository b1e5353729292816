"""The disk is full, again and again, while people open emails: no image suffers, and no event is lost."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from benchmarks.processes import Server, family

from tools.torture.client import Judge, Readers, Tally
from tools.torture.faults import fill
from tools.torture.result import Found, Options, Row, none_of, rows_of
from tools.torture.servers import Log, aside, emptied, lost, running, share_of_machine, sound, stored, until
from tools.torture.shop import MAY_MOUNT, Shop, make_shop

ROOM = 24  # MiB
RATE = 25.0  # opens in a second, where nobody else needs the machine
FULL = 1.5  # seconds


def measure(options: Options) -> Found:
    """One server through all of it."""
    return asyncio.run(_measure(options.many(50, 5), Random(options.seed)))


async def _measure(times: int, chance: Random) -> Found:
    tally, late = Tally(), 0
    async with aside(make_shop(room=ROOM)) as shop:
        log = Log(shop.folder / "log")
        async with aside(running(shop, log)) as server:
            readers = Readers(shop, lambda: server.port, tally, Judge(), chance)
            rate = RATE * share_of_machine()
            for number in range(times):
                await readers.read(rate, FULL / 2)
                with _full(shop, server):
                    await readers.read(rate, FULL)
                late += not await until(lambda: emptied(server))
                print(f"  the disk was full {number + 1} times", flush=True)
        whole = sound(shop.data / "events.db")
        missing = lost(tally.acknowledged, *stored(shop))
        how = "a small disk, filled" if MAY_MOUNT else "files that may not grow"
        return Found(
            [
                Row("disk full", times, "", how, True),
                none_of("answered images whose event is lost", tally.acknowledged.total(), missing),
                none_of("events not stored once there was room again", times, late),
                none_of("databases that are not whole", times, int(not whole)),
                *rows_of(tally.faults, tally.asked, log.tracebacks),
            ],
            {"examples": tally.examples},
        )


@contextmanager
def _full(shop: Shop, server: Server) -> Iterator[None]:
    """Where no disk can be mounted, the server's processes may write nothing beyond the first byte of a file."""
    ballast = shop.data / "ballast"
    before = [(pid, resource.prlimit(pid, resource.RLIMIT_FSIZE)) for pid in family(server.pid)]
    if MAY_MOUNT:
        fill(ballast)
    else:
        for pid, (_, hard) in before:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        ballast.unlink(missing_ok=True)
        for pid, limits in before:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
