"""What an import comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from livecontent.errors import DataError
from livecontent.imports.notes import Note
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import ImportOutcome


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


class NotAgreedError(Exception):
    """Undoes what was done."""


class CountsOthers(Protocol):
    """A batch on its way into a store."""

    async def count_others(self) -> int:
        """How many in the store are not in the batch."""


async def count_others(
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
