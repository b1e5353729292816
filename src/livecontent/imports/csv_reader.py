"""The lines of a CSV that a person saved in, its records out, each with its line and what is wrong in it.

It is UTF-8, else Windows-1252: the first line with other than ASCII tells. Fields are separated by what stands most in
the first line: comma, semicolon or tab; or as Excel tells by a line such as `sep=;` before it.
https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from livecontent.errors import DataError
from livecontent.imports.lines import MAX_LINE, FileLine

TOO_LONG = f"the line is longer than {MAX_LINE // 1024} KiB"
_DELIMITERS = (",", ";", "\t")
_SEPARATOR = re.compile(r"\"?sep=([^\w\"])\"?\s*", re.IGNORECASE)


class CsvRecord(NamedTuple):
    """The fields of a record, none of a blank one."""

    line: int
    cells: list[str]
    flaw: str = ""


class Table(NamedTuple):
    """What separates fields, and the records; the first one names the columns."""

    delimiter: str
    records: Iterator[CsvRecord]


def read_table(lines: Iterator[FileLine]) -> Table:
    """Raises `DataError`, also while records are read, where the lines as a whole can't be used."""
    texts = _Texts(lines)
    first = texts.first()
    if told := _SEPARATOR.fullmatch(first):
        texts.begin()
        first = texts.first()
    delimiter = told[1] if told else max(_DELIMITERS, key=lambda sign: _fields(first, sign))
    return Table(delimiter, _records(texts, first, delimiter))


def _fields(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))


def _records(texts: _Texts, first: str, delimiter: str) -> Iterator[CsvRecord]:
    records = csv.reader(chain([first] if first else [], texts), delimiter=delimiter)
    try:
        for cells in records:
            yield CsvRecord(texts.line, cells, texts.flaw)
            texts.begin()
    except csv.Error as error:
        raise DataError(f"line {texts.line}: not CSV: {error}") from None


class _Texts:
    """The lines of a CSV as text, for one record after another: `line` it starts on, `flaw` of one of its lines."""

    def __init__(self, lines: Iterator[FileLine]) -> None:
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
            self.flaw = TOO_LONG
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
