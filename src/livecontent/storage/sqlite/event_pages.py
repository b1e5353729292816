"""Events of a person, read from SQLite: all of them, or a page from the newest."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from livecontent.storage.events import Event
from livecontent.storage.sqlite.connection import Database

_COLUMNS = """
kind, at, creative, ref, version, variant, step, format, client, link, flaw, reasons, micros, who, time, send
"""
_OF_PERSON = f"SELECT {_COLUMNS} FROM events WHERE ref = ? AND ref <> '' ORDER BY at, seq"  # noqa: S608  ours
_OURS = "ref IN (SELECT value FROM json_each(?1)) AND ref <> ''"
_ONLY: Mapping[str, str] = MappingProxyType(
    {
        "": "true",
        "shown": "kind = 'shown' AND step <> 'silent'",
        "silent": "kind = 'shown' AND step = 'silent'",
        "clicked": "kind = 'clicked'",
    }
)
# Rows are found by the index alone, and only those of the page are read.
_NEWEST: Mapping[str, str] = MappingProxyType(
    {
        only: f"""
SELECT seq, {_COLUMNS} FROM events WHERE seq IN (
    SELECT seq FROM events WHERE {_OURS} AND (at, seq) < (?2, ?3) AND {rule} ORDER BY at DESC, seq DESC LIMIT ?4
) ORDER BY at DESC, seq DESC
"""  # noqa: S608  ours
        for only, rule in _ONLY.items()
    }
)
_NUMBERED = f"SELECT {_COLUMNS} FROM events WHERE {_OURS} AND seq = ?2"  # noqa: S608  ours
_SENDS = f"SELECT DISTINCT send FROM events WHERE {_OURS} AND send <> ''"  # noqa: S608  ours
_READ = "kind = 'shown' AND who = 'human' AND ref <> ''"
_AFTER = f"SELECT seq, {_READ}, creative, ref, at, send FROM events WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608  ours
_COUNT = f"SELECT count(*) FROM events WHERE {_OURS}"  # noqa: S608  ours


class EventPages:
    """Reads a file of events, whoever writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_person(self, ref: str) -> list[Event]:
        """By the index, in a thread."""
        return await asyncio.to_thread(lambda: list(map(_event, self._database.read_all(_OF_PERSON, ref))))

    async def newest(
        self, refs: Collection[str], only: str, before: tuple[float, int], limit: int
    ) -> list[tuple[int, Event]]:
        """By the index, in a thread."""

        def read() -> list[tuple[int, Event]]:
            rows = self._database.read_all(_NEWEST[only], json.dumps([*refs]), *before, limit)
            return [(number, _event(row)) for number, *row in rows]

        return await asyncio.to_thread(read)

    async def numbered(self, refs: Collection[str], number: int) -> Event | None:
        """By the primary key."""
        row = self._database.read(_NUMBERED, json.dumps([*refs]), number)
        return _event(row) if row else None

    async def opens_after(self, number: int, limit: int) -> tuple[int, list[Event]]:
        """By the primary key, in a thread."""

        def read() -> tuple[int, list[Event]]:
            rows = self._database.read_aside(_AFTER, number, limit)
            opens = [Event("shown", at, creative, ref, send=send) for _, seen, creative, ref, at, send in rows if seen]
            return (rows[-1][0] if rows else number), opens

        return await asyncio.to_thread(read)

    async def sends_of(self, refs: Collection[str]) -> Collection[str]:
        """By the index, in a thread."""
        return {send for (send,) in await asyncio.to_thread(self._database.read_all, _SENDS, json.dumps([*refs]))}

    async def count_of(self, refs: Collection[str]) -> int:
        """By the index, in a thread."""
        return int(await asyncio.to_thread(self._database.read, _COUNT, json.dumps([*refs])))


def _event(row: Sequence[Any]) -> Event:
    return Event._make((*row[:11], json.loads(row[11]), json.loads(row[12]), *row[13:], None))
