"""`import` and `links`: recipients in, addresses out."""

import asyncio
import csv
import secrets
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TimeRemainingColumn

from livecontent.app import Services, make_services, make_workshop
from livecontent.cli.demo import settings_or_demo
from livecontent.cli.link_export import PATIENCE, ExportRow, LinkExport
from livecontent.cli.sends import since_send
from livecontent.cli.storage import with_storage
from livecontent.cli.times import read_time
from livecontent.config import Settings, load_settings, make_folder
from livecontent.errors import CreativeError, DataError
from livecontent.imports.lines import Progress as Progressing
from livecontent.imports.recipient_rows import Refusal, read_recipient_rows
from livecontent.imports.recipients import Report, import_recipients
from livecontent.links import ref_of
from livecontent.lint.check import load_checked
from livecontent.runtime.secret import load_secret

STEP = 100  # recipients between two looks at how far it is
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

    The same file again changes nothing; a recipient with the same id is replaced. Exit code 1 where no row can be used.
    """
    settings = load_settings()  # never the demo's
    make_folder(settings.data)
    key = load_secret(settings.key_path)
    console = Console(stderr=True, highlight=False)
    bar = Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console, transient=True)
    names = read_map(columns)
    with bar:
        task = bar.add_task("import")

        def tell(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole)

        report = with_storage(settings, lambda storage: import_recipients(file, storage.recipients, key, names, tell))
    _tell(report, file, console)
    if report.refused and not report.added + report.changed + report.unchanged:
        raise typer.Exit(1)


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
    tell_refused(report.refused, file, console)


def tell_refused(refused: Sequence[Refusal], file: Path, console: Console) -> None:
    """The first rows that were refused on the screen, all in a file beside."""
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
    send: Annotated[str, typer.Option(help="The send that the addresses are for; see `sends`.")] = "",
    at: Annotated[str, typer.Option(help="When the alt texts are true; else at the send, else now.")] = "",
    output: Annotated[str, typer.Option("-o", help="The CSV to write; - for the screen.")] = "-",
) -> None:
    """Writes a CSV to load into an email tool: id, ref, image, click, and alt, the picture in words when it is sent."""
    settings = load_settings() if recipients else settings_or_demo()  # a file of recipients is your own
    shop = make_workshop(settings)
    load_checked(settings.templates / creative, shop.vocabulary, shop.available)  # says what is wrong with it
    sent = _sent_at(settings, send, at)
    refused: list[Refusal] = []
    console = Console(stderr=True, highlight=False)
    bar = Progress(BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console, transient=True)
    parts = make_services(settings.model_copy(update={"deadline": PATIENCE}), creative)
    if parts.problems:
        raise CreativeError(list(parts.problems))
    with bar, nullcontext(sys.stdout) if output == "-" else _whole(Path(output)) as out:
        task = bar.add_task("links")

        def tell(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole)

        addressees = _read(recipients, parts, read_map(columns), refused, tell) if recipients else _all(parts, tell)
        asyncio.run(_write(LinkExport(parts, creative, send, sent), addressees, out))
    if recipients:
        tell_refused(refused, recipients, console)


async def _write(letter: LinkExport, addressees: AsyncIterator[ExportRow], out: TextIO) -> None:
    try:
        await letter.write(addressees, out)
    finally:
        await letter.parts.aclose()


def _sent_at(settings: Settings, send: str, at: str) -> datetime:
    """The time asked for, else that of the send, else now. Raises `DataError` for a send that nobody knows."""
    now = datetime.now(UTC)
    since = since_send(settings, send, now) if send else 0.0
    return read_time(at, settings.timezone or "UTC") if at else now - timedelta(seconds=since)


async def _all(parts: Services, progress: Progressing) -> AsyncIterator[ExportRow]:
    """All recipients that were imported. Raises `DataError` where there are none."""
    done, whole = 0, await parts.storage.recipients.count()
    if not whole:
        raise DataError("no recipients yet: livecontent import recipients FILE, or livecontent demo to try")
    async for ref, recipient_id in parts.storage.recipients.iterate():
        done += 1
        if not done % STEP:
            progress(done, whole)
        yield ExportRow(recipient_id, ref)


async def _read(
    file: Path, parts: Services, columns: dict[str, str], refused: list[Refusal], progress: Progressing
) -> AsyncIterator[ExportRow]:
    """The recipients in a file; the rows that `import` would refuse go to `refused`."""
    seen: set[str] = set()
    for row in read_recipient_rows(file, columns, progress):
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        recipient_id = str(row.profile["id"])
        ref = ref_of(recipient_id, parts.key)
        if ref in seen:
            refused.append(Refusal(row.line, f"the id {recipient_id!r} stands above"))
        else:
            seen.add(ref)
            yield ExportRow(recipient_id, ref, row.profile)


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
