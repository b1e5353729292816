"""Rows of files: of a CSV, of which the first line names the columns, or of JSON Lines, https://jsonlines.org.

What rows are of, people or products, is told by their attributes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, Protocol

from livecontent.errors import DataError
from livecontent.history.plain_json import decode_json
from livecontent.imports.columns import Choices, Column, ColumnReader, KnownColumns
from livecontent.imports.csv_reader import JSON_ENDINGS, TOO_LONG, CsvTable, Refusal, next_part, read_lines
from livecontent.imports.dates import DateReader
from livecontent.imports.headers import attribute_name, bare, listing
from livecontent.imports.known import Reading
from livecontent.imports.notes import Notes, Remark
from livecontent.imports.own import read_own_text
from livecontent.imports.survey import ColumnSurvey
from livecontent.imports.table_file import Progress, no_progress, open_table
from livecontent.imports.values import clean_text, read_json
from livecontent.storage.base import to_json

NO_CHOICES = Choices()

_LARGE, _MANY = 8 * 1024, 100  # characters of a row, attributes: with fewer of both nothing is too large


class TypedRow(NamedTuple):
    """The values of a row, and the line it starts on."""

    line: int
    values: Mapping[str, object]


class RowAttributes(KnownColumns, Protocol):
    """What rows are of: what their columns are called and mean, as in most files where nothing else is said."""

    key_words: str = ""  # what the column of the key may be called

    def header(self, columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
        """The attributes of the columns of a CSV, of which one is the key. Raises `DataError`."""
        if not columns:
            raise DataError("the file is empty; its first line names the columns")
        missing = [column for column in chosen if bare(column) not in map(bare, columns)]
        if missing:
            raise DataError(f"there is no column {listing(missing)}; found: {listing(columns)}")
        names = self.names(columns, chosen)
        if self.key not in names:
            message = f"no column is called {self.key_words}; name the one that holds it, --map {self.key}=COLUMN"
            raise DataError(f"{message}; found: {listing(columns)}")
        return names

    def names(self, columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
        """Those of an object of JSON. Raises `DataError`."""

    def is_told(self, name: str) -> bool:
        """Whether the name of a column tells what it is, whatever its values."""

    def doubt(self, _words: str, _name: str) -> str:
        """What to tell of a column whose words could mean another attribute; "" for nothing."""
        return ""

    def measured(self, _name: str, cell: str) -> str:
        """What of a cell tells the type of its column: all of it."""
        return cell

    def completed(self, _name: str, read: Reading) -> Reading:
        """How cells are read of which that part is read so."""
        return read

    def of_json(self, name: str) -> Reading | None:
        """How values of JSON are read; None for those that stay as they are."""
        return self.reading(name)

    def finish(self, values: dict[str, object], line: int, notes: Notes) -> None:
        """What follows from several values of a row. Raises `DataError` for a row that can't be used."""


class RowFile(Protocol):
    """An open file of rows."""

    @property
    def columns(self) -> Sequence[Column]:
        """What its columns are read as; none where values have types of their own."""

    @property
    def notes(self) -> Notes:
        """What is to be told of the values of the rows read."""

    @property
    def top(self) -> str:
        """What stands above the rows, as it stands in the file."""

    @property
    def raw(self) -> str:
        """The row under way as it stands in the file."""

    @property
    def encoding(self) -> str:
        """The encoding of the file."""

    @property
    def told(self) -> str:
        """What is to be told of it."""

    def decide(self, decimal: str = "", date: str = "") -> None:
        """Decides anew what columns are, with the sign before decimals and the order of dates."""

    def rows(self, progress: Progress) -> Iterator[TypedRow | Refusal]:
        """The rows in their order. Raises `DataError` where the file as a whole can't be used."""


@contextmanager
def open_rows(
    file: Path,
    attributes: RowAttributes,
    columns: Mapping[str, str],
    choices: Choices = NO_CHOICES,
    progress: Progress = no_progress,
) -> Iterator[RowFile]:
    """A CSV, or JSON Lines, with the attributes that some columns hold, and what is known of the file already.

    Reads all of a CSV, to decide what its columns are. Raises `DataError` where it can't be used.
    """
    for column, name in columns.items():
        if not name or name != attribute_name(name):
            raise DataError(f"--map {name}={column}: {name!r} can't be a name: use a-z, 0-9 and underscores")
    if file.suffix.lower() in JSON_ENDINGS:
        yield _JsonRows(file, attributes, columns, choices)
        return
    with open_table(file, choices.encoding) as opened:
        yield _CsvRows(CsvTable(opened), attributes, columns, choices, progress)


