"""Requests that nobody should send, in process and over sockets: an image address answers each with an image."""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from random import Random

from livecontent.creative.version_files import UNKNOWN
from tools.torture.client import Judge, parse
from tools.torture.grammar import Asked, framed, requests
from tools.torture.inside import inside
from tools.torture.result import Found, Options, Row, none_of
from tools.torture.servers import Log, aside, running
from tools.torture.shop import SIZE, make_shop

PROCESSES = 2
AT_ONCE = 20  # connections
SIZES = (SIZE, (UNKNOWN.width, UNKNOWN.height))  # also of a creative that there is not
PATIENCE = 30.0  # seconds
GROWTH = 100  # MiB that a server may grow after the first fifth
LANDING = "https://shop.example/"
PIPELINED = 12  # requests at most
PEOPLE = 40  # so few that most of the time is spent on odd requests, not on new pictures


@dataclass
class _Counts:
    """What came of them."""

    asked: int = 0
    images: int = 0
    grown: int = 0  # MiB
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def fault(self, kind: str, detail: object) -> None:
        self.faults[kind] += 1
        if len(self.examples) < 5:
            self.examples.append(f"{kind}: {detail!r}"[:400])


def measure(options: Options) -> Found:
    """In process so many, over sockets a tenth."""
    times = options.many(200_000, 10_000)
    shares = [(options.seed + number, times // PROCESSES) for number in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        inside_ = list(pool.map(_in_process, shares))
    sockets = asyncio.run(_over_sockets(times // 10, Random(options.seed)))
    rows = [*_rows("in process", inside_), *_rows("over sockets", [sockets])]
    grown = max(one.grown for one in inside_)
    rows.append(Row("MiB grown after the first fifth", times, f"less than {GROWTH}", f"{grown}", grown < GROWTH))
    return Found(rows, {"examples": [text for one in (*inside_, sockets) for text in one.examples]})


def _rows(where: str, counts: list[_Counts]) -> list[Row]:
    faults = sum((one.faults for one in counts), Counter[str]())
    asked, images = sum(one.asked for one in counts), sum(one.images for one in counts)
    bad = sum(faults[kind] for kind in ("no picture", "wrong size", "wrong type", "cut off"))
    return [
        Row(f"requests {where}", asked, "", f"{images:,} images decoded", True),
        none_of(f"{where}: images that are none, or of the wrong size", asked, bad),
        none_of(f"{where}: image addresses without 200", asked, faults["not 200"]),
        none_of(f"{where}: images of another person", asked, faults["another person's"]),
        none_of(f"{where}: 5xx", asked, faults["5xx"]),
        none_of(f"{where}: not answered", asked, faults["not answered"]),
        none_of(f"{where}: clicks that lead elsewhere", asked, faults["elsewhere"]),
        none_of(f"{where}: exceptions and tracebacks", asked, faults["exception"]),
    ]


def _in_process(share: tuple[int, int]) -> _Counts:
    return asyncio.run(_asked_inside(*share))


async def _asked_inside(seed: int, times: int) -> _Counts:
    counts, judge = _Counts(), _Judge()
    async with aside(make_shop()) as shop:
        judge.owners = {ref: who for who, ref in shop.refs.items()}
        async with inside(shop) as server:
            for number, asked in enumerate(islice(requests(list(shop.refs.values())[:PEOPLE], Random(seed)), times)):
                counts.asked += 1
                try:
                    judge.look_at(counts, asked, *await server.ask(asked.method, asked.target, asked.headers))
                except Exception as error:  # noqa: BLE001  what is looked for
                    counts.fault("exception", (asked, repr(error)))
                if number == times // 5:
                    counts.grown = -_memory()
                if number % 10_000 == 9_999:
                    print(f"  {number + 1:,} requests in process", flush=True)
            counts.grown += _memory()
            counts.faults["exception"] += server.said.tracebacks
    return counts


def _memory() -> int:
    """MiB of this process: https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html"""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20


class _Judge:
    """Whether an answer is one that the request may have."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self._judge = Judge()

    def look_at(self, counts: _Counts, asked: Asked, status: int, headers: dict[str, str], body: bytes) -> None:
        """Counts what is wrong."""
        if status >= 500:
            counts.fault("5xx", asked)
        elif asked.door == "c" and 300 <= status < 400 and not headers.get("location", "").startswith(LANDING):
            counts.fault("elsewhere", (asked, headers))
        elif asked.door == "i" and asked.method != "HEAD" and status != 304:
            sizes = (SIZE,) if asked.known else SIZES
            who = self.owners.get(asked.ref, "")
            if problem := self._judge.problem(status, headers, body, who, sizes):
                counts.fault(problem, (asked, status, headers))
            counts.images += 1


async def _over_sockets(times: int, chance: Random) -> _Counts:
    counts, judge = _Counts(), _Judge()
    async with aside(make_shop()) as shop:
        judge.owners = {ref: who for who, ref in shop.refs.items()}
        log = Log(shop.folder / "log")
        source = requests(list(shop.refs.values())[:PEOPLE], chance)
        async with aside(running(shop, log)) as server:

            async def ask() -> None:
                while counts.asked < times:
                    await _connection(server.port, source, chance, judge, counts)

            await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
            if (await asyncio.to_thread(server.get, "/healthz"))[0] != 200:
                counts.fault("not answered", "at the end")
        counts.faults["exception"] += log.tracebacks
    return counts


async def _connection(port: int, source: Iterator[Asked], chance: Random, judge: _Judge, counts: _Counts) -> None:
    """One connection, with one request in some form, or several in a row."""
    if chance.random() < 0.2:
        row = [replace(next(source), method="GET") for _ in range(chance.randrange(2, PIPELINED))]
        sent = b"".join(asked.head + b"\r\n" for asked in row[:-1]) + row[-1].head + b"Connection: close\r\n\r\n"
    else:
        row = [next(source)]
        sent = framed(row[0], chance)
    counts.asked += len(row)
    answers = await _answers(port, sent, len(row) if row[0].method != "HEAD" else 0)
    for asked, answer in zip(row, answers, strict=False):
        judge.look_at(counts, asked, *answer)
    if not answers and row[0].door:
        counts.fault("not answered", sent[:300])


async def _answers(port: int, sent: bytes, bodies: int) -> list[tuple[int, dict[str, str], bytes]]:
    """All that is answered, with so many bodies, until that is there or the other side hangs up."""
    got = b""
    with suppress(OSError):  # whoever is refused may be reset
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(sent)
                while len(_parsed(got, bodies)) < max(bodies, 1) and (data := await reader.read(1 << 18)):
                    got += data
            finally:
                writer.close()
    return _parsed(got, bodies)


def _parsed(got: bytes, bodies: int) -> list[tuple[int, dict[str, str], bytes]]:
    """The whole answers at the beginning of some bytes."""
    found = []
    while got:
        status, headers, rest = parse(got)
        length = int(headers.get("content-length", 0)) if bodies and status not in (204, 304) else 0
        if not status or len(rest) < length:
            break
        found.append((status, headers, rest[:length]))
        got = rest[length:]
    return found
