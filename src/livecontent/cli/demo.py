"""`demo`: the server with a fictional umbrella shop, in this process."""

import asyncio
import json
import os
import secrets
import time
from base64 import b64encode
from pathlib import Path

from rich.console import Console

from livecontent.app import make_app
from livecontent.cli.demo_past import write_past
from livecontent.cli.logs import set_up_logs
from livecontent.cli.serving import bound
from livecontent.cli.storage import SHIPPED, with_storage
from livecontent.cli.worker import answer_requests, tell_problems, told_served
from livecontent.config import DATA, DEMO, DEMO_FILE, Settings, load_settings, shipped
from livecontent.imports.products import import_products, open_products
from livecontent.imports.recipients import import_recipients, open_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.links import image_path
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.listening import is_loopback
from livecontent.runtime.private_files import make_folder
from livecontent.runtime.shared_counts import counts_of_server
from livecontent.services import Services, make_services
from livecontent.setting_sections import SECRET
from livecontent.storage.base import Storage
from livecontent.storage.refs import Refs
from livecontent.web.metrics_server import MetricsServer

_SETTINGS = """# Settings of the demo, written at each start of `livecontent demo`. Your own are in livecontent.toml.
demo = true
preview = true
consent = "full"
data = {folder}
templates = {templates}
url = "http://127.0.0.1:{port}"
sites = ["https://averse.example", "http://127.0.0.1:{port}", "http://localhost:{port}"]
api_token = "{token}"
timezone = "Europe/Paris"
geoip = "{shipped}/places.mmdb"
places = "{shipped}/places.csv"
stores = "{shipped}/stores.csv"

[weather]
provider = "file"
file = "{shipped}/weather.json"

[webhooks]
secret = "{secret}"
urls = {{ adviser = "http://127.0.0.1:{port}/shop/adviser/alerts" }}

[map]
folder = "{shipped}/tiles"
credit = "© Averse"
retina = true
"""


def run_demo(host: str, port: int) -> None:
    """Serves the demo, from a folder of its own in the data folder."""
    folder = Path(os.environ.pop("LIVECONTENT_DATA", "") or DATA) / DEMO.name  # never your own data
    os.environ["LIVECONTENT_CONFIG"] = str(make_demo(port, folder))
    set_up_logs()
    with bound(host, port) as listening:
        services = make_services(load_settings())
        tell_problems(services)
        counts = counts_of_server(services.settings.data, str(time.time_ns()))
        greeting = iter([_greeting(services, f"http://{host}:{port}")])
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        MetricsServer(services.settings.metrics, counts.folder).start()
        app = make_app(services, counts, local=is_loopback(host))
        answer_requests(listening, app, lambda: console.print(next(greeting, ""), end=""))


def _greeting(services: Services, address: str) -> str:
    """Told once, when it answers."""
    images = [
        f"  {name:<24} {address}{image_path(name, recipient.ref)}\n"
        for recipient in asyncio.run(services.storage.recipients.sample(1))
        for name in services.kit.creatives
    ]
    inbox = f"  [bold]The demo's inbox         {address}/[/bold]\n"
    studio = f"  [bold]Its studio               {address}/studio/[/bold]\n"
    return f"Serving {told_served(services)}.\n\n{inbox}{studio}{''.join(images)}\nStop with Ctrl-C.\n"


def make_demo(port: int, folder: Path = DEMO) -> Path:
    """Writes the demo's settings, imports recipients, products and a past where there are none; the settings file."""
    make_folder(folder.parent)
    make_folder(folder)
    file = folder / DEMO_FILE.name
    data, templates = (json.dumps(path.as_posix()) for path in (folder, shipped("templates")))
    secret = SECRET + b64encode(secrets.token_bytes(32)).decode()
    shop = {"port": port, "token": secrets.token_urlsafe(32), "secret": secret}
    text = _SETTINGS.format(**shop, folder=data, templates=templates, shipped=SHIPPED.as_posix())
    file.write_text(text, encoding="utf-8")
    keys = SecretKeys(folder / "key", folder)
    with_storage(Settings.model_construct(data=folder, consent="full"), lambda storage: _import_once(storage, keys))
    return file


async def _import_once(storage: Storage, keys: SecretKeys) -> None:
    if await storage.recipients.count() == 0:
        file = SHIPPED / "recipients.csv"
        with open_recipients(file, {}) as people, RefusedRows(None, file) as refused:
            await import_recipients(people, storage.recipients, Refs(keys, storage).find_and_carry_over, refused)
    if (await storage.products.about()).products == 0:
        file = SHIPPED / "products.csv"
        with open_products(file, {}) as products, RefusedRows(None, file) as refused:
            await import_products(products, storage.products, refused)
    await write_past(storage, time.time())
