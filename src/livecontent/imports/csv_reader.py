"""Reads files as people save them, line by line and of any size in bounded memory: CSV, and the lines of JSON Lines.

A CSV is UTF-8, else Windows-1252: its first line with other than ASCII tells. Fields are separated by what stands most
often in the first line, comma, semicolon or tab; or as Excel tells in a line such as `sep=;` before it.
https://www.rfc-editor.org/rfc/rfc4180
"""

import codecs
import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import NamedTuple, TypeVar

from livecontent.errors import DataError

MAX_LINE = 128 * 1024  # bytes
TOO_LONG = f"the line is longer than {MAX_LINE // 1024} KiB"

_STEP = 256  # lines between two reports of progress
_DELIMITERS = (",", ";", "\t")
_SEPARATOR = re.compile(r"\"?sep=([^\w\"\s]|\t)\"?\s*", re.IGNORECASE)

T = TypeVar("T")
Progress = Callable[[int, int], None]  # bytes read, of how many


def no_progress(_read: int, _total: int) -> None:
    """For those who don't wait."""


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
    """A row: the line it starts on, its fields, and what is wrong with it, if anything."""

    line: int
    cells: list[str]
    flaw: str = ""

    def fields(self, count: int) -> list[str]:
        """As many fields as the first line has. Raises `DataError`."""
        if self.flaw:
            raise DataError(self.flaw)
        if len(self.cells) != count:
            raise DataError(f"{len(self.cells)} fields here, {count} in the first line")
        return self.cells


class Refusal(NamedTuple):
    """A row that can't be used: the line it starts on, and why."""

    line: int
    reason: str


class CsvTable:
    """A CSV file: the columns that its first row names, the sign between fields, and, iterated, the other rows."""

    def __init__(self, file: Path, progress: Progress = no_progress) -> None:
        """Raises `DataError`, as iterating does, where the file as a whole can't be used."""
        self.file = file
        self._texts = _Texts(file, read_lines(file, progress))
        first = self._texts.first()
        if told := _SEPARATOR.fullmatch(first):
            first = self._texts.first()
        self.delimiter = told[1] if told else max(_DELIMITERS, key=lambda sign: _fields(first, sign))
        self._records = self._read(first)
        header = next(self._records, CsvRecord(1, []))
        self.line, self.columns = header.line, header.cells
        if header.flaw:
            raise self.error(header.line, header.flaw)

    def __iter__(self) -> Iterator[CsvRecord]:
        """The rows that are not blank."""
        return self._records

    def error(self, line: int, message: object) -> DataError:
        """Something wrong on a line."""
        return DataError(f"{self.file}:{line}: {message}")

    def _read(self, first: str) -> Iterator[CsvRecord]:
        for cells in csv.reader(chain([first] if first else [], self._texts), delimiter=self.delimiter):
            record = CsvRecord(self._texts.line, cells, self._texts.flaw)
            self._texts.begin()
            if record.cells or record.flaw:
                yield record


def _fields(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))


class _Texts:
    """The lines of a CSV as text; `line` is where the row under way starts, `flaw` what is wrong with it."""

    def __init__(self, file: Path, lines: Iterator[tuple[int, bytes | None]]) -> None:
        self._file = file
        self._lines = lines
        self._encodings: tuple[str, ...] = ("UTF-8", "Windows-1252")
        self.line = 0
        self.begin()

    def begin(self) -> None:
        """A new row."""
        self._size = 0
        self.flaw = ""

    def first(self) -> str:
        """The next line that is not blank, "" if there is none."""
        self.begin()
        for text in self:
            if "\0" in text:
                self.flaw = "this is not text, or it is UTF-16: save the file as CSV in UTF-8"
            if text.startswith("PK\x03\x04"):
                self.flaw = "this is an Excel workbook: save it as CSV in UTF-8"
            if self.flaw:
                raise DataError(f"{self._file}:{self.line}: {self.flaw}")
            if text.strip():
                return text
            self.begin()
        return ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, raw = next(self._lines, (0, b""))
        if self._size and (not raw or self._size + len(raw) > MAX_LINE):  # within a quoted field
            message = f"a quote opens here that does not close within {MAX_LINE // 1024} KiB"
            raise DataError(f"{self._file}:{self.line}: {message}")
        if raw == b"":
            raise StopIteration
        self.line = self.line if self._size else number
        if raw is None:
            self.flaw = TOO_LONG
            raw = b"\n"
        self._size += len(raw)
        return self._decode(raw)

    def _decode(self, raw: bytes) -> str:
        if raw.startswith(codecs.BOM_UTF8):
            raw, self._encodings = raw.removeprefix(codecs.BOM_UTF8), ("UTF-8",)
        if raw.isascii():
            return raw.decode()
        for encoding in self._encodings:
            with suppress(UnicodeDecodeError):
                text = raw.decode(encoding)
                self._encodings = (encoding,)
                return text
        self.flaw = f"the line is not {self._encodings[-1]}"
        return raw.decode(errors="replace")


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
    table, required = CsvTable(file), tuple(columns)
    header = [column.strip().lower() for column in table.columns]
    if not header:
        raise table.error(1, f"the file is empty; its first line names the columns: {','.join(required)}")
    if missing := [column for column in required if column not in header]:
        raise table.error(table.line, f"no column {missing[0]}; these are needed: {','.join(required)}")
    if twice := next((column for column in header if header.count(column) > 1), None):
        raise table.error(table.line, f"two columns are called {twice}")
    for line, raw, flaw in table:
        cells = [cell.strip() for cell in raw]
        if flaw:
            raise table.error(line, flaw)
        if len(cells) > len(header):
            raise table.error(line, f"{len(cells)} fields here, {len(header)} in the first line; quote the commas")
        if any(cells):
            yield CsvRow(table, line, dict(zip_longest(header, cells, fillvalue="")))
