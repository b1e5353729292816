"""Clients that keep a server waiting: half requests, dribbles, floods, answers that nobody reads."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_server import Live, demo_settings, serving
from PIL import Image

from livecontent.web import entrance, patience

END = b"Host: t.example\r\n\r\n"
HALF = b"GET /i/umbrella/%s.png HTTP/1.1\r\nHos"


@pytest.fixture
def hasty(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A server that waits for a request for 0.4 s, and for a reader for a second, with few descriptors."""
    for name, seconds in (("REQUEST", 0.4), ("STALLED", 1.0), ("LOOK", 0.05)):
        monkeypatch.setattr(patience, name, seconds)
    monkeypatch.setattr(entrance, "raise_descriptors", lambda: 0)
    monkeypatch.setattr(patience, "HALVES", 1000)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "umbrella").symlink_to(templates / "umbrella")  # what else there is would be waited for
    with serving(demo_settings(tmp_path / "data", templates=tmp_path / "templates")) as live:
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


class Clock:
    """Time that passes when it is told to, and what is to be called then."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, callback: Callable[[], object]) -> None:
        self.due.append((self.now + seconds, callback))

    def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        while self.due and min(self.due, key=itemgetter(0))[0] <= end:
            first = min(self.due, key=itemgetter(0))
            self.due.remove(first)
            self.now = first[0]
            first[1]()
        self.now = end


@dataclass(eq=False)
class Sender:
    """A client that has sent half a request, or nothing at all."""

    half: bool
    came: float
    clock: Clock
    done: list[tuple[str, float, Sender]]
    stalled: bool = False

    def hurry(self) -> bool:
        self.done.append(("answered" if self.half else "closed", self.clock.now, self))
        return self.half

    def abort(self) -> None:
        self.done.append(("closed", self.clock.now, self))


@given(st.lists(st.tuples(st.floats(0, 0.2), st.booleans()), max_size=80))
def test_of_very_many_halves_only_some_get_an_image_and_none_waits_on(crowd: list[tuple[float, bool]]) -> None:
    clock, done = Clock(), list[tuple[str, float, Sender]]()
    senders: list[Sender] = []
    waits = patience.Patience(clock, senders, 1000)  # type: ignore[arg-type]
    for pause, half in crowd:
        clock.sleep(pause)
        senders.append(Sender(half, clock.now, clock, done))
        waits.begin(senders[-1])
    clock.sleep(patience.REQUEST + 1)
    assert {id(sender) for _, _, sender in done} == {id(sender) for sender in senders}, "each once, and all"
    assert len(done) == len(senders)
    assert all(patience.REQUEST <= at - sender.came <= patience.REQUEST + 2 * patience.LOOK for _, at, sender in done)
    answers = Counter(at for what, at, _ in done if what == "answered")
    halves = Counter(at for _, at, sender in done if sender.half)
    assert all(answers[at] == min(count, patience.HALVES) for at, count in halves.items())


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
