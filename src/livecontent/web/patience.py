"""How long a server waits for its clients: requests that are sent in pieces for ever, answers that nobody reads.

A few looks a second through connections in the order of their age: no timer for each request. Half a request gets an
image where that is possible; of very many only some do, as drawing for all of them would keep the others waiting.
"""

import logging
from asyncio import AbstractEventLoop
from collections.abc import Collection
from itertools import takewhile
from typing import Protocol

log = logging.getLogger(__name__)

REQUEST = 5.0  # seconds from the first byte of a request to its last, and of a new connection to its first
STALLED = 20.0  # seconds that an answer waits for its reader
RESERVED = 128  # file descriptors for all but connections
FEWEST = 64  # connections, however few descriptors there are
LOOK = 0.25  # seconds
HALVES = 8  # half requests that are answered after a look; the others are closed
TOLD = 60.0  # seconds between two lines of the log


class Connection(Protocol):
    """What is waited for."""

    @property
    def stalled(self) -> bool:
        """Whether an answer waits for its reader."""

    def hurry(self) -> bool:
        """Answers what there is of a request, or closes; whether there was something to answer."""

    def abort(self) -> None:
        """Closes at once."""


class Patience:
    """The connections of a server that keep it waiting."""

    def __init__(self, loop: AbstractEventLoop, connections: Collection[Connection], most: int) -> None:
        """`most` connections may be open: when there are more, the one that has waited longest is closed."""
        self._loop = loop
        self._connections = connections
        self._most = most
        self._since: dict[Connection, float] = {}  # oldest first
        self._stalled: dict[Connection, float] = {}
        self._closed = 0  # that the log does not know of yet
        self._told_at = -TOLD
        loop.call_later(LOOK, self._look)

    def begin(self, connection: Connection) -> None:
        """Waits for a request from now on."""
        self._since.pop(connection, None)
        self._since[connection] = self._loop.time()
        if len(self._connections) > self._most:
            oldest = next(iter(self._since))
            del self._since[oldest]
            oldest.abort()
            self._closed += 1

    def end(self, connection: Connection) -> None:
        """Waits no more: the request is there, or the connection is gone."""
        self._since.pop(connection, None)

    def _look(self) -> None:
        now = self._loop.time()
        late = [connection for connection, _ in takewhile(lambda item: now - item[1] >= REQUEST, self._since.items())]
        answered = 0
        for connection in late:
            del self._since[connection]
            if answered < HALVES:
                answered += connection.hurry()
            else:
                connection.abort()
        self._closed += len(late)
        stalled = [connection for connection in self._connections if connection.stalled]
        self._stalled = {connection: self._stalled.get(connection, now) for connection in stalled}
        for connection, since in self._stalled.items():
            if now - since >= STALLED:
                connection.abort()
                self._closed += 1
        if self._closed and now - self._told_at >= TOLD:
            log.warning("%d connections were closed: too slow, or too many that wait", self._closed)
            self._closed, self._told_at = 0, now
        self._loop.call_later(LOOK, self._look)
