"""Recipients in SQLite: each look has a connection of its own, so that nothing slow is in the way of an open."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import apsw

from livecontent.errors import DataError, StorageError
from livecontent.imports.table_file import ImportOutcome, Progress
from livecontent.imports.values import clean_text
from livecontent.runtime.names import fold
from livecontent.storage.base import HISTORY, Profile, Recipient, to_json
from livecontent.storage.sqlite.connection import finish_erasing, looking, mark_erased, transaction

SLICE = 1000  # recipients that are deleted at a time
CACHE = 64 * 1024  # KiB of pages that a batch holds in memory: refs arrive in no order
MAX_ATTRIBUTES = 1000  # names that are remembered of one batch

_SCHEMA = """
CREATE TABLE IF NOT EXISTS recipients (
    ref TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, profile TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_by_name ON recipients (name);
CREATE TABLE IF NOT EXISTS attributes (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS made AS SELECT iif(EXISTS (SELECT 1 FROM recipients), 0.0, unixepoch('subsec')) AS at;
"""
_CITIES = """
SELECT profile ->> 'city' AS city, profile ->> 'region', profile ->> 'country', count(*) FROM recipients
WHERE city IS NOT NULL AND profile ->> 'latitude' IS NULL GROUP BY 1, 2, 3
"""
_OTHER = "ref NOT IN (SELECT ref FROM seen)"


class SqliteBatch:
    """Recipients on their way into the file, in an open transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._changes = connection.changes
        self._total_changes = connection.total_changes
        self._attributes: set[str] = set()
        self.deleted = False
        # A set would take three times the memory.
        self._execute("CREATE TEMP TABLE seen (ref TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")

    async def put(self, recipient: Recipient) -> ImportOutcome:
        """A look, and a write only where something is new."""
        ref, profile = recipient
        text = to_json(profile)
        self._execute("INSERT OR IGNORE INTO seen VALUES (?)", (ref,))
        if not self._changes():
            return "repeated"
        if len(self._attributes) < MAX_ATTRIBUTES:
            self._attributes.update(profile)
        old = self._execute("SELECT profile FROM recipients WHERE ref = ?", (ref,)).get
        if old and (kept := _history(old, profile)):
            text = to_json({**profile, **kept})
            self._attributes.update(kept)
        if old == text:
            return "unchanged"
        write = (
            "INSERT INTO recipients (id, name, profile, ref) VALUES (?, ?, ?, ?)"
            if old is None
            else "UPDATE recipients SET id = ?, name = ?, profile = ? WHERE ref = ?"
        )
        try:
            self._execute(write, (recipient.id, _name(profile), text, ref))
        except apsw.ConstraintError:
            raise DataError(
                f"the recipient {recipient.id!r} is known under another ref: the key that refs are made with has "
                "changed. Put the old key back, or start with an empty store"
            ) from None
        return "added" if old is None else "changed"

    async def delete(self, refs: Sequence[str]) -> int:
        """By the primary key."""
        before = self._total_changes()
        self._executemany("DELETE FROM recipients WHERE ref = ?", [(ref,) for ref in refs])
        count = self._total_changes() - before
        self.deleted |= count > 0
        return count

    async def count_others(self) -> int:
        """Looks at every ref."""
        return int(self._execute(f"SELECT count(*) FROM recipients WHERE {_OTHER}").get)  # noqa: S608  ours

    async def delete_others(self, progress: Progress) -> None:
        """By ref, some at a time, so that it can be stopped."""
        done, total, ref = 0, await self.count_others(), ""
        next_ones = f"SELECT ref FROM recipients WHERE ref > ? AND {_OTHER} ORDER BY ref LIMIT {SLICE}"  # noqa: S608
        while refs := [ref for (ref,) in self._execute(next_ones, (ref,))]:
            ref = refs[-1]
            done += await self.delete(refs)
            progress(done, total)
        self._execute("DELETE FROM attributes")

    def finish(self) -> None:
        """Notes the names of attributes."""
        for name in sorted(self._attributes)[:MAX_ATTRIBUTES]:
            self._execute("INSERT OR IGNORE INTO attributes VALUES (?)", (name,))


def _history(old: str, profile: Profile) -> Profile:
    """What events have told of somebody, where the new profile says nothing of it."""
    missing = [name for name in HISTORY if name not in profile and f'"{name}"' in old]
    known: Profile = json.loads(old) if missing else {}
    return {name: known[name] for name in missing if name in known}


class SqliteRecipients:
    """A store of recipients in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `StorageError`."""
        self.file = file
        with looking(self.file) as connection:
            connection.execute(_SCHEMA).fetchall()  # locks nothing where the tables are there

    def made_at(self) -> float:
        """When the file was made, in seconds since 1970; 0 where nobody knows."""
        with looking(self.file) as connection:
            return float(connection.execute("SELECT at FROM made").get)

    async def get(self, ref: str) -> Profile | None:
        """By the primary key."""
        return next((found.profile for found in self._select("WHERE ref = ?", ref)), None)

    async def find(self, recipient_id: str) -> Recipient | None:
        """By the index of ids."""
        return next(iter(self._select("WHERE id = ?", clean_text(recipient_id))), None)

    async def find_many(self, recipient_ids: Collection[str]) -> dict[str, Recipient]:
        """By the index of ids."""
        found = {}
        with looking(self.file) as connection:
            for one in recipient_ids:
                row = connection.execute("SELECT ref, profile FROM recipients WHERE id = ?", (clean_text(one),)).get
                if row:
                    found[one] = Recipient(row[0], self._read(row[1]))
        return found

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[SqliteBatch]:
        """One transaction. Raises `StorageError` where another batch holds the file for more than 5 seconds."""
        with looking(self.file) as connection:
            connection.execute(f"PRAGMA cache_size = -{CACHE}").fetchall()
            with transaction(connection):
                batch = SqliteBatch(connection)
                yield batch
                batch.finish()
                if batch.deleted:
                    mark_erased(connection)
        await asyncio.to_thread(self._rewrite)

    def _rewrite(self) -> None:
        """By a connection of its own: a thread goes on when who waits for it is stopped."""
        with looking(self.file) as connection:
            finish_erasing(connection)

    async def count(self) -> int:
        """By the smallest index."""
        with looking(self.file) as connection:
            return int(connection.execute("SELECT count(*) FROM recipients").get)

    async def sample(self, limit: int) -> list[Recipient]:
        """By ref, which has nothing to do with who they are."""
        return self._select("ORDER BY ref LIMIT ?", limit)

    async def search(self, text: str, limit: int) -> list[Recipient]:
        """In a thread, as it may read a whole index."""
        return await asyncio.to_thread(self._search, text, limit)

    def _search(self, text: str, limit: int) -> list[Recipient]:
        """By the indexes of ids and of names."""
        start = clean_text(text)
        found = self._select("WHERE id >= ? AND id < ? || char(1114111) ORDER BY id LIMIT ?", start, start, limit)
        name = fold(start)
        if name and len(found) < limit:
            named = "SELECT ref FROM recipients WHERE instr(name, ?) ORDER BY name LIMIT ?"  # reads the index alone
            found += self._select(f"WHERE ref IN ({named}) ORDER BY name", name, limit)
        return list({recipient.ref: recipient for recipient in found}.values())[:limit]

    async def page(self, limit: int, after: str = "") -> list[Recipient]:
        """By the index of ids."""
        return self._select("WHERE id > ? ORDER BY id LIMIT ?", clean_text(after), limit)

    async def profiles(self) -> AsyncIterator[Recipient]:
        """As of when it starts."""
        with looking(self.file) as connection:
            for ref, text in connection.execute("SELECT ref, profile FROM recipients ORDER BY id"):
                yield Recipient(ref, self._read(text))

    async def iterate(self) -> AsyncIterator[tuple[str, str]]:
        """From the index of ids alone, as of when it starts."""
        with looking(self.file) as connection:
            for row in connection.execute("SELECT ref, id FROM recipients ORDER BY id"):
                yield row

    async def attributes(self) -> list[str]:
        """Noted at each batch."""
        with looking(self.file) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM attributes ORDER BY name")]

    async def cities(self) -> list[tuple[Profile, int]]:
        """In a thread, as it reads all profiles."""
        return await asyncio.to_thread(self._cities)

    def _cities(self) -> list[tuple[Profile, int]]:
        with looking(self.file) as connection:
            rows = connection.execute(_CITIES)
            return [({"city": city, "region": region, "country": land}, count) for city, region, land, count in rows]

    def _select(self, which: str, *values: str | int) -> list[Recipient]:
        with looking(self.file) as connection:
            rows = connection.execute(f"SELECT ref, profile FROM recipients {which}", values)  # noqa: S608  ours
            return [Recipient(ref, self._read(text)) for ref, text in rows]

    def _read(self, text: str) -> Profile:
        try:
            profile: Profile = json.loads(text)
        except ValueError as error:
            raise StorageError(f"{self.file}: a profile is damaged: {error}") from None
        return profile


def _name(profile: Profile) -> str:
    parts = (profile.get("first_name"), profile.get("last_name"))
    return fold(" ".join(part for part in parts if isinstance(part, str)))
