from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_server import FAULTS, SLOW, Handler, Request, Server, after, drip, hang, pour, reply, serving

from livecontent import __version__
from livecontent.errors import SourceError
from livecontent.net.http import MAX_BYTES, Http, Response, parse_json

DEADLINE = 0.2
PATIENCE = 4  # less than a fault may last, and than the deadline left out; the machine may be busy
ANSWERED = {
    "500",
    "403",
    "429",
    "redirect",
    "not modified without having been asked",
    "null",
    "list",
    "text",
    "wrong shape",
}


def ask(handler: Handler, headers: Mapping[str, str] | None = None, deadline: float = 5.0) -> Response:
    async def main() -> Response:
        async with serving(handler) as server:
            http = Http(deadline)
            try:
                return await http.get(f"{server.url}/w", {"lat": "1.0"}, headers)
            finally:
                await http.aclose()

    return asyncio.run(main())


def test_a_good_answer_is_status_lower_case_headers_and_data() -> None:
    response = ask(reply({"a": [1, 2.5, "é"]}, 203, {"Last-Modified": "Sat, 21 Nov 2026 18:00:00 GMT"}))
    assert response.status == 203
    assert response.data == {"a": [1, 2.5, "é"]}
    assert response.headers["last-modified"] == "Sat, 21 Nov 2026 18:00:00 GMT"


def test_the_request_says_who_asks_and_wants_plain_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: list[Request] = []

    async def note(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        await reply({})(request, writer)

    ask(note, {"If-Modified-Since": "then"})
    assert seen[0].path == "/w"
    assert seen[0].params == {"lat": "1.0"}
    assert seen[0].headers["accept-encoding"] == "identity"
    assert seen[0].headers["user-agent"] == f"livecontent/{__version__}"
    assert seen[0].headers["if-modified-since"] == "then"


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_is_a_source_error_or_a_status_within_the_deadline(fault: str) -> None:
    begin = time.monotonic()
    if fault in ANSWERED:
        assert isinstance(ask(FAULTS[fault]), Response)
    else:
        with pytest.raises(SourceError) as caught:
            ask(FAULTS[fault], deadline=DEADLINE if fault in SLOW else 5.0)
        assert 0 < len(str(caught.value)) < 200
    assert time.monotonic() - begin < PATIENCE


def test_the_json_of_an_error_is_told_and_a_page_is_not() -> None:
    assert ask(reply({"error": True, "reason": "no"}, 400)).data == {"error": True, "reason": "no"}
    assert ask(reply(b"<h1>no</h1>", 502)).data is None


def test_a_redirect_is_told_and_not_followed() -> None:
    async def main() -> tuple[Response, Server]:
        async with serving(FAULTS["redirect"]) as server:
            http = Http()
            response = await http.get(server.url, {})
            await http.aclose()
            return response, server

    response, server = asyncio.run(main())
    assert response.status == 302
    assert len(server.asked) == 1


def test_a_body_of_the_cap_is_read_and_one_byte_more_is_not() -> None:
    assert ask(reply(b" " * (MAX_BYTES - 2) + b"[]")).data == []
    with pytest.raises(SourceError, match="256 KiB"):
        ask(reply(b" " * (MAX_BYTES - 1) + b"[]"))
    with pytest.raises(SourceError, match="256 KiB"):
        ask(pour)


def test_a_compressed_body_is_not_unpacked() -> None:
    with pytest.raises(SourceError, match="not JSON"):
        ask(reply(gzip.compress(b"[]"), 200, {"Content-Encoding": "gzip"}))


@pytest.mark.parametrize("handler", [hang, drip, after(60, reply({}))])
def test_the_deadline_is_of_the_whole_call(handler: Handler) -> None:
    begin = time.monotonic()
    with pytest.raises(SourceError, match=r"within 0\.2 s"):
        ask(handler, deadline=DEADLINE)
    assert DEADLINE <= time.monotonic() - begin < PATIENCE


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "ftp://127.0.0.1/",
        "no IP address",
        "http://[/",
        "http://host:port/",
        "http://a\x00b/",
        "",
    ],
)
def test_an_address_that_cannot_be_reached_is_a_source_error(url: str) -> None:
    async def main() -> None:
        http = Http(DEADLINE)
        try:
            await http.get(url, {})
        finally:
            await http.aclose()

    with pytest.raises(SourceError):
        asyncio.run(main())


@pytest.mark.parametrize("value", ["a\nb", "é", "\x00"])
def test_a_header_that_cannot_be_sent_is_a_source_error(value: str) -> None:
    with pytest.raises(SourceError):
        ask(reply({}), {"User-Agent": value})


def test_calls_that_were_given_up_do_not_use_up_the_connections() -> None:
    async def main() -> None:
        async with serving(hang) as deaf, serving(reply({})) as good:
            http = Http(0.4)
            calls = [http.get(deaf.url, {}) for _ in range(60)]
            assert all(isinstance(o, SourceError) for o in await asyncio.gather(*calls, return_exceptions=True))
            assert (await http.get(good.url, {})).status == 200
            await http.aclose()

    asyncio.run(main())


def test_closing_ends_what_is_under_way_and_nothing_is_asked_any_more() -> None:
    async def main() -> int:
        async with serving(hang) as server:
            http = Http(1)
            call = asyncio.ensure_future(http.get(server.url, {}))
            await asyncio.wait([call], timeout=0.2)
            await http.aclose()
            with pytest.raises(SourceError):
                await call
            with pytest.raises(SourceError):
                await http.get(server.url, {})
            await http.aclose()
            return len(server.asked)

    assert asyncio.run(main()) == 1


def test_a_client_that_never_asked_can_be_closed() -> None:
    asyncio.run(Http().aclose())


@given(st.binary() | st.text().map(str.encode))
def test_bytes_are_json_or_a_source_error(body: bytes) -> None:
    with suppress(SourceError):
        parse_json(body)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "1e999", "-1e999", "'a'", "{1: 2}", "[1,]", ""])
def test_what_is_not_in_the_json_standard_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="not JSON"):
        parse_json(text.encode())


def test_a_file_is_saved_as_it_comes_with_the_query_of_its_address(tmp_path: Path) -> None:
    async def main(limit: int) -> tuple[int, Server]:
        async with serving(reply(b"x" * 100_000, headers={"ETag": "a"})) as server:
            http = Http()
            try:
                with (tmp_path / "file").open("wb") as out:
                    status, fields = await http.save(f"{server.url}/f?key=a%20b", out, limit)
            finally:
                await http.aclose()
            assert fields["etag"] == "a"
            return status, server

    status, server = asyncio.run(main(100_000))
    assert status == 200
    assert server.asked[0].params == {"key": "a b"}
    assert (tmp_path / "file").read_bytes() == b"x" * 100_000
    with pytest.raises(SourceError, match="more than 97 KiB answered"):
        asyncio.run(main(99_999))
