"""The settings and stores that commands work with: your own; else the demo's, as long as there are none."""

import asyncio
import os
import signal
import threading
import tomllib
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import typer

from livecontent.config import DEMO_FILE, Settings, config_file, load_settings
from livecontent.storage.base import Storage
from livecontent.stores import open_storage

T = TypeVar("T")

NOBODY_YET = "no recipients: import some with livecontent import recipients FILE, or start livecontent demo"
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SHIPPED = Path(str(files("livecontent"))) / "demo" / "data"


def with_storage(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    """Does work with the stores, then closes them. Raises `LivecontentError`."""

    async def run() -> T:
        storage = open_storage(settings)
        try:
            return await work(storage)
        finally:
            await storage.close()

    return run_stoppable(run())


def run_stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end, or until it is stopped.

    Asyncio's own Ctrl-C waits until the work waits for something, which an import never does.
    """
    with stoppable():
        return asyncio.run(work)


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end what is done within, wherever it is; what is half done is undone.

    Not where whoever started this wants them ignored, as nohup does.
    """

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # it is about to stop
        raise SystemExit(128 + number)

    ours = threading.current_thread() is threading.main_thread()
    heard = [number for number in _STOPS if ours and signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
