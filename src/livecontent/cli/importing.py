"""`import recipients`, `import products`: rows in, and what was understood of their file."""

import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast, get_args

import typer
from rich.progress import DownloadColumn, ProgressColumn, TaskProgressColumn

from livecontent.cli.options import ImportOptions
from livecontent.cli.screen import confirm, progress_bar, report_kept, show_lines
from livecontent.cli.storage import stoppable, with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings, load_settings
from livecontent.errors import DataError
from livecontent.imports.columns import Choices, ColumnType
from livecontent.imports.encoding import EncodingDoubtError
from livecontent.imports.names import Names
from livecontent.imports.product_attributes import ProductAttributes
from livecontent.imports.products import import_products
from livecontent.imports.recipients import RecipientAttributes, import_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.imports.report import ImportReport
from livecontent.imports.row_files import RowAttributes, RowFile, open_rows
from livecontent.imports.table_file import Progress
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.private_files import make_data_folder
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.unknown_cities import CityCounts
from livecontent.storage.base import Storage
from livecontent.storage.refs import Refs


def import_recipient_file(file: Path, options: ImportOptions) -> None:
    """Imports the recipients of a file, after telling what is understood of it."""
    settings = load_settings()  # never the demo's
    make_data_folder(settings.data)
    keys = SecretKeys(settings.key_path, settings.data)
    cities = CityCounts(load_gazetteer(settings.places, PackedPlaces()))

    def work(storage: Storage, under_way: UnderWay) -> Awaitable[ImportReport]:
        bar, replace = under_way.bar(DownloadColumn()), under_way.deleting if options.replace else None
        agree = partial(under_way.agree, cities.findings)
        people, refused = under_way.rows, under_way.refused
        return import_recipients(
            people,
            storage.recipients,
            Refs(keys, storage).find_and_carry_over,
            refused,
            agree,
            bar,
            replace,
            cities.see,
        )

    import_rows(file, options, settings, "recipient", RecipientAttributes(), work)


class UnderWay:
    """An import of which the file is open: its rows, those that are refused, and what is on the screen."""

    def __init__(self, rows: RowFile, refused: RefusedRows, noun: str, options: ImportOptions, bars: ExitStack) -> None:
        self.rows, self.refused = rows, refused
        self._noun, self._options, self._bars = noun, options, bars

    def bar(self, column: ProgressColumn) -> Progress:
        """A bar, until it is agreed."""
        return self._bars.enter_context(progress_bar(column))

    def deleting(self) -> Progress:
        """A bar for what is deleted."""
        return self.bar(TaskProgressColumn())

    def agree(self, more: Callable[[], Iterable[object]], report: ImportReport) -> bool:
        """Tells what is odd, and asks whether to delete the others; whether to keep what was done."""
        options, source = self._options, self.refused.source
        self._bars.close()
        show_lines((*report.notes, *more()), "yellow")
        if report.deleted and not options.dry_run:
            question = f"{counted(report.deleted, self._noun)} not in {source.name}: delete them?"
            confirm(question, yes=options.yes)
        return not options.dry_run


def import_rows(
    file: Path,
    options: ImportOptions,
    settings: Settings,
    noun: str,
    attributes: RowAttributes,
    work: Callable[[Storage, UnderWay], Awaitable[ImportReport]],
) -> None:
    """Opens a file, tells what is understood of it, lets it be imported, and tells what came of it."""
    choices, names = read_choices(options), read_map(options.map)
    with stoppable(), ExitStack() as stack:
        with progress_bar(DownloadColumn()) as bar:
            rows = _open(file, attributes, names, choices, bar, stack)
        if _is_terminal():
            _ask(rows)
        show_lines(_understood(rows))
        folder = None if options.dry_run else settings.refused
        refused = stack.enter_context(RefusedRows(folder, file, rows.top, rows.encoding))
        under_way = UnderWay(rows, refused, noun, options, stack.enter_context(ExitStack()))
        report = with_storage(settings, lambda storage: work(storage, under_way))
    done = f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged"
    done += f", {report.deleted:,} deleted" if options.replace else ""
    typer.echo(f"nothing is imported; it would be: {done}" if options.dry_run else done, err=True)
    report_kept(refused, taken=report.taken > 0)


def _open(
    file: Path,
    attributes: RowAttributes,
    names: Mapping[str, str],
    choices: Choices,
    progress: Progress,
    stack: ExitStack,
) -> RowFile:
    """The file; asks for its encoding where there is somebody to tell it."""
    try:
        return stack.enter_context(open_rows(file, attributes, names, choices, progress))
    except EncodingDoubtError as doubt:
        if not _is_terminal():
            raise
        chosen = _choose("the encoding of the file", {name: repr(word) for name, word in doubt.answers.items()})
        if not chosen:
            raise
        return _open(file, attributes, names, replace(choices, encoding=chosen), progress, stack)


def read_choices(options: ImportOptions) -> Choices:
    """What the options say. Raises `DataError`."""
    if options.decimal not in ("", ".", ","):
        raise DataError(f"--decimal {options.decimal}: write --decimal . or --decimal ,")
    if options.date not in ("", "dmy", "mdy", "ymd"):
        raise DataError(f"--date {options.date}: write dmy (day first), mdy (month first) or ymd (year first)")
    types: dict[str, ColumnType] = {}
    keep = set()
    for text in options.columns or ():
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


def _understood(people: RowFile) -> Iterator[str]:
    """A line for each column."""
    if people.told:
        yield people.told
    width = max((len(column.name) for column in people.columns), default=0)
    for column in people.columns:
        yield f"  {column.name:{width}}  {column.told}"


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(people: RowFile) -> None:
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


def import_product_file(file: Path, options: ImportOptions, language: str) -> None:
    """Imports the products of a file, in one language where one is named, after telling what is understood of it."""
    settings = load_settings()  # never the demo's
    make_data_folder(settings.data)

    def work(storage: Storage, under_way: UnderWay) -> Awaitable[ImportReport]:
        agree = partial(under_way.agree, tuple)
        rows, refused, bar = under_way.rows, under_way.refused, under_way.bar(DownloadColumn())
        return import_products(rows, storage.products, refused, agree, bar, replace=options.replace)

    import_rows(file, options, settings, "product", ProductAttributes(_read_language(language)), work)


def _read_language(text: str) -> str:
    """A language tag. Raises `DataError`."""
    try:
        return Names().language(text) if text else ""
    except ValueError:
        raise DataError(f"--language {text}: write a language such as fr or fr-CA") from None
