"""The rows of a CSV that a person wrote, with errors that name file, line and column."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from livecontent.errors import DataError
from livecontent.imports.csv_reader import CsvRecord, read_table
from livecontent.imports.lines import read_lines
from livecontent.runtime.timezones import is_zone
from livecontent.sources.place import country_code

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A line of a CSV, counted from 1."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def read(self, column: str, parse: Callable[[str], T]) -> T:
        """The value of a cell. Raises `DataError` that says where, for a `ValueError` that says what is wrong."""
        try:
            return parse(self.cells[column])
        except ValueError as error:
            raise self.error(column, str(error)) from None

    def error(self, column: str, message: str) -> DataError:
        """Something wrong in a cell."""
        return DataError(f"{self.file}:{self.line}: {column}: {message}")


def read_rows(path: Path, columns: Iterable[str]) -> Iterator[CsvRow]:
    """The rows of a CSV that must have these columns; cells come without spaces around.

    Raises `DataError` that names file and line.
    """
    required = tuple(columns)
    header: list[str] = []
    for line, raw, flaw in _records(path):
        cells = [cell.strip() for cell in raw]
        if flaw:
            raise DataError(f"{path}:{line}: {flaw}")
        if not any(cells):
            continue
        if not header:
            header = [cell.lower() for cell in cells]
            _check_header(f"{path}:{line}", header, required)
        elif len(cells) > len(header):
            raise DataError(f"{path}:{line}: {len(cells)} cells, and the header has {len(header)}; quote the commas")
        else:
            yield CsvRow(path, line, dict(zip_longest(header, cells, fillvalue="")))
    if not header:
        raise DataError(f"{path}:1: empty; the first line names the columns: {','.join(required)}")


def _records(path: Path) -> Iterator[CsvRecord]:
    try:
        yield from read_table(read_lines(path, lambda _read, _total: None)).records
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def _check_header(where: str, header: list[str], columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(f"{where}: no column {missing[0]}; the columns, with commas between: {','.join(columns)}")
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise DataError(f"{where}: {twice}: the column stands there twice")


def filled(text: str) -> str:
    """A text that is there. Raises `ValueError`, as all that follow."""
    if not text:
        raise ValueError("empty, and there must be something")
    return text


def country(text: str) -> str:
    """An ISO 3166-1 alpha-2 code, from such a code or an English or French name."""
    code = country_code(text)
    if code is None:
        raise ValueError(f"{text!r} is no country code of two letters, such as FR")
    return code


def zone(text: str) -> str:
    """An IANA time zone."""
    if not is_zone(text):
        raise ValueError(f"{text!r} is not a time zone such as Europe/Paris")
    return text


def latitude(text: str) -> float:
    """Degrees north."""
    return _degrees(text, 90)


def longitude(text: str) -> float:
    """Degrees east."""
    return _degrees(text, 180)


def _degrees(text: str, limit: int) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not abs(number) <= limit:
        raise ValueError(f"{text!r} is not a number from -{limit} to {limit}, such as 48.85")
    return number
