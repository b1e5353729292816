"""The demo's settings and recipients, in a folder of its own.

`livecontent demo` uses them, and so do most commands as long as there are no settings and recipients of one's own.
"""

import json
import os
import tomllib
from importlib.resources import files
from pathlib import Path

import typer

from livecontent.cli.storage import with_storage
from livecontent.config import DEMO, DEMO_FILE, Settings, config_file, load_settings, shipped
from livecontent.imports.csv_reader import no_progress
from livecontent.imports.recipients import import_recipients
from livecontent.runtime.private_files import load_secret, make_folder
from livecontent.storage.base import Storage

SHIPPED = Path(str(files("livecontent"))) / "demo" / "data"

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
"""


def make_demo(port: int, folder: Path = DEMO) -> Path:
    """Writes the demo's settings, imports its recipients if there are none, and returns the settings file."""
    make_folder(folder.parent)
    make_folder(folder)
    file = folder / DEMO_FILE.name
    data, templates = (json.dumps(path.as_posix()) for path in (folder, shipped("templates")))
    text = _SETTINGS.format(port=port, folder=data, templates=templates, shipped=SHIPPED.as_posix())
    file.write_text(text, encoding="utf-8")
    key = load_secret(folder / "key")
    with_storage(Settings.model_construct(data=folder, consent="full"), lambda storage: _import_once(storage, key))
    return file


async def _import_once(storage: Storage, key: bytes) -> None:
    if await storage.recipients.count() == 0:
        await import_recipients(SHIPPED / "recipients.csv", storage.recipients, key, {}, no_progress)


def is_demo(settings: Settings) -> bool:
    """Whether these are the demo's: its settings file is in its data folder."""
    return (settings.data / DEMO_FILE.name).is_file()


def settings_or_demo() -> Settings:
    """Your own settings; those of the demo, with a note, where nothing is set and nobody imported yet."""
    own = load_settings()
    chosen = config_file() or any(name.startswith("LIVECONTENT_") for name, value in os.environ.items() if value)
    if chosen or not DEMO_FILE.is_file() or _has_recipients(own):
        return own
    typer.echo(f"using the demo's recipients and settings ({DEMO_FILE})", err=True)
    return load_settings(**tomllib.loads(DEMO_FILE.read_text(encoding="utf-8")))


def _has_recipients(settings: Settings) -> bool:
    there = (settings.data / "recipients.db").is_file()
    return there and with_storage(settings, lambda storage: storage.recipients.count()) > 0
