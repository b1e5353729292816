"""Images by address, of a real server: good, changed, gone, huge, hostile; and never one that was not allowed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from local_server import Request, Server, drip, hang, pour, reply, serving, slam
from PIL import Image

from livecontent.config import ImageSettings
from livecontent.errors import SourceError
from livecontent.net.guarded import GuardedHttp
from livecontent.sources.images import remote
from livecontent.sources.images.remote import RemoteImages

PATIENCE = 60.0  # seconds, on a machine that has other things to do


def png(colour: str, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, colour).save(out, "PNG", compress_level=1)
    return out.getvalue()


RED = png("#ff0000")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A download may take as long as it wants."""
    monkeypatch.setattr(remote, "DEADLINE", PATIENCE)


@asynccontextmanager
async def images(tmp_path: Path, answer: Any = None, **settings: Any) -> AsyncIterator[tuple[RemoteImages, Server]]:
    """Images of a server whose answers are by path."""
    answers = answer if isinstance(answer, dict) else {}

    async def each(request: Request, writer: asyncio.StreamWriter) -> None:
        await answers.get(request.path, reply(RED) if answer is None else reply(status=404))(request, writer)

    async with serving(each if answer is None or answers else answer) as server:
        host = server.url.removeprefix("http://")
        found = RemoteImages(ImageSettings(hosts=(host,), **settings), tmp_path / "images")
        try:
            yield found, server
        finally:
            await found.close()


def drawn(found: RemoteImages, address: str) -> Image.Image:
    digest = found.find(address)
    assert digest
    data = found.data(digest)
    assert data
    return Image.open(BytesIO(data))


def test_it_is_there_once_it_was_fetched_also_for_others_and_later(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with images(tmp_path) as (found, server):
            address = f"{server.url}/a.png"
            assert found.find(address) is None
            stamp = found.stamp
            await asyncio.gather(*(found.fetch([address, address], PATIENCE) for _ in range(9)))
            assert drawn(found, address).convert("RGB").getpixel((5, 5)) == pytest.approx((255, 0, 0), abs=3)
            assert found.stamp != stamp
            assert len(server.asked) == 1
            other = RemoteImages(found._settings, tmp_path / "images")
            assert other.find(address) == found.find(address)

    asyncio.run(scenario())


def test_nobody_waits_longer_than_the_time_that_is_left(tmp_path: Path) -> None:
    async def scenario() -> None:
        may_answer = asyncio.Event()

        async def late(request: Request, writer: asyncio.StreamWriter) -> None:
            await may_answer.wait()
            await reply(RED)(request, writer)

        async with images(tmp_path, {"/slow": late, "/never": hang}) as (found, server):
            slow, never = f"{server.url}/slow", f"{server.url}/never"
            async with asyncio.timeout(PATIENCE):
                await found.fetch([slow, never], 0.05)
            assert found.find(slow) is None
            may_answer.set()
            await found.fetch([slow], PATIENCE)
            assert found.find(slow)

    asyncio.run(scenario())


def test_a_changed_image_is_seen_when_it_is_asked_for_again_and_the_old_one_stays_if_it_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        turns = [reply(RED, headers={"ETag": '"1"'}), reply(status=304), reply(png("blue")), reply(status=404)]

        async def each(request: Request, writer: asyncio.StreamWriter) -> None:
            await turns.pop(0)(request, writer)

        async with images(tmp_path, each, fresh=0) as (found, server):
            address = f"{server.url}/a.png"
            seen = []
            for _ in range(4):
                await found.fetch([address], PATIENCE)
                seen.append(found.find(address))
            assert seen[0] == seen[1] != seen[2] == seen[3]
            assert server.asked[1].headers["if-none-match"] == '"1"'
            assert [("404" in one.problem, one.digest) for one in found.kept()] == [(True, seen[3])]

    asyncio.run(scenario())


TOO_LARGE = png("white", (12_000, 9_000), "1")
BAD = {
    "/gone": (reply(status=404), "status 404"),
    "/text": (reply(b"<html>not an image</html>"), "not a JPEG, PNG, WebP or GIF"),
    "/svg": (reply(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a JPEG, PNG, WebP or GIF"),
    "/cut": (reply(RED[:60]), "not a JPEG, PNG, WebP or GIF"),
    "/pixels": (reply(TOO_LARGE), "12000x9000 pixels"),
    "/bytes": (pour, "more than 5 MiB"),
    "/drip": (drip, "no whole answer within"),
    "/slam": (slam, ""),
    "/inside": (reply(status=302, headers={"Location": "http://169.254.169.254/latest"}), "169.254.169.254 is none of"),
    "/local": (reply(status=302, headers={"Location": "http://localhost:1/x"}), "localhost is none of"),
    "/file": (reply(status=302, headers={"Location": "file:///etc/passwd"}), "is none of the hosts"),
    "/loop": (reply(status=302, headers={"Location": "/loop"}), "more than 3 redirects"),
}


@pytest.mark.parametrize("path", BAD)
def test_what_is_wrong_is_told_and_rests(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if path == "/drip":
        monkeypatch.setattr(remote, "DEADLINE", 1.0)

    async def scenario() -> None:
        async with images(tmp_path, {path: BAD[path][0]}) as (found, server):
            address = f"{server.url}{path}"
            await found.fetch([address], PATIENCE)
            assert found.find(address) is None
            assert BAD[path][1] in found.why_not(address)
            asked = len(server.asked)
            await found.fetch([address], PATIENCE)
            assert len(server.asked) == asked, "an address that has failed rests"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/a.png",
        "ftp://cdn.shop.example/a.png",
        "https://user:pass@cdn.shop.example/a.png",
        "https://cdn.shop.example.evil.example/a.png",
        "https://cdn.shop.example:8443/a.png",
        "https://[::1]/a.png",
        "https://cdn.shop.example@127.0.0.1/a.png",
        "//cdn.shop.example/a.png",
        "https://",
    ],
)
def test_no_other_hosts(address: str) -> None:
    assert not GuardedHttp(["cdn.shop.example", "*.img.example"], 9, 9).allows(address)


def test_hosts_and_domains_are_allowed() -> None:
    http = GuardedHttp(["cdn.shop.example", "*.img.example", "127.0.0.1:8080"], 9, 9)
    for host in ("cdn.shop.example", "CDN.shop.example:443", "a.img.example", "a.b.img.example"):
        assert http.allows(f"https://{host}/a.png?x=1")
    assert http.allows("http://127.0.0.1:8080/a")
    assert not http.allows("https://img.example/a")


def test_a_name_that_leads_to_our_own_network_is_refused() -> None:
    async def scenario() -> None:
        with pytest.raises(SourceError, match="private network"):
            await GuardedHttp(["localhost"], 9, 9).get("http://localhost/a.png")

    asyncio.run(scenario())


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "CMYK"])
def test_it_is_kept_in_a_size_that_can_be_used(tmp_path: Path, mode: str) -> None:
    out = BytesIO()
    picture = Image.new("RGBA" if mode == "RGBA" else "RGB", (3000, 1000), "red")
    if mode == "RGBA":
        picture.putpixel((0, 0), (0, 0, 0, 0))
    picture.convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")

    async def scenario() -> None:
        async with images(tmp_path, {"/a": reply(out.getvalue())}) as (found, server):
            await found.fetch([f"{server.url}/a"], PATIENCE)
            kept = drawn(found, f"{server.url}/a")
            assert kept.size == (1600, 533)
            assert kept.format == ("PNG" if mode == "RGBA" else "JPEG")

    asyncio.run(scenario())


