"""Recipients from a file into a store, and what became of each row."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from livecontent.imports.csv_reader import Refusal
from livecontent.imports.refused import RefusedRows
from livecontent.imports.report import ImportReport, NotAgreedError, count_others
from livecontent.imports.row_files import RowFile
from livecontent.imports.table_file import ImportOutcome, Progress, no_progress
from livecontent.storage.base import Profile, Recipient, RecipientStore


async def import_recipients(
    people: RowFile,
    store: RecipientStore,
    ref_of: Callable[[str], Awaitable[str]],
    refused: RefusedRows,
    agree: Callable[[ImportReport], bool] = lambda _report: True,
    progress: Progress = no_progress,
    replace: Callable[[], Progress] | None = None,
    look: Callable[[Profile], object] = lambda _profile: None,
) -> ImportReport:
    """Imports a file in one transaction; the same file twice changes nothing.

    `ref_of` tells the ref of an id; `look` sees each profile; `agree` is asked at the end, whether to keep what was
    done. `replace`, where it is given, makes the progress of deleting those that are not in the file. Without the
    agreement, and after an exception, also one of `progress`, the store is as before. Raises `DataError` where the file
    can't be used, and `StorageError` where the store can't.
    """
    outcomes: Counter[ImportOutcome] = Counter()
    report = ImportReport(0, 0, 0, 0)
    with suppress(NotAgreedError):
        async with store.batch() as batch:
            for row in people.rows(progress):
                if isinstance(row, Refusal):
                    refused.add(row, people.raw)
                    continue
                recipient_id = str(row.values["id"])
                outcome = await batch.put(Recipient(await ref_of(recipient_id), row.values))
                outcomes[outcome] += 1
                look(row.values)
                if outcome == "repeated":
                    refused.add(Refusal(row.line, f"the id {recipient_id!r} is in a row above"), people.raw)
            counts = (outcomes["added"], outcomes["changed"], outcomes["unchanged"])
            others = await count_others(batch, refused, outcomes, "recipient") if replace else 0
            report = ImportReport(*counts, refused.count, others, tuple(people.notes))
            if not agree(report):
                raise NotAgreedError
            if replace:
                await batch.delete_others(replace())
    return report
