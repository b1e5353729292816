"""What a shop asks over the network, on loopback: weather, a feed, images; each answers well or badly."""

import asyncio
import io
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from random import Random
from struct import pack

from PIL import Image
from tests.sources.local_server import Handler, Request, after, hang, noise, pour, reply, serving, slam

KINDS = ("weather", "feed", "images")
LATE = 2.0  # seconds


async def weather(request: Request, writer: asyncio.StreamWriter) -> None:
    """As Open-Meteo answers."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
    await reply({"current": {"time": at, "temperature_2m": 12.0, "weather_code": 61}})(request, writer)


async def picture(request: Request, writer: asyncio.StreamWriter) -> None:
    """A square of its own colour for each address."""
    out = io.BytesIO()
    Image.new("RGB", (72, 72), f"hsl({zlib.crc32(request.path.encode()) % 360}, 60%, 50%)").save(out, "PNG")
    await reply(out.getvalue(), headers={"Content-Type": "image/png"})(request, writer)


GOOD: dict[str, Handler] = {"weather": weather, "feed": reply([{"title": "Umbrellas are back"}]), "images": picture}


def bomb(side: int = 20_000) -> bytes:
    """A PNG of few bytes and many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes((side + 7) // 8 + 1) * side, 9)
    head = chunk(b"IHDR", pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def one_of(chance: Random, *handlers: Handler) -> Handler:
    """Now this, now that."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        await chance.choice(handlers)(request, writer)

    return handle


WRONG: dict[str, tuple[Handler, ...]] = {
    "weather": (
        reply({"current": {"time": "2026-01-01T00:00", "temperature_2m": 99_999.0, "weather_code": 61}}),
        reply({"current": {"time": "yesterday", "temperature_2m": "warm", "weather_code": "rain"}}),
        reply(None, 302, {"Location": "/elsewhere"}),
    ),
    "feed": (reply({"items": 3}), reply([[1, 2], "text", None]), reply([{"title": {"a": ["x" * 10_000] * 20}}])),
    "images": (
        reply(b"<html>Sorry</html>", headers={"Content-Type": "image/png"}),
        reply(None, 302, {"Location": "http://169.254.169.254/"}),
        reply(b"\x89PNG\r\n\x1a\n" + bytes(60)),
    ),
}


def badly(name: str, kind: str, chance: Random) -> Handler:
    """How one of them fails."""
    handlers: dict[str, tuple[Handler, ...]] = {
        "hangs": (hang,),
        "slow": (after(LATE, GOOD[name]),),
        "garbage": (noise, slam, reply(chance.randbytes(3000)), reply(b"[" * 100_000)),
        "huge": (pour, reply(bomb()), reply([{"title": "x" * 100}] * 30_000)),
        "wrong": WRONG[name],
    }
    return one_of(chance, *handlers[kind])


class Outside:
    """All three, each at a port that stays its own."""

    def __init__(self) -> None:
        self.handlers = dict(GOOD)
        self.urls: dict[str, str] = {}
        self._up: dict[str, AsyncExitStack] = {}

    async def up(self, name: str) -> None:
        """Listens."""

        async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
            await self.handlers[name](request, writer)

        self._up[name] = AsyncExitStack()
        port = int(self.urls[name].rpartition(":")[2]) if name in self.urls else 0
        server = await self._up[name].enter_async_context(serving(handle, port))
        self.urls[name] = server.url

    async def down(self, name: str) -> None:
        """Listens no more: whoever connects is refused."""
        await self._up.pop(name).aclose()


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """Everything well, to begin with."""
    made = Outside()
    for name in KINDS:
        await made.up(name)
    try:
        yield made
    finally:
        for name in list(made._up):  # noqa: SLF001  its own
            await made.down(name)
