"""Files of SQLite: connections that leave nothing behind of what they delete, and never hold up other threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from livecontent.errors import StorageError
from livecontent.runtime.private_files import make_file

WAIT = 5000  # milliseconds that a writer waits for a lock
READ_WAIT = 50  # milliseconds that an open waits

# Deleted content is overwritten with zeros: https://sqlite.org/pragma.html#pragma_secure_delete
_PRAGMAS = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY
"""


def connect(file: Path, wait: int | None = None) -> apsw.Connection:
    """A connection with a write-ahead log; `wait` is in milliseconds."""
    make_file(file)
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(WAIT if wait is None else wait)
    connection.execute(_PRAGMAS).fetchall()  # a statement runs when the answer before it is read
    return connection


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """All that is written within, or nothing of it; from its start nobody else writes.

    Not `with connection:` of apsw, which waits for the lock without letting go of the interpreter's.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has undone it by itself
            connection.execute("ROLLBACK")
        raise


class Database:
    """A file with two connections: one writes, one reads at once, and is not held up by the first."""

    def __init__(self, file: Path, prepare: Callable[[apsw.Connection], object]) -> None:
        """Makes the file if it is not there; `prepare` makes its tables. Raises `StorageError`."""
        self.file = file
        self._writing, self._reading = threading.Lock(), threading.Lock()  # apsw refuses two threads at once
        with telling(self.file):
            self.writer = connect(file)
            prepare(self.writer)
            self.reader = connect(file, READ_WAIT)
            self._cursor = self.reader.cursor()

    def read(self, statement: str, *values: object) -> Any:
        """The row found, the value where it has only one, else None; at once. Raises `StorageError`."""
        with self._reading, telling(self.file):
            try:
                return self._cursor.execute(statement, values).get
            except BaseException:  # the cursor may be in the middle of a row, and keep the log
                self._cursor = self.reader.cursor()
                raise

    def read_all(self, statement: str, *values: object) -> list[Any]:
        """All rows. Raises `StorageError`."""
        with self._reading, telling(self.file):
            return self.reader.execute(statement, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[apsw.Connection]:
        """A transaction of the connection that writes. Raises `StorageError`."""
        with self._writing, telling(self.file), transaction(self.writer):
            yield self.writer

    def wipe(self, *, rewrite: bool) -> None:
        """Leaves nothing of what was deleted in the log; nor in the file, where it is rewritten.

        Pages that SQLite has split can hold a copy that is part of no row. Raises `StorageError`, also where somebody
        reads on.
        """
        with self._writing, telling(self.file):
            self._empty_log()
            if rewrite:
                self.writer.execute("VACUUM").fetchall()
                self._empty_log()

    def _empty_log(self) -> None:
        busy, _, _ = self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        if busy:
            raise StorageError(
                f"{self.file}-wal still has the erased data, as another process is reading; run this again"
            )

    def close(self) -> None:
        """Closes both connections."""
        self.writer.close()
        self.reader.close()


@contextmanager
def telling(file: Path) -> Iterator[None]:
    """Errors of SQLite as `StorageError`, with the name of the file."""
    try:
        yield
    except (apsw.Error, UnicodeError) as error:
        raise StorageError(f"{file}: {error}") from error
