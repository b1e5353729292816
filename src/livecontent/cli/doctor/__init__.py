"""`doctor`: checks everything that livecontent needs, and says what to type where something is wrong.

A check is a function from the settings to findings, called `check_...`: in the module of its subject, and in `CHECKS`.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from livecontent.cli.doctor import content, data, machine, outside, places
from livecontent.cli.doctor.finding import Finding, Level
from livecontent.cli.storage import settings_or_demo
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.errors import ConfigError, LivecontentError

Check = Callable[[Settings], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    machine.check_versions,
    machine.check_time_zones,
    machine.check_text,
    machine.check_open_files,
    machine.check_metrics,
    data.check_settings,
    data.check_proxies,
    data.check_consent,
    data.check_data,
    data.check_key,
    data.check_disk,
    data.check_server,
    data.check_recipients,
    content.check_creatives,
    places.check_places,
    places.check_cities,
    places.check_stores,
    content.check_products,
    content.check_codes,
    content.check_recommended,
    places.check_geoip,
    places.check_asn,
    places.check_tables,
    outside.check_weather,
    outside.check_feeds,
    outside.check_images,
    outside.check_tiles,
    content.check_triggers_lead,
    content.check_alerts,
)

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}


def examine(*, as_json: bool) -> None:
    """Prints what all checks find; exit code 1 where there is an error."""
    found = list(_examined())
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(finding) for finding in found], indent=2, ensure_ascii=False))
    else:
        _print(found)
    raise typer.Exit(1 if any(finding.level == "error" for finding in found) else 0)


def _examined() -> Iterator[Finding]:
    try:
        chosen = settings_or_demo()
    except ConfigError as error:
        yield Finding("settings", "error", str(error), "correct them, and run this again")
        return
    for check in CHECKS:
        yield from _safely(check, chosen)


def _safely(check: Check, chosen: Settings) -> Iterator[Finding]:
    try:
        yield from check(chosen)
    except LivecontentError as error:
        yield Finding(_name(check), "error", str(error))
    except OSError as error:
        yield Finding(_name(check), "error", f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _name(check: Check) -> str:
    return check.__name__.removeprefix("check_")


def _print(found: list[Finding]) -> None:
    table = Table.grid(padding=(0, 2))
    for finding in found:
        words = Text(finding.seen)
        if finding.remedy:
            words.append(f"\n{finding.remedy}", style="yellow")
        table.add_row(Text(finding.level, style=_COLOURS[finding.level]), Text(finding.what), words)
    Console(highlight=False).print(table)

    def number(level: Level) -> str:
        return counted(sum(finding.level == level for finding in found), level)

    typer.echo(f"{number('error')}, {number('warning')}")
