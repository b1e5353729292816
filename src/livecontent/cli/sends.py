"""`sends`: which email went out when, so that opens and clicks are counted by email."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from livecontent.cli.demo import settings_or_demo
from livecontent.cli.storage import with_storage
from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.imports.values import read_time
from livecontent.links import is_name
from livecontent.storage.sends import Send, is_send


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


def show() -> None:
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
