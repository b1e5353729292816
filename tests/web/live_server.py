"""A real server on loopback with the demo's creatives and data."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import uvicorn
from tools.demo.seed import DATA

from blocking import Blocking, import_at_once
from livecontent.app import make_app
from livecontent.config import Settings, WeatherSettings
from livecontent.services import Services, make_services
from livecontent.web.entrance import Entrance
from told import Told, new_counts, text_of, values

HELLO = """
title: Hello
size: 60x20
link: "https://shop.example/{{ recipient.first_name | default: 'you' }}"
variants:
  - name: there
    when: place.city != ""
    layers: [{text: "{{ recipient.first_name | default: 'you' }}", box: [0, 0, 60, 20], font: {family: Inter, size: 9}}]
  - name: a
    layers: [{fill: white}]
"""


def hello_shop(folder: Path, **changes: object) -> Services:
    """The parts of a server with one creative that writes a name, and links to one."""
    (folder / "templates" / "hello").mkdir(parents=True)
    (folder / "templates" / "hello" / "creative.yaml").write_text(HELLO)
    trusted = [ip_network("127.0.0.0/8")]
    settings = demo_settings(folder / "data", templates=folder / "templates", trusted_proxies=trusted, **changes)
    services = make_services(settings)
    assert not services.problems
    return services


@dataclass(frozen=True)
class Live:
    """A running server and its parts."""

    port: int
    parts: Services
    ref: str  # of r-0001, in Lille

    @property
    def storage(self) -> Any:
        """Its stores, whose methods answer at once."""
        return Blocking(self.parts.storage)

    def told(self) -> Told:
        """What it has counted."""
        return values(text_of(self.parts.settings.data / "counts"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def raw(self, request: bytes, timeout: float = 5) -> bytes:
        """Everything that is answered to the bytes of a request."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            with contextlib.suppress(OSError):  # a server may hang up on what it will not read
                connection.sendall(request)
            parts = []
            with contextlib.suppress(OSError):
                while data := connection.recv(65536):
                    parts.append(data)
            return b"".join(parts)


def demo_settings(data: Path, **changes: object) -> Settings:
    """The demo's sources, with a data folder of one's own."""
    weather = WeatherSettings(provider="file", file=DATA / "weather.json")
    files = {"geoip": DATA / "places.mmdb", "places": DATA / "places.csv", "stores": DATA / "stores.csv"}
    return Settings.model_validate({"data": data, "consent": "full", "weather": weather, **files, **changes})


@contextlib.contextmanager
def serving(settings: Settings, changed: Callable[[Services], Services] = lambda parts: parts) -> Iterator[Live]:
    """A server by these settings, with the demo's recipients."""
    parts = changed(make_services(settings))
    storage = Blocking(parts.storage)
    import_at_once(
        DATA / "recipients.csv", storage.recipients, parts.keys.live[0].secret, {}, lambda _done, _whole: None
    )
    options = {
        "port": 0,
        "log_level": "warning",
        "access_log": False,
        "proxy_headers": False,
        "http": Entrance,
        "ws": "none",
        "timeout_keep_alive": 1,
    }
    counts = settings.data / "counts"
    config = uvicorn.Config(make_app(parts, new_counts(counts)), host="127.0.0.1", **options)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    recipient = storage.recipients.find("r-0001")
    assert recipient is not None
    try:
        yield Live(server.servers[0].sockets[0].getsockname()[1], parts, recipient.ref)
    finally:
        server.should_exit = True
        thread.join(10)
