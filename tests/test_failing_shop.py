"""Feeds, catalogue and images of one real server that does all that servers do: right pictures, in time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import time

import pytest
from local_server import Handler, Request, Server, drip, hang, reply, serving, slam
from PIL import Image

from livecontent.config import FeedSettings, ImageSettings, Settings
from livecontent.facts import Client, Opening, Person
from livecontent.pipeline import Answer, answer
from livecontent.render.fallback import FallbackLevel
from livecontent.services import Services, make_services
from livecontent.sources.feed.source import FeedSource
from livecontent.sources.images import remote
from livecontent.sources.product import source

DEADLINE = 0.4  # seconds of an open
TOO_LONG = 20.0  # seconds: far more than a busy machine takes, far less than servers here would let an open wait
CREATIVE = """
title: Deals
size: 400x80
scale: 1
format: png
background: white
variants:
  - name: deals
    layers:
      - text: "{{ feed.deals[0].name }} {{ feed.deals[0].price | money }}"
        box: [0, 62, 200, 18]
      - {text: "{{ feed.late[0].name | default: 'New in store' }}", box: [200, 62, 200, 18]}
      - repeat: products[recipient.viewed]
        where: item.in_stock
        limit: 10
        direction: row
        box: [0, 0, 40, 60]
        layers:
          - {image: "{{ item.image }}", placeholder: empty.png, box: [0, 0, 40, 40]}
          - {text: "{{ item.price | money }}", font: {size: 11}, box: [0, 42, 40, 16]}
