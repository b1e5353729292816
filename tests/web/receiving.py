"""A receiver of webhooks on loopback, and a shop whose triggers call it."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECRET = "whsec_" + b64encode(b"s" * 24).decode()
PATIENCE = 60.0  # seconds
ENTERED = """
entered:
  when: event.name == "Store Visited"
  say: "{{ recipient.first_name | default: 'Somebody' }} has just entered {{ event.store | default: 'the shop' }}"
  url: adviser
  rest: 4 hours
"""


@dataclass(frozen=True)
class Call:
    """One request that came."""

    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """What came, and what is answered: a status, or by a function, to each call."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    answer: Callable[[Call], int | tuple[int, dict[str, str]]] = lambda _: 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts"

    def wait(self, count: int = 1) -> list[Call]:
        until(lambda: len(self.calls) >= count)
        return list(self.calls)


def until(done: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            call = Call({name.lower(): value for name, value in self.headers.items()}, body, self.path)
            receiver.calls.append(call)
            answered = receiver.answer(call)
            status, headers = answered if isinstance(answered, tuple) else (answered, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def templates(folder: Path, triggers: str = ENTERED) -> Path:
    """A folder of creatives with triggers."""
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "triggers.yaml").write_text(triggers)
    return folder / "templates"


def webhooks(url: str) -> dict[str, object]:
    """The settings of webhooks that lead there."""
    return {"secret": SECRET, "urls": {"adviser": url}}