def test_some_at_a_time_are_fetched_ahead_and_none_that_there_is_no_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "AHEAD", 0.01)
    monkeypatch.setattr(remote, "ROUND", 3)

    async def scenario() -> None:
        async with images(tmp_path) as (found, server):
            addresses = [f"{server.url}/{number}.png" for number in range(8)]
            rounds: list[int] = []
            ask = found.ask
            monkeypatch.setattr(found, "ask", lambda some: rounds.append(len(some := list(some))) or ask(some))
            ahead = asyncio.create_task(found.fetch_ahead(lambda: addresses))
            async with asyncio.timeout(PATIENCE):
                while not all(map(found.find, addresses)):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert (max(rounds), sum(rounds), len(server.asked)) == (3, 8, 8)
            monkeypatch.setattr(remote, "AHEAD_BYTES", 10)
            addresses += [f"{server.url}/more.png"]
            looks = len(rounds)
            async with asyncio.timeout(PATIENCE):
                while len(rounds) < looks + 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            ahead.cancel()
            assert len(server.asked) == 8
            await found.fetch(addresses[-1:], PATIENCE)
            assert found.find(addresses[-1]), "it is fetched when it is shown"

    asyncio.run(scenario())


def test_what_is_known_is_fetched_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "AHEAD", 0.01)

    async def scenario() -> None:
        async with images(tmp_path) as (found, server):
            address = f"{server.url}/a.png"
            ahead = asyncio.create_task(found.fetch_ahead(lambda: ["https://shop.example/page", address]))
            async with asyncio.timeout(PATIENCE):
                while not found.find(address):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            ahead.cancel()
            assert len(server.asked) == 1

    asyncio.run(scenario())
