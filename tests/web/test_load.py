"""More opens than a server can draw, over real connections: clients that leave, and those that wait."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from live_server import Live, demo_settings, serving
from PIL import Image

from livecontent.runtime.turns import Turns

MANY = 20
PATIENCE = 20.0  # seconds: the machine may be busy
AGENT = b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
CREATIVE = """
title: A number
size: 60x20
params: {n: {type: integer, min: 0, max: 9999, default: 0, signed: false}}
variants: [{name: only, layers: [{text: "{{ param.n }}", box: [0, 0, 60, 20], font: {family: Inter, size: 9}}]}]
"""


class Held:
    """Drawings that wait until they may go on, and are slow then."""

    def __init__(self, over: Any) -> None:
        self._over = over
        self.go_on = threading.Event()
        self.drawing = threading.Event()
        self.drawn = 0

    def __call__(self, *args: Any) -> Any:
        self.drawn += 1
        self.drawing.set()
        assert self.go_on.wait(PATIENCE)
        time.sleep(0.01)
        return self._over(*args)


@pytest.fixture
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, Held]]:
    """A server that draws, and does not come to an end."""
    templates = tmp_path_factory.mktemp("templates")
    (templates / "number").mkdir()
    (templates / "number" / "creative.yaml").write_text(CREATIVE)
    with serving(demo_settings(tmp_path_factory.mktemp("busy"), templates=templates)) as live:
        asked(live, 0).close()
        painter = live.parts.kit.renderer.painter
        assert size(asked(live, 1)) == (120, 40), "whatever is made at the first open is made"
        held = Held(painter.over)
        painter.over = held  # type: ignore[method-assign]
        yield live, held
        held.go_on.set()


def asked(live: Live, number: int) -> socket.socket:
    """A connection with a request for an image that nobody has asked for."""
    made = socket.create_connection(("127.0.0.1", live.port), timeout=PATIENCE)
    made.sendall(b"GET /i/number.jpg?n=%d HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%s\r\n" % (number, AGENT))
    return made


def size(connection: socket.socket) -> tuple[int, int]:
    """Of the image that is answered."""
    answer = b""
    while data := connection.recv(65536):
        answer += data
    connection.close()
    with Image.open(io.BytesIO(answer.partition(b"\r\n\r\n")[2])) as picture:
        picture.load()
        return picture.size


def sizes(connections: list[socket.socket]) -> Counter[tuple[int, int]]:
    with ThreadPoolExecutor(len(connections)) as threads:
        return Counter(threads.map(size, connections))


def test_who_has_gone_is_not_drawn_for_and_whoever_waits_is(busy: tuple[Live, Held]) -> None:
    live, held = busy
    live.parts.kit.renderer.turns = Turns(PATIENCE)
    first = asked(live, 2)
    assert held.drawing.wait(PATIENCE)
    for number in range(MANY):
        asked(live, 100 + number).close()
    waiting = [asked(live, 200 + number) for number in range(MANY)]
    held.go_on.set()
    assert sizes([first, *waiting]) == {(120, 40): 1 + MANY}
    assert MANY < held.drawn <= MANY + 3


def test_who_would_wait_too_long_gets_what_is_ready(busy: tuple[Live, Held]) -> None:
    live, held = busy
    live.parts.kit.renderer.turns = Turns(0.0)  # which is over as soon as it has begun, but for a moment
    first = asked(live, 2)
    assert held.drawing.wait(PATIENCE)
    waiting = [asked(live, 200 + number) for number in range(10 * MANY)]
    held.go_on.set()
    assert sizes([first, *waiting]) == {(120, 40): 1 + 10 * MANY}
    levels: Counter[str] = Counter()
    for key, count in live.told().items():
        if key[0] == "livecontent_opens_total":
            levels[key[3]] += round(count)
    assert set(levels) == {"live", "load"}
    assert levels["load"] > MANY
    assert levels["live"] - held.drawn in (1, 2), "those before, of which one may have gone"
