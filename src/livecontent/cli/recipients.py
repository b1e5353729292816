"""`import recipients`: recipients in."""

from pathlib import Path

import typer
from rich.progress import DownloadColumn

from livecontent.cli.screen import progress_bar, report_refused, show_rows
from livecontent.cli.storage import with_storage
from livecontent.config import load_settings
from livecontent.errors import DataError
from livecontent.imports.recipients import import_recipients
from livecontent.runtime.private_files import load_secret, make_folder


def import_recipient_file(file: Path, columns: list[str] | None) -> None:
    """Imports the recipients of a file."""
    settings = load_settings()  # never the demo's
    make_folder(settings.data)
    key = load_secret(settings.key_path)
    names = read_map(columns)
    with progress_bar(DownloadColumn()) as bar:
        report = with_storage(settings, lambda storage: import_recipients(file, storage.recipients, key, names, bar))
    typer.echo(f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged", err=True)
    show_rows(report.left_out, file, "yellow")
    report_refused(report.refused, file)
    if report.refused and not report.added + report.changed + report.unchanged:
        raise typer.Exit(1)


def read_map(columns: list[str] | None) -> dict[str, str]:
    """Attributes by column, from `NAME=COLUMN`. Raises `DataError`."""
    pairs = [text.partition("=") for text in columns or ()]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise DataError(f"--map {name}{equals}{column}: write NAME=COLUMN, such as --map first_name=Prénom")
    return {column: name for name, _, column in pairs}
