"""Votes in SQLite."""

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import apsw

from livecontent.facts import Consent
from livecontent.storage.sqlite.connection import Database, making
from livecontent.storage.sqlite.together import Together
from livecontent.storage.votes import Vote, voter_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS votes (
    poll TEXT NOT NULL, voter BLOB NOT NULL, answer TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (poll, voter)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tallies (
    poll TEXT NOT NULL, answer TEXT NOT NULL, votes INTEGER NOT NULL, PRIMARY KEY (poll, answer)
) STRICT, WITHOUT ROWID;
"""
_BEFORE = "SELECT answer, at FROM votes WHERE poll = ? AND voter = ?"
_PUT = "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?)"
_COUNT = "INSERT INTO tallies VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET votes = votes + ?3"
_COUNTS = "SELECT answer, votes FROM tallies WHERE poll = ? AND votes > 0"
_POLLS = "SELECT poll, answer, votes FROM tallies WHERE votes > 0 ORDER BY poll, answer"
# Of a person there is left a day, under a number that nobody can work out.
_FORGET = "UPDATE votes SET voter = ?3, at = CAST(at AS INTEGER) / 86400 * 86400.0 WHERE poll = ?1 AND voter = ?2"


class SqliteVotes:
    """A store of votes in one file, which several processes may have open."""

    def __init__(self, file: Path, consent_of: Callable[[str], Consent]) -> None:
        """Makes the file if it is not there. Raises `StorageError`.

        `consent_of` tells what a recipient consents to at this moment, from any thread.
        """
        self._consent_of = consent_of
        self._database = Database(file, making(_SCHEMA, durable=True))  # votes that led somewhere
        self.close = self._database.close
        self._together: Together[Vote, None] = Together(self._cast)

    async def cast(self, vote: Vote) -> None:
        """In a thread, as it waits for the disk."""
        await self._together.ask(vote)

    def _cast(self, votes: Sequence[Vote]) -> list[None]:
        """Consent is read within the transaction: of who was forgotten, nothing is written."""
        with self._database.write() as writer:
            for vote in votes:
                if self._consent_of(vote.ref) != "none":
                    _keep(writer, vote)
        return [None] * len(votes)

    def counts(self, poll: str) -> Mapping[str, int]:
        """Counted at each vote."""
        return dict(self._database.read_all(_COUNTS, poll))

    async def polls(self) -> Mapping[str, Mapping[str, int]]:
        """Counted at each vote."""
        found: dict[str, dict[str, int]] = {}
        for poll, answer, votes in self._database.read_all(_POLLS):
            found.setdefault(poll, {})[answer] = votes
        return found

    async def of_person(self, ref: str) -> list[Vote]:
        """By the primary key, of each poll."""
        found = [(poll, self._database.read(_BEFORE, poll, voter_of(poll, ref))) for poll in self._names()]
        return [Vote(poll, ref, *row) for poll, row in found if row]

    async def forget(self, refs: Collection[str]) -> None:
        """In a thread, as it waits for locks, and rewrites the file."""
        await asyncio.to_thread(self._database.erase, _FORGET, self._voters(refs))

    def _voters(self, refs: Collection[str]) -> Iterator[tuple[object, ...]]:
        """People in all polls, and the numbers that come in their place; looked up while nobody else writes."""
        for poll in self._names():
            for ref in refs:
                yield poll, voter_of(poll, ref), secrets.token_bytes(16)

    def _names(self) -> list[str]:
        return [str(poll) for (poll,) in self._database.read_all("SELECT DISTINCT poll FROM tallies ORDER BY poll")]


def _keep(writer: apsw.Connection, vote: Vote) -> None:
    poll, ref, answer, at = vote
    voter = voter_of(poll, ref)
    before = writer.execute(_BEFORE, (poll, voter)).get
    if before and (before[0] == answer or before[1] > at):
        return
    writer.execute(_PUT, (poll, voter, answer, at))
    writer.execute(_COUNT, (poll, answer, 1))
    if before:
        writer.execute(_COUNT, (poll, before[0], -1))