class _CsvRows:
    """Rows of a CSV."""

    def __init__(
        self,
        table: CsvTable,
        attributes: RowAttributes,
        columns: Mapping[str, str],
        choices: Choices,
        progress: Progress,
    ) -> None:
        """Looks at all values. Raises `DataError`."""
        self._table = table
        self._attributes = attributes
        self.notes = Notes()
        self.top = table.top
        self.encoding, self.told = table.file.encoding, table.file.told
        try:
            header = [clean_text(column) for column in table.columns]
            names = attributes.header(header, columns)
            self._choices = choices.by_attribute(header, names)
        except DataError as error:
            raise table.error(table.line, error) from None
        self._header, self._names, self._dates = header, names, DateReader(datetime.now(UTC).year)
        self._surveys = self._surveyed(progress)
        self.columns: Sequence[Column] = ()
        self.decide()

    def decide(self, decimal: str = "", date: str = "") -> None:
        """With what was told since."""
        self._choices = replace(
            self._choices, decimal=decimal or self._choices.decimal, date=date or self._choices.date
        )
        columns = ColumnReader(self._choices, self._dates, self._attributes).decide(self._names, self._surveys)
        self.columns = [self._whole(column, words) for column, words in zip(columns, self._header, strict=True)]

    @property
    def raw(self) -> str:
        """Of the row under way."""
        return self._table.raw

    def rows(self, progress: Progress) -> Iterator[TypedRow | Refusal]:
        """Reads the file again."""
        self.notes = Notes()
        reads = [(place, one.name, one.read) for place, one in enumerate(self.columns) if one.read]
        for line, cells, flaw in self._table.rows(progress):
            if flaw:
                yield Refusal(line, flaw)
                continue
            try:
                values = {name: read(cells[place]) for place, name, read in reads if cells[place]}
                yield _typed(values, line, self._attributes, self.notes, sum(map(len, cells)))
            except DataError as error:
                yield Refusal(line, str(error))

    def _whole(self, column: Column, words: str) -> Column:
        """With the rest of its cells, and what stands in the file, where it is another name."""
        attributes = self._attributes
        other = f", from {words!r}" if words and attribute_name(words) != attribute_name(column.name) else ""
        told = f"{column.told}{other}{attributes.doubt(words, column.name)}"
        read = attributes.completed(column.name, column.read) if column.read else None
        return replace(column, told=told, read=read)

    def _surveyed(self, progress: Progress) -> list[ColumnSurvey]:
        """Each column, looked at part by part; closely where its values tell what it is."""
        names, measured = self._names, self._attributes.measured
        surveys = [ColumnSurvey(None if self._attributes.is_told(name) else self._dates) for name in names]
        records = (record for record in self._table.rows(progress) if not record.flaw)
        while part := next_part(records):
            lines = [record.line for record in part]
            columns = zip(*(record.cells for record in part), strict=True)
            for name, survey, cells in zip(names, surveys, columns, strict=True):
                survey.look([measured(name, cell) for cell in cells], lines)
        return surveys


class _JsonRows:
    """Rows of a file of JSON Lines, whose values have types."""

    columns: Sequence[Column] = ()
    top = ""
    encoding = "utf-8"
    told = ""

    def __init__(self, file: Path, attributes: RowAttributes, columns: Mapping[str, str], choices: Choices) -> None:
        self._file = file
        self._attributes = attributes
        self._choices = choices
        self._names_of = lru_cache(64)(partial(attributes.names, chosen=columns))
        self._raw = b""
        self.notes = Notes()

    def decide(self, decimal: str = "", date: str = "") -> None:
        """There is nothing to decide."""

    @property
    def raw(self) -> str:
        """Of the row under way; not of a line that is too long."""
        return self._raw.decode("utf-8", "surrogateescape")

    def rows(self, progress: Progress) -> Iterator[TypedRow | Refusal]:
        """One for each line that is not blank."""
        self.notes = Notes()
        for line, raw in read_lines(self._file, progress):
            self._raw = raw or b""
            if raw is None or raw.strip():
                try:
                    yield _typed(self._values(raw), line, self._attributes, self.notes, len(self._raw))
                except DataError as error:
                    yield Refusal(line, str(error))

    def _values(self, raw: bytes | None) -> dict[str, object]:
        found = json_object(raw)
        named = zip(self._names_of(tuple(found)), found.values(), strict=True)
        return {
            name: self._value(name, value) for name, value in named if self._choices.stores(name, self._attributes.key)
        }

    def _value(self, name: str, value: object) -> object:
        if read := self._attributes.of_json(name):
            return read(read_json(value) if isinstance(value, list | dict) else value)
        return read_own_text(value) if isinstance(value, str) else read_json(value)


def json_object(raw: bytes | None) -> dict[str, object]:
    """What a line holds; None is one that was too long. Raises `DataError`."""
    if raw is None:
        raise DataError(TOO_LONG)
    try:
        found = decode_json(raw.decode("utf-8-sig"), nan=False)
    except UnicodeDecodeError:
        raise DataError("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise DataError("the line is not JSON") from None
    if not isinstance(found, dict):
        raise DataError("the line is not a JSON object")
    return found


def _typed(values: dict[str, object], line: int, attributes: RowAttributes, notes: Notes, size: int) -> TypedRow:
    """A row of readings, of this size; what there is to tell goes into the notes. Raises `DataError`."""
    odd = [name for name, value in values.items() if value is None or value.__class__ is Remark]
    for name in odd:
        value = values.pop(name)
        if isinstance(value, Remark):
            notes.add(name, value.what, value.text, line)
            if value.value is not None:
                values[name] = value.value
    attributes.finish(values, line, notes)
    if size > _LARGE or len(values) > _MANY:
        to_json(values)
    return TypedRow(line, values)
