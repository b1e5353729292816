"""`import recipients`: recipients in, and what was understood of their file."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

import typer
from rich.progress import DownloadColumn, TaskProgressColumn

from livecontent.cli.screen import confirm, counted, progress_bar, report_kept, show_lines
from livecontent.cli.storage import stoppable, with_storage
from livecontent.config import load_settings
from livecontent.errors import DataError
from livecontent.imports.columns import Choices, ColumnType
from livecontent.imports.encoding import EncodingDoubtError
from livecontent.imports.recipient_files import RecipientFile, open_recipients
from livecontent.imports.recipients import Report, import_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import Progress
from livecontent.runtime.private_files import load_secret, make_folder
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.unknown_cities import CityCounts
from livecontent.storage.base import Storage


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the command line says of a file."""

    map: Sequence[str] = ()
    encoding: str = ""
    decimal: str = ""
    date: str = ""
    columns: Sequence[str] = ()
    dry_run: bool = False
    replace: bool = False
    yes: bool = False


def import_recipient_file(file: Path, options: ImportOptions) -> None:
    """Imports the recipients of a file, after telling what is understood of it."""
    settings = load_settings()  # never the demo's
    make_folder(settings.data)
    key = load_secret(settings.key_path)
    choices, names = read_choices(options), read_map(options.map)
    with stoppable(), ExitStack() as stack:
        with progress_bar(DownloadColumn()) as bar:
            people = _open(file, names, choices, bar, stack)
        if _is_terminal():
            _ask(people)
        show_lines(_understood(people))
        folder = None if options.dry_run else settings.refused
        refused = stack.enter_context(RefusedRows(folder, file, people.top, people.encoding))

        bars = stack.enter_context(ExitStack())
        cities = CityCounts(load_gazetteer(settings.places, PackedPlaces()))

        def agree(report: Report) -> bool:
            bars.close()
            show_lines((*report.notes, *cities.findings()), "yellow")
            if report.deleted and not options.dry_run:
                confirm(f"{counted(report.deleted, 'recipient')} not in {file.name}: delete them?", yes=options.yes)
            return not options.dry_run

        def deleting() -> Progress:
            return bars.enter_context(progress_bar(TaskProgressColumn()))

        async def run(storage: Storage) -> Report:
            bar, replace = bars.enter_context(progress_bar(DownloadColumn())), deleting if options.replace else None
            return await import_recipients(people, storage.recipients, key, refused, agree, bar, replace, cities.see)

        report = with_storage(settings, run)
    done = f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged"
    done += f", {report.deleted:,} deleted" if options.replace else ""
    typer.echo(f"nothing is imported; it would be: {done}" if options.dry_run else done, err=True)
    report_kept(refused)
    if refused.count and not report.taken:
        raise typer.Exit(1)


def _open(
    file: Path, names: Mapping[str, str], choices: Choices, progress: Progress, stack: ExitStack
) -> RecipientFile:
    """The file; asks for its encoding where there is somebody to tell it."""
    try:
        return stack.enter_context(open_recipients(file, names, choices, progress))
    except EncodingDoubtError as doubt:
        if not _is_terminal():
            raise
        chosen = _choose("the encoding of the file", {name: repr(word) for name, word in doubt.answers.items()})
        if not chosen:
            raise
        return _open(file, names, replace(choices, encoding=chosen), progress, stack)


def read_choices(options: ImportOptions) -> Choices:
    """What the options say. Raises `DataError`."""
    if options.decimal not in ("", ".", ","):
        raise DataError(f"--decimal {options.decimal}: write --decimal . or --decimal ,")
    if options.date not in ("", "dmy", "mdy", "ymd"):
        raise DataError(f"--date {options.date}: write dmy (day first), mdy (month first) or ymd (year first)")
    types: dict[str, ColumnType] = {}
    keep = set()
    for text in options.columns:
        for part in text.split(","):
            name, equals, type_ = part.strip().partition("=")
            if equals and type_ not in get_args(ColumnType):
                raise DataError(f"--columns {part}: {name} can be {', '.join(get_args(ColumnType))}")
            if equals:
                types[name] = cast("ColumnType", type_)
            else:
                keep.add(name)
    return Choices(
        options.encoding, options.decimal, options.date, types, frozenset(keep | (types.keys() if keep else set()))
    )


def read_map(columns: Sequence[str] | None) -> dict[str, str]:
    """Attributes by column, from `NAME=COLUMN`. Raises `DataError`."""
    pairs = [text.partition("=") for text in columns or ()]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise DataError(f"--map {name}{equals}{column}: write NAME=COLUMN, such as --map first_name=Prénom")
    return {column: name for name, _, column in pairs}


def _understood(people: RecipientFile) -> Iterator[str]:
    """A line for each column."""
    if people.told:
        yield people.told
    width = max((len(column.name) for column in people.columns), default=0)
    for column in people.columns:
        yield f"  {column.name:{width}}  {column.told}"


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(people: RecipientFile) -> None:
    """Asks for what the file leaves open."""
    for option in ("--decimal", "--date"):
        doubts = [(column.name, column.doubt) for column in people.columns if column.doubt]
        asked = next(((name, doubt) for name, doubt in doubts if doubt.option == option), None)
        if asked is None:
            continue
        name, doubt = asked
        answers = {style: f"{doubt.example} is {value}" for style, value in doubt.answers.items()}
        if chosen := _choose(f"{name} (0 leaves the column out)", answers):
            people.decide(**{option.removeprefix("--"): chosen})


def _choose(what: str, answers: Mapping[str, str]) -> str:
    """What somebody on the terminal takes; "" for nothing."""
    for number, answer in enumerate(answers.values(), 1):
        typer.echo(f"  {number}  {answer}", err=True)
    chosen: int = typer.prompt(f"{what}: which one?", type=int, default=0, err=True)
    return list(answers)[chosen - 1] if 1 <= chosen <= len(answers) else ""
