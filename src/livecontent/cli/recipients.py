"""`import` and `links`: recipients in, addresses out."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from livecontent.app import make_fonts, shelf_of
from livecontent.config import Settings, load_settings
from livecontent.creative.load import load_creative
from livecontent.errors import DataError
from livecontent.keys import load_key
from livecontent.links import Format, click_path, image_path, ref_of
from livecontent.sources.recipient.importer import Report, import_recipients
from livecontent.sources.recipient.rows import Refusal, read_rows
from livecontent.sources.recipient.sqlite import SqliteRecipients

SHOWN = 20  # refused rows on the screen; all stand in the file beside

Columns = Annotated[list[str] | None, typer.Option("--map", help="NAME=COLUMN: which column holds which attribute.")]


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    group = typer.Typer(help="Take data in.", no_args_is_help=True)
    group.command("recipients")(take_in)
    program.add_typer(group, name="import")
    program.command()(links)


def take_in(
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines.", exists=True, dir_okay=False)],
    columns: Columns = None,
) -> None:
    """Takes in recipients: all rows that can be used at once, and a list of those that can't.

    The same file again changes nothing; a recipient with the same id is replaced.
    """
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    key = load_key(settings.key_file or settings.data / "key")
    console = Console(stderr=True, highlight=False)
    bar = Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console, transient=True)
    with closing(SqliteRecipients(settings.data / "recipients.db")) as store, bar:
        task = bar.add_task("import")
        report = import_recipients(
            file, store, key, read_map(columns), lambda done, whole: bar.update(task, completed=done, total=whole)
        )
    _tell(report, file, console)


def read_map(columns: list[str] | None) -> dict[str, str]:
    """Names by column, from `NAME=COLUMN`. Raises `DataError`."""
    pairs = [text.partition("=") for text in columns or ()]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise DataError(f"--map {name}{equals}{column}: write NAME=COLUMN, such as --map first_name=Prénom")
    return {column: name for name, _, column in pairs}


def _tell(report: Report, file: Path, console: Console) -> None:
    console.print(f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged")
    if not report.refused:
        return
    beside = file.with_name(f"{file.name}.refused.csv")
    with beside.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("line", "reason"))
        writer.writerows(report.refused)
    for refusal in report.refused[:SHOWN]:
        console.print(f"{file}:{refusal.line}: {refusal.reason}", style="red", markup=False)
    console.print(f"{len(report.refused):,} rows refused; all stand in {beside}", style="red", markup=False)


def links(
    creative: Annotated[str, typer.Argument(help="The name of a creative.")],
    recipients: Annotated[Path | None, typer.Option(help="A file of recipients; else all that were imported.")] = None,
    columns: Columns = None,
    output: Annotated[str, typer.Option("-o", help="The CSV to write; - for the screen.")] = "-",
) -> None:
    """Writes a CSV of addresses to load into an email tool: id, ref, image, click."""
    settings = load_settings()
    found = load_creative(settings.templates / creative, shelf_of(make_fonts(settings)))  # says what is wrong with it
    rows = _refs(settings, recipients, read_map(columns))
    if output == "-":
        _write(rows, settings.url.rstrip("/"), creative, found.creative.format, sys.stdout)
    else:
        with Path(output).open("w", newline="", encoding="utf-8") as out:
            _write(rows, settings.url.rstrip("/"), creative, found.creative.format, out)


def _refs(settings: Settings, recipients: Path | None, columns: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Id and ref of each recipient."""
    if recipients:
        key = load_key(settings.key_file or settings.data / "key")
        for row in read_rows(recipients, columns, lambda _done, _all: None):
            if isinstance(row, Refusal):
                raise DataError(f"{recipients}:{row.line}: {row.reason}")
            yield str(row.profile["id"]), ref_of(str(row.profile["id"]), key)
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    with closing(SqliteRecipients(settings.data / "recipients.db")) as store:
        if not store.count():
            raise DataError("no recipients yet: livecontent import recipients FILE, or livecontent demo to try")
        for ref, recipient_id in store.iterate():
            yield recipient_id, ref


def _write(rows: Iterator[tuple[str, str]], url: str, creative: str, format_: Format, out: TextIO) -> None:
    writer = csv.writer(out)
    writer.writerow(("id", "ref", "image", "click"))
    for recipient_id, ref in rows:
        image, click = image_path(creative, ref, format_), click_path(creative, ref)
        writer.writerow((recipient_id, ref, url + image, url + click))
