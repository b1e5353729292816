"""Ten times as many opens as a server can draw, for a minute: what comes back, and when all is as before.

The server has a core for itself, the generator the other. What it can draw is measured first, by as many requests at
a time as keep it busy. The images are R1 as WebP for browsers: each of another name, and slow to encode, so that ten
times as many are fewer than any server could answer. An image counts as drawn where it is none of those that are ready.
"""

import asyncio
import io
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import cycle, islice
from typing import Any

from PIL import Image

from benchmarks.figures import percentiles
from benchmarks.flood import Flood, Generator, Ways
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, Server, livecontent, pinned, serve
from benchmarks.shop import Shop, make_shop
from benchmarks.traffic import unique_r1
from livecontent.services import make_services

TIMES = 10  # what the server can draw
BUSY = 8  # requests at a time that keep a worker busy
CALM = 0.25  # of the seconds of the flood: how long it is measured what a server can draw, and at least
LEAST = 5.0
PROBES, PROBED = 0.2, 8.0  # of what the server can draw, after the flood, and for so many seconds
NORMAL = 250.0  # milliseconds: an answer as before
PROMISES = {"valid": 1.0, "p99_ms": 1000.0, "share_of_peak": 0.8, "normal_after_s": 5.0}  # what is wanted

CASES: Mapping[str, tuple[Ways, int]] = {
    "new connections": ("new", 1),
    "kept connections": ("kept", 1),
    "new connections, two workers": ("new", 2),
}
_FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def measure(options: Options) -> dict[str, object]:
    """Each case, and what is wanted of it."""
    with make_shop() as shop:
        ready = asyncio.run(_ready(shop))
        cases = {name: _case(shop, ready, *how, options.flood) for name, how in CASES.items()}
    for name, case in cases.items():
        print(f"  {name}: {case}")
    return {"times": TIMES, "seconds": options.flood, "promises": PROMISES, "cases": cases}


def _case(shop: Shop, ready: frozenset[str], ways: Ways, workers: int, seconds: float) -> dict[str, Any]:
    command = [*livecontent(), "--workers", str(workers)]
    requests = _requests(shop)
    with serve(command, shop.environment, {SERVER_CORE}) as server, pinned(LOAD_CORE):
        Generator(server.port, "kept").run(requests, 0, 5, at_once=BUSY * workers)  # what is made at first use
        calm = max(seconds * CALM, LEAST)
        peak = _drawn(Generator(server.port, "kept").run(requests, 0, calm, at_once=BUSY * workers), ready) / calm
        flood, busy = _flooded(server, requests, ways, TIMES * peak, seconds)
        after = Generator(server.port, "new").run(requests, PROBES * peak, PROBED)
    latencies = percentiles(flood.latencies, 1)
    drawn = _drawn(flood, ready) / seconds
    return {
        "requests": len(flood.due),
        "peak_per_second": round(peak, 1),
        "offered_per_second": round(len(flood.due) / seconds, 1),
        "valid": round(1 - flood.digests.count("") / len(flood.digests), 5),
        "faults": dict(flood.faults),
        "latency_ms": latencies,
        "p99_ms": latencies["p99"],
        "drawn_per_second": round(drawn, 1),
        "share_of_peak": round(drawn / peak, 3),
        "normal_after_s": _normal_after(after, ready),
        "server_busy": round(busy, 2),
        "generator_late_s": round(flood.late, 3),
        "decoded": sum(map(_decoded, flood.bodies.values())),
    }


def _flooded(server: Server, requests: Iterator[bytes], ways: Ways, rate: float, seconds: float) -> tuple[Flood, float]:
    before = server.cpu_seconds()
    flood = Generator(server.port, ways).run(requests, rate, seconds)
    return flood, (server.cpu_seconds() - before) / seconds


def _requests(shop: Shop) -> Iterator[bytes]:
    head = f"Host: live\r\nUser-Agent: {_FIREFOX}\r\nAccept: image/avif,image/webp,*/*\r\n"
    hits = islice(unique_r1(shop), 20_000)
    lines = ((hit.path(shop).replace(".jpg", ".webp"), f"X-Forwarded-For: {hit.address}") for hit in hits)
    return cycle([f"GET {path} HTTP/1.1\r\n{head}{proxy}\r\n\r\n".encode() for path, proxy in lines])


async def _ready(shop: Shop) -> frozenset[str]:
    """The digests of the images that are answered where none is drawn."""
    parts = make_services(shop.settings())
    try:
        compiled = parts.kit.creatives["r1"]
        images = [compiled.fallback("webp"), *(variant.fallback() for variant in compiled.variants.values())]
        return frozenset(blake2b(image, digest_size=8).hexdigest() for image in images)
    finally:
        await parts.aclose()


def _drawn(flood: Flood, ready: frozenset[str]) -> int:
    return sum(bool(digest) and digest not in ready for digest in flood.digests)


def _normal_after(after: Flood, ready: frozenset[str]) -> float:
    """Seconds until all answers are drawn, and soon; more than was looked at where they never are."""
    start = min(after.due)
    late = [
        due - start
        for due, took, digest in zip(after.due, after.latencies, after.digests, strict=True)
        if not digest or digest in ready or took > NORMAL
    ]
    return round(max(late), 1) if late else 0.0


def _decoded(body: bytes) -> bool:
    """Whether a body is a whole image. Raises `OSError` where it is none."""
    with Image.open(io.BytesIO(body)) as picture:
        picture.load()
        return True
