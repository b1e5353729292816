"""The entrance: uvicorn's HTTP protocol, which answers an image address even where the request is not good HTTP.

A name with its accents as they are, a NUL in a header, a query of 100 KB: the parser refuses all of these, and uvicorn
would answer 400 with a text. Here the request is mended, read again and answered as any other; then the connection is
closed, as nobody can tell where the next request would begin.

A client may not keep the others waiting: heads, requests one after the other, and the time for each have bounds, and
what goes beyond them is answered as far as it can be read.

A body that nobody reads is dropped before a connection is closed: a socket that is closed with unread bytes tells the
other side to throw away what it has not read, and so the end of the image.
"""

import re
import socket
import sys
from asyncio import Transport
from collections.abc import Callable
from urllib.parse import quote, unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from livecontent.web.images import LEFT, plain_path
from livecontent.web.opening import REFUSED
from livecontent.web.patience import FEWEST, RESERVED, Patience

if sys.platform != "win32":
    import resource

DOORS = frozenset({"i", "c"})  # first segments of the paths whose requests are mended
LONGEST_HEAD = 16 * 1024  # bytes that the parser is given: it takes the longer, the more it has
LONGEST_READ = 256 * 1024  # bytes of a longer one that are read, as it tells which client asks
MOST_WAITING = 16  # requests behind the one that is answered
MOST_REQUESTS = 1000  # of a connection
LAST_REQUEST = 3.0  # seconds that a connection without a request is kept when the server stops
PATIENCE = 1.0  # seconds for the rest of a head that was refused
MOST_DROPPED = (
    16 * 1024 * 1024
)  # bytes of a body, after the answer; the time of a connection without requests counts, too

