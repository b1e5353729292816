"""Recipients from a file into a store, and what became of each row."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.notes import Note
from livecontent.imports.recipient_files import RecipientFile
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import ImportOutcome, Progress, no_progress
from livecontent.links import ref_of
from livecontent.storage.base import Batch, Profile, Recipient, RecipientStore


@dataclass(frozen=True, slots=True)
class Report:
    """Recipients added, changed, unchanged and to be deleted, rows refused, and what is told of values."""

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


class _NotAgreedError(Exception):
    """Undoes what was done."""


async def import_recipients(
    people: RecipientFile,
    store: RecipientStore,
    key: bytes,
    refused: RefusedRows,
    agree: Callable[[Report], bool] = lambda _report: True,
    progress: Progress = no_progress,
    replace: Callable[[], Progress] | None = None,
    look: Callable[[Profile], object] = lambda _profile: None,
) -> Report:
    """Imports a file in one transaction; the same file twice changes nothing.

    `key` makes the refs; `look` sees each profile; `agree` is asked at the end, whether to keep what was done.
    `replace`, where it is given, makes the progress of deleting those that are not in the file. Without the agreement,
    and after an exception, also one of `progress`, the store is as before. Raises `DataError` where the file can't be
    used, and `StorageError` where the store can't.
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
                look(row.profile)
                if outcome == "repeated":
                    refused.add(Refusal(row.line, f"the id {recipient_id!r} is in a row above"), people.raw)
            counts = (outcomes["added"], outcomes["changed"], outcomes["unchanged"])
            others = await _count_others(batch, refused, outcomes) if replace else 0
            report = Report(*counts, refused.count, others, tuple(people.notes))
            if not agree(report):
                raise _NotAgreedError
            if replace:
                await batch.delete_others(replace())
    return report


async def _count_others(batch: Batch, refused: RefusedRows, outcomes: Counter[ImportOutcome]) -> int:
    """How many are not in the file. Raises `DataError` where nobody can tell."""
    unread = refused.count - outcomes["repeated"]
    if unread:
        line, reason = refused.first[0]
        raise DataError(
            f"{refused.source}:{line}: {reason}. With --replace each row must be readable, or its recipient would be "
            f"deleted: {unread:,} can't be read. Correct them, or import without --replace"
        )
    if not outcomes:
        raise DataError(f"{refused.source}: there is no row in it, and --replace would delete everybody")
    return await batch.count_others()
