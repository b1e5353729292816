"""Recipients in files, CSV and JSON Lines; into a store, and what became of each row."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.headers import attributes_of, doubt
from livecontent.imports.known import TOLD, KnownAttributes, settle_place
from livecontent.imports.notes import Notes
from livecontent.imports.refused import RefusedRows
from livecontent.imports.report import ImportReport, Taking, store_rows
from livecontent.imports.row_files import RowAttributes, RowFile, TypedRow, open_rows
from livecontent.imports.table_file import ImportOutcome, Progress, no_progress
from livecontent.storage.base import Batch, Profile, Recipient, RecipientStore


class RecipientAttributes(KnownAttributes, RowAttributes):
    """What columns of recipients are called and mean; a row is a profile with a valid `id`."""

    key = key_words = "id"

    def names(self, columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
        """By their words."""
        return attributes_of(columns, chosen)

    def is_told(self, name: str) -> bool:
        """Texts, lists and names of places are."""
        return name in TOLD

    def doubt(self, words: str, name: str) -> str:
        """Some words mean several things in several languages."""
        return doubt(words, name)

    def finish(self, values: dict[str, object], line: int, notes: Notes) -> None:
        """A place has two coordinates."""
        if "id" not in values:
            raise DataError("there is no id")
        if "latitude" in values or "longitude" in values:
            settle_place(values, line, notes)


def open_recipients(file: Path, columns: Mapping[str, str]) -> AbstractContextManager[RowFile]:
    """A file of recipients, with the attributes that some columns hold. Raises `DataError`, also when it is opened."""
    return open_rows(file, RecipientAttributes(), columns)


def read_recipient_rows(file: Path, columns: Mapping[str, str], progress: Progress) -> Iterator[TypedRow | Refusal]:
    """The rows of a file, whose columns are what they look like. Raises `DataError` as above."""
    with open_recipients(file, columns) as people:
        yield from people.rows(progress)


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
    """Imports a file in one transaction, see `store_rows`.

    `ref_of` tells the ref of an id; `look` sees each profile. `replace`, where it is given, makes the progress of
    deleting those that are not in the file.
    """

    async def put(batch: Batch, values: Profile) -> ImportOutcome:
        outcome = await batch.put(Recipient(await ref_of(str(values["id"])), values))
        look(values)
        return outcome

    async def delete(batch: Batch) -> None:
        if replace:
            await batch.delete_others(replace())

    taking = Taking("recipient", "id", "id", put, delete if replace else None)
    return await store_rows(people, store.batch(), taking, refused, agree, progress)
