"""Copies of files of SQLite while others write them: each is the whole file as of one moment.

https://sqlite.org/backup.html
"""

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import apsw

from livecontent.errors import StorageError
from livecontent.runtime.private_files import make_file
from livecontent.storage.base import ConsentDecision
from livecontent.storage.sqlite.connection import connect, telling, transaction

log = logging.getLogger(__name__)

COPY_SUFFIX = ".before-upgrade"


def is_database(file: Path) -> bool:
    """Whether it begins as one: https://sqlite.org/fileformat.html#magic_header_string"""
    try:
        with file.open("rb") as opened:
            return opened.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def copy_database(source: Path, target: Path) -> dict[str, int]:
    """Copies a file to a place where there is none; the rows of each table in the copy. Raises `StorageError`."""
    with telling(source), closing(connect(source)) as reading:
        _copy(reading, target)
    return count_rows(target)


def _copy(reading: apsw.Connection, target: Path) -> None:
    make_file(target)
    with closing(apsw.Connection(str(target))) as writing, writing.backup("main", reading, "main") as copying:
        copying.step(-1)  # all at once: in slices, each write of another process would start it anew


def count_rows(file: Path) -> dict[str, int]:
    """The rows of each table. Raises `StorageError`, also where the file is damaged."""
    with telling(file), closing(connect(file)) as connection:
        problem = connection.execute("PRAGMA quick_check(1)").get
        if problem != "ok":
            raise StorageError(f"{file} is damaged: {problem}")
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        tables = [str(name) for (name,) in names]
        return {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').get) for name in tables}  # noqa: S608


def read_all_decisions(file: Path) -> list[ConsentDecision]:
    """All that was ever decided, from the file of consents. Raises `StorageError`."""
    with telling(file), closing(connect(file)) as connection:
        return [ConsentDecision(*row) for row in connection.execute("SELECT ref, state, at FROM consents")]


def upgrade(connection: apsw.Connection, version: int, change: Callable[[int], object]) -> None:
    """Brings a file to a version, after a copy of it was made; `change` is given the version that it has.

    The copy stands beside it until the next change. Raises `StorageError` for a file of a version to come.
    """
    file = Path(connection.filename)
    if _version(connection) < version:  # else no lock is needed
        # What another process changes now waits for the lock, and finds nothing left to change.
        with transaction(connection):
            found = _version(connection)
            if found < version:
                if connection.execute("SELECT count(*) FROM sqlite_schema").get:
                    _keep_copy(file, found, version)
                change(found)
                connection.execute(f"PRAGMA user_version = {version}").fetchall()
    if _version(connection) > version:
        raise StorageError(f"{file} was written by a newer livecontent; use that one, or another data folder")


def _version(connection: apsw.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").get)


def _keep_copy(file: Path, found: int, version: int) -> None:
    """By another connection, which reads what was there before the transaction."""
    delete_copies(file)
    copy = file.with_name(f"{file.name}.v{found}-{datetime.now(UTC):%Y-%m-%d}{COPY_SUFFIX}")
    copy_database(file, copy)
    log.warning("%s: brought from version %d to %d; %s is a copy of the one before", file, found, version, copy.name)


def delete_copies(file: Path) -> None:
    """Deletes what was kept of a file before it was changed: those whom it still names may have been forgotten."""
    for copy in file.parent.glob(f"{file.name}.v*{COPY_SUFFIX}"):
        copy.unlink(missing_ok=True)
