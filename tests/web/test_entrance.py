"""Requests that are no good HTTP: an image address answers all of them with 200 and a picture."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import socket
import time

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_server import Live
from PIL import Image
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from livecontent.web.entrance import LONGEST_READ, MOST_DROPPED, mend

HOST = b"Host: t.example\r\n"
AGENT = b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0\r\n"
END = HOST + AGENT + b"Connection: close\r\n\r\n"
PNG = b"/i/umbrella/REF.png"
MALFORMED = {
    "letters in UTF-8": b"GET /i/umbrella/Zo\xc3\xa9.png HTTP/1.1\r\n" + END,
    "letters in Latin-1": b"GET /i/umbrella/Zo\xe9.png HTTP/1.1\r\n" + END,
    "an emoji": "GET /i/umbrella/👽.png HTTP/1.1\r\n".encode() + END,
    "a control character": b"GET /i/umbrella/Zo\x01.png HTTP/1.1\r\n" + END,
    "a merge tag with spaces": b"GET /i/umbrella/{{ contact.LIVEREF }}.png HTTP/1.1\r\n" + END,
    "a whole address": b"GET http://a_b:99999/i/umbrella/Zo\xe9.png HTTP/1.1\r\n" + END,
    "no slash": b"GET i/umbrella/x.png HTTP/1.1\r\n" + END,
}
BAD = {
    "letters in the query": b"GET /i/umbrella/REF.png?name=Zo\xe9 HTTP/1.1\r\n" + END,
    "a query of 100 KB": b"GET /i/umbrella/REF.png?a=" + b"b" * 100_000 + b" HTTP/1.1\r\n" + END,
    "a NUL in a header": b"GET /i/umbrella/REF.png HTTP/1.1\r\nX: a\0b\r\n" + END,
    "an escape in a header": b"GET /i/umbrella/REF.png HTTP/1.1\r\nX: \x1b[31m\r\n" + END,
    "a line that is no header": b"GET /i/umbrella/REF.png HTTP/1.1\r\nno colon\r\n" + END,
    "bare line feeds": b"GET /i/umbrella/REF.png HTTP/1.1\n" + END.replace(b"\r", b""),
    "one bare line feed": b"GET /i/umbrella/REF.png HTTP/1.1\r\nX: y\n" + END,
    "a version that is none": b"GET /i/umbrella/REF.png HTTP/3.0\r\n" + END,
    "no known method": b"FETCH /i/umbrella/REF.png HTTP/1.1\r\n" + END,
    "a method in small letters": b"get /i/umbrella/REF.png HTTP/1.1\r\n" + END,
    "a length that is none": b"GET /i/umbrella/REF.png HTTP/1.1\r\nContent-Length: x\r\n" + END,
    "two lengths": b"GET /i/umbrella/REF.png HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n" + END,
    "a space before": b" GET /i/umbrella/REF.png HTTP/1.1\r\n" + END,
}


def picture(answered: bytes) -> Image.Image:
    head, _, body = answered.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert int(re.search(rb"content-length: (\d+)", head)[1]) == len(body)  # type: ignore[index]
    found = Image.open(io.BytesIO(body))
    found.load()
    return found


def flaws(live: Live, flaw: str) -> float:
    return live.told().get(("livecontent_flaws_total", "umbrella", flaw), 0)


@pytest.mark.parametrize("name", [*MALFORMED, *BAD])
def test_a_request_that_is_refused_is_answered_with_a_picture_and_counted(
    name: str, live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    flaw = "malformed" if name in MALFORMED else "bad-request"
    if "merge tag" in name:
        flaw = "merge-tag"
    before = flaws(live, flaw)
    with caplog.at_level(logging.WARNING):
        answered = live.raw({**MALFORMED, **BAD}[name].replace(b"REF", live.ref.encode()))
    assert picture(answered).size == (1200, 640)
    assert flaws(live, flaw) == before + 1
    assert "Traceback" not in caplog.text


def test_the_cause_is_told_and_not_again_at_each_request(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    request = b"GET /i/umbrella/x.png HTTP/1.1\r\nTransfer-Encoding: nonsense, chunked, x\r\n" + END
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            picture(live.raw(request))
    (record,) = caplog.records
    assert "a request that is not good HTTP was answered with an image: " in record.getMessage()
    assert "t.example" not in caplog.text


def test_what_is_told_quotes_no_address(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for size in (1000, 70_000, 80_000):
            target = b"http://a_b:99999/i/umbrella/%s.png?a=" % live.ref.encode() + b"b" * size
            picture(live.raw(b"GET " + target + b" HTTP/1.1\r\n" + END))
    assert len(caplog.records) <= 1
    assert live.ref not in caplog.text


def test_who_asks_is_kept_in_what_is_mended() -> None:
    head = b"GET /i/umbrella/Zo\xe9.png?a=\xff&b=%20 HTTP/1.1\r\nX: \0\r\n folded\r\nContent-Length: 3\r\n" + END
    assert mend(head) == b"GET /i/umbrella/Zo%E9.png?a=%FF&b=%20 HTTP/1.1\r\n" + END
    assert mend(b"PUT /i/a b.png\n\n") == b"PUT /i/a%20b.png HTTP/1.1\r\nConnection: close\r\n\r\n"


def test_it_may_come_in_pieces(live: Live) -> None:
    request = b"GET /i/umbrella/Zo\xe9.png HTTP/1.1\r\n" + END
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        for at in range(0, len(request), 7):
            connection.sendall(request[at : at + 7])
            time.sleep(0.002)
        answered = b"".join(iter(lambda: connection.recv(65536), b""))
    assert picture(answered).size == (1200, 640)


def test_what_never_ends_is_answered_after_a_moment(live: Live) -> None:
    assert picture(live.raw(b"GET /i/umbrella/Zo\xe9.png HTTP/1.1\r\nHost: t")).size == (1200, 640)


def test_a_head_without_end_is_answered_and_read_no_further(live: Live) -> None:
    start = b"GET /i/umbrella/x.png HTTP/1.1\r\nX: "
    assert picture(live.raw(start + b"a" * (LONGEST_READ + 1 - len(start)))).size == (1200, 640)


@pytest.mark.parametrize("path", [b"/caf\xe9", b"/metrics?\xe9", b"/", b"\xff"])
def test_elsewhere_it_is_refused_and_no_log_is_filled(
    path: bytes, live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answered = live.raw(b"GET " + path + b" HTTP/1.1\r\nX: \0\r\n" + END)
    assert answered.startswith(b"HTTP/1.1 400")
    assert caplog.records == []


def test_a_click_leads_on(live: Live) -> None:
    assert live.raw(b"GET /c/umbrella/Zo\xe9 HTTP/1.1\r\n" + END).split(b" ", 2)[1] in (b"302", b"303", b"307")


def test_good_requests_before_it_are_answered_and_it_is_not(live: Live) -> None:
    good = b"GET /i/umbrella/%s.png HTTP/1.1\r\n" % live.ref.encode() + HOST + AGENT + b"\r\n"
    answered = live.raw(good + good + b"GET /i/umbrella/Zo\xe9.png HTTP/1.1\r\n" + END)
    assert answered.count(b"HTTP/1.1 200") == 2
    assert answered.count(b"HTTP/1.1") == 2


def test_another_protocol_is_not_spoken_and_no_log_is_filled(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    path = b"GET /i/umbrella/%s.png HTTP/1.1\r\n" % live.ref.encode()
    for protocol in (b"h2c", b"websocket"):
        upgrade = path + HOST + AGENT + b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n"
        with caplog.at_level(logging.INFO):
            answered = live.raw(upgrade + upgrade + path + END)
        assert answered.count(b"HTTP/1.1 200") == 3
        assert b" 101 " not in answered
    assert caplog.records == []


def test_a_body_that_is_no_good_does_not_cost_the_picture(live: Live) -> None:
    start = b"POST /i/umbrella/%s.png HTTP/1.1\r\n" % live.ref.encode()
    assert picture(live.raw(start + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")).size == (1200, 640)


@pytest.mark.parametrize("length", [LONGEST_READ, 8 * 1024 * 1024])
@pytest.mark.parametrize(
    "head",
    [
        b"POST /i/umbrella/REF.png HTTP/1.1\r\nContent-Length: %d\r\n" + END,
        b"POST /i/umbrella/REF.png HTTP/1.0\r\nContent-Length: %d\r\n\r\n",
        b"POST /i/umbrella/Zo\xe9.png HTTP/1.1\r\nContent-Length: %d\r\n" + END,
        b"PUT /i/umbrella/REF.png HTTP/1.1\r\nX: \0\r\nContent-Length: %d\r\n" + END,
    ],
)
def test_who_sends_a_long_body_before_reading_gets_the_whole_picture(head: bytes, length: int, live: Live) -> None:
    head = head.replace(b"REF", live.ref.encode()) % length
    assert picture(live.raw(head + b"x" * length)).size == (1200, 640)


@pytest.mark.parametrize(("piece", "pause", "least"), [(65536, 0.0, MOST_DROPPED), (1, 0.1, 5)])
def test_a_body_without_end_is_hung_up_on(piece: int, pause: float, least: int, live: Live) -> None:
    head = b"POST /i/umbrella/%s.png HTTP/1.1\r\nContent-Length: %d\r\n" % (live.ref.encode(), 100 * MOST_DROPPED)
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        connection.sendall(head + END)
        assert picture(b"".join(iter(lambda: connection.recv(65536), b""))).size == (1200, 640)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 10 * MOST_DROPPED and (pause == 0 or sent < 300):
                sent += connection.send(b"x" * piece)
                time.sleep(pause)
    assert least <= sent < 2 * MOST_DROPPED
    assert pause == 0 or sent < 300


class Reader:
    """What a parser reads in bytes."""

    def __init__(self, data: bytes) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)
        self.path = httptools.parse_url(self.url).path

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_message_complete(self) -> None:
        self.complete = True


ODD = st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace"))
LINES = st.lists(
    ODD | st.tuples(st.sampled_from([b"X-A", b"user-agent", b"Content-Length", b"Upgrade"]), ODD).map(b": ".join)
)


@given(st.sampled_from([b"GET", b"get", b"HEAD", b"POST", b"ODD"]), ODD, ODD, LINES, st.sampled_from([b"\n", b"\r\n"]))
def test_whatever_comes_what_is_mended_is_good_http(
    method: bytes, path: bytes, query: bytes, lines: list[bytes], end: bytes
) -> None:
    head = method + b" /i/umbrella/" + path + b"?" + query + b" HTTP/1.1" + end + end.join(lines) + end + end
    mended = mend(head)
    assert mended is not None
    found = Reader(mended)
    assert found.complete
    assert found.path.lower().startswith((b"/i", b"//", b"/."))
    assert found.headers[-1] == (b"Connection", b"close")
    assert found.headers.count((b"Connection", b"close")) == 1
    assert mend(mended) == mended


@given(st.binary(max_size=200))
def test_bytes_that_are_no_request_for_a_door_are_not_mended(head: bytes) -> None:
    mended = mend(head)
    assert mended is None or Reader(mended).complete


def test_what_the_entrance_builds_on_is_there() -> None:
    """None of these names is documented by uvicorn: where one is missing, look through `web/entrance.py`."""
    names = {
        "connection_made",
        "data_received",
        "connection_lost",
        "on_headers_complete",
        "on_message_complete",
        "send_400_response",
        "_unset_keepalive_if_required",
    }
    assert names <= vars(HttpToolsProtocol).keys()
    assert {"pipeline", "flow", "server_state", "connections"} <= set(HttpToolsProtocol.__init__.__code__.co_names)
    code = RequestResponseCycle.__init__.__code__
    assert {"more_body", "keep_alive", "response_complete", "transport"} <= set(code.co_names)
