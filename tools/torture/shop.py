"""A shop to torture: its pictures say in a QR code whose they are, and need everything that can break."""

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.shop import environment_of, refs_of
from PIL import Image

from livecontent.config import Settings, load_settings
from livecontent.runtime.private_files import make_folder
from livecontent.storage.base import Recipient, Storage
from livecontent.storage.sqlite.storage import SqliteStorage
from tools.demo.seed import DATA

PEOPLE = 500
MAY_MOUNT = os.geteuid() == 0
KEY = bytes(range(32))  # of refs, as in the benchmarks
TOKEN = "a-token-of-a-tortured-shop"  # noqa: S105  of nobody
NOBODY = "nobody"  # what the code of a picture says where its recipient is not known
SIZE = (480, 200)  # pixels of every picture
CODE = (0, 0, 200, 200)  # where its code is
SKU = "u-1"
FORMATS = {"card": "png", "slip": "jpg"}  # by creative

CREATIVE = """
title: A card
size: 240x100
format: {format}
link: "https://shop.example/{{{{ recipient.id | default: 'nobody' }}}}"
variants:
  - name: snow
    when: weather.condition == "snow" && weather.temperature < 5
    layers: [{{fill: white}}]
  - name: rain
    layers:
      - image: ground.png
      - code: "{{{{ recipient.id | default: 'nobody' }}}}"
        box: [4, 4, 92, 92]
      - text: "{{{{ recipient.first_name | default: 'Hello' }}}}, {{{{ place.city | default: 'there' }}}}"
        box: [100, 4, 96, 40]
        font: {{family: Inter, size: 12}}
        fit: {{lines: 2, shrink_to: 7}}
      - text: "{{{{ weather.temperature | number: '0' }}}}° {{{{ product['u-1'].stock }}}} left"
        box: [100, 46, 96, 16]
        font: {{family: Inter, size: 10}}
      - text: "{{{{ feed.news[0].title }}}}"
        box: [100, 64, 136, 32]
        font: {{family: Inter, size: 10}}
      - image: "{images}/{{{{ recipient.photo }}}}"
        box: [200, 4, 36, 36]
"""
SETTINGS = """
templates = "{folder}/templates"
data = "{folder}/data"
key_file = "{folder}/key"
geoip = "{folder}/places.mmdb"
trusted_proxies = ["127.0.0.0/8"]
consent = "full"
landing = "https://shop.example/landing"
api_token = "{token}"

[weather]
provider = "open-meteo"
url = "{weather}"

[feeds.news]
url = "{feed}"
fresh = 1

[images]
hosts = ["{host}"]
fresh = 1
"""


@dataclass(frozen=True)
class Shop:
    """A folder with all that a server needs."""

    folder: Path
    refs: Mapping[str, str]  # by id

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that serves it."""
        return environment_of(self.folder)

    def settings(self) -> Settings:
        """The settings, for this process."""
        os.environ["LIVECONTENT_CONFIG"] = str(self.folder / "livecontent.toml")
        return load_settings()


@contextmanager
def make_shop(urls: Mapping[str, str] | None = None, room: int = 0) -> Iterator[Shop]:
    """A shop in a folder that is gone afterwards; `urls` are those of `weather`, `feed` and `images`.

    With `room`, its data folder is a disk of so many MiB, where this process may mount one.
    """
    with TemporaryDirectory(prefix="livecontent-torture-") as name, ExitStack() as stack:
        folder = Path(name)
        if room and MAY_MOUNT:
            stack.enter_context(_disk(folder / "data", room))
        places = dict.fromkeys(("weather", "feed", "images"), "http://127.0.0.1:9") | dict(urls or {})
        for creative in FORMATS:
            write_creative(folder / "templates" / creative, places["images"])
        (folder / "places.mmdb").write_bytes((DATA / "places.mmdb").read_bytes())
        (folder / "key").write_text(KEY.hex(), encoding="ascii")
        text = SETTINGS.format(folder=folder, token=TOKEN, host=places["images"].partition("//")[2], **places)
        (folder / "livecontent.toml").write_text(text, encoding="utf-8")
        shop = Shop(folder, refs_of(f"p-{number:03}" for number in range(PEOPLE)))
        make_folder(shop.data)
        asyncio.run(_import(SqliteStorage(shop.data, "full"), shop.refs))
        yield shop


@contextmanager
def _disk(folder: Path, room: int) -> Iterator[None]:
    folder.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}m,mode=700", "torture", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def write_creative(folder: Path, images: str) -> None:
    """Its YAML, with where images are, and its picture."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.effect_noise(SIZE, 40).convert("RGB").save(folder / "ground.png")
    (folder / "creative.yaml").write_text(CREATIVE.format(format=FORMATS[folder.name], images=images), encoding="utf-8")


async def _import(storage: Storage, refs: Mapping[str, str]) -> None:
    """Everybody lives somewhere else, so that weather is asked for at any time; of some the place is not known."""
    chance = Random(7)
    async with storage.recipients.batch() as people:
        for number, (id_, ref) in enumerate(refs.items()):
            at = {"latitude": round(chance.uniform(-60, 60), 2), "longitude": round(chance.uniform(-170, 170), 2)}
            known = {"id": id_, "first_name": f"Ann{number}", "photo": f"{number % 40}.png"}
            await people.put(Recipient(ref, {**known, **(at if number % 4 else {})}))
    async with storage.products.batch() as products:
        await products.put(SKU, {"name": "Umbrella", "price": 20.0, "stock": 3})
    await storage.close()


def live_value(stock: int) -> bytes:
    """What a shop sends of its stock."""
    return json.dumps({"stock": stock}).encode()
