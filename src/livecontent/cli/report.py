"""`report`: fetches, opens and clicks by email."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

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
    *("send", "creative", "fetches\nh/m/u", "opens", "people who\nopened", "clicks\nh/m/u"),
    *("people who opened\nor clicked", "unrecorded\nfetches h/m/u", "unrecorded\nclicks h/m/u", "broken\nmerge tags"),
)


def print_report(send: str, creative: str, days: int, *, as_json: bool) -> None:
    """Prints what was counted since some days ago, of one send or creative if they are named."""
    settings = settings_or_demo()
    found = with_storage(settings, lambda storage: storage.events.report(time.time() - days * 86_400, send, creative))
    if send and not found:
        since_send(settings, send, datetime.now(UTC))  # an unknown send is an error
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
