"""A server in this process, asked without sockets: as fast as it can be, and every exception is seen."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from livecontent.app import make_app
from livecontent.services import Services, make_services
from tools.torture.shop import Shop


class Said(logging.Handler):
    """Errors that nobody thought of, in what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.tracebacks = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Looks at a record."""
        self.tracebacks += bool(record.exc_info) or "Traceback" in record.getMessage()


@dataclass(frozen=True)
class Inside:
    """The server and its parts."""

    app: ASGIApp
    parts: Services
    said: Said

    async def ask(
        self, method: str, target: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """What is answered to a request: status, headers by lower-case name, body. Raises what the server raises."""
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": list(headers),
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8000),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return sent[0]["status"], fields, b"".join(message.get("body", b"") for message in sent[1:])


@asynccontextmanager
async def inside(shop: Shop) -> AsyncIterator[Inside]:
    """Starts it, and ends it; all events are stored then."""
    said = Said()
    logging.getLogger().addHandler(said)
    parts = make_services(shop.settings())
    await parts.start()
    try:
        yield Inside(make_app(parts), parts, said)
    finally:
        await parts.aclose()
        logging.getLogger().removeHandler(said)
