"""What commands show on the screen, and where they write: counts, progress, refused rows, files that are whole."""

import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TimeRemainingColumn

from livecontent.cli.words import counted
from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.refused import RefusedRows

SHOWN = 20  # rows on the screen


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


def show_lines(lines: Iterable[object], style: str = "") -> None:
    """Lines about the work, not its result."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for line in lines:
        console.print(str(line), style=style)


def report_refused(refused: Sequence[Refusal], file: Path) -> None:
    """The first rows that were refused."""
    show_lines((f"{file}:{row.line}: {row.reason}" for row in refused[:SHOWN]), "red")
    if refused:
        show_lines([f"{counted(len(refused), 'row')} refused"], "red")


def report_kept(refused: RefusedRows, *, taken: bool) -> None:
    """The first rows that were refused, and where all of them are; exit code 1 where none of the others was taken."""
    show_lines((f"{refused.source}:{row.line}: {row.reason}" for row in refused.first[:SHOWN]), "red")
    if refused.count:
        kept = f": correct and import them from {refused.file}; the reasons are beside it" if refused.file else ""
        show_lines([f"{counted(refused.count, 'row')} refused{kept}"], "red")
        if not taken:
            raise typer.Exit(1)


def open_output(target: Path | None) -> AbstractContextManager[TextIO]:
    """The screen, without a target or with `-`; else a file that replaces the target once it is complete.

    Raises `DataError` where it can't be written.
    """
    return nullcontext(sys.stdout) if target in (None, Path("-")) else _whole(target)


@contextmanager
def _whole(target: Path) -> Iterator[TextIO]:
    target = target.resolve()
    ordinary = target.is_file() or not target.exists()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}") if ordinary else target
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # there are people in it
        with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as out:
            yield out
        if draft != target:
            draft.replace(target)
    except OSError as error:
        raise DataError(f"{target} can't be written: {error.strerror or error}") from None
    finally:
        if draft != target:
            with suppress(OSError):  # it has replaced the target, or was never made
                draft.unlink()
