"""`import` and `links`: recipients in, addresses out."""

from __future__ import annotations

import csv
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from livecontent.app import make_fonts, shelf_of
from livecontent.cli.demo import settings_or_demo
from livecontent.config import Settings, load_settings, make_folder
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
    settings = load_settings()  # never the demo's
    make_folder(settings.data)
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
    for left_out in report.left_out[:SHOWN]:
        console.print(f"{file}:{left_out.line}: {left_out.reason}", style="yellow", markup=False)
    _tell_refused(report.refused, file, console)


def _tell_refused(refused: Sequence[Refusal], file: Path, console: Console) -> None:
    if not refused:
        return
    beside = file.with_name(f"{file.name}.refused.csv")
    with beside.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("line", "reason"))
        writer.writerows(refused)
    for refusal in refused[:SHOWN]:
        console.print(f"{file}:{refusal.line}: {refusal.reason}", style="red", markup=False)
    console.print(f"{len(refused):,} rows refused; all stand in {beside}", style="red", markup=False)


def links(
    creative: Annotated[str, typer.Argument(help="The name of a creative.")],
    recipients: Annotated[Path | None, typer.Option(help="A file of recipients; else all that were imported.")] = None,
    columns: Columns = None,
    output: Annotated[str, typer.Option("-o", help="The CSV to write; - for the screen.")] = "-",
) -> None:
    """Writes a CSV of addresses to load into an email tool: id, ref, image, click."""
    settings = load_settings() if recipients else settings_or_demo()  # a file of recipients is your own
    found = load_creative(settings.templates / creative, shelf_of(make_fonts(settings)))  # says what is wrong with it
    refused: list[Refusal] = []
    rows = _refs_of(settings, recipients, read_map(columns), refused) if recipients else _refs(settings)
    with nullcontext(sys.stdout) if output == "-" else _whole(Path(output)) as out:
        _write(rows, settings.url, creative, found.creative.format, out)
    if recipients:
        _tell_refused(refused, recipients, Console(stderr=True, highlight=False))


def _refs(settings: Settings) -> Iterator[tuple[str, str]]:
    """Id and ref of each recipient that was imported. Raises `DataError` where there are none."""
    file = settings.data / "recipients.db"
    if file.is_file():
        with closing(SqliteRecipients(file)) as store:
            if store.count():
                yield from ((recipient_id, ref) for ref, recipient_id in store.iterate())
                return
    raise DataError("no recipients yet: livecontent import recipients FILE, or livecontent demo to try")


def _refs_of(
    settings: Settings, file: Path, columns: dict[str, str], refused: list[Refusal]
) -> Iterator[tuple[str, str]]:
    """Id and ref of each recipient in a file; the rows that `import` would refuse go to `refused`."""
    key = load_key(settings.key_file or settings.data / "key")
    seen: set[str] = set()
    for row in read_rows(file, columns, lambda _done, _all: None):
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        recipient_id = str(row.profile["id"])
        ref = ref_of(recipient_id, key)
        if ref in seen:
            refused.append(Refusal(row.line, f"the id {recipient_id!r} stands above"))
        else:
            seen.add(ref)
            yield recipient_id, ref


@contextmanager
def _whole(target: Path) -> Iterator[TextIO]:
    """A text file to write that takes its place when it is whole. Raises `DataError` where it can't be written."""
    target = target.resolve()
    ordinary = target.is_file() or not target.exists()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}") if ordinary else target
    try:
        with draft.open("w", newline="", encoding="utf-8") as out:
            yield out
        if draft != target:
            draft.replace(target)
    except OSError as error:
        raise DataError(f"{target} can't be written: {error.strerror or error}") from None
    finally:
        if draft != target:
            with suppress(OSError):  # it has taken its place, or was never made
                draft.unlink()


def _write(rows: Iterator[tuple[str, str]], url: str, creative: str, format_: Format, out: TextIO) -> None:
    writer = csv.writer(out)
    writer.writerow(("id", "ref", "image", "click"))
    for recipient_id, ref in rows:
        image, click = image_path(creative, ref, format_), click_path(creative, ref)
        writer.writerow((recipient_id, ref, url + image, url + click))
