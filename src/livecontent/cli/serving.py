"""`serve` and `demo`: start the server."""

import asyncio
import json
import logging
import os
from pathlib import Path

import uvicorn
from rich.console import Console

from livecontent.app import make_app
from livecontent.cli.screen import counted
from livecontent.cli.storage import SHIPPED, with_storage
from livecontent.config import DATA, DEMO, DEMO_FILE, Settings, load_settings, shipped
from livecontent.creative.load import FILE
from livecontent.imports.products import import_products, open_products
from livecontent.imports.recipient_files import open_recipients
from livecontent.imports.recipients import import_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.links import image_path
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.private_files import make_folder
from livecontent.services import make_services
from livecontent.storage.base import Recipient, Storage
from livecontent.storage.refs import Refs
from livecontent.web.entrance import Entrance

log = logging.getLogger(__name__)

GRACE = 10  # seconds that requests under way have when the server stops
PATIENCE = 10  # seconds without a sign after which a worker is replaced

_SETTINGS = """# Settings of the demo, written at each start of `livecontent demo`. Your own are in livecontent.toml.
demo = true
preview = true
consent = "full"
data = {folder}
templates = {templates}
url = "http://127.0.0.1:{port}"
timezone = "Europe/Paris"
geoip = "{shipped}/places.mmdb"
places = "{shipped}/places.csv"
stores = "{shipped}/stores.csv"

[weather]
provider = "file"
file = "{shipped}/weather.json"

[map]
folder = "{shipped}/tiles"
credit = "© Averse"
retina = true
"""


def run_demo(host: str, port: int) -> None:
    """Serves the demo, from a folder of its own in the data folder."""
    folder = Path(os.environ.pop("LIVECONTENT_DATA", "") or DATA) / DEMO.name  # never your own data
    os.environ["LIVECONTENT_CONFIG"] = str(make_demo(port, folder))
    run_server(host, port, 1)


def make_demo(port: int, folder: Path = DEMO) -> Path:
    """Writes the demo's settings, imports its recipients and products if there are none; the settings file."""
    make_folder(folder.parent)
    make_folder(folder)
    file = folder / DEMO_FILE.name
    data, templates = (json.dumps(path.as_posix()) for path in (folder, shipped("templates")))
    text = _SETTINGS.format(port=port, folder=data, templates=templates, shipped=SHIPPED.as_posix())
    file.write_text(text, encoding="utf-8")
    keys = SecretKeys(folder / "key", folder)
    with_storage(Settings.model_construct(data=folder, consent="full"), lambda storage: _import_once(storage, keys))
    return file


async def _import_once(storage: Storage, keys: SecretKeys) -> None:
    if await storage.recipients.count() == 0:
        file = SHIPPED / "recipients.csv"
        with open_recipients(file, {}) as people, RefusedRows(None, file) as refused:
            await import_recipients(people, storage.recipients, Refs(keys, storage).find, refused)
    if (await storage.products.about()).products == 0:
        file = SHIPPED / "products.csv"
        with open_products(file, {}) as products, RefusedRows(None, file) as refused:
            await import_products(products, storage.products, refused)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_server(host: str, port: int, workers: int) -> None:
    """Serves until it is stopped. Raises `LivecontentError` for what can't be used."""
    settings = load_settings()
    alone = workers == 1
    parts = make_services(settings, "*" if alone else None)  # raises here what each worker would raise
    names = sorted(file.parent.name for file in settings.templates.glob(f"*/{FILE}"))
    people = parts.storage.recipients
    count, some = asyncio.run(people.count()), asyncio.run(people.sample(1))
    _greet(settings, names, count, some, f"http://{host}:{port}", workers)
    if alone:
        for problem in parts.problems:
            log.error("%s", problem)
    else:
        asyncio.run(parts.aclose())
    uvicorn.run(
        make_app(parts) if alone else "livecontent.app:create_app",
        factory=not alone,
        workers=workers,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn would trust every client on this machine
        http=Entrance,
        ws="none",
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=PATIENCE,
    )


def _greet(settings: Settings, names: list[str], count: int, some: list[Recipient], address: str, workers: int) -> None:
    console = Console(stderr=True, highlight=False)
    creatives, recipients = counted(len(names), "creative"), counted(count, "recipient")
    shared = f", in {workers} processes" if workers > 1 else ""
    console.print(f"Serving {creatives} of {settings.templates} to {recipients}{shared}.", soft_wrap=True)
    if settings.demo:
        console.print(f"\n  The demo's inbox         {address}/", style="bold")
        for recipient in some:
            for name in names:
                console.print(f"  {name:<24} {address}{image_path(name, recipient.ref)}", soft_wrap=True)
    console.print("\nStop with Ctrl-C.")
