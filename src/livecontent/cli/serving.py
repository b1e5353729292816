"""`serve` and `demo`: start the server."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from livecontent.app import make_app, make_services
from livecontent.cli.demo import make_demo
from livecontent.config import DATA, DEMO, Settings, load_settings
from livecontent.creative.load import FILE
from livecontent.links import image_path
from livecontent.storage.recipients import Recipient

log = logging.getLogger(__name__)

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]
Workers = Annotated[int | None, typer.Option(help="How many processes serve; else one for each core.", min=1)]

GRACE = 10  # seconds that openings under way have when the server stops
PATIENCE = 10  # seconds after which a worker that gives no sign is replaced


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    program.command()(serve)
    program.command()(demo)


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = None) -> None:
    """Serves the creatives, by the settings of livecontent.toml."""
    _run(host, port, workers or _cores())


def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serves a shop to try everything with: its data is made in .livecontent/demo at the first start."""
    folder = Path(os.environ.pop("LIVECONTENT_DATA", "") or DATA) / DEMO.name  # never in your own data
    os.environ["LIVECONTENT_CONFIG"] = str(make_demo(port, folder))
    _run(host, port, 1)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(host: str, port: int, workers: int) -> None:
    settings = load_settings()
    alone = workers == 1
    parts = make_services(settings, "*" if alone else None)  # what can't be opened is told here, once
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
        proxy_headers=False,  # it would believe whoever connects from this machine
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=PATIENCE,
    )


def _greet(settings: Settings, names: list[str], count: int, some: list[Recipient], address: str, workers: int) -> None:
    console = Console(stderr=True, highlight=False)
    shared = f", in {workers} processes" if workers > 1 else ""
    console.print(
        f"livecontent serves {len(names)} creatives to {count:,} recipients{shared}.",
        soft_wrap=True,
    )
    if settings.demo:
        console.print(f"\n  The inbox of the demo    {address}/", style="bold")
        for recipient in some:
            for name in names:
                console.print(f"  {name:<24} {address}{image_path(name, recipient.ref)}", soft_wrap=True)
    console.print("\nStop with Ctrl-C.")
