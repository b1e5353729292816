"""A client that looks at what it gets: opens at moments that do not depend on answers, each new picture decoded.

`benchmarks.load` measures speed and drops what it is sent; here each picture is decoded, and its code says whose it is.
"""

import asyncio
import io
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random
from typing import Self

import zxingcpp
from PIL import Image

from tools.torture.shop import CODE, FORMATS, NOBODY, SIZE, Shop

PATIENCE = 10.0  # seconds that a recipient's client waits
MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
QR = zxingcpp.barcode_formats_from_str("QRCode")
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"


@dataclass(slots=True)
class Tally:
    """What came back: how many were asked for, what was wrong, who was answered a whole picture, and how fast."""

    asked: int = 0
    faults: Counter[str] = field(default_factory=Counter)  # by kind
    examples: list[str] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)  # whole pictures by ref
    seconds: list[float] = field(default_factory=list)
    resets: int = 0  # connections that ended before their answer, and were made again

    def fault(self, kind: str, detail: str = "") -> None:
        """Something that should not be."""
        self.faults[kind] += 1
        if len(self.examples) < 5:
            self.examples.append(f"{kind}: {detail}"[:300])

    @property
    def bad(self) -> int:
        """All faults."""
        return self.faults.total()

    def add(self, other: Self) -> None:
        """What came back to others."""
        self.asked += other.asked
        self.resets += other.resets
        self.faults += other.faults
        self.acknowledged += other.acknowledged
        self.examples = [*self.examples, *other.examples][:5]
        self.seconds += other.seconds


class Judge:
    """Looks at pictures; at equal bytes once."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[str, tuple[int, int], str]] = {}

    def look(self, data: bytes) -> tuple[str, tuple[int, int], str]:
        """Media type, size, and whose it is; raises `OSError` and others for what is no picture."""
        key = blake2b(data, digest_size=16).digest()
        found = self._seen.get(key)
        if found is None:
            with Image.open(io.BytesIO(data)) as picture:
                picture.load()
                found = MEDIA[str(picture.format)], picture.size, _code(picture) if picture.size == SIZE else ""
            self._seen[key] = found
        return found

    def problem(self, status: int, headers: Mapping[str, str], body: bytes, who: str, sizes: Iterable[object]) -> str:
        """What is wrong with an answer to somebody, "" where nothing is."""
        if status != 200:
            return "5xx" if status >= 500 else "not 200"
        if headers.get("content-length") != str(len(body)):
            return "cut off"
        try:
            media, size, shown = self.look(body)
        except Exception:  # noqa: BLE001  decoders raise what they like
            return "no picture"
        if headers.get("content-type") != media:
            return "wrong type"
        if size not in sizes:
            return "wrong size"
        return "another person's" if shown not in (who, NOBODY, "") else ""


def _code(picture: Image.Image) -> str:
    """What its QR code says, "" where there is none."""
    part = picture.convert("L").crop(CODE)
    found = zxingcpp.read_barcode(part, formats=QR, try_rotate=False, try_invert=False)
    found = found or zxingcpp.read_barcode(picture.convert("L"), formats=QR)  # slower, and sees more
    return found.text if found else ""


def parse(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name, and body; status 0 where it is no answer."""
    head, end, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if not end or not first.startswith("HTTP/1.1 "):
        return 0, {}, answer
    fields = (line.partition(": ") for line in lines)
    return int(first[9:12]), {name.lower(): value for name, _, value in fields}, body


async def exchange(port: int, request: bytes) -> bytes:
    """All that is answered to a request, on a connection of its own. Raises `OSError`, also where it takes too long."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            return await reader.read(-1)
        finally:
            writer.close()


def opening(creative: str, ref: str, address: str) -> bytes:
    """The request of an open."""
    lines = (f"GET /i/{creative}/{ref}.{FORMATS[creative]} HTTP/1.1", "Host: live.example", f"User-Agent: {AGENT}")
    return "\r\n".join((*lines, f"X-Forwarded-For: {address}", "Connection: close", "", "")).encode()


class Readers:
    """People who open the pictures of a shop."""

    def __init__(self, shop: Shop, port: Callable[[], int], tally: Tally, judge: Judge, chance: Random) -> None:
        """`port` answers where the server is now."""
        self._people = list(shop.refs.items())
        self._port = port
        self._tally = tally
        self._judge = judge
        self._chance = chance
        self.killing = False  # whether a process may die within an answer
        self.gone = False  # whether all have

    async def read(self, rate: float, seconds: float) -> None:
        """Opens at a rate for so long, by a Poisson process; all are answered or given up at the end."""
        start = time.monotonic()
        due = start
        async with asyncio.TaskGroup() as tasks:
            while (due := due + self._chance.expovariate(rate)) < start + seconds:
                await asyncio.sleep(max(due - time.monotonic(), 0))
                tasks.create_task(self.open())

    async def keep_reading(self) -> None:
        """Opens one after the other until the server is gone."""
        while not self.gone:
            await self.open()

    async def open(self) -> None:
        """Somebody opens."""
        who, ref = self._chance.choice(self._people)
        request = opening(self._chance.choice(list(FORMATS)), ref, f"192.0.2.{self._chance.randrange(1, 250)}")
        self._tally.asked += 1
        await self._ask(who, ref, request, tries=2)

    async def _ask(self, who: str, ref: str, request: bytes, tries: int) -> None:
        """Where the connection ends before the answer, once more, as clients and proxies do."""
        tally = self._tally
        begun = time.monotonic()
        try:
            answer = await exchange(self._port(), request)
        except TimeoutError:
            tally.fault("not in time", request[:60].decode())
            return
        except OSError:
            answer = b""
        status, headers, body = parse(answer)
        if not status or (self.killing and headers.get("content-length") != str(len(body))):
            if self.gone:
                return
            if tries > 1:
                tally.resets += 1
                await self._ask(who, ref, request, tries - 1)
                return
        tally.seconds.append(time.monotonic() - begun)
        problem = self._judge.problem(status, headers, body, who, (SIZE,)) if status else "not answered"
        if problem:
            tally.fault(problem, f"{request[:60]!r} {answer[:120]!r}")
        else:
            tally.acknowledged[ref] += 1
