"""`webhooks`: alerts that are still to be told, or could not be."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice

import typer

from livecontent.cli.screen import confirm
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.errors import DataError
from livecontent.storage.alerts import Alert
from livecontent.storage.base import Storage

ALL = "all"
MOST = 100  # that are listed


def list_alerts() -> None:
    """Prints what waits and what is dead, the oldest first."""
    found = _found(ALL)
    for alert in islice(found, MOST):
        typer.echo("  ".join(_said(alert, time.time())))
    if len(found) > MOST:
        typer.echo(f"... and {len(found) - MOST:,} more")
    dead = sum(one.state == "dead" for one in found)
    typer.echo(f"{counted(len(found), 'alert')}: {len(found) - dead:,} waiting, {dead:,} dead", err=True)


def retry_alerts(which: str) -> None:
    """Lets an alert, or all, be tried again from the beginning."""
    found = _found(which)
    with_storage(settings_or_demo(), lambda storage: storage.history.alerts.retry(found, time.time()))
    typer.echo(f"{counted(len(found), 'alert')} to be tried again by the server", err=True)


def forget_alerts_of(which: str, *, yes: bool) -> None:
    """Erases an alert, or all."""
    found = _found(which)
    confirm(f"Erase {counted(len(found), 'alert')}, which nobody is told of then?", yes=yes)
    with_storage(settings_or_demo(), lambda storage: storage.history.alerts.drop(found))


def _found(which: str) -> Sequence[Alert]:
    async def work(storage: Storage) -> list[Alert]:
        return [one for one in storage.history.alerts.alerts() if which in (ALL, one.id)]

    found = with_storage(settings_or_demo(), work)
    if not found and which != ALL:
        raise DataError(f"no alert {which} is waiting or dead: livecontent webhooks lists them")
    return found


def _said(alert: Alert, now: float) -> Iterator[str]:
    yield alert.id
    yield alert.trigger
    yield f"{_ago(now - alert.at)} old"
    yield alert.state if alert.state == "dead" or alert.due <= now else f"waiting, again in {_ago(alert.due - now)}"
    if alert.tries:
        yield f"{alert.tries} {'try' if alert.tries == 1 else 'tries'}"
    if alert.problem:
        yield alert.problem


def _ago(seconds: float) -> str:
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{max(seconds, 0):.0f} s"
