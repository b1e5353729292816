"""Clients that keep a server waiting: half requests, dribbles, floods, answers that nobody reads."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import Live, demo_settings, serving
from PIL import Image

from livecontent.web import entrance, patience

END = b"Host: t.example\r\n\r\n"
HALF = b"GET /i/umbrella/%s.png HTTP/1.1\r\nHos"


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A server that waits for a request for 0.4 s, and for a reader for a second, with few descriptors."""
    for name, seconds in (("REQUEST", 0.4), ("STALLED", 1.0), ("LOOK", 0.05)):
        monkeypatch.setattr(patience, name, seconds)
    monkeypatch.setattr(entrance, "raise_descriptors", lambda: 0)
    with serving(demo_settings(tmp_path / "data")) as live:
        yield live


def connected(live: Live, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", live.port), timeout=20)
    connection.sendall(data)
    return connection


def rest(connection: socket.socket) -> bytes:
    """All that is answered until the other side closes."""
    parts = []
    with contextlib.suppress(ConnectionError):
        while data := connection.recv(65536):
            parts.append(data)
    return b"".join(parts)


def pictures(answered: bytes) -> int:
    """How many whole images are in some answers."""
    count = 0
    while found := re.match(rb"HTTP/1.1 200.*?content-length: (\d+).*?\r\n\r\n", answered, re.DOTALL):
        end = found.end() + int(found[1])
        Image.open(io.BytesIO(answered[found.end() : end])).load()
        answered, count = answered[end:], count + 1
    return count


def test_half_a_request_is_answered_with_an_image_when_its_time_is_over(hasty: Live) -> None:
    with connected(hasty, HALF % hasty.ref.encode()) as connection:
        assert pictures(rest(connection)) == 1


@pytest.mark.parametrize(
    "start", [b"", b"GET /metr", b"\r\n\r\n", b"POST /healthz HTTP/1.1\r\nContent-Length: 9\r\n\r\nab"]
)
def test_what_is_no_image_is_closed(start: bytes, hasty: Live) -> None:
    with connected(hasty, start) as connection:
        assert pictures(rest(connection)) == 0


def test_a_dribble_buys_no_time(hasty: Live) -> None:
    with connected(hasty, HALF % hasty.ref.encode()) as connection:
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                connection.sendall(b"a")
                time.sleep(0.005)
                if connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    break
        assert pictures(rest(connection)) == 1


@pytest.mark.parametrize(
    "line", [b"GET /i/umbrella/x.png HTTP/1.1\r\nX: ", b"GET /i/umbrella/", b"GET /i/umbrella/x.png?a="]
)
def test_beside_a_head_without_end_all_others_are_answered(line: bytes, hasty: Live) -> None:
    with connected(hasty, line) as endless:
        for _ in range(20):
            with contextlib.suppress(ConnectionError):
                endless.sendall(b"a" * 65536)
            answered = hasty.raw(b"GET /i/umbrella/%s.png HTTP/1.1\r\nConnection: close\r\n" % hasty.ref.encode() + END)
            assert pictures(answered) == 1


def test_when_there_are_too_many_the_one_that_has_waited_longest_goes(hasty: Live) -> None:
    half = HALF % hasty.ref.encode()
    crowd = [connected(hasty, half) for _ in range(patience.FEWEST + 40)]
    good = b"GET /i/umbrella/%s.png HTTP/1.1\r\nConnection: close\r\n" % hasty.ref.encode() + END
    assert all(pictures(hasty.raw(good)) == 1 for _ in range(5))
    answered = [pictures(rest(connection)) for connection in crowd]
    assert answered[-1] == 1
    assert sum(answered) >= patience.FEWEST // 2
    for connection in crowd:
        connection.close()


def test_of_a_flood_in_one_go_the_first_are_answered(hasty: Live) -> None:
    request = b"GET /i/umbrella/%s.png HTTP/1.1\r\n" % hasty.ref.encode() + END
    with connected(hasty, request * entrance.MOST_WAITING) as connection:
        connection.sendall(b"GET /i/umbrella/x.png HTTP/1.1\r\nConnection: close\r\n" + END)
        assert pictures(rest(connection)) == entrance.MOST_WAITING + 1
    with connected(hasty, request * 300) as connection:
        assert 1 <= pictures(rest(connection)) <= entrance.MOST_WAITING + 1


def test_a_hundred_and_one_headers(hasty: Live) -> None:
    head = b"GET /i/umbrella/%s.png HTTP/1.1\r\n" % hasty.ref.encode()
    answered = hasty.raw(head + b"X: y\r\n" * 150 + END)
    assert pictures(answered) == 1
    assert b"connection: close" in answered


def test_a_connection_has_an_end(hasty: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "MOST_REQUESTS", 3)
    request = b"GET /i/umbrella/%s.png HTTP/1.1\r\n" % hasty.ref.encode() + END
    with connected(hasty) as connection:
        for _ in range(3):
            connection.sendall(request)
        assert pictures(rest(connection)) == 3


def test_who_does_not_read_is_hung_up_on(hasty: Live) -> None:
    request = b"GET /i/umbrella/%s.png HTTP/1.1\r\n" % hasty.ref.encode() + END
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", hasty.port))
        with contextlib.suppress(ConnectionError):
            for _ in range(4000):
                connection.sendall(request)
                time.sleep(0.001)
            pytest.fail("it waits for ever")
