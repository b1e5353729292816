"""A CSV or JSON Lines file in, checked profiles out, each row that can't be used with its line and the reason.

CSV is UTF-8, else Windows-1252: the first line with other than ASCII tells. Its first line names the columns.
https://www.rfc-editor.org/rfc/rfc4180, https://jsonlines.org
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, NoReturn

from livecontent.errors import DataError
from livecontent.sources.recipient.columns import attribute_name, bare, listing, name_columns
from livecontent.sources.recipient.lines import MAX_LINE, Line, Progress, read_lines
from livecontent.sources.recipient.store import Profile, to_json
from livecontent.sources.recipient.values import check_profile, clean_text, read_cell, read_json

_DELIMITERS = (",", ";", "\t")
_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_TOO_LONG = f"the line is longer than {MAX_LINE // 1024} KiB"


class Row(NamedTuple):
    """A profile with a sound `id`, and the line it starts on."""

    line: int
    profile: Profile


class Refusal(NamedTuple):
    """A row that can't be used: the line it starts on, and why."""

    line: int
    reason: str


def read_rows(file: Path, columns: Mapping[str, str], progress: Progress) -> Iterator[Row | Refusal]:
    """The rows of a file in its order; `columns` gives some of them a name of one's choice.

    Raises `DataError` where the file as a whole can't be used.
    """
    for column, name in columns.items():
        if not name or name != attribute_name(name):
            raise DataError(f"column {column!r} can't be called {name!r}: use lower-case letters, digits, underscores")
    lines = read_lines(file, progress)
    try:
        yield from (_json_rows if file.suffix.lower() in _JSON_ENDINGS else _csv_rows)(lines, columns)
    except (DataError, csv.Error) as error:
        raise DataError(f"{file}: {error}") from None


def _checked(line: int, read: Callable[[], Mapping[str, object]]) -> Row | Refusal:
    try:
        profile = check_profile(read())
        to_json(profile)
    except DataError as error:
        return Refusal(line, str(error))
    return Row(line, profile)


def _json_rows(lines: Iterator[Line], columns: Mapping[str, str]) -> Iterator[Row | Refusal]:
    names_of = lru_cache(64)(partial(name_columns, chosen=columns))
    for number, raw in lines:
        if raw is None or raw.strip():
            yield _checked(number, partial(_json_values, raw, names_of))


def _json_values(raw: bytes | None, names_of: Callable[[tuple[str, ...]], tuple[str, ...]]) -> dict[str, object]:
    found = _object(raw)
    return {name: read_json(value) for name, value in zip(names_of(tuple(found)), found.values(), strict=True)}


def _object(raw: bytes | None) -> dict[str, object]:
    if raw is None:
        raise DataError(_TOO_LONG)
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise DataError("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise DataError("the line is not JSON") from None
    if not isinstance(found, dict):
        raise DataError("the line is not a JSON object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _csv_rows(lines: Iterator[Line], columns: Mapping[str, str]) -> Iterator[Row | Refusal]:
    texts = _Texts(lines)
    first = texts.first()
    delimiter = max(_DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
    records = csv.reader(chain([first], texts), delimiter=delimiter)
    names = _header([clean_text(column) for column in next(records, [])], columns)
    while True:
        texts.begin()
        cells = next(records, None)
        if cells is None:
            return
        if cells or texts.flaw:
            yield _checked(texts.line, partial(_csv_values, names, cells, texts.flaw))


def _header(header: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    if not header:
        raise DataError("the file is empty; its first line names the columns")
    names = name_columns(header, columns)
    missing = [column for column in columns if bare(column) not in map(bare, header)]
    if missing:
        raise DataError(f"there is no column {listing(missing)}; found: {listing(header)}")
    if "id" not in names:
        raise DataError(f"no column is called id, and none is mapped to it; found: {listing(header)}")
    return names


def _csv_values(names: Sequence[str], cells: Sequence[str], flaw: str) -> dict[str, object]:
    if flaw:
        raise DataError(flaw)
    if len(cells) != len(names):
        raise DataError(f"{len(cells)} fields here, {len(names)} in the first line")
    return {name: read_cell(name, cell) for name, cell in zip(names, cells, strict=True)}


class _Texts:
    """The lines of a CSV as text, for one record after another: `line` it starts on, `flaw` of one of its lines."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._encoding = ""
        self._size = 0
        self.line = 0
        self.flaw = ""

    def first(self) -> str:
        """The first line that is not blank, "" if there is none."""
        for text in self:
            if self.flaw or "\0" in text:
                flaw = self.flaw or "this is no text, or one in UTF-16; save the file as CSV in UTF-8"
                raise DataError(f"line {self.line}: {flaw}")
            if text.strip():
                return text
            self.begin()
        return ""

    def begin(self) -> None:
        """A new record."""
        self._size = 0
        self.flaw = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, raw = next(self._lines, (0, b""))
        if self._size and (not raw or self._size + len(raw) > MAX_LINE):  # in the midst of a quoted field
            raise DataError(f"line {self.line}: a quote opens here that does not close within {MAX_LINE // 1024} KiB")
        if raw == b"":
            raise StopIteration
        self.line = self.line if self._size else number
        if raw is None:
            self.flaw = _TOO_LONG
            raw = b"\n"
        self._size += len(raw)
        return self._decode(raw)

    def _decode(self, raw: bytes) -> str:
        if raw.startswith(codecs.BOM_UTF8):
            raw, self._encoding = raw.removeprefix(codecs.BOM_UTF8), "UTF-8"
        if not self._encoding and not raw.isascii():
            self._encoding = "UTF-8" if _is_utf8(raw) else "Windows-1252"
        try:
            return raw.decode(self._encoding or "ascii")
        except UnicodeDecodeError:
            self.flaw = f"the line is not {self._encoding}"
            return raw.decode(self._encoding, "replace")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
