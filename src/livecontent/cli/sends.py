"""`sends`: what was sent when, so that openings and clicks can be told apart by email."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from livecontent.cli.demo import settings_or_demo
from livecontent.cli.storage import with_storage
from livecontent.cli.times import read_time
from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.links import is_name
from livecontent.storage.sends import Send, is_send


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    group = typer.Typer(help="Name the emails that are sent.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(show)
    program.add_typer(group, name="sends")


def add(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Letters, digits, dots, underscores and hyphens.")],
    at: Annotated[str, typer.Option(help="When it goes out, such as 2026-11-21T08:00.")],
    creative: Annotated[list[str] | None, typer.Option(help="A creative that is in it; once for each.")] = None,
    esp: Annotated[str, typer.Option(help="The email tool that sends it.")] = "",
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
) -> None:
    """Takes a send in; one with the same id is replaced."""
    settings = settings_or_demo()
    if not is_send(id_):
        raise DataError(f"{id_!r} can't be the id of a send: letters, digits, dots, underscores, hyphens, at most 64")
    wrong = next((one for one in creative or () if not is_name(one)), None)
    if wrong is not None:
        raise DataError(f"--creative {wrong}: not the name of a creative")
    send = Send(id_, read_time(at, settings.timezone or "UTC").timestamp(), tuple(creative or ()), esp, name)
    with_storage(settings, lambda storage: storage.sends.put(send))


def show() -> None:
    """Lists sends, the newest first."""
    settings = settings_or_demo()
    found = with_storage(settings, lambda storage: storage.sends.list())
    table = Table("id", "sent", "creatives", "email tool", "name", box=None)
    for send in found:
        sent = datetime.fromtimestamp(send.at, ZoneInfo(settings.timezone or "UTC"))
        table.add_row(send.id, f"{sent:%Y-%m-%d %H:%M %Z}", ", ".join(send.creatives), send.esp, send.name)
    Console(highlight=False, markup=False).print(table)


def since_send(settings: Settings, send: str, at: datetime) -> float:
    """Seconds from a send to a time, less than none before it. Raises `DataError` for a send that nobody knows."""
    since = with_storage(settings, lambda storage: storage.sends.since(send, at))
    if since is None:
        raise DataError(f"--send {send}: there is no such send yet: livecontent sends add {send} --at TIME")
    return since
