"""A small shop of one's own whose studio is open: two creatives that can be written, and thirty recipients."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from asking import OWN, make_token
from httpx2 import Response
from starlette.testclient import TestClient

from livecontent.app import make_studio
from livecontent.config import Settings, load_settings
from livecontent.creative.drafts import Drafts
from livecontent.imports.recipients import import_recipients, open_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.runtime.keys import SecretKeys
from livecontent.services import Services, make_services
from livecontent.storage.refs import Refs
from livecontent.stores import open_storage
from livecontent.studio.drafting import looked_version

SALE = """# the summer sale
title: Sale
size: 60x30
scale: 1
format: png
link: https://shop.example/sale
variants:
  - name: french
    when: recipient.language == "fr"
    layers: [fill: '{french}']
  - name: others
    layers: [fill: '{others}']
"""


def sale(french: str = "#ff0000", others: str = "#0000ff") -> str:
    return SALE.format(french=french, others=others)


class StudioShop:
    """Its folder, its services, and whoever looks at its studio."""

    def __init__(self, folder: Path, services: Services, client: TestClient) -> None:
        self.folder, self.services, self.client = folder, services, client

    @property
    def file(self) -> Path:
        """Of the creative."""
        return self.services.settings.templates / "sale" / "creative.yaml"

    def draft(self, text: str) -> str:
        """Writes a draft; its version, as the page Review has it."""
        drafts = Drafts(self.services.settings.data, self.services.settings.templates, self.services.versions)
        found = drafts.write("sale", {"creative.yaml": text.encode()}, drafts.open("sale").version)
        return looked_version(found, self.file.parents[1])

    def become(self, role: str) -> None:
        """From now on somebody with this role looks."""
        self.client.post("/studio/sign-in", data={"token": make_token(self.services, role)[1]}, headers=OWN)

    def post(self, path: str, form: Mapping[str, str]) -> Response:
        """As a form of the page does, without following where it leads."""
        return self.client.post(f"/studio/{path}", data=form, headers=OWN, follow_redirects=False)


def make_shop(folder: Path, settings: str = "") -> Services:
    """The parts of the shop in a folder of its own."""
    data = folder / "data"
    (folder / "templates" / "sale").mkdir(parents=True)
    (folder / "templates" / "sale" / "creative.yaml").write_text(sale())
    rows = [f"p{number},Ada{number},{'fr' if number % 3 == 0 else 'en'}" for number in range(30)]
    (folder / "people.csv").write_text("\n".join(["id,first_name,language", *rows, ""]))
    quoted = {name: json.dumps(str(folder / name)) for name in ("data", "templates")}
    file = folder / "livecontent.toml"
    file.write_text(
        f'data = {quoted["data"]}\ntemplates = {quoted["templates"]}\nconsent = "full"\n'
        f'url = "https://live.shop.example"\n{settings}'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVECONTENT_CONFIG", str(file))
        loaded = load_settings()
    _import(loaded, folder / "people.csv", data)
    return make_services(loaded)


@contextmanager
def open_shop(folder: Path, *, settings: str = "") -> Iterator[StudioShop]:
    """The shop, and a publisher who is signed in."""
    services = make_shop(folder, settings)
    _, token = make_token(services, "publisher")
    with TestClient(make_studio(services), "http://127.0.0.1:8100") as client:
        client.post("/studio/sign-in", data={"token": token}, headers=OWN)
        yield StudioShop(folder, services, client)


@contextmanager
def served_shop(folder: Path) -> Iterator[tuple[StudioShop, str, str]]:
    """The shop as a browser finds it: its address, and the token of a publisher."""
    services = make_shop(folder)
    _, token = make_token(services, "publisher")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(make_studio(services), log_level="error"))
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            shop = StudioShop(folder, services, TestClient(make_studio(services)))
            yield shop, f"http://127.0.0.1:{listening.getsockname()[1]}", token
        finally:
            server.should_exit = True
            thread.join()


def _import(settings: Settings, file: Path, data: Path) -> None:
    storage = open_storage(settings)

    async def run() -> None:
        with open_recipients(file, {}) as people, RefusedRows(None, file) as refused:
            keys = SecretKeys(data / "key", data)
            await import_recipients(people, storage.recipients, Refs(keys, storage).find_and_carry_over, refused)
        await storage.close()

    asyncio.run(run())
