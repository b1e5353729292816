"""A receiver of webhooks on loopback, and a shop whose triggers call it."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from told import until

SECRET = "whsec_" + b64encode(b"s" * 24).decode()
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
    """What came, and what is answered at a path, with headers or without; else 200."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Callable[[Call], int | tuple[int, dict[str, str]]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts"

    def of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def wait(self, path: str, count: int = 1) -> list[Call]:
        until(lambda: len(self.of(path)) >= count)
        return self.of(path)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            call = Call({name.lower(): value for name, value in self.headers.items()}, body, self.path)
            receiver.calls.append(call)
            answered = receiver.answers.get(self.path, lambda _: 200)(call)
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