_LONGEST_PATH, _LONGEST_QUERY = 8192, 16_384  # bytes; nobody reads more of them
_MOST_HEADERS = 100
_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE"})
_FIRST_LINE = re.compile(rb"([A-Za-z]{1,20})[ \t]+(.*?)[ \t]*(?:[ \t]HTTP/[0-9.]*[ \t]*)?", re.DOTALL)
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00-\x08\x0a-\x1f\x7f]*)")
_NOT_KEPT = frozenset({b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"expect"})
_HOST = re.compile(rb"\A[a-zA-Z]{1,10}+://[^/?#]*+")
_LINE_END = re.compile(rb"\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_UNREADABLE = "the URL can't be read, or is too long"  # in other words than the parser's, which quote it
_KEPT = "/-._~!$&'()*+,;=:@%"  # in an address


def mend(head: bytes) -> bytes | None:
    """A good head of the request that bytes were meant to be; None where it is for none of the doors.

    What is no header is left out, and so is a body, as nobody can tell where it ends.
    """
    first, *lines = _LINE_END.split(_HEAD_END.split(head.lstrip(), maxsplit=1)[0])
    found = _FIRST_LINE.fullmatch(first)
    if not found:
        return None
    method = found[1].upper()
    path, mark, query = _HOST.sub(b"", found[2], count=1).partition(b"?")
    if _door(path) not in DOORS:
        return None
    target = quote(b"/" + path.lstrip(b"/")[:_LONGEST_PATH], safe=_KEPT)
    if mark:
        target += "?" + quote(query[:_LONGEST_QUERY], safe=f"{_KEPT}?")
    start = b"%s %s HTTP/1.1" % (method if method in _METHODS else b"GET", target.encode())
    headers = (header[1] + b": " + header[2].strip(b" \t") for header in map(_HEADER.fullmatch, lines) if header)
    kept = [header for header in headers if header.partition(b":")[0].lower() not in _NOT_KEPT]
    return b"\r\n".join((start, *kept[: _MOST_HEADERS - 1], b"Connection: close", b"", b""))


def _door(path: bytes) -> str:
    return plain_path(unquote(path[:_LONGEST_PATH].decode("latin-1"))).split("/", 2)[1]


class _Closing:
    """The transport of a connection for one answer, which may close it."""

    def __init__(self, transport: Transport, close: Callable[[], None]) -> None:
        self.write, self.is_closing, self.close = transport.write, transport.is_closing, close


class Entrance(HttpToolsProtocol):
    """One connection."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begins to read."""
        super().connection_made(transport)
        self._head = bytearray()  # of the request that is being read
        self._last: RequestResponseCycle | None = None  # of the request that was read before
        self._refused = ""  # why the parser reads no further
        self._mended = False
        self._closing = _Closing(transport, self._close)
        self._dropped: int | None = None  # bytes, once the last answer is given
        self._requests = MOST_REQUESTS if getattr(self.server_state, "draining", False) else 0
        self._in_body = False
        self._patience = _patience_of(self)
        self._patience.begin(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._patience.end(self)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The next answer is the last; a connection without a request has time for one that is on its way."""
        self._requests = MOST_REQUESTS
        if self.cycle and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(LAST_REQUEST, self.timeout_keep_alive_handler)

    def on_headers_complete(self) -> None:
        """Begins to answer. Raises `ValueError` for more than a client may ask for: no more is read then."""
        if len(self.headers) > _MOST_HEADERS or len(self.pipeline) >= MOST_WAITING:
            raise ValueError
        super().on_headers_complete()
        self.cycle.transport = self._closing  # type: ignore[assignment]
        self.scope[LEFT] = self.transport.is_closing  # type: ignore[literal-required]
        self._requests += 1
        self._in_body = True
        if self._requests >= MOST_REQUESTS:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """The request is there."""
        super().on_message_complete()
        self._in_body = False
        self._patience.end(self)

    @property
    def stalled(self) -> bool:
        """Whether an answer waits for its reader."""
        return self.flow.write_paused

    def hurry(self) -> bool:
        """Answers what there is of a request, if nothing is under way; else closes. Whether it answers."""
        answers = bool(self._head) and not self._mended and (self.cycle is None or self.cycle.response_complete)
        if answers:
            self._refuse("its end did not come in time")
            self._answer()
        else:
            self.transport.close()
        return answers

    def abort(self) -> None:
        """Closes at once."""
        self.transport.abort()

    def _close(self) -> None:
        """Ends what is sent, and closes once the other side has sent all, too."""
        if not (self.cycle.more_body or self._mended) or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self._refused = self._refused or "it is answered"
        self._mended = True
        self._dropped = 0
        self.pipeline.clear()

    def data_received(self, data: bytes) -> None:
        """Reads on. A wish to speak another protocol is not heard: the request is answered as any other."""
        if self._refused:
            self._collect(data)
            return
        self._unset_keepalive_if_required()
        if not (self._head or self._in_body):
            self._patience.begin(self)
        self._head += data
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._head.clear()
            if rest := data[upgrade.args[0] :]:
                self.data_received(rest)
        except httptools.HttpParserError as error:
            self._refuse(_UNREADABLE if isinstance(error, httptools.HttpParserCallbackError) else str(error))
        else:
            if self.cycle is not self._last or (self.cycle and self.cycle.more_body):
                self._last = self.cycle
                self._head.clear()
            elif len(self._head) > LONGEST_HEAD:
                self._refuse("the head of the request is too long")

    def _refuse(self, why: str) -> None:
        """Reads no further: the request under way is answered and is the last, or the one refused is mended."""
        self._refused = why
        if self.cycle and not self.cycle.response_complete:
            self._mended = True
            self.cycle.keep_alive = False
            return
        self.loop.call_later(PATIENCE, self._answer)
        self._collect(b"")

    def _collect(self, data: bytes) -> None:
        """Waits for the rest of the head, as it tells which client asks."""
        if self._dropped is not None:
            self._dropped += len(data)
            if self._dropped > MOST_DROPPED:
                self.transport.close()
        if self._mended:
            return
        start = max(len(self._head) - 3, 0) if data else 0
        self._head += data
        if len(self._head) > LONGEST_READ or _HEAD_END.search(self._head, start):
            self._answer()

    def _answer(self) -> None:
        if self._mended or self.transport.is_closing():
            return
        self._mended = True
        head = mend(bytes(self._head))
        self._head.clear()
        if head is None:
            self.send_400_response("Invalid HTTP request received.")
            return
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(head)
        self.scope["extensions"] = {REFUSED: {"why": self._refused}}


class DrainingServer(uvicorn.Server):
    """A server that answers once more on each connection when it stops, also on those that come at the last moment."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops, once all is answered."""
        self.server_state.draining = True  # type: ignore[attr-defined]
        await super().shutdown(sockets)


def _patience_of(connection: Entrance) -> Patience:
    """That of the connection's server, which keeps what its connections share."""
    state = connection.server_state
    found: Patience | None = getattr(state, "patience", None)
    if found is None:
        most = max(raise_descriptors() - RESERVED, FEWEST)
        found = Patience(connection.loop, connection.connections, most)  # type: ignore[arg-type]
        state.patience = found  # type: ignore[attr-defined]
    return found


def raise_descriptors() -> int:
    """How many files and connections this process may have open, once it was given all that it can be given."""
    if sys.platform == "win32":
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 1 << 20
