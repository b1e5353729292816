"""Images by address through the whole line: beside the open under its deadline, with a placeholder, and kept."""

import asyncio
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from local_server import Request, after, reply, serving
from PIL import Image

from livecontent.config import Settings
from livecontent.errors import CreativeError
from livecontent.facts import Client, Opening, Person
from livecontent.lint import load_checked
from livecontent.pipeline import Answer, answer
from livecontent.render.fallback import FallbackLevel
from livecontent.services import Services, make_services

CREATIVE = """
title: Basket
size: 100x60
scale: 1
format: png
background: white
alt: Your basket
variants:
  - name: basket
    layers:
      - repeat: recipient.basket
        direction: row
        box: [0, 0, 40, 60]
        layers:
          - {image: "{{ item.image }}", placeholder: empty.png}
"""
SHOWN = {"red": (255, 0, 0), "blue": (0, 0, 255), "empty": (0, 128, 0)}


def png(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (80, 120), colour).save(out, "PNG")
    return out.getvalue()


def shop(tmp_path: Path, host: str, creative: str = CREATIVE) -> Settings:
    """Settings with one creative."""
    folder = tmp_path / "templates" / "basket"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "creative.yaml").write_text(creative)
    (folder / "empty.png").write_bytes(png("green"))
    images = {"hosts": [host]}
    return Settings(templates=tmp_path / "templates", data=tmp_path / "data", images=images, deadline=0.4)


async def opened(services: Services, *images: str) -> Answer:
    """The image of a recipient with a basket."""
    person = Person("r", "full", {"id": "r", "basket": [{"image": image} for image in images]})
    opening = Opening("basket", "r", datetime.now(UTC), client=Client("gmail"), person=person)
    return await answer(opening, services.kit)


def colours(found: Answer, count: int) -> list[str]:
    """What is shown of each item."""
    picture = Image.open(BytesIO(found.data)).convert("RGB")
    pixels = [picture.getpixel((20 + 40 * index, 30)) for index in range(count)]
    return [
        next((name for name, shown in SHOWN.items() if pixel == pytest.approx(shown, abs=6)), str(pixel))
        for pixel in pixels
    ]


def test_an_open_waits_for_a_new_image_as_long_as_its_deadline_and_shows_it_from_then_on(tmp_path: Path) -> None:
    answers = {"/red": reply(png("red")), "/blue": after(1.5, reply(png("blue"))), "/gone": reply(status=404)}

    async def each(request: Request, writer: asyncio.StreamWriter) -> None:
        await answers[request.path](request, writer)

    async def scenario() -> None:
        async with serving(each) as server:
            services = make_services(shop(tmp_path, server.url.removeprefix("http://")))
            await services.start()
            red, blue, gone = (f"{server.url}/{name}" for name in ("red", "blue", "gone"))
            loop = asyncio.get_running_loop()
            begun = loop.time()
            first = await opened(services, red, blue)
            assert loop.time() - begun < 1.4, "an open never waits longer than its deadline"
            assert colours(first, 2)[1] == "empty"
            assert first.level != FallbackLevel.NEUTRAL
            while colours(await opened(services, red, blue), 2) != ["red", "blue"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            asked = len(server.asked)
            assert colours(await opened(services, blue, red), 2) == ["blue", "red"]
            assert len(server.asked) == asked
            broken = await opened(services, gone, red)
            assert colours(broken, 2) == ["empty", "red"]
            assert "status 404" in str(broken.left_out)
            elsewhere = await opened(services, "http://169.254.169.254/latest", red)
            assert colours(elsewhere, 2) == ["empty", "red"]
            assert "images.hosts" in str(elsewhere.left_out)
            await services.aclose()
            again = make_services(services.settings)
            assert colours(await opened(again, red, blue), 2) == ["red", "blue"], (
                "what was fetched outlives the process"
            )
            await again.aclose()

    asyncio.run(scenario())


def test_check_knows_the_hosts(tmp_path: Path) -> None:
    text = CREATIVE.replace("{{ item.image }}", "https://cdn.shop.example/{{ item.image }}")
    settings = shop(tmp_path, "cdn.shop.example", text)
    services = make_services(settings)
    assert not services.problems
    workshop = services.workshop
    shop(tmp_path, "", text.replace("cdn.shop", "cdn.other"))
    with pytest.raises(CreativeError, match=r"cdn\.other\.example is none of the hosts in the setting images\.hosts"):
        load_checked(tmp_path / "templates" / "basket", workshop.vocabulary, workshop.available)
    asyncio.run(services.aclose())
