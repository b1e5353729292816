"""What commands show on the screen: counts, progress, refused rows."""

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TimeRemainingColumn

from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal

SHOWN = 20  # rows on the screen; all are in the file beside


def counted(number: int, noun: str) -> str:
    """A number of things: 1 row, 2,000 rows."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def confirm(question: str, *, yes: bool) -> None:
    """Asks on a terminal, unless the answer was given beforehand.

    Raises `typer.Abort` for a no, and `DataError` where nobody can be asked.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise DataError(f"{question} Nothing was changed; say --yes where nobody can be asked")
    typer.confirm(question, abort=True, err=True)


@contextmanager
def progress_bar(column: ProgressColumn) -> Iterator[Callable[[int, int], None]]:
    """A bar on the screen; what it yields takes how much is done, and of how much."""
    console = Console(stderr=True)
    with Progress(BarColumn(), column, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_rows(rows: Sequence[Refusal], file: Path, style: str) -> None:
    """The first of some rows with what is wrong with them."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for row in rows[:SHOWN]:
        console.print(f"{file}:{row.line}: {row.reason}", style=style)


def report_refused(refused: Sequence[Refusal], file: Path) -> None:
    """The first rows that were refused on the screen, all in a file beside. Raises `OSError`."""
    if not refused:
        return
    show_rows(refused, file, "red")
    beside = file.with_name(f"{file.name}.refused.csv")
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    console.print(f"{counted(len(refused), 'row')} refused, listed in {beside}", style="red")
    with beside.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("line", "reason"), *refused])
