"""Gives people other refs in all files of SQLite, when the key that made theirs is retired.

In an order in which nobody is ever without their decision: first it stands under both refs. A no stays
under the old one, too, as it holds for emails already sent. To do it again is safe.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import apsw

from livecontent.storage.sqlite.connection import connect, telling, transaction
from livecontent.storage.sqlite.history import rename_identities
from livecontent.storage.sqlite.team import rename_looks
from livecontent.storage.votes import voter_of

SLICE = 500  # refs that are changed while nobody else writes

_STEPS: Sequence[tuple[str, Sequence[str]]] = (
    (
        "consent.db",
        (
            "INSERT INTO consents SELECT ?2, state, at FROM consents WHERE ref = ?1 ON CONFLICT DO UPDATE "
            "SET state = excluded.state, at = excluded.at WHERE excluded.at > at",
            "UPDATE OR REPLACE places SET ref = ?2 WHERE ref = ?1",
        ),
    ),
    ("recipients.db", ("UPDATE OR IGNORE recipients SET ref = ?2 WHERE ref = ?1",)),
    ("codes.db", ("UPDATE OR IGNORE codes SET ref = ?2 WHERE ref = ?1",)),
    ("picks.db", ("UPDATE OR REPLACE picks SET ref = ?2 WHERE ref = ?1",)),
    ("showings.db", ("UPDATE OR REPLACE showings SET person = ?2 WHERE person = ?1",)),
    ("consent.db", ("DELETE FROM consents WHERE ref = ?1 AND ref <> ?2 AND state <> 'none'",)),
    ("events.db", ("UPDATE events SET ref = ?2 WHERE ref = ?1 AND ref <> ''",)),
)
_VOTES = "UPDATE OR IGNORE votes SET voter = ?2 WHERE voter = ?1 AND poll = ?3"


def rename_people(folder: Path, refs: Mapping[str, str]) -> None:
    """Old refs to new ones, in all files that are there. Raises `StorageError`."""
    for name, statements in _STEPS:
        for connection, part in _slices(folder / name, refs):
            for statement in statements:
                connection.executemany(statement, part)
    for connection, part in _slices(folder / "history.db", refs):
        rename_identities(connection, part)
    for connection, part in _slices(folder / "team.db", refs):
        rename_looks(connection, part)
    for connection, part in _slices(folder / "votes.db", refs):
        for (poll,) in connection.execute("SELECT DISTINCT poll FROM tallies").fetchall():
            rows = [(voter_of(str(poll), old), voter_of(str(poll), new), poll) for old, new in part]
            connection.executemany(_VOTES, rows)


def _slices(file: Path, refs: Mapping[str, str]) -> Iterator[tuple[apsw.Connection, Sequence[tuple[str, str]]]]:
    """Some refs after the other, each time in a transaction; of a file that is not there none."""
    if not file.is_file():
        return
    with telling(file), closing(connect(file)) as connection:
        pairs = iter(refs.items())
        while part := list(islice(pairs, SLICE)):
            with transaction(connection):
                yield connection, part
