"""Places by name: a CSV of places in, the place of a name out. Also reads any CSV so that its errors help.

The columns are name, country (ISO 3166-1 alpha-2), region, latitude, longitude (WGS 84 degrees), timezone (IANA), and
aliases, which may be left out: other names, with | between.
"""

from __future__ import annotations

import csv
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.sources.place import is_zone, place_of

T = TypeVar("T")

COLUMNS = ("name", "country", "region", "latitude", "longitude", "timezone")

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


class Gazetteer:
    """Finds places by name; among namesakes the first wins."""

    def __init__(self, entries: Iterable[tuple[str, Place]] = ()) -> None:
        """Entries are names with their places; a place is called as it was found."""
        self._places: dict[tuple[str, str | None], Place] = {}
        for name, place in entries:
            named = replace(place, city=name)
            self._places.setdefault((fold(name), None), named)
            self._places.setdefault((fold(name), place.country), named)

    def find(self, name: str, country: str | None = None) -> Place | None:
        """The place of a name (of a country, ISO 3166-1 alpha-2), whatever its case, accents and hyphens."""
        return self._places.get((fold(name), country.upper() if country else None))


def load_gazetteer(path: Path) -> Gazetteer:
    """The places of a CSV. Raises `DataError` that names file, line and column."""
    return Gazetteer(entry for row in read_rows(path, COLUMNS) for entry in _entries(row))


def _entries(row: Row) -> Iterator[tuple[str, Place]]:
    name = row.read("name", filled)
    place = Place(
        city=name,
        region=row.read("region", str) or None,
        country=row.read("country", country),
        latitude=row.read("latitude", latitude),
        longitude=row.read("longitude", longitude),
        timezone=row.read("timezone", lambda text: zone(text) if text else None),
    )
    yield name, place
    for alias in row.cells.get("aliases", "").split("|"):
        if alias.strip():
            yield alias.strip(), place


def fold(name: str) -> str:
    """A name without case and accents, and with one space for whatever stands between words."""
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    plain = (" " if unicodedata.category(c)[0] in "PZC" else c for c in letters if not "\u0300" <= c <= "\u036f")
    return " ".join("".join(plain).split())


@dataclass(frozen=True, slots=True)
class Row:
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


def read_rows(path: Path, columns: Iterable[str]) -> Iterator[Row]:
    """The rows of a CSV in UTF-8 that must have these columns; cells come without spaces around.

    Raises `DataError` that names file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path, file, tuple(columns))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8; save it as CSV UTF-8") from None


def _rows(path: Path, file: Iterable[str], columns: tuple[str, ...]) -> Iterator[Row]:
    lines = csv.reader(file, strict=True)
    header: list[str] = []
    last = 0
    try:
        for raw in lines:
            line, last = last + 1, lines.line_num
            cells = [cell.strip() for cell in raw]
            if not any(cells):
                continue
            if not header:
                header = [cell.lower() for cell in cells]
                _check_header(f"{path}:{line}", header, columns)
            elif len(cells) > len(header):
                raise DataError(
                    f"{path}:{line}: {len(cells)} cells, and the header has {len(header)}; quote the commas"
                )
            else:
                yield Row(path, line, dict(zip_longest(header, cells, fillvalue="")))
    except csv.Error as error:
        raise DataError(f"{path}:{last + 1}: not CSV: {error}") from None
    if not header:
        raise DataError(f"{path}:1: empty; the first line names the columns: {','.join(columns)}")


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
    """An ISO 3166-1 alpha-2 code."""
    code = place_of(country=text).country
    if code is None:
        raise ValueError(f"{text!r} is no country code of two letters, such as FR")
    return code


def zone(text: str) -> str:
    """An IANA time zone."""
    if not is_zone(text):
        raise ValueError(f"{text!r} is no time zone, such as Europe/Paris")
    return text


def latitude(text: str) -> float:
    """Degrees north."""
    return _degrees(text, 90)


def longitude(text: str) -> float:
    """Degrees east."""
    return _degrees(text, 180)


def _degrees(text: str, limit: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not abs(number) <= limit:
        raise ValueError(f"{text!r} is no number from -{limit} to {limit}, such as 48.85")
    return number
