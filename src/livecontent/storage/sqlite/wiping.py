"""Wipes what SQLite leaves in its pages of rows that are gone: where it splits a page, copies stay in the gap.

With `secure_delete` it overwrites what is deleted, but not such copies. To write the file anew (VACUUM) would hold up
all who write, for seconds where it is large. So gaps are wiped in place, of some pages at a time, by SQLite's own file
handle (any other would let go of its locks: https://sqlite.org/howtocorrupt.html, 2.2), while nobody else writes and
the log is empty: then what is in the file is what counts, and no older page comes back from the log.
https://sqlite.org/fileformat2.html#b_tree_pages
"""

import struct
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import apsw

from livecontent.errors import StorageError

PATIENCE = 60.0  # seconds that emptying the log waits for those who read
SLICE = 4096  # pages that are looked at while others wait: a few hundredths of a second
_HEADERS = {2: 12, 5: 12, 10: 8, 13: 8}  # bytes, by kind of a page with rows; others begin with the number of a page
_MOST = 1 << 24  # pages, of which each number begins with zero


class _Gap(NamedTuple):
    """Where there is something between rows, in bytes of the file."""

    start: int
    size: int


class _Handles(apsw.VFS):
    """Opens files as the default does, and keeps the handle of the database."""

    def __init__(self) -> None:
        self.name = f"gaps-{id(self)}"
        self.files: list[apsw.VFSFile] = []
        super().__init__(self.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """As SQLite asks for it."""
        file = apsw.VFSFile("", name, flags)
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            self.files.append(file)
        return file


def rewrite_file(connection: apsw.Connection) -> None:
    """Leaves nothing in the file but its rows: pages that SQLite has split can hold a copy that is part of no row.

    By way of a nameless file beside it, as one in memory would be as large. Raises `StorageError` as `empty_log` does.
    """
    folder = str(Path(connection.filename).parent).replace("'", "''")
    connection.execute(f"PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}'").fetchall()
    connection.execute("VACUUM").fetchall()
    connection.execute("PRAGMA temp_store = MEMORY; PRAGMA temp_store_directory = ''").fetchall()
    empty_log(connection)


def empty_log(connection: apsw.Connection) -> None:
    """Leaves nothing in the log. Raises `StorageError` where somebody reads for more than a minute."""
    end = time.monotonic() + PATIENCE
    while True:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        if not busy:
            return
        if time.monotonic() > end:
            raise StorageError(
                f"{connection.filename}-wal still has the erased data, as another process is reading; run this again"
            )


def wipe_gaps(file: Path, connect: Callable[..., apsw.Connection]) -> None:
    """Leaves nothing between rows; others write in between. Raises `StorageError` where they never pause."""
    with _opened(file, connect) as (connection, handle):
        size, pages = (int(connection.execute(f"PRAGMA {name}").get) for name in ("page_size", "page_count"))
        if pages >= _MOST or connection.execute("PRAGMA auto_vacuum").get:
            rewrite_file(connection)
            return
        for first in range(2, pages + 1, SLICE):  # the first page has names of tables
            begun = time.monotonic()
            _wipe_slice(connection, handle, file, ((first - 1) * size, min(SLICE, pages + 1 - first) * size), size)
            time.sleep(time.monotonic() - begun)  # whoever waits gets their turn
        empty_log(connection)


@contextmanager
def _opened(file: Path, connect: Callable[..., apsw.Connection]) -> Iterator[tuple[apsw.Connection, apsw.VFSFile]]:
    handles = _Handles()
    try:
        connection = connect(file, vfs=handles.name)
        try:
            yield connection, handles.files[0]
        finally:
            connection.close()
    finally:
        handles.unregister()


def _wipe_slice(
    connection: apsw.Connection, handle: apsw.VFSFile, file: Path, part: tuple[int, int], size: int
) -> None:
    log, (start, length) = file.with_name(f"{file.name}-wal"), part
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        empty_log(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not log.stat().st_size:  # else somebody came first
                _wipe(connection, handle, list(_gaps(handle.xRead(length, start), start, size, file)))
                return
        finally:
            connection.execute("COMMIT")
    raise StorageError(f"{file} still has the erased data, as others write without a pause; run this again")


def _wipe(connection: apsw.Connection, handle: apsw.VFSFile, found: Collection[_Gap]) -> None:
    for gap in found:
        handle.xWrite(bytes(gap.size), gap.start)
    if found:  # whoever has such a page at hand, read a moment ago, reads it again after a change
        handle.xSync(apsw.SQLITE_SYNC_NORMAL)
        connection.execute(f"PRAGMA user_version = {connection.execute('PRAGMA user_version').get}")


def _gaps(data: bytes, start: int, size: int, file: Path) -> Iterator[_Gap]:
    """Those with anything in them, of pages that begin at a place in the file."""
    for at in range(0, len(data), size):
        header = _HEADERS.get(data[at])
        if header is None:
            continue
        rows, content = struct.unpack_from(">HH", data, at + 3)
        first, end = at + header + 2 * rows, at + (content or 65536)
        if not first <= end <= at + size:
            raise StorageError(f"{file} is damaged: page {(start + at) // size + 1}; livecontent restore BACKUP")
        if data.count(0, first, end) < end - first:
            yield _Gap(start + first, end - first)
