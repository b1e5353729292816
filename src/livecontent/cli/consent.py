"""`consent`: what recipients have decided, kept at once; what they do not allow any more, erased at once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from livecontent.cli.demo import settings_or_demo
from livecontent.cli.recipients import tell_refused
from livecontent.cli.storage import with_storage
from livecontent.cli.times import read_time
from livecontent.config import Settings, make_folder
from livecontent.errors import DataError
from livecontent.facts import Consent
from livecontent.imports.columns import listing, name_columns
from livecontent.imports.csv_reader import CsvRecord, read_table
from livecontent.imports.lines import read_lines
from livecontent.imports.recipient_rows import Refusal
from livecontent.imports.recipient_values import clean_text
from livecontent.links import is_ref, ref_of
from livecontent.runtime.secret import load_secret
from livecontent.storage.base import Storage, decide_consent
from livecontent.storage.people import ConsentDecision

COLUMNS = ("id", "consent", "at")
STATES: tuple[Consent, ...] = get_args(Consent)
CLOCKS = 300.0  # seconds that two clocks may differ

Who = Annotated[str, typer.Argument(metavar="ID|REF", help="The id of a recipient, or the ref in an address.")]


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    group = typer.Typer(help="What recipients consent to.", no_args_is_help=True)
    group.command("set")(set_)
    group.command("show")(show)
    group.command("import")(take_in)
    program.add_typer(group, name="consent")


def set_(who: Who, state: Annotated[str, typer.Argument(metavar="STATE", help="full, no-record or none.")]) -> None:
    """Sets what a recipient consents to, from the next opening on, also of emails that were sent.

    Where that is not full, what was recorded of the person is erased.
    """
    settings = settings_or_demo()
    wanted = read_state(state)

    async def decide(storage: Storage) -> tuple[Consent, bool]:
        ref, known = await _ref(who, settings, storage)
        await decide_consent([ConsentDecision(ref, wanted, time.time())], storage)
        return (await storage.people.look_up(ref)).consent, known

    found, known = with_storage(settings, decide)
    if found != wanted:
        raise DataError(f"a decision of later than now stands: {found}; is the clock of this machine right?")
    typer.echo(f"{who}: {found}" + ("" if known else ", though nobody of that id was imported yet"), err=True)


def show(who: Who) -> None:
    """Tells what a recipient consents to, and since when."""
    settings = settings_or_demo()

    async def find(storage: Storage) -> ConsentDecision | None:
        ref, _ = await _ref(who, settings, storage)
        return await storage.consents.find(ref)

    decision = with_storage(settings, find)
    if decision is None:
        typer.echo(f"{settings.consent} (by the setting consent: no decision is known)")
    else:
        typer.echo(
            f"{decision.state} since {datetime.fromtimestamp(decision.at, ZoneInfo(settings.timezone or 'UTC'))}"
        )


def take_in(
    file: Annotated[Path, typer.Argument(help="CSV: id,consent[,at].", exists=True, dir_okay=False)],
) -> None:
    """Takes in decisions: all rows that can be used at once, and a list of those that can't.

    Of several decisions of a recipient the newest counts; one without a time is of now. Exit code 1 where no row can
    be used.
    """
    settings = settings_or_demo()
    make_folder(settings.data)
    console = Console(stderr=True, highlight=False)
    bar = Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console, transient=True)
    decisions: list[ConsentDecision] = []
    refused: list[Refusal] = []
    with bar:
        task = bar.add_task("import")
        reading = Reading(load_secret(settings.key_path), settings.timezone or "UTC", time.time())
        for row in reading.rows(file, lambda done, whole: bar.update(task, completed=done, total=whole)):
            decisions.append(row) if isinstance(row, ConsentDecision) else refused.append(row)
        with_storage(settings, lambda storage: decide_consent(decisions, storage))
    counts = Counter(decision.state for decision in decisions)
    told = ", ".join(f"{counts[state]:,} {state}" for state in STATES)
    console.print(f"{len(decisions):,} decisions: {told}; the newest of each recipient counts")
    tell_refused(refused, file, console)
    if refused and not decisions:
        raise typer.Exit(1)


def read_state(text: str) -> Consent:
    """One of the three states. Raises `DataError`."""
    state = text.strip().lower()
    if state not in STATES:
        raise DataError(f"consent {text!r}: write {', '.join(STATES[:-1])} or {STATES[-1]}")
    return state


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads decisions from files: with the key of refs, an IANA time zone for times without, and what time it is."""

    key: bytes
    zone: str
    now: float  # seconds since 1970

    def rows(self, file: Path, progress: Callable[[int, int], None]) -> Iterator[ConsentDecision | Refusal]:
        """The decisions of a CSV in its order. Raises `DataError` where the file as a whole can't be used."""
        try:
            records = read_table(read_lines(file, progress)).records
            names = _header(next(records, None))
            for record in records:
                if record.cells or record.flaw:
                    yield self._row(record, names)
        except DataError as error:
            raise DataError(f"{file}: {error}") from None

    def _row(self, record: CsvRecord, names: Sequence[str]) -> ConsentDecision | Refusal:
        try:
            return self._decision(record, names)
        except DataError as error:
            return Refusal(record.line, str(error))

    def _decision(self, record: CsvRecord, names: Sequence[str]) -> ConsentDecision:
        if record.flaw:
            raise DataError(record.flaw)
        if len(record.cells) != len(names):
            raise DataError(f"{len(record.cells)} fields here, {len(names)} in the first line")
        cells: Mapping[str, str] = dict(zip(names, map(clean_text, record.cells), strict=True))
        if not cells["id"]:
            raise DataError("no id")
        at = read_time(cells["at"], self.zone).timestamp() if cells.get("at") else self.now
        if at > self.now + CLOCKS:
            raise DataError(f"{cells['at']!r} is still to come; a decision has been taken")
        return ConsentDecision(ref_of(cells["id"], self.key), read_state(cells["consent"]), min(at, self.now))


def _header(first: CsvRecord | None) -> tuple[str, ...]:
    columns = [clean_text(column) for column in first.cells] if first else []
    names = name_columns(columns, {})
    missing = next((name for name in ("id", "consent") if name not in names), None)
    if missing:
        raise DataError(f"no column is called {missing}; found: {listing(columns) or 'none'}")
    unknown = [column for column, name in zip(columns, names, strict=True) if name not in COLUMNS]
    if unknown:  # it could be the time by another name, and a decision without a time is of now
        raise DataError(f"only the columns {', '.join(COLUMNS)} are read; rename or leave out {listing(unknown)}")
    return names


async def _ref(who: str, settings: Settings, storage: Storage) -> tuple[str, bool]:
    """The ref of a recipient by id or ref, and whether one of that id was imported. Raises `DataError`."""
    if not clean_text(who):
        raise DataError("no id: name a recipient by id, or by the ref in an address")
    found = await storage.recipients.find(who)
    if found:
        return found.ref, True
    if is_ref(who.lower()):
        return who.lower(), await storage.recipients.get(who.lower()) is not None
    return ref_of(who, load_secret(settings.key_path)), False
