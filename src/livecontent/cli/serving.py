"""`serve` and `demo`: start the server."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from livecontent.app import make_app, make_parts
from livecontent.config import DATA, DEMO_FILE, load_settings
from livecontent.keys import load_key
from livecontent.links import image_path
from livecontent.sources.recipient.importer import import_recipients
from livecontent.sources.recipient.sqlite import SqliteRecipients

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]

GRACE = 10  # seconds that openings under way have when the server stops


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    program.command()(serve)
    program.command()(demo)


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serves the creatives, by the settings of livecontent.toml."""
    _run(host, port)


def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serves a shop to try everything with: its data is made in .livecontent at the first start."""
    make_demo(port)
    os.environ["LIVECONTENT_CONFIG"] = str(DEMO_FILE)
    _run(host, port)


def make_demo(port: int) -> None:
    """Writes the demo's settings, and takes in its recipients where there are none."""
    data = Path(str(files("livecontent"))) / "demo" / "data"
    DATA.mkdir(parents=True, exist_ok=True)
    DEMO_FILE.write_text(_SETTINGS.format(port=port, data=data.as_posix()), encoding="utf-8")
    store = SqliteRecipients(DATA / "recipients.db")
    try:
        if store.count() == 0:
            import_recipients(data / "recipients.csv", store, load_key(DATA / "key"), {}, lambda _done, _all: None)
    finally:
        store.close()


_SETTINGS = """# Settings of the demo, written at each start of `livecontent demo`. Your own stand in livecontent.toml.
demo = true
preview = true
url = "http://127.0.0.1:{port}"
geoip = "{data}/places.mmdb"
places = "{data}/places.csv"
stores = "{data}/stores.csv"

[weather]
provider = "file"
file = "{data}/weather.json"
"""


def _run(host: str, port: int) -> None:
    settings = load_settings()
    parts = make_parts(settings)
    console = Console(stderr=True, highlight=False)
    for problem in parts.problems:
        console.print(str(problem), style="red", markup=False)
    address = f"http://{host}:{port}"
    console.print(
        f"livecontent serves {len(parts.kit.creatives)} creatives to {parts.recipients.count():,} recipients."
    )
    if settings.demo:
        console.print(f"\n  The inbox of the demo    {address}/", style="bold")
        ref, _ = next(parts.recipients.iterate())
        for name, compiled in sorted(parts.kit.creatives.items()):
            console.print(
                f"  {name:<24} {address}{image_path(name, ref, compiled.published.creative.format)}", soft_wrap=True
            )
    console.print("\nStop with Ctrl-C.")
    uvicorn.run(
        make_app(parts),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
