"""Recipients in files: CSV, of which the first line names the columns, and JSON Lines."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from livecontent.errors import DataError
from livecontent.imports.columns import Choices
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.headers import attributes_of, doubt, read_header
from livecontent.imports.known import TOLD, KnownAttributes, Reading, settle_place
from livecontent.imports.notes import Notes
from livecontent.imports.row_files import NO_CHOICES, RowFile, TypedRow, open_rows
from livecontent.imports.table_file import Progress, no_progress


class RecipientAttributes(KnownAttributes):
    """What columns of recipients are called and mean; a row is a profile with a valid `id`."""

    key = "id"

    def header(self, columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
        """One of them is the id."""
        return read_header(columns, chosen)

    def names(self, columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
        """By their words."""
        return attributes_of(columns, chosen)

    def is_told(self, name: str) -> bool:
        """Texts, lists and names of places are."""
        return name in TOLD

    def doubt(self, words: str, name: str) -> str:
        """Some words mean several things in several languages."""
        return doubt(words, name)

    def measured(self, _name: str, cell: str) -> str:
        """All of it."""
        return cell

    def completed(self, _name: str, read: Reading) -> Reading:
        """As it is."""
        return read

    def of_json(self, name: str) -> Reading | None:
        """As those of a cell."""
        return self.reading(name)

    def finish(self, values: dict[str, object], line: int, notes: Notes) -> None:
        """A place has two coordinates."""
        if "id" not in values:
            raise DataError("there is no id")
        if "latitude" in values or "longitude" in values:
            settle_place(values, line, notes)


def open_recipients(
    file: Path, columns: Mapping[str, str], choices: Choices = NO_CHOICES, progress: Progress = no_progress
) -> AbstractContextManager[RowFile]:
    """A file of recipients, with the attributes that some columns hold. Raises `DataError`, also when it is opened."""
    return open_rows(file, RecipientAttributes(), columns, choices, progress)


def read_recipient_rows(file: Path, columns: Mapping[str, str], progress: Progress) -> Iterator[TypedRow | Refusal]:
    """The rows of a file, whose columns are what they look like. Raises `DataError` as above."""
    with open_recipients(file, columns) as people:
        yield from people.rows(progress)
