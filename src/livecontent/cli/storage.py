"""The settings and stores that commands work with: your own; else the demo's, as long as there are none."""

import asyncio
import os
import tomllib
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import typer

from livecontent.app import open_storage
from livecontent.config import DEMO_FILE, Settings, config_file, load_settings
from livecontent.storage.base import RecipientStore, Storage

T = TypeVar("T")

SHIPPED = Path(str(files("livecontent"))) / "demo" / "data"


def with_storage(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    """Does work with the stores, then closes them. Raises `LivecontentError`."""

    async def run() -> T:
        storage = open_storage(settings)
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(run())


async def find_ref(who: str, recipients: RecipientStore) -> str | None:
    """The ref of an imported recipient, by id or ref."""
    if found := await recipients.find(who):
        return found.ref
    return who.lower() if await recipients.get(who.lower()) is not None else None


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
