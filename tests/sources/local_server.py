"""A small HTTP server on 127.0.0.1, in the loop of the test, that answers whatever a test wants, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Its address, and all that it was asked."""

    url: str
    asked: list[Request] = field(default_factory=list)


@asynccontextmanager
async def serving(handler: Handler, port: int = 0) -> AsyncIterator[Server]:
    """Runs a server, on any free port by default; each connection serves one request."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = _read(await reader.readuntil(b"\r\n\r\n"))
            server.asked.append(request)
            await handler(request, writer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    listener = await asyncio.start_server(connected, "127.0.0.1", port)
    server = Server(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _read(head: bytes) -> Request:
    first, *rest = head.decode().split("\r\n")
    address = urlsplit(first.split(" ")[1])
    headers = (line.partition(": ") for line in rest if line)
    return Request(
        address.path,
        {name: values[0] for name, values in parse_qs(address.query).items()},
        {name.lower(): value for name, _, value in headers},
    )


def head(status: int, headers: Mapping[str, str], length: int) -> bytes:
    """The head of an answer."""
    fields = {"Content-Type": "application/json", "Content-Length": str(length), "Connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} Because", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode()


def reply(body: object = None, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    """Answers bytes as they are, None as no body, all else as JSON."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, headers or {}, len(data)) + data)

    return handle


async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.sleep(60)


def after(seconds: float, handler: Handler) -> Handler:
    """Answers late."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await handler(request, writer)

    return handle


async def drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Answers one byte at a time, for a minute."""
    writer.write(head(200, {}, 6000))
    for _ in range(6000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def pour(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Answers without end, as long as somebody reads."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        writer.write(b"1," * 8192)
        await writer.drain()


async def noise(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Answers what is no HTTP."""
    writer.write(b"\x00\xff\x16\x03 hello\r\n\r\n")


async def slam(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Closes in the middle of an answer."""
    writer.write(head(200, {}, 1000) + b'{"cur')


DEEP = b"[" * 100_000 + b"]" * 100_000

SLOW = {"hang", "drip"}

# What a provider may do wrong, whatever it is asked.
FAULTS: Mapping[str, Handler] = {
    "500": reply(b"<h1>Sorry</h1>", 500),
    "403": reply(b"Forbidden", 403),
    "429": reply(None, 429),
    "redirect": reply(None, 302, {"Location": "/elsewhere"}),
    "not modified without having been asked": reply(None, 304),
    "empty": reply(b""),
    "no JSON": reply(b"<html></html>"),
    "not UTF-8": reply('{"a": "é"}'.encode("latin-1")),
    "cut": reply(b'{"current": {"temp'),
    "NaN": reply(b'{"current": NaN}'),
    "beyond floats": reply(b'{"current": 1e999}'),
    "endless digits": reply(b"[" + b"9" * 5000 + b"]"),
    "deep": reply(DEEP),
    "huge": pour,
    "compressed": reply(b"\x1f\x8b\x08\x00", 200, {"Content-Encoding": "gzip"}),
    "noise": noise,
    "slam": slam,
    "hang": hang,
    "drip": drip,
    "null": reply(b"null"),
    "list": reply([]),
    "text": reply("sunny"),
    "wrong shape": reply({"current": [], "properties": {"timeseries": {}}}),
}
