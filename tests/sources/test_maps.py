"""Maps through the whole line: all tiles or none, fetched beside the open or ahead, or from a folder of one's own."""

import asyncio
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from local_server import Request, reply, serving
from PIL import Image
from tools.demo.tiles import DATA, STORES, VIEW, store_points

from livecontent.config import Settings, load_settings
from livecontent.errors import ConfigError
from livecontent.facts import Client, Opening, Person
from livecontent.lint import load_checked
from livecontent.pipeline import Answer, answer
from livecontent.services import Services, make_services
from livecontent.sources.store.stores import COLUMNS
from livecontent.tiles import MapView

CREATIVE = """
title: Map
size: 300x200
scale: 1
format: png
background: white
alt: Where it is
variants:
  - name: map
    layers:
      - {map: {latitude: "{{ recipient.lat }}", longitude: 2.34}, marker: null, zoom: 14}
"""
STORES_CSV = f"""{",".join(COLUMNS)}
a,A,1 rue,75001,Paris,FR,48.86,2.34,Europe/Paris,,,,,,,10:00-20:00
b,B,1 rue,59000,Lille,FR,50.63,3.06,Europe/Paris,,,,,,,10:00-20:00
"""
CREDIT = "© Someone"


def tile(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, "PNG")
    return out.getvalue()


def write_tile(address: str) -> None:
    Path(address).parent.mkdir(parents=True, exist_ok=True)
    Path(address).write_bytes(tile())


def make(tmp_path: Path, creative: str = CREATIVE, **tiles: object) -> Services:
    """A server with one creative."""
    folder = tmp_path / "templates" / "map"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "creative.yaml").write_text(creative)
    (folder / "none.png").write_bytes(tile("green"))
    (tmp_path / "stores.csv").write_text(STORES_CSV)
    map_ = {"credit": CREDIT, **tiles} if tiles else {}
    stores = tmp_path / "stores.csv"
    return make_services(
        Settings(templates=tmp_path / "templates", data=tmp_path / "data", stores=stores, map=map_, deadline=0.4)
    )


async def opened(services: Services, latitude: object = 48.86) -> Answer:
    person = Person("r", "full", {"id": "r", "lat": latitude})
    return await answer(Opening("map", "r", datetime.now(UTC), client=Client("gmail"), person=person), services.kit)


def pixels(found: Answer) -> set[tuple[int, ...]]:
    """What is seen above the credit."""
    picture = Image.open(BytesIO(found.data)).convert("RGB").crop((0, 0, 300, 170))
    return {colour for _, colour in picture.getcolors(60_000) or ()}  # type: ignore[misc]


RED, WHITE, GREEN = {(254, 0, 0)}, {(255, 255, 255)}, {(0, 128, 0)}


def test_a_map_is_shown_when_all_of_its_tiles_are_there_and_never_in_part(tmp_path: Path) -> None:
    broken = True

    async def each(request: Request, writer: asyncio.StreamWriter) -> None:
        gone = broken and request.path.endswith("/5635.png")
        await (reply(status=404) if gone else reply(tile()))(request, writer)

    async def scenario() -> None:
        nonlocal broken
        async with serving(each) as server:
            url = f"{server.url}/{{z}}/{{x}}/{{y}}.png"
            services = make(tmp_path, url=url)
            assert not services.problems
            first = await opened(services)
            for _ in range(20):  # a machine that is busy may take longer than an open lasts
                assert pixels(first) == WHITE
                if "3 of 6" not in str(first.left_out):
                    first = await opened(services)
            assert "3 of 6 tiles are missing, 14/8297/5635: status 404" in str(first.left_out)
            await services.aclose()
            broken = False
            for file in (tmp_path / "data" / "images").glob("*.json"):
                file.unlink()  # what failed is left alone for a while
            services = make(tmp_path, url=url)
            found = await opened(services)
            while found.left_out:
                await asyncio.sleep(0.05)
                found = await opened(services)
            assert pixels(found) <= {(254, 0, 0), (255, 0, 0)}
            assert (await opened(services, 89)).left_out == ("map: the map ends at 85 degrees, before latitude 89",)
            assert "not a number" in str((await opened(services, "north")).left_out)
            await services.aclose()

    asyncio.run(scenario())


