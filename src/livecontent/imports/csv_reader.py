"""Reads files as people save them, line by line and of any size in bounded memory: CSV, and the lines of JSON Lines.

https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, islice, zip_longest
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from livecontent.errors import DataError
from livecontent.imports.notes import BROKEN
from livecontent.imports.table_file import Progress, TableFile, no_progress, open_table

SEPARATOR = re.compile(r"\ufeff?\"?sep=([^\w\"\s]|\t)\"?\s*", re.IGNORECASE)
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
MAX_LINE = 128 * 1024  # bytes of a line of JSON, characters of a row
TOO_LONG = f"the line is longer than {MAX_LINE // 1024} KiB"

_STEP = 256  # lines between two reports of progress
_HEAD = 128 * 1024  # characters that tell the separator
_PART, _PART_SIZE = 2000, 400_000  # rows looked at together, and their characters
_ENOUGH = 100_000  # characters
_DELIMITERS = ",;\t|"
_QUOTED = re.compile('"(?:[^"]|"")*"')
_NUMBER = re.compile(r"[\d\s.,+-]*")

T = TypeVar("T")


def read_lines(file: Path, progress: Progress = no_progress) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file, numbered from 1, each with LF at its end; None stands for one that is too long.

    Raises `DataError` where the file can't be read.
    """
    try:
        with file.open("rb") as raw:
            stream = io.TextIOWrapper(raw, "latin-1")  # bytes as characters, and LF for CR LF and CR
            total, number = os.fstat(raw.fileno()).st_size, 0
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                yield number, line.encode("latin-1") if len(line) <= MAX_LINE else None
                while len(line) > MAX_LINE and not line.endswith("\n"):
                    line = stream.readline(MAX_LINE + 1)
                if not number % _STEP:
                    progress(raw.tell(), total)
            progress(total, total)
    except OSError as error:
        raise DataError(f"{file}: the file can't be read: {error.strerror}") from None


class CsvRecord(NamedTuple):
    """A row: the line it starts on, as many cells as the first line has, and what is wrong with it, if anything."""

    line: int
    cells: list[str]
    flaw: str = ""


class Refusal(NamedTuple):
    """A row that can't be used: the line it starts on, and why."""

    line: int
    reason: str


class CsvTable:
    """A CSV file: the columns that its first row names, the sign between fields, and, iterated, the other rows."""

    def __init__(self, file: TableFile) -> None:
        """Raises `DataError`, as reading does, where the file as a whole can't be used."""
        self.file = file
        self.line, self.columns, self.delimiter, self.before = 1, list[str](), ",", 0
        self.top = ""  # what stands above the rows, as it stands in the file
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
        head = _head(file)
        starts = (number for number, line in enumerate(head) if line.strip())
        first = next(starts, None)
        if first is None:
            return
        told = SEPARATOR.fullmatch(head[first])
        self.before = next(starts, len(head)) if told else first  # lines above the header
        self.delimiter = told[1] if told else find_delimiter(head[self.before :])
        if self.delimiter == "\t" and has_literal_quotes(head[self.before :]):
            self._quoting = csv.QUOTE_NONE
        self._lines = _Lines(file, no_progress)
        with file.text() as stream:
            header = next(self._read(self._lines, stream), None)
        if header:
            self.line, self.columns = header.line, header.cells
            self.top = "".join(head[: self._lines.number])
            self._check(header)

    def _check(self, header: CsvRecord) -> None:
        if header.flaw:
            raise self.error(header.line, header.flaw)
        if any("\0" in column for column in header.cells):
            raise self.error(header.line, "this is not text, or it is UTF-16: save the file as CSV in UTF-8")
        if any(map(BROKEN.search, header.cells)):
            raise self.error(header.line, f"the line is not {self.file.encoding}")

    def __iter__(self) -> Iterator[CsvRecord]:
        """The rows that are not empty."""
        return self.rows()

    def rows(self, progress: Progress = no_progress, *, exact: bool = False) -> Iterator[CsvRecord]:
        """The rows that are not empty; fields left out at the end are empty, or a flaw where they have to be `exact`.

        Each call reads the file from its start.
        """
        width = len(self.columns)
        if not width:
            return
        self._lines = _Lines(self.file, progress)
        with self.file.text() as stream:
            records = self._read(self._lines, stream)
            next(records, None)
            for record in records:
                cells = record.cells
                if record.flaw or cells[0].strip() or any(map(str.strip, cells)):
                    yield record if len(cells) == width else _fitted(record, width, exact)
            self._lines.finish()

    @property
    def raw(self) -> str:
        """The row under way as it stands in the file."""
        return "".join(self._lines.held)

    def error(self, line: int, message: object) -> DataError:
        """Something wrong on a line."""
        return self.file.error(line, message)

    def _read(self, lines: "_Lines", stream: io.TextIOWrapper) -> Iterator[CsvRecord]:
        numbered = lines.read(stream)
        for _ in islice(numbered, self.before):
            lines.held.clear()
        for cells in csv.reader(numbered, delimiter=self.delimiter, quoting=self._quoting):
            if cells or lines.flaw:
                yield CsvRecord(lines.number - len(lines.held) + 1, cells, lines.flaw)
            lines.held.clear()


def _fitted(record: CsvRecord, width: int, exact: bool) -> CsvRecord:
    """A row with as many cells as there are columns: what a spreadsheet leaves out at the end is empty."""
    line, cells, flaw = record
    if any(map(str.strip, cells[width:])) or (exact and len(cells) < width):
        flaw = flaw or f"{len(cells)} fields here, {width} in the first line"
    return CsvRecord(line, cells[:width] + [""] * (width - len(cells)), flaw)


