"""A thousand slow clients, who send a request for ever, or hardly read: how long others wait beside them."""

import asyncio
import multiprocessing
import os
import resource
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from multiprocessing.synchronize import Event
from random import Random

from benchmarks.figures import percentiles

from tools.torture.client import Judge, Readers, Tally, opening
from tools.torture.result import Found, Options, Row, rows_of
from tools.torture.servers import Log, aside, running, share_of_machine, until
from tools.torture.shop import make_shop

MANY = 1000
RATE = 25.0  # opens in a second, where nobody else needs the machine
SECONDS = 8.0  # of each turn
WARM = 2.0
MOST = 2.0  # times as long as without them, at the 99th percentile
KINDS = {"slow senders": "a header line each two seconds", "slow readers": "64 bytes a second of an image"}

Slowly = Callable[[int, bytes], AsyncIterator[None]]


def measure(options: Options) -> Found:
    """Turns with and without them, one after the other."""
    return asyncio.run(_measure(options.many(12, 2), Random(options.seed)))


async def _measure(turns: int, chance: Random) -> Found:
    tallies = {kind: Tally() for kind in ("nobody", *KINDS)}
    async with aside(make_shop()) as shop:
        log, judge = Log(shop.folder / "log"), Judge()
        async with aside(running(shop, log)) as server:
            request = opening("card", next(iter(shop.refs.values())), "192.0.2.1")
            await Readers(shop, lambda: server.port, Tally(), judge, chance).read(RATE, WARM)
            rate = RATE * share_of_machine()
            for number in range(turns):
                for kind, tally in tallies.items():
                    readers = Readers(shop, lambda: server.port, tally, judge, chance)
                    async with _crowd(kind, server.port, request):
                        await readers.read(rate, SECONDS)
                print(f"  {number + 1} turns", flush=True)
    waits = {kind: percentiles(tally.seconds)["p99"] for kind, tally in tallies.items()}
    rows = []
    for kind, tally in tallies.items():
        if kind != "nobody":
            times = waits[kind] / waits["nobody"]
            what = f"p99 of good clients beside {MANY:,} {kind} ({KINDS[kind]}), in times of that without"
            rows.append(Row(what, tally.asked, f"less than {MOST:g}", f"{times:.2f}", times < MOST))
            rows += rows_of(tally.faults, tally.asked, who=f"beside {kind}: ")
    rows += rows_of(tallies["nobody"].faults, tallies["nobody"].asked, log.tracebacks, "without them: ")
    return Found(rows, {"p99_seconds": waits})


@asynccontextmanager
async def _crowd(kind: str, port: int, request: bytes) -> AsyncIterator[None]:
    """Once all are there; in a process of its own, so that it does not hold up those who are measured."""
    if kind == "nobody":
        yield
        return
    spawn = multiprocessing.get_context("spawn")
    there = spawn.Event()
    process = spawn.Process(target=_hold, args=(kind, port, request, there), daemon=True)
    process.start()
    try:
        await until(there.is_set)
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)


def _hold(kind: str, port: int, request: bytes, there: Event) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.nice(5)
    asyncio.run(_all(_send_slowly if kind == "slow senders" else _read_slowly, port, request, there))


async def _all(slowly: Slowly, port: int, request: bytes, there: Event) -> None:
    """Those that are hung up on come again."""
    begun: set[int] = set()

    async def again(number: int) -> None:
        while True:
            with suppress(OSError):
                async for _ in slowly(port, request):
                    begun.add(number)
                    if len(begun) == MANY:
                        there.set()
            await asyncio.sleep(0.5)

    await asyncio.gather(*map(again, range(MANY)))


async def _send_slowly(port: int, request: bytes) -> AsyncIterator[None]:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request.removesuffix(b"\r\n"))
        while not writer.is_closing():
            yield
            await asyncio.sleep(2)
            writer.write(b"X-A: b\r\n")
            await writer.drain()
    finally:
        writer.close()


async def _read_slowly(port: int, request: bytes) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(connection, ("127.0.0.1", port))
        await loop.sock_sendall(connection, request)
        while await loop.sock_recv(connection, 64):
            yield
            await asyncio.sleep(1)
