"""Recipients from a file into a store, and what became of each row."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from livecontent.imports.csv_reader import Refusal
from livecontent.imports.notes import Note
from livecontent.imports.recipient_files import RecipientFile
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import Progress, no_progress
from livecontent.links import ref_of
from livecontent.storage.base import ImportOutcome, Recipient, RecipientStore


@dataclass(frozen=True, slots=True)
class Report:
    """Recipients added, changed and unchanged, rows refused, and what is told of values."""

    added: int
    changed: int
    unchanged: int
    refused: int
    notes: tuple[Note, ...] = ()

    @property
    def taken(self) -> int:
        """How many rows can be used."""
        return self.added + self.changed + self.unchanged


class _NotAgreedError(Exception):
    """Undoes what was done."""


async def import_recipients(
    people: RecipientFile,
    store: RecipientStore,
    key: bytes,
    refused: RefusedRows,
    agree: Callable[[Report], bool] = lambda _report: True,
    progress: Progress = no_progress,
) -> Report:
    """Imports a file in one transaction; the same file twice changes nothing.

    `key` makes the refs; `agree` is asked at the end, whether to keep what was done. Without it, and after an
    exception, also one of `progress`, the store is as before. Raises `DataError` where the file can't be used, and
    `StorageError` where the store can't.
    """
    outcomes: Counter[ImportOutcome] = Counter()
    report = Report(0, 0, 0, 0)
    with suppress(_NotAgreedError):
        async with store.batch() as batch:
            for row in people.rows(progress):
                if isinstance(row, Refusal):
                    refused.add(row, people.raw)
                    continue
                recipient_id = str(row.profile["id"])
                outcome = await batch.put(Recipient(ref_of(recipient_id, key), row.profile))
                outcomes[outcome] += 1
                if outcome == "repeated":
                    refused.add(Refusal(row.line, f"the id {recipient_id!r} is in a row above"), people.raw)
            counts = (outcomes["added"], outcomes["changed"], outcomes["unchanged"])
            report = Report(*counts, refused.count, tuple(people.notes))
            if not agree(report):
                raise _NotAgreedError
    return report
