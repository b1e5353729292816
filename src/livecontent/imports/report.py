"""Rows of a file into a store, and what the import comes to."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.notes import Note
from livecontent.imports.refused import RefusedRows
from livecontent.imports.row_files import RowFile
from livecontent.imports.table_file import ImportOutcome, Progress


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Rows added, changed, unchanged, refused, others to be deleted, and what is told of values."""

    added: int
    changed: int
    unchanged: int
    refused: int
    deleted: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def taken(self) -> int:
        """How many rows can be used."""
        return self.added + self.changed + self.unchanged


class CountsOthers(Protocol):
    """A batch on its way into a store."""

    async def count_others(self) -> int:
        """How many in the store are not in the batch."""


B = TypeVar("B", bound=CountsOthers)


@dataclass(frozen=True, slots=True)
class Taking(Generic[B]):
    """How rows get into a store: what they are called, their key and its name, how a batch takes one.

    `delete`, where it is given, deletes those that are not in the file.
    """

    noun: str
    key: str
    key_name: str
    put: Callable[[B, Mapping[str, object]], Awaitable[ImportOutcome]]
    delete: Callable[[B], Awaitable[None]] | None


class _NotAgreedError(Exception):
    """Undoes what was done."""


async def store_rows(
    rows: RowFile,
    store: AbstractAsyncContextManager[B],
    taking: Taking[B],
    refused: RefusedRows,
    agree: Callable[[ImportReport], bool],
    progress: Progress,
) -> ImportReport:
    """Imports a file in one transaction; the same file twice changes nothing.

    `agree` is asked at the end, whether to keep what was done. Without the agreement, and after an exception, also one
    of `progress`, the store is as before. Raises `DataError` where the file can't be used, and `StorageError` where the
    store can't.
    """
    outcomes: Counter[ImportOutcome] = Counter()
    report = ImportReport(0, 0, 0, 0)
    with suppress(_NotAgreedError):
        async with store as batch:
            for row in rows.rows(progress):
                if isinstance(row, Refusal):
                    refused.add(row, rows.raw)
                    continue
                outcome = await taking.put(batch, row.values)
                outcomes[outcome] += 1
                if outcome == "repeated":
                    reason = f"the {taking.key_name} {str(row.values[taking.key])!r} is in a row above"
                    refused.add(Refusal(row.line, reason), rows.raw)
            others = await _count_others(batch, refused, outcomes, taking.noun) if taking.delete else 0
            counts = (outcomes["added"], outcomes["changed"], outcomes["unchanged"])
            report = ImportReport(*counts, refused.count, others, tuple(rows.notes))
            if not agree(report):
                raise _NotAgreedError
            if taking.delete:
                await taking.delete(batch)
    return report


async def _count_others(
    batch: CountsOthers, refused: RefusedRows, outcomes: Mapping[ImportOutcome, int], noun: str
) -> int:
    """How many are not in the file. Raises `DataError` where nobody can tell."""
    unread = refused.count - outcomes.get("repeated", 0)
    if unread:
        line, reason = refused.first[0]
        raise DataError(
            f"{refused.source}:{line}: {reason}. With --replace each row must be readable, or its {noun} would be "
            f"deleted: {unread:,} can't be read. Correct them, or import without --replace"
        )
    if not outcomes:
        raise DataError(f"{refused.source}: there is no row in it, and --replace would delete every {noun}")
    return await batch.count_others()
