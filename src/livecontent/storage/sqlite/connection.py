"""A file of SQLite in, a connection out that leaves nothing behind of what it deletes."""

from __future__ import annotations

from pathlib import Path

import apsw

from livecontent.config import make_file
from livecontent.errors import DataError

WAIT = 5000  # milliseconds that a writer waits for a lock
READ_WAIT = 50  # milliseconds that an opening waits

# Deleted content is overwritten with zeros: https://sqlite.org/pragma.html#pragma_secure_delete
_PRAGMAS = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY
"""


def connect(file: Path, wait: int = WAIT) -> apsw.Connection:
    """A connection with a write-ahead log, whose transactions lock the file from their start."""
    make_file(file)
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(wait)
    connection.execute(_PRAGMAS).fetchall()  # else the second waits
    connection.transaction_mode = "IMMEDIATE"
    return connection


def wipe(connection: apsw.Connection, *, rewrite: bool) -> None:
    """Leaves nothing of what was deleted in the log; nor in the file, where it is rewritten.

    Pages that SQLite has split can hold a copy that is part of no row. Raises `DataError` where somebody reads on.
    """
    _empty_log(connection)
    if rewrite:
        connection.execute("VACUUM").fetchall()
        _empty_log(connection)


def _empty_log(connection: apsw.Connection) -> None:
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
    if busy:
        raise DataError(
            f"{connection.filename}-wal still has the erased data, as another process is reading; run this again"
        )
