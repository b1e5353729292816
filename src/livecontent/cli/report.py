"""`report`: what became of emails, counted honestly."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from livecontent.cli.demo import settings_or_demo
from livecontent.cli.sends import since_send
from livecontent.cli.storage import with_storage
from livecontent.storage.events import SendReport

_WIDTH = 120  # characters, so that no number is cut short
_KINDS = ("human", "machine", "unknown")
_COLUMNS = (
    *("send", "creative", "fetches\nh/m/u", "openings", "persons\nopened", "clicks\nh/m/u"),
    *("persons opened\nor clicked", "unrecorded\nfetches h/m/u", "unrecorded\nclicks h/m/u", "broken\nmerge tags"),
)


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    program.command()(report)


def report(
    send: Annotated[str, typer.Option(help="Only this send.")] = "",
    creative: Annotated[str, typer.Option(help="Only this creative.")] = "",
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=36_500)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with all flaws and times.")] = False,
) -> None:
    """Tells of each email how often it was fetched, opened and clicked: by humans, machines and unknown (h/m/u).

    Repeats within ten seconds are one opening; what software fetches ahead of time is none. Unrecorded are those who do
    not consent to be recorded: they are counted, repeats and all.
    """
    settings = settings_or_demo()
    found = with_storage(settings, lambda storage: storage.events.report(time.time() - days * 86_400, send, creative))
    if send and not found:
        since_send(settings, send, datetime.now(UTC))  # says where there is none
    if as_json:
        typer.echo(json.dumps([asdict(outcome) for outcome in found], indent=2, default=lambda at: at.isoformat()))
        return
    table = Table(*_COLUMNS, box=None)
    for outcome in found:
        table.add_row(*_cells(outcome))
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, _WIDTH)
    console.print(table, soft_wrap=True)


def _cells(found: SendReport) -> tuple[str, ...]:
    return (
        found.send or "-",
        found.creative or "-",
        _split(found.fetches),
        f"{found.openings:,}",
        f"{found.persons_opened:,}",
        _split(found.clicks),
        f"{found.persons_opened_or_clicked:,}",
        _split(found.unrecorded_fetches),
        _split(found.unrecorded_clicks),
        f"{found.flaws.get('merge-tag', 0):,}",
    )


def _split(counts: Mapping[str, int]) -> str:
    return "/".join(f"{counts.get(kind, 0):,}" for kind in _KINDS)
