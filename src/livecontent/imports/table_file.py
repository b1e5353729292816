"""A file of rows, opened once and read several times: what its bytes are, before anybody asks what they mean."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Literal, cast

from livecontent.errors import DataError
from livecontent.imports.converting import convert_file
from livecontent.imports.encoding import EncodingDoubtError, find_encoding, named_encoding
from livecontent.imports.merchant import STARTS
from livecontent.imports.workbook import MAGIC

Progress = Callable[[int, int], None]  # bytes read, of how many
ImportOutcome = Literal["added", "changed", "unchanged", "repeated"]  # what becomes of a row


_START = 64  # bytes that tell a workbook and XML
_TOO_LARGE = {
    "workbook": "the workbook is too large to read: save the sheet as CSV in UTF-8",
    "merchant": "the XML is too large to read: export it as CSV or with tabs",
}


def no_progress(_read: int, _total: int) -> None:
    """For those who don't wait."""


@dataclass(slots=True)
class TableFile:
    """An open file, its name for messages, and its encoding."""

    name: Path
    raw: BinaryIO
    encoding: str
    told: str  # of the encoding, where it is no Unicode

    @property
    def size(self) -> int:
        """In bytes."""
        return os.fstat(self.raw.fileno()).st_size

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        """The text from the start, with its line ends; bytes that are no text are lone surrogates."""
        self.raw.seek(0)
        stream = io.TextIOWrapper(self.raw, self.encoding, errors="surrogateescape", newline="")
        try:
            yield stream
        finally:
            if not self.raw.closed:  # whoever reads may be stopped after the file is closed
                stream.detach()

    def error(self, line: int, message: object) -> DataError:
        """Something wrong on a line."""
        return DataError(f"{self.name}:{line}: {message}")


@contextmanager
def open_table(file: Path, encoding: str = "") -> Iterator[TableFile]:
    """A file, in an encoding that is told, or found. A pipe is copied, as it can be read only once.

    Raises `DataError` where it can't be read, and `EncodingDoubtError` where only people can tell the encoding.
    """
    try:
        with _seekable(file) as raw:
            start = raw.read(_START)
            if kind := "workbook" if start[:4] in MAGIC else "merchant" if STARTS.match(start) else "":
                with TemporaryFile() as copy:
                    copied = cast("BinaryIO", copy)
                    told = convert_file(f"livecontent.imports.{kind}", file, copied, _TOO_LARGE[kind])
                    yield TableFile(file, copied, "utf-8", told)
                return
            found = named_encoding(encoding) if encoding else find_encoding(raw)
            yield TableFile(file, raw, found.name, found.told)
    except EncodingDoubtError as doubt:
        raise EncodingDoubtError(doubt.line, doubt.answers, str(file)) from None
    except OSError as error:
        raise DataError(f"{file}: the file can't be read: {error.strerror}") from None


@contextmanager
def _seekable(file: Path) -> Iterator[BinaryIO]:
    with file.open("rb") as raw:
        if raw.seekable():
            yield raw
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(raw, copy)
            copy.seek(0)
            yield cast("BinaryIO", copy)
