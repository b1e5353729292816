"""What people have seen, in SQLite."""

import asyncio
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw

from livecontent.showings import Chosen, Decided, Learned, SeenVariant, Tally, Worth
from livecontent.storage.events import Event
from livecontent.storage.sqlite.connection import Database
from livecontent.storage.sqlite.copies import delete_copies, upgrade
from livecontent.storage.sqlite.tries import CLICKED, FIRST, RECOUNT, TRIES

VERSION = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS showings (
    person TEXT NOT NULL, creative TEXT NOT NULL, slot TEXT NOT NULL, variant TEXT NOT NULL,
    shown_in TEXT NOT NULL, at REAL NOT NULL, counts INTEGER NOT NULL, silence TEXT NOT NULL,
    rank INTEGER, score REAL, draw REAL, arm TEXT NOT NULL, share REAL NOT NULL, learned INTEGER NOT NULL,
    clicked REAL, pool TEXT NOT NULL DEFAULT '', place INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, creative, slot, variant)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS showings_by_creative ON showings (creative, at);
CREATE TABLE IF NOT EXISTS learned (
    creative TEXT PRIMARY KEY, version INTEGER NOT NULL, at REAL NOT NULL, threshold TEXT NOT NULL,
    weights TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
# Of a file that is older than pools of offers.
_POOLS = """
ALTER TABLE showings ADD COLUMN pool TEXT NOT NULL DEFAULT '';
ALTER TABLE showings ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
"""
_FROM_0 = f"""
ALTER TABLE showings ADD COLUMN context TEXT NOT NULL DEFAULT '';
ALTER TABLE learned ADD COLUMN contexts TEXT NOT NULL DEFAULT '{{}}';
{TRIES}{RECOUNT};
"""
_FROM_1 = "ALTER TABLE learned ADD COLUMN chances TEXT NOT NULL DEFAULT '{}'"
_COUNT = f"INSERT INTO showings VALUES ({', '.join('?' * 14)}, NULL, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608  ours
# A click is of what was shown last before it, of its send if it names one.
_CLICK = """
UPDATE showings SET clicked = ?4 WHERE person = ?1 AND creative = ?2 AND clicked IS NULL AND (slot, variant) = (
    SELECT slot, variant FROM showings WHERE person = ?1 AND creative = ?2 AND (slot = ?3 OR ?3 = '')
    ORDER BY at > ?4, at DESC, variant LIMIT 1)
"""
SHOWING = "creative, variant, shown_in, slot, at, pool, place"
_OF_PERSON = f"SELECT {SHOWING} FROM showings WHERE person = ? AND silence = '' ORDER BY at"  # noqa: S608  ours
_SEEN_BY = f"SELECT {SHOWING} FROM showings WHERE person = ? AND counts = 1"  # noqa: S608  ours
_CHOICES = """
SELECT variant, slot, shown_in, counts, silence, rank, score, draw, arm, share, learned FROM showings
WHERE person = ? AND creative = ? AND slot = ?
"""
_FIRST = "SELECT min(at) FROM showings WHERE person = ?"
# What changes many rows goes from person to person, some rows at a time: others write in between.
SPAN = 2000
_UPTO = "SELECT person FROM showings WHERE person > ? ORDER BY person LIMIT 1 OFFSET ?"
_LAST = b""  # of bytes all come after all texts: https://sqlite.org/datatype3.html#sort_order
_IN_SPAN = "person > ?1 AND person <= ?2"
_TIDY = f"""
DELETE FROM showings WHERE {_IN_SPAN} AND at < ?3
    AND at > (SELECT min(at) FROM showings AS own WHERE own.person = showings.person)
"""  # noqa: S608  ours
_CONTEXTS = "SELECT DISTINCT creative, context FROM showings WHERE context <> ''"
# The + keeps SQLite to the primary key: the index has all rows of the creative, for each span.
_DROP = f"""
UPDATE showings SET context = '' WHERE {_IN_SPAN} AND +creative = ?3
    AND context <> '' AND context IN (SELECT value FROM json_each(?4))
"""  # noqa: S608  ours
# Of the first, by which they draw, nothing is left but when it was.
_STRIP = f"""
UPDATE OR REPLACE showings SET variant = '', shown_in = '', counts = 0, silence = 'old', rank = NULL, score = NULL,
    draw = NULL, arm = '', share = 0, clicked = NULL,
    pool = '', place = 0, context = '' WHERE {_IN_SPAN} AND at < ?3 AND silence <> 'old'
"""  # noqa: S608  ours
_CHOSEN = f"""
SELECT person, slot, at, variant, silence, rank, score, draw, arm, share, {CLICKED}, context FROM showings AS s
WHERE creative = ?1 AND at >= ?2 AND silence <> 'old' AND {FIRST} ORDER BY at DESC LIMIT ?3
"""  # noqa: S608  ours
_TALLIES = "SELECT context, variant, drawn, shown, clicked FROM tries WHERE creative = ?"
_OFFERS_SEEN = """
SELECT variant, count(DISTINCT person), count(DISTINCT iif(clicked IS NULL, NULL, person)) FROM showings
WHERE pool <> '' AND counts = 1 AND at >= ? GROUP BY variant
"""


class SqliteShowings:
    """A store of what people have seen in one file, which several processes may have open."""

    def __init__(self, file: Path) -> None:
        """Makes the file if it is not there. Raises `StorageError`."""
        self.file = file
        self._database = Database(file, _prepare_showings)
        self.close = self._database.close

    def count(self, events: Sequence[Event]) -> None:
        """In one transaction."""
        rows = [_row(event, Decided(*event.choice)) for event in events if event.choice and event.ref]
        clicks = [
            (event.ref, event.creative, event.send, event.at)
            for event in events
            if event.kind == "clicked" and event.who == "human" and event.ref
        ]
        if rows or clicks:
            with self._database.write() as writer:
                writer.executemany(_COUNT, rows)
                writer.executemany(_CLICK, clicks)

    def seen_by(self, identities: Sequence[str]) -> Sequence[SeenVariant]:
        """By the primary key."""
        return [SeenVariant(*row) for one in identities for row in self._database.read_all(_SEEN_BY, one)]

    def choices(self, person: str, creative: str, slot: str) -> Mapping[str, Decided]:
        """By the primary key."""
        rows = self._database.read_all(_CHOICES, person, creative, slot)
        return {variant: _decided(row) for variant, *row in rows}

    def first_shown(self, identities: Sequence[str]) -> Mapping[str, float]:
        """By the primary key."""
        read = self._database.read
        return {one: at for one in identities if (at := read(_FIRST, one)) is not None}

    async def of_person(self, ref: str) -> list[SeenVariant]:
        """By the primary key."""
        return [SeenVariant(*row) for row in self._database.read_all(_OF_PERSON, ref)]

    async def chosen(self, creative: str, since: float = 0.0, newest: int = 0) -> list[Chosen]:
        """By the index, in a thread."""
        return await asyncio.to_thread(self._chosen, creative, since, newest)

    def _chosen(self, creative: str, since: float, newest: int) -> list[Chosen]:
        rows = self._database.read_aside(_CHOSEN, creative, since, newest or -1)
        return [
            Chosen._make((*row[:5], None if row[5] is None else Worth(*row[5:8]), *row[8:10], row[10] > 0, row[11]))
            for row in rows
        ]

    async def tallies(self, creative: str) -> Sequence[Tally]:
        """By the primary key."""
        rows = self._database.read_all(_TALLIES, creative)
        return [Tally(context, variant, drawn > 0, shown, clicked) for context, variant, drawn, shown, clicked in rows]

    async def offers_seen(self, since: float) -> Mapping[str, tuple[int, int]]:
        """All rows are looked at, in a thread."""
        rows = await asyncio.to_thread(self._database.read_aside, _OFFERS_SEEN, since)
        return {offer: (people, clicked) for offer, people, clicked in rows}

    async def learned(self) -> Mapping[str, Learned]:
        """All at once: there are few."""
        rows = self._database.read_all("SELECT creative, version, threshold, weights, contexts, chances FROM learned")
        return {
            creative: Learned(version, Worth(*json.loads(level)) if level else None, *map(json.loads, numbers))
            for creative, version, level, *numbers in rows
        }

    async def learn(self, learned: Mapping[str, Learned], at: float) -> None:
        """In one transaction, in a thread, as it may wait for a lock."""
        rows = [(creative, one.version, at, *_numbers_of(one)) for creative, one in learned.items()]

        def write() -> None:
            with self._database.write() as writer:
                writer.executemany("INSERT OR REPLACE INTO learned VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

        await asyncio.to_thread(write)

    async def forget(self, refs: Collection[str]) -> None:
        """In a thread, as it waits for locks, and rewrites the file."""
        await asyncio.to_thread(self._database.erase, "DELETE FROM showings WHERE person = ?", [(r,) for r in refs])
        delete_copies(self.file)

    async def contexts(self) -> Mapping[str, Collection[str]]:
        """All rows are looked at, in a thread."""
        found: dict[str, list[str]] = {}
        for creative, label in await asyncio.to_thread(self._database.read_aside, _CONTEXTS):
            found.setdefault(creative, []).append(label)
        return found

    async def drop_contexts(self, creative: str, labels: Collection[str]) -> None:
        """In a thread; the sums follow."""
        await asyncio.to_thread(self._erase_in_spans, [_DROP], creative, json.dumps([*labels]))

    async def tidy(self, before: float) -> None:
        """In a thread."""
        await asyncio.to_thread(self._erase_in_spans, [_TIDY, _STRIP], before)

    def _erase_in_spans(self, statements: Sequence[str], *values: object) -> None:
        """As a whole it takes many times what a writer waits, so they get their turn after each span."""
        try:
            for span in self._spans():
                begun = time.monotonic()
                with self._database.deleting() as writer:
                    for statement in statements:
                        writer.execute(statement, (*span, *values))
                time.sleep(time.monotonic() - begun)
        finally:  # also of what was changed before it failed
            self._database.finish_erasing()

    def _spans(self) -> Iterator[tuple[str, str | bytes]]:
        """After whom, and up to whom, there are so many rows, or some more: a person is in one."""
        after: str = ""
        while upto := self._database.read(_UPTO, after, SPAN - 1):
            yield after, upto
            after = upto
        yield after, _LAST


def _numbers_of(learned: Learned) -> tuple[str, ...]:
    level = json.dumps(learned.threshold) if learned.threshold else ""
    return level, *(json.dumps(dict(one)) for one in (learned.weights, learned.contexts, learned.chances))


def _prepare_showings(connection: apsw.Connection) -> None:
    upgrade(connection, VERSION, lambda found: _bring_up(connection, found))


def _bring_up(connection: apsw.Connection, found: int) -> None:
    if found < 1:
        _from_0(connection)
    connection.execute(_FROM_1).fetchall()


def _from_0(connection: apsw.Connection) -> None:
    connection.execute(_SCHEMA).fetchall()
    if not connection.execute("SELECT count(*) FROM pragma_table_info('showings') WHERE name = 'pool'").get:
        connection.execute(_POOLS).fetchall()
    connection.execute(_FROM_0).fetchall()


def _row(event: Event, choice: Decided) -> tuple[object, ...]:
    worth = Worth(*choice.worth) if choice.worth else (None, None, None)
    variant = "" if choice.silence else event.variant
    return (
        *(event.ref, event.creative, choice.slot, variant, choice.group, event.at),
        *(int(choice.counts and not choice.silence), choice.silence, *worth),
        *(choice.arm, choice.share, choice.learned, choice.pool, choice.place, choice.context),
    )


def _decided(row: Sequence[Any]) -> Decided:
    slot, group, counts, silence, rank, score, draw, arm, share, learned = row
    worth = None if rank is None else Worth(rank, score, draw)
    return Decided(slot, group, bool(counts), silence, worth, arm, share, learned)


def read_seen(text: str) -> tuple[SeenVariant, ...]:
    """What a person has seen, from JSON."""
    return tuple(SeenVariant(*one) for one in json.loads(text))
