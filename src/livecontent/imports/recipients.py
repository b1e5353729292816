"""A file of recipients in, a store with them in it out, and a report of what became of each row."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from livecontent.errors import DataError
from livecontent.imports.csv_reader import Progress, Refusal
from livecontent.imports.recipient_rows import read_recipient_rows
from livecontent.links import ref_of
from livecontent.storage.recipients import ImportOutcome, Recipient, RecipientStore

MAX_REFUSED = 1_000_000  # rows; a file with more is not a file of recipients
MAX_LEFT_OUT = 1000  # values reported


@dataclass(frozen=True, slots=True)
class Report:
    """Recipients added, changed and unchanged, the rows refused, and the first 1000 values left out, by line."""

    added: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...]
    left_out: tuple[Refusal, ...] = ()


async def import_recipients(
    file: Path, store: RecipientStore, key: bytes, columns: Mapping[str, str], progress: Progress
) -> Report:
    """Imports a CSV or JSON Lines file in one transaction; the same file twice changes nothing.

    `key` makes the refs, `columns` says which attributes columns hold. After an exception, also one of `progress`,
    the store is as before. Raises `DataError` where the file can't be used, and `StorageError` where the store can't.
    """
    outcomes: Counter[ImportOutcome] = Counter()
    refused: list[Refusal] = []
    left_out: list[Refusal] = []
    async with store.batch() as batch:
        for row in read_recipient_rows(file, columns, progress):
            if isinstance(row, Refusal):
                refused.append(row)
            else:
                recipient_id = str(row.profile["id"])
                outcome = await batch.put(Recipient(ref_of(recipient_id, key), row.profile))
                outcomes[outcome] += 1
                left_out += [Refusal(row.line, f"{what} is not known, left out") for what in row.left_out]
                del left_out[MAX_LEFT_OUT:]
                if outcome == "repeated":
                    refused.append(Refusal(row.line, f"the id {recipient_id!r} is in a row above"))
            if len(refused) > MAX_REFUSED:
                line, reason = refused[0]
                raise DataError(f"{file}:{line}: {reason}; and so more than {MAX_REFUSED:,} rows")
    return Report(outcomes["added"], outcomes["changed"], outcomes["unchanged"], tuple(refused), tuple(left_out))
