"""Files of SQLite: connections that leave nothing behind of what they delete, and never hold up other threads."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import apsw

from livecontent.errors import RowError, StorageError
from livecontent.runtime.private_files import make_file

WAIT = 5000  # milliseconds that a writer waits for a lock
PATIENCE = 60.0  # seconds that emptying the log waits for those who read
READ_WAIT = 50  # milliseconds that an open waits
_AGAIN = 0.01  # seconds between two tries to make a file that another process makes

# Deleted content is overwritten with zeros: https://sqlite.org/pragma.html#pragma_secure_delete
_PRAGMAS = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY
"""


def connect(file: Path, wait: int | None = None) -> apsw.Connection:
    """A connection with a write-ahead log; `wait` is in milliseconds."""
    make_file(file)
    connection = apsw.Connection(str(file))
    wait = WAIT if wait is None else wait
    connection.set_busy_timeout(wait)
    _prepare(connection, time.monotonic() + wait / 1000)
    return connection


def _prepare(connection: apsw.Connection, end: float) -> None:
    """Where two make a file at once, SQLite waits for none of them: https://sqlite.org/rescode.html#busy_recovery"""
    while True:
        try:
            connection.execute(_PRAGMAS).fetchall()  # a statement runs when the answer before it is read
        except apsw.BusyError:
            if time.monotonic() > end:
                connection.close()
                raise
            time.sleep(_AGAIN)
        else:
            return


@contextmanager
def looking(file: Path) -> Iterator[apsw.Connection]:
    """A connection for one look, or one import. Raises `StorageError`, with a guess where another holds the file."""
    try:
        with telling(file), closing(connect(file)) as connection:
            yield connection
    except StorageError as error:
        if isinstance(error.__cause__, apsw.BusyError):
            raise StorageError(f"{file} is locked; is another import running?") from error
        raise


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


def making(schema: str, *, durable: bool = False) -> Callable[[apsw.Connection], None]:
    """Makes tables, and locks nothing where they are there. What is `durable` outlives a power cut once it is told."""

    def prepare(writer: apsw.Connection) -> None:
        writer.execute(schema).fetchall()
        if durable:
            writer.execute("PRAGMA synchronous = FULL").fetchall()

    return prepare


class Database:
    """A file with two connections: one writes, one reads at once, and is not held up by the first."""

    def __init__(self, file: Path, prepare: Callable[[apsw.Connection], object]) -> None:
        """Makes the file if it is not there; `prepare` makes its tables. Raises `StorageError`."""
        self.file = file
        self._writing, self._reading = threading.Lock(), threading.Lock()  # apsw refuses two threads at once
        self._prepare = prepare
        self._open()

    def _open(self) -> None:
        with telling(self.file):
            self.writer = connect(self.file)
            self._prepare(self.writer)
            self.reader = connect(self.file, READ_WAIT)
            self._cursor = self.reader.cursor()
        self._identity = self._which()

    def _which(self) -> tuple[int, int] | None:
        """Which file it is, None where there is none."""
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def follow(self) -> bool:
        """Opens the file that stands in the place of the one it had, a new one where there is none; whether it did.

        Raises `StorageError`.
        """
        if self._which() == self._identity:
            return False
        with self._writing, self._reading:
            self._close()
            self._open()
        return True

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

    def read_aside(self, statement: str, *values: object) -> list[Any]:
        """All rows, of what takes long: on its own connection, so that opens don't wait. Raises `StorageError`."""
        with telling(self.file), closing(connect(self.file)) as own:
            return own.execute(statement, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[apsw.Connection]:
        """A transaction of the connection that writes. Raises `StorageError`."""
        with self._writing, telling(self.file), transaction(self.writer):
            yield self.writer

    def change(self, statement: str, rows: Iterable[Sequence[object]]) -> int:
        """Runs a statement for each of these rows, in one transaction; how many it changed. Raises `StorageError`."""
        with self.write() as writer:
            before = writer.total_changes()
            writer.executemany(statement, rows)
            return writer.total_changes() - before

    def erase(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """The same, and leaves nothing of what they changed in the file. Raises `StorageError`."""
        with self.erasing() as writer:
            writer.executemany(statement, rows)

    @contextmanager
    def deleting(self) -> Iterator[apsw.Connection]:
        """A transaction after which the file says in its header that copies may be left of what it changed."""
        with self.write() as writer:
            before = writer.total_changes()
            yield writer
            if writer.total_changes() > before:
                mark_erased(writer)

    @contextmanager
    def erasing(self) -> Iterator[apsw.Connection]:
        """A transaction of which nothing that it changes is left in the file, once it and all is done.

        Raises `StorageError`, also where somebody reads on: to erase again, whatever is found, ends what was begun.
        """
        with self.deleting() as writer:
            yield writer
        self.finish_erasing()

    def finish_erasing(self) -> None:
        """Leaves nothing of what was erased, now or before something stopped that. Raises `StorageError`."""
        with self._writing, telling(self.file):
            finish_erasing(self.writer)

    def wipe(self, *, rewrite: bool) -> None:
        """Leaves nothing of what was deleted in the log; nor in the file, where it is rewritten.

        Raises `StorageError`, also where somebody reads on.
        """
        with self._writing, telling(self.file):
            empty_log(self.writer)
            if rewrite:
                rewrite_file(self.writer)

    def close(self) -> None:
        """Closes both connections, after what other threads are at."""
        with self._writing, self._reading:
            self._close()

    def _close(self) -> None:
        self.writer.close()
        self.reader.close()


def mark_erased(writer: apsw.Connection) -> None:
    """In a transaction that deletes: the file says so in its header until `finish_erasing` has ended."""
    writer.execute("PRAGMA application_id = 1").fetchall()


def finish_erasing(connection: apsw.Connection) -> None:
    """Leaves nothing of what was deleted since `mark_erased`. Raises `StorageError` as `empty_log` does."""
    if connection.execute("PRAGMA application_id").get:
        empty_log(connection)
        rewrite_file(connection)
        connection.execute("PRAGMA application_id = 0").fetchall()


def rewrite_file(connection: apsw.Connection) -> None:
    """Leaves nothing in the file but its rows: pages that SQLite has split can hold a copy that is part of no row.

    By way of a nameless file beside it, as one in memory would be as large. Raises `StorageError` as `empty_log` does.
    """
    folder = str(Path(connection.filename).parent).replace("'", "''")
    connection.execute(f"PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}'").fetchall()
    connection.execute("VACUUM").fetchall()
    connection.execute("PRAGMA temp_store = MEMORY").fetchall()  # the folder is that of the process, for others too
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


@contextmanager
def telling(file: Path) -> Iterator[None]:
    """Errors of SQLite as `StorageError`, with the name of the file."""
    try:
        yield
    except (UnicodeError, apsw.ConstraintError, apsw.MismatchError, apsw.TooBigError) as error:
        raise RowError(f"{file}: {error}") from error
    except apsw.Error as error:
        raise StorageError(f"{file}: {error}") from error
