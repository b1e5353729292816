"""The load generator: requests in, how fast they were answered out. One thread, plain sockets, HTTP/1.1 kept alive.

Closed loop: each connection sends as soon as it is answered. Open loop: requests are due at moments that do not depend
on answers (a Poisson process), and latency counts from the moment that a request was due, whenever it could be sent,
so that a slow answer counts for all that had to wait behind it (no coordinated omission).
"""

import random
import re
import socket
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from select import EPOLLIN, epoll
from typing import Self

BUFFER = 1 << 20  # bytes
APART = 0.003  # seconds between connections, so that workers share them
HEAD = 2048  # bytes, more than the head of any answer here
PATIENCE = 20.0  # seconds to wait for the last answers
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
LAST = re.compile(rb"connection: *close", re.IGNORECASE)
_SPIN = 0.002  # seconds before a request is due in which nothing sleeps: a sleep lasts a millisecond too long


@dataclass(slots=True)
class Load:
    """What came back: latencies in milliseconds, the seconds it took, bytes of bodies, answers that were not 200."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    body_bytes: int = 0
    errors: int = 0
    unanswered: int = 0

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def mean_bytes(self) -> int:
        """Bytes of a body, on average."""
        return round(self.body_bytes / len(self.latencies)) if self.latencies else 0


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    due: float = 0.0
    missing: int = 0  # bytes of the answer still to come
    head: bytes = b""  # the beginning of an answer whose head is not whole yet
    last: bool = False  # whether the server closes it after this answer, as it does after many


def closed(
    port: int, requests: Iterator[bytes], connections: int, seconds: float = 0.0, count: int | None = None
) -> Load:
    """As fast as answers come, for so many seconds, or for so many requests."""
    with _Generator(port, connections) as generator:
        return generator.closed(requests, seconds, count)


def open_loop(port: int, requests: Iterator[bytes], rate: float, seconds: float, seed: int, connections: int) -> Load:
    """At a rate of so many requests a second; those that find no free connection wait, and their clocks run."""
    with _Generator(port, connections) as generator:
        return generator.open(requests, rate, seconds, random.Random(seed))


class _Generator:
    def __init__(self, port: int, connections: int) -> None:
        self._epoll = epoll()
        self._buffer = memoryview(bytearray(BUFFER))
        self._all: dict[int, _Connection] = {}
        self._load = Load()
        self._port = port
        for _ in range(connections):
            self._add(_Connection(self._connect()))
            time.sleep(APART)

    def _connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _add(self, connection: _Connection) -> None:
        number = connection.socket.fileno()
        self._all[number] = connection
        self._epoll.register(number, EPOLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._epoll.close()
        for connection in self._all.values():
            connection.socket.close()

    def closed(self, requests: Iterator[bytes], seconds: float, count: int | None) -> Load:
        start = time.perf_counter()
        end = start + seconds
        left = float("inf") if count is None else count
        for connection in self._all.values():
            if left > 0:
                self._send(connection, next(requests), time.perf_counter())
                left -= 1
        busy = min(len(self._all), count or len(self._all))
        while busy:
            for number, _ in self._epoll.poll():
                connection = self._all[number]
                if not self._receive(connection):
                    continue
                now = time.perf_counter()
                if left > 0 and (count is not None or now < end):
                    self._send(connection, next(requests), now)
                    left -= 1
                else:
                    busy -= 1
        self._load.seconds = time.perf_counter() - start
        return self._load

    def open(self, requests: Iterator[bytes], rate: float, seconds: float, chance: random.Random) -> Load:
        idle = deque(self._all.values())  # in turn, as a server closes those that nobody uses
        waiting: deque[float] = deque()
        start = now = time.perf_counter()
        due = start + chance.expovariate(rate)
        end = start + seconds
        while now < end + PATIENCE and (due < end or waiting or len(idle) < len(self._all)):
            now = time.perf_counter()
            while due <= now and due < end:
                waiting.append(due)
                due += chance.expovariate(rate)
            while waiting and idle:
                self._send(idle.popleft(), next(requests), waiting.popleft())
            pause = min(due, end) - now if due < end else 0.05
            for number, _ in self._epoll.poll(0 if pause < _SPIN else pause - _SPIN / 2):
                if self._receive(self._all[number]):
                    idle.append(self._all[number])
        self._load.seconds = time.perf_counter() - start
        self._load.unanswered = len(waiting) + len(self._all) - len(idle)
        return self._load

    def _send(self, connection: _Connection, request: bytes, due: float) -> None:
        connection.due = due
        connection.socket.sendall(request)

    def _receive(self, connection: _Connection) -> bool:
        """Takes what has come; whether the answer is whole."""
        if connection.missing:
            # The kernel drops it, uncopied: https://man7.org/linux/man-pages/man7/tcp.7.html, MSG_TRUNC.
            size = connection.socket.recv_into(self._buffer, min(connection.missing, BUFFER), socket.MSG_TRUNC)
            connection.missing -= size
        else:
            size = connection.socket.recv_into(self._buffer, HEAD)
            self._begin(connection, size)
        if size == 0:
            raise ConnectionError("the server has closed a connection")
        if connection.missing or connection.head:
            return False
        self._load.latencies.append((time.perf_counter() - connection.due) * 1000)
        if connection.last:
            del self._all[connection.socket.fileno()]
            connection.socket.close()  # of which epoll knows nothing more
            connection.socket, connection.last = self._connect(), False
            self._add(connection)
        return True

    def _begin(self, connection: _Connection, size: int) -> None:
        start = connection.head + bytes(self._buffer[:size])
        body = start.find(b"\r\n\r\n") + 4
        if body < 4:
            connection.head = start
            return
        found = LENGTH.search(start, 0, body)
        if found is None:
            raise ConnectionError(f"no content-length: {start[:200]!r}")
        length = int(found[1])
        self._load.errors += start[9:12] != b"200"
        self._load.body_bytes += length
        connection.missing = body + length - len(connection.head) - size
        connection.last = LAST.search(start, 0, body) is not None
        connection.head = b""