"""
SHOWN = {"red": (255, 0, 0), "blue": (0, 0, 255), "empty": (0, 128, 0), "nothing": (255, 255, 255)}


def png(colour: str, side: int = 80) -> bytes:
    out = BytesIO()
    Image.new("RGB" if side < 999 else "1", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def deals(price: float) -> Handler:
    return reply([{"name": "Umbrella", "price": price}])


@dataclass
class Shop:
    """A server and what it answers now, by path; the parts that ask it, and what was waited for."""

    server: Server
    answers: dict[str, Handler]
    services: Services
    waited: list[float] = field(default_factory=list)

    async def sells(self, images: Mapping[str, str]) -> None:
        """A catalogue of these SKUs, with their images."""
        async with self.services.storage.products.batch() as batch:
            for sku, image in images.items():
                await batch.put(sku, {"sku": sku, "price": 20.0, "currency": "EUR", "stock": 3, "image": image})

    async def tells(self, sku: str, **live: object) -> None:
        await self.services.storage.products.put_live({sku: live}, time())

    async def feed_is_read(self, later: float = 0.0) -> None:
        """Asks the feed again, or finds that its last answer is so many seconds older."""
        source = self.services.kit.gatherer._sources["feed"]
        assert isinstance(source, FeedSource)
        reader, at = source.readers["deals"], time() + later
        reader._clock = lambda: at
        await reader.refresh()

    async def open(self, *skus: str) -> Answer:
        """The image of somebody who has looked at these."""
        person = Person("r", "full", {"id": "r", "language": "en", "viewed": list(skus)})
        opening = Opening("deals", "r", datetime.now(UTC), client=Client("browser", time="live"), person=person)
        clock = asyncio.get_running_loop().time
        level = FallbackLevel.LOAD  # the machine of the tests is busy: opened again
        async with asyncio.timeout(60):
            while level is FallbackLevel.LOAD:
                begun = clock()
                found = await answer(opening, self.services.kit)
                level = found.level
                self.waited.append(clock() - begun)
        assert found.level in (FallbackLevel.LIVE, FallbackLevel.DEFAULTS)
        return found

    async def sees(self, *expected: str, skus: tuple[str, ...]) -> Answer:
        """Opens until this is what is shown: images that are not there yet are fetched beside opens."""
        async with asyncio.timeout(60):
            while (found := seen(await self.open(*skus), len(expected))) != list(expected):
                assert set(found) <= {*expected, "empty"}, "what stands in, or what is right: never another"
                await asyncio.sleep(0.05)
        return await self.open(*skus)


@asynccontextmanager
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    answers: dict[str, Handler] = {"/deals": deals(19.9), "/late": hang}

    async def each(request: Request, writer: asyncio.StreamWriter) -> None:
        await answers.get(request.path, reply(status=404))(request, writer)

    folder = tmp_path / "templates" / "deals"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(CREATIVE)
    (folder / "empty.png").write_bytes(png("green"))
    async with serving(each) as server:
        host = server.url.removeprefix("http://")
        settings = Settings(
            templates=tmp_path / "templates",
            data=tmp_path / "data",
            deadline=DEADLINE,
            images=ImageSettings(hosts=(host, host.replace("127.0.0.1", "localhost"))),
            feeds={name: FeedSettings(url=f"{server.url}/{name}") for name in ("deals", "late")},
        )
        services = make_services(settings)
        assert not services.problems
        made = Shop(server, answers, services)
        try:
            yield made
            assert [waited for waited in made.waited if waited > TOO_LONG] == []
        finally:
            await services.aclose()


def seen(found: Answer, count: int) -> list[str]:
    """What is shown in each place."""
    picture = Image.open(BytesIO(found.data)).convert("RGB")
    pixels = [picture.getpixel((20 + 40 * index, 20)) for index in range(count)]
    return [
        next((name for name, shown in SHOWN.items() if pixel == pytest.approx(shown, abs=6)), str(pixel))
        for pixel in pixels
    ]


def words(found: Answer) -> list[str]:
    assert found.prepared
    return list(found.prepared.content.words)


def test_prices_and_stock_are_those_of_the_moment_whatever_the_server_does(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with shop(tmp_path) as made:
            made.answers["/red.png"] = reply(png("red"))
            await made.sells({"u-1": f"{made.server.url}/red.png", "u-2": f"{made.server.url}/red.png"})
            both = ("u-1", "u-2")
            first = await made.sees("red", "red", "nothing", skus=both)
            assert words(first) == ["Umbrella €19.90", "New in store", "€20.00", "€20.00"]
            made.answers["/deals"] = deals(14.9)
            await made.feed_is_read(later=400)
            await made.tells("u-1", price=17.5)
            assert words(await made.open(*both)) == ["Umbrella €14.90", "New in store", "€17.50", "€20.00"]
            await made.tells("u-2", stock=0)
            found = await made.open(*both)
            assert (seen(found, 2), words(found)[2:]) == (["red", "nothing"], ["€17.50"])
            for fault in (reply(status=404), reply(b"<html>"), slam, drip, reply(status=500)):
                made.answers["/deals"] = fault
                await made.feed_is_read(later=800)
                assert words(await made.open(*both))[0] == "Umbrella €14.90", "the last answer, while it may be told"
            await made.feed_is_read(later=90_000)
            assert words(await made.open(*both))[0] == "New in store", "a price that is too old is not told"
            await made.tells("u-1", price=None)
            assert words(await made.open(*both)) == ["New in store"]

    asyncio.run(scenario())


def test_images_of_the_catalogue_are_fetched_before_they_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "AHEAD", 0.02)
    monkeypatch.setattr(source, "AHEAD", 5)
    monkeypatch.setattr(source, "LOOK", 0.05)

    async def scenario() -> None:
        async with shop(tmp_path) as made:
            images = made.services.kit.images
            assert images
            files = {f"u-{number}": f"{made.server.url}/{number}.png" for number in range(9)}
            for number in range(9):
                made.answers[f"/{number}.png"] = reply(png("red"))
            await made.sells(files)
            await made.services.start()
            await asyncio.sleep(0.2)
            assert not [request for request in made.server.asked if "png" in request.path], "nobody shows products yet"
            await made.open("u-0")
            async with asyncio.timeout(60):
                while not all(images.find(files[f"u-{number}"]) for number in range(5)):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert seen(await made.open("u-3"), 1) == ["red"], "at its first open"
            assert {request.path for request in made.server.asked if "png" in request.path} == {
                f"/{number}.png" for number in range(5)
            }
            await made.sells({"u-0": f"{made.server.url}/8.png"})  # the catalogue has changed
            async with asyncio.timeout(60):
                while not images.find(files["u-8"]):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    asyncio.run(scenario())


def test_an_image_that_can_not_be_had_is_stood_in_for_and_no_open_waits_for_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with shop(tmp_path) as made:
            local = made.server.url.replace("127.0.0.1", "localhost")
            made.answers |= {
                "/red.png": reply(png("red")),
                "/blue.png": reply(png("blue")),
                "/garbage.png": reply(b"\x89PNG\r\n\x1a\nnot at all"),
                "/text.png": reply(b"<html>Sorry</html>"),
                "/huge.png": reply(png("black", 10_000)),
                "/slow.png": hang,
                "/away.png": reply(status=302, headers={"Location": "http://169.254.169.254/latest"}),
                "/home.png": reply(status=302, headers={"Location": f"{local}/secret.png"}),
                "/secret.png": reply(png("blue")),
            }
            skus = ("red", "gone", "garbage", "text", "huge", "slow", "away", "home", "blue")
            await made.sells({sku: f"{made.server.url}/{sku}.png" for sku in skus})
            found = await made.sees("red", *["empty"] * 7, "blue", "nothing", skus=skus)
            images = made.services.kit.images
            assert images
            for sku, why in {
                "gone": "status 404",
                "garbage": "that can be drawn",
                "text": "that can be drawn",
                "huge": "10000x10000 pixels",
                "away": "none of the hosts",
                "home": "private network",
            }.items():
                async with asyncio.timeout(60):
                    while (told := images.why_not(f"{made.server.url}/{sku}.png")) == "it is not fetched yet":  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                assert why in told, sku
            assert "/secret.png" not in [request.path for request in made.server.asked]
            assert seen(found, 9) == ["red", *["empty"] * 7, "blue"]
            assert words(found).count("€20.00") == len(skus)
            assert images.failures >= 6

    asyncio.run(scenario())
