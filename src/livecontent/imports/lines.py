"""A file of any size in, its lines out, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from livecontent.errors import DataError

MAX_LINE = 128 * 1024  # bytes
_CHUNK = 64 * 1024  # bytes

Progress = Callable[[int, int], None]  # bytes read, of how many
FileLine = tuple[int, bytes | None]  # its number from 1; None is one of more than MAX_LINE


def read_lines(file: Path, progress: Progress) -> Iterator[FileLine]:
    """The lines of a file with their ends, which are LF, CR LF or CR. Raises `DataError` where it can't be read."""
    number, rest, too_long = 0, b"", False
    for chunk, read, total in _chunks(file):
        lines = (rest + chunk).splitlines(keepends=True)
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()  # after CR an LF may follow
        for line in lines:
            number += 1
            yield number, None if too_long or len(line) > MAX_LINE else line
            too_long = False
        if len(rest) > MAX_LINE:
            rest, too_long = rest[-1:], True
        progress(read, total)
    if rest:
        yield number + 1, None if too_long else rest


def _chunks(file: Path) -> Iterator[tuple[bytes, int, int]]:
    """Each with how many bytes are read by then, and how many there are."""
    read = 0
    try:
        with file.open("rb") as stream:
            total = os.fstat(stream.fileno()).st_size
            while chunk := stream.read(_CHUNK):
                read += len(chunk)
                yield chunk, read, total
    except OSError as error:
        raise DataError(f"the file can't be read: {error.strerror}") from None
