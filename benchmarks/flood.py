"""Requests at a rate that no answer slows down: each on a connection of its own, or on kept ones, as a proxy has them.

Latency counts from the moment that a request was due. What is not there after `PATIENCE` counts as not answered.
"""

import errno
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from select import EPOLLIN, EPOLLOUT, epoll
from typing import Literal

from benchmarks.load import LENGTH

PATIENCE = 10.0  # seconds
KEPT = 128  # connections of a proxy
_ENDS = {b"image/jpeg": b"\xff\xd9", b"image/png": b"IEND\xaeB`\x82", b"image/gif": b"\x3b", b"image/webp": b""}
_STARTS = {b"image/jpeg": b"\xff\xd8", b"image/png": b"\x89PNG", b"image/gif": b"GIF89a", b"image/webp": b"RIFF"}

Ways = Literal["new", "kept"]


@dataclass(slots=True)
class Flood:
    """What came back: for each request when it was due, milliseconds, and the digest of its image ("" for none)."""

    due: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)  # some, to be decoded afterwards
    faults: Counter[str] = field(default_factory=Counter)
    late: float = 0.0  # seconds that the generator was behind, at most

    def add(self, due: float, now: float, digest: str) -> None:
        """One answer, or none."""
        self.due.append(due)
        self.latencies.append((now - due) * 1000)
        self.digests.append(digest)


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    due: float = 0.0
    request: bytes = b""  # what is not sent yet
    answer: bytearray = field(default_factory=bytearray)
    whole: int = 0  # bytes of the answer, once its head is there


class Generator:
    """Sends requests to a port; bodies of every `sample`th new digest are kept."""

    def __init__(self, port: int, ways: Ways, sample: int = 20) -> None:
        self._port = port
        self._ways = ways
        self._sample = sample
        self._epoll = epoll()
        self._open: dict[int, _Connection] = {}
        self._free: deque[_Connection] = deque()
        self._seen: set[str] = set()

    def run(self, requests: Iterator[bytes], rate: float, seconds: float, at_once: int = 0) -> Flood:
        """At a rate; or, with `at_once`, so many at a time, each as soon as the one before is answered."""
        flood = Flood()
        start = now = time.perf_counter()
        waiting: deque[float] = deque()
        sent = 0
        while now - start < seconds or self._open or waiting:
            now = time.perf_counter()
            if at_once:
                missing = at_once - len(self._open) if now - start < seconds else 0
                waiting.extend([now] * missing)
            else:
                while sent < rate * min(now - start, seconds):
                    waiting.append(start + sent / rate)
                    sent += 1
            while waiting and (self._ways == "new" or self._free or len(self._open) < KEPT):
                due = waiting.popleft()
                flood.late = max(flood.late, now - due) if self._ways == "new" else flood.late
                self._send(due, next(requests), flood)
            for number, events in self._epoll.poll(0.001):
                if number in self._open:
                    self._go_on(self._open[number], events, flood)
            self._give_up(flood)
            if waiting and now - waiting[0] > PATIENCE:
                self._none(waiting.popleft(), "no free connection", flood)
        for one in self._free:
            one.socket.close()
        self._free.clear()
        return flood

    def _send(self, due: float, request: bytes, flood: Flood) -> None:
        if self._free:
            connection = self._free.popleft()
        else:
            made = socket.socket()
            made.setblocking(False)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if made.connect_ex(("127.0.0.1", self._port)) not in (0, errno.EINPROGRESS):
                made.close()
                self._none(due, "no connection", flood)
                return
            connection = _Connection(made)
            self._epoll.register(made.fileno(), EPOLLOUT)
        connection.due, connection.request, connection.whole = due, request, 0
        connection.answer.clear()
        self._epoll.modify(connection.socket.fileno(), EPOLLOUT)
        self._open[connection.socket.fileno()] = connection

    def _go_on(self, connection: _Connection, events: int, flood: Flood) -> None:
        try:
            if connection.request and events & EPOLLOUT:
                done = connection.socket.send(connection.request)
                connection.request = connection.request[done:]
                if not connection.request:
                    self._epoll.modify(connection.socket.fileno(), EPOLLIN)
                return
            data = connection.socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError as error:
            self._drop(connection, errno.errorcode.get(error.errno or 0, "error"), flood)
            return
        if not data:
            self._drop(connection, "closed before its end", flood)
            return
        connection.answer += data
        if not connection.whole and (end := connection.answer.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(connection.answer, 0, end)
            connection.whole = end + 4 + int(length[1]) if length else -1
        if connection.whole and len(connection.answer) >= connection.whole:
            self._take(connection, flood)

    def _take(self, connection: _Connection, flood: Flood) -> None:
        head, _, body = bytes(connection.answer).partition(b"\r\n\r\n")
        fault = _fault(head, body)
        if fault:
            self._drop(connection, fault, flood)
            return
        digest = blake2b(body, digest_size=8).hexdigest()
        flood.add(connection.due, time.perf_counter(), digest)
        if digest not in self._seen:
            self._seen.add(digest)
            if len(self._seen) % self._sample == 1:
                flood.bodies[digest] = body
        if self._ways == "new" or b"\r\nconnection: close" in head.lower():
            self._close(connection)
        else:
            del self._open[connection.socket.fileno()]
            self._free.append(connection)

    def _give_up(self, flood: Flood) -> None:
        end = time.perf_counter() - PATIENCE
        for connection in [one for one in self._open.values() if one.due < end]:
            self._drop(connection, "too late", flood)

    def _drop(self, connection: _Connection, why: str, flood: Flood) -> None:
        self._close(connection)
        self._none(connection.due, why, flood)

    def _none(self, due: float, why: str, flood: Flood) -> None:
        flood.faults[why] += 1
        flood.add(due, time.perf_counter(), "")

    def _close(self, connection: _Connection) -> None:
        self._open.pop(connection.socket.fileno(), None)
        self._epoll.unregister(connection.socket.fileno())
        connection.socket.close()


def _fault(head: bytes, body: bytes) -> str:
    """What is wrong with an answer, "" if nothing, by what can be seen without decoding it."""
    if not head.startswith(b"HTTP/1.1 200 "):
        return f"status {head[9:12].decode('latin-1')}"
    kind = next((kind for kind in _STARTS if b"content-type: " + kind in head), b"")
    if not kind or not body.startswith(_STARTS[kind]) or not body.endswith(_ENDS[kind]):
        return "not an image of its type"
    return ""