class _Lines:
    """The lines of a CSV: `held` are those of the row under way, `flaw` is what is wrong with it."""

    def __init__(self, file: TableFile, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._total = file.size
        self.number = 0
        self.held: list[str] = []
        self.flaw = ""
        self._size = 0  # characters held

    def read(self, stream: io.TextIOWrapper) -> Iterator[str]:
        """Whoever takes a row clears `held`: a line that comes while it holds some is within a quoted field."""
        for read in iter(partial(stream.readline, MAX_LINE + 1), ""):
            line = read
            self._size = self._size + len(line) if self.held else len(line)
            if self.held and self._size > MAX_LINE:
                raise self._open_quote()
            self.number += 1
            self.flaw = self.flaw if self.held else ""
            if len(line) > MAX_LINE:
                self.flaw = TOO_LONG
                _skip(stream, line)
                line, self._size = "\n", 1
            self.held.append(line)
            yield line
            if not self.number % _STEP:
                self._progress(self._file.raw.tell(), self._total)
        if self.held:
            raise self._open_quote()

    def finish(self) -> None:
        """Tells that all is read."""
        self._progress(self._total, self._total)

    def _open_quote(self) -> DataError:
        message = f"a quote opens here that does not close within {MAX_LINE // 1024} KiB"
        return self._file.error(self.number - len(self.held) + 1, message)


def _head(file: TableFile) -> list[str]:
    """The first lines."""
    lines, size = [], 0
    with file.text() as stream:
        while size < _HEAD and (line := stream.readline(MAX_LINE + 1)):
            lines.append(line)
            size += len(line)
    return lines


def _skip(stream: io.TextIOWrapper, line: str) -> None:
    """Reads on to the end of a line."""
    while line and not line.endswith(("\n", "\r")):
        line = stream.readline(MAX_LINE + 1)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row of a file in which every row has to be right; its cells have no spaces around."""

    table: CsvTable
    line: int
    cells: Mapping[str, str]

    def read(self, column: str, parse: Callable[[str], T]) -> T:
        """The value of a cell. Raises `DataError` that names file, line and column, for a `ValueError` of `parse`."""
        try:
            return parse(self.cells[column])
        except ValueError as error:
            raise self.error(column, str(error)) from None

    def error(self, column: str, message: str) -> DataError:
        """Something wrong in a cell."""
        return self.table.error(self.line, f"{column}: {message}")


def read_rows(file: Path, columns: Iterable[str]) -> Iterator[CsvRow]:
    """The rows of a CSV that has these columns, in any order. Raises `DataError` that names file and line."""
    with open_table(file) as opened:
        table, required = CsvTable(opened), tuple(columns)
        header = [column.strip().lower() for column in table.columns]
        if not header:
            raise table.error(1, f"the file is empty; its first line names the columns: {','.join(required)}")
        if missing := [column for column in required if column not in header]:
            raise table.error(table.line, f"no column {missing[0]}; these are needed: {','.join(required)}")
        if twice := next((column for column in header if column and header.count(column) > 1), None):
            raise table.error(table.line, f"two columns are called {twice}")
        for line, raw, flaw in table:
            if flaw:
                raise table.error(line, f"{flaw}; quote the commas" if "fields" in flaw else flaw)
            if broken := next((cell for cell in raw if BROKEN.search(cell)), None):
                raise table.error(line, f"{broken!r} is not {opened.encoding}")
            yield CsvRow(table, line, dict(zip_longest(header, map(str.strip, raw), fillvalue="")))


def find_delimiter(lines: Sequence[str]) -> str:
    """Of the first lines of a file, its header first."""
    sizes = accumulate(map(len, lines))
    enough = [line for line, size in zip(lines, sizes, strict=True) if size <= _ENOUGH]
    return max(_DELIMITERS, key=lambda delimiter: _score(enough or [lines[0][:_ENOUGH]], delimiter))


def has_literal_quotes(lines: Sequence[str]) -> bool:
    """Whether quotes in a table with tabs are signs as all others, as catalogues have them: `"Rain" umbrella, 30"`."""
    rows = [line.rstrip("\r\n").split("\t") for line in lines]
    quoted = [row for row in rows if any('"' in cell for cell in row)]
    odd = any('"' in cell and not _QUOTED.fullmatch(cell) for row in quoted for cell in row)
    return odd and all(len(row) == len(rows[0]) for row in quoted)


def _score(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """How well a delimiter parts: rows as long as the header, a header of names, quotes in pairs; then the columns."""
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    width = len(rows[0])
    if width == 1:
        return 0.0, 1
    fitting = sum(1.0 if len(row) == width else 0.5 if len(row) < width else 0.0 for row in rows) / len(rows)
    names = sum(not _NUMBER.fullmatch(cell) for cell in rows[0]) / width
    cells = [cell for row in rows for cell in row]
    odd = sum(cell.count('"') % 2 for cell in cells) / len(cells)
    return fitting * names - odd, width


def next_part(records: Iterator[CsvRecord]) -> list[CsvRecord]:
    """The next rows, fewer where they are long."""
    part, size = [], 0
    for record in records:
        part.append(record)
        size += sum(map(len, record.cells))
        if len(part) == _PART or size > _PART_SIZE:
            break
    return part