def test_tiles_around_all_stores_are_fetched_ahead(tmp_path: Path) -> None:
    url = "https://tiles.example/{z}/{x}/{y}.png"
    elsewhere = make(tmp_path, url=url)
    assert not set(elsewhere.kit.gatherer.addresses()), "a map of where people are is no map of stores"
    asyncio.run(elsewhere.aclose())
    services = make(tmp_path, CREATIVE.replace('{latitude: "{{ recipient.lat }}", longitude: 2.34}', "store"), url=url)
    ahead = set(services.kit.gatherer.addresses())
    server = services.settings.map.server
    assert server
    view = MapView(14, 300, 200)
    wanted = {
        server.address(one.tile) for point in ((48.86, 2.34), (50.63, 3.06)) for one in server.around(*point, view)
    }
    assert ahead == wanted
    assert services.kit.images
    assert all(services.kit.images.why_not(address) == "it is not fetched yet" for address in wanted)
    asyncio.run(services.aclose())
    assert not set(make(tmp_path).kit.gatherer.addresses())


def test_a_folder_of_tiles_needs_no_network(tmp_path: Path) -> None:
    text = CREATIVE.replace("zoom: 14", "zoom: 14, placeholder: none.png")
    services = make(tmp_path, text, folder=tmp_path / "tiles")
    server = services.settings.map.server
    assert server
    placed = server.around(48.86, 2.34, MapView(14, 300, 200))

    async def scenario() -> None:
        for one in placed:
            found = await opened(services)
            assert pixels(found) == GREEN
            assert "its placeholder is shown" in str(found.left_out)
            write_tile(server.address(one.tile))
        assert pixels(await opened(services)) == {(255, 0, 0)}
        await services.aclose()

    asyncio.run(scenario())


def test_the_credit_is_on_every_map(tmp_path: Path) -> None:
    services = make(tmp_path, CREATIVE.replace("marker: null", "marker: null, radius: 60"), folder=tmp_path / "tiles")
    server = services.settings.map.server
    assert server
    for one in server.around(48.86, 2.34, MapView(14, 300, 200)):
        write_tile(server.address(one.tile))
    found = asyncio.run(opened(services))
    picture = Image.open(BytesIO(found.data)).convert("RGB")
    corner = picture.crop((200, 160, 284, 184))
    assert corner.convert("L").getextrema()[0] < 60, "its letters are dark"
    asyncio.run(services.aclose())


def test_without_tiles_check_says_so_and_an_open_why(tmp_path: Path) -> None:
    services = make(tmp_path)
    shop = services.workshop
    loaded = load_checked(tmp_path / "templates" / "map", shop.vocabulary, shop.available)
    assert any("no tiles are set up" in problem.message for problem in loaded.warnings)
    assert "map.url or map.folder" in str(asyncio.run(opened(services)).left_out)
    asyncio.run(services.aclose())


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("zoom: 19", "no tiles of zoom 19, only of 0 to 18"),
        ("marker: map-pinn", "map-pinn"),
        ("placeholder: gone.png", "gone.png"),
        ("mask: ellipse", "cut off the credit"),
    ],
)
def test_check_finds_what_can_never_be_shown(tmp_path: Path, layer: str, message: str) -> None:
    text = CREATIVE.replace("marker: null, zoom: 14", layer)
    services = make(tmp_path, text, url="https://tiles.example/{z}/{x}/{y}.png", max_zoom=18)
    assert any(message in str(problem) and not problem.warning for problem in services.problems)
    asyncio.run(services.aclose())


@pytest.mark.parametrize(
    ("tiles", "message"),
    [
        ({"url": "https://tiles.example/{z}/{x}/{y}.png"}, "say whose tiles they are"),
        ({"url": "https://tiles.example/{z}.png", "credit": "x"}, "no {x} and no {y}"),
        ({"url": "https://t.example/{z}{x}{y}", "folder": "tiles", "credit": "x"}, "not from both"),
        ({"folder": "tiles", "credit": "x", "min_zoom": 9, "max_zoom": 8}, "larger than max_zoom"),
    ],
)
def test_settings_that_make_no_map_are_errors(tiles: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("{", r"\{")):
        load_settings(map=tiles)


def test_the_demo_has_the_tiles_of_its_stores() -> None:
    server = Settings(map={"folder": DATA / "tiles", "credit": "x", "retina": True}).map.server
    assert server
    points = store_points()
    for name in STORES:
        assert all(Path(server.address(one.tile)).is_file() for one in server.around(*points[name], VIEW))
