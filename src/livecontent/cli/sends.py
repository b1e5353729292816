"""`sends` and `report`: which email went out when, and its fetches, opens and clicks."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.imports.values import read_time
from livecontent.links import is_name
from livecontent.storage.base import Send, is_send
from livecontent.storage.events import SendReport

_WIDTH = 120  # characters, so that no number is cut short
_KINDS = ("human", "machine", "unknown")
_COLUMNS = (
    *("send", "creative", "fetches\nh/m/u", "silent\nh/m/u", "opens", "people who\nopened", "clicks\nh/m/u"),
    *("people who opened\nor clicked", "unrecorded\nfetches h/m/u", "unrecorded\nclicks h/m/u", "broken\nmerge tags"),
)


def add(id_: str, at: str, creatives: list[str], esp: str, name: str) -> None:
    """Adds a send, or replaces the one with this id."""
    settings = settings_or_demo()
    if not is_send(id_):
        raise DataError(f"{id_!r} can't be a send's id: use letters, digits, dots, underscores and hyphens, at most 64")
    wrong = next((one for one in creatives if not is_name(one)), None)
    if wrong is not None:
        raise DataError(f"--creative {wrong}: not the name of a creative")
    send = Send(id_, read_time(at, settings.timezone or "UTC").timestamp(), tuple(creatives), esp, name)
    with_storage(settings, lambda storage: storage.sends.put(send))


def tell_sends() -> None:
    """Lists the sends, newest first."""
    settings = settings_or_demo()
    found = with_storage(settings, lambda storage: storage.sends.list())
    table = Table("id", "sent", "creatives", "email tool", "name", box=None)
    for send in found:
        sent = datetime.fromtimestamp(send.at, ZoneInfo(settings.timezone or "UTC"))
        table.add_row(send.id, f"{sent:%Y-%m-%d %H:%M %Z}", ", ".join(send.creatives), send.esp, send.name)
    Console(highlight=False, markup=False).print(table)


def since_send(settings: Settings, send: str, at: datetime) -> float:
    """Seconds from a send to a time, negative before it. Raises `DataError` for an unknown send."""
    since = with_storage(settings, lambda storage: storage.sends.since(send, at))
    if since is None:
        raise DataError(f"--send {send}: unknown send; add it with livecontent sends add {send} --at TIME")
    return since


def print_report(send: str, creative: str, days: int, *, as_json: bool) -> None:
    """Prints what was counted since some days ago, of one send or creative if they are named."""
    settings = settings_or_demo()
    found = with_storage(settings, lambda storage: storage.events.report(time.time() - days * 86_400, send, creative))
    polls = {} if send or creative else with_storage(settings, lambda storage: storage.votes.polls())
    if send and not found:
        since_send(settings, send, datetime.now(UTC))  # an unknown send is an error
    if as_json:
        rows = [*map(asdict, found), *({"poll": name, "votes": votes} for name, votes in polls.items())]
        typer.echo(json.dumps(rows, indent=2, default=lambda at: at.isoformat()))
        return
    table = Table(*_COLUMNS, box=None)
    for outcome in found:
        table.add_row(*_cells(outcome))
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, _WIDTH)
    console.print(table, soft_wrap=True)
    if polls:
        console.print(_table_of(polls), soft_wrap=True)


def _table_of(polls: Mapping[str, Mapping[str, int]]) -> Table:
    """The votes of all polls since their beginning, the most first."""
    table = Table("\npoll", "\nanswer", "\nvotes", "\nshare", box=None)
    for name, votes in polls.items():
        for answer, count in sorted(votes.items(), key=lambda pair: (-pair[1], pair[0])):
            table.add_row(name, answer, f"{count:,}", f"{count / sum(votes.values()):.0%}")
    return table


def _cells(found: SendReport) -> tuple[str, ...]:
    return (
        found.send or "-",
        found.creative or "-",
        _split(found.fetches),
        _split(found.silent),
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
