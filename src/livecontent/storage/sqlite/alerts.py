"""Alerts in SQLite, in the file of the messages: one is noted in the transaction that takes its message off the watch.

What an alert tells of the message stands with the message alone, so that it goes where the message goes.
"""

import asyncio
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import apsw

from livecontent.history.messages import PART, Message
from livecontent.history.plain_json import decode_json
from livecontent.storage.alerts import KEPT, Alert, AlertStanding, Firing, WatchedMessage
from livecontent.storage.sqlite.connection import Database
from livecontent.storage.sqlite.together import Together

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS watched (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS alerts (
    name TEXT NOT NULL, seq INTEGER NOT NULL, identity INTEGER NOT NULL, fired REAL NOT NULL,
    rested REAL NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, due REAL NOT NULL, problem TEXT NOT NULL,
    PRIMARY KEY (name, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alerts_by_due ON alerts (state, name, due);
CREATE INDEX IF NOT EXISTS alerts_by_identity ON alerts (identity, name, fired);
"""
# As bytes: one row whose text is damaged must not keep the others from being read.
MESSAGE = "mid, kind, CAST(messages.name AS BLOB), key, messages.at, zone, CAST(body AS BLOB)"
_OF_MESSAGE = "JOIN messages USING (seq) JOIN identities ON id = messages.identity"
_WATCHED = f"SELECT seq, {MESSAGE} FROM watched {_OF_MESSAGE} ORDER BY seq LIMIT ?"  # noqa: S608
_ALERT = f"""
SELECT seq, alerts.name, fired, state, tries, due, problem, {MESSAGE} FROM alerts {_OF_MESSAGE}
"""  # noqa: S608
_DUE = f"{_ALERT} WHERE state = 'waiting' AND alerts.name = ? AND due <= ? ORDER BY due LIMIT ?"
_OPEN = f"{_ALERT} WHERE state IN ('waiting', 'dead') ORDER BY fired, seq"
_OF_PERSON = f"{_ALERT} WHERE person = (SELECT person FROM identities WHERE key = ?) ORDER BY fired, seq"  # noqa: S608
_RESTS = """
SELECT 1 FROM messages JOIN identities AS one ON one.id = messages.identity
JOIN identities AS other USING (person) JOIN alerts ON alerts.identity = other.id
WHERE messages.seq = ? AND alerts.name = ? AND fired > ? LIMIT 1
"""
_FIRE = """
INSERT INTO alerts (name, seq, identity, fired, rested, state, tries, due, problem)
SELECT ?2, seq, identity, ?3, ?4, 'waiting', 0, ?3, '' FROM messages WHERE seq = ?1
ON CONFLICT DO NOTHING
"""
_SETTLE = """
UPDATE alerts SET state = ?3, tries = ?4, due = ?5, problem = ?6
WHERE name = ?1 AND seq = ?2 AND (?3 = 'done' OR (state <> 'done' AND due = ?7))
"""
_RETRY = """
UPDATE alerts SET state = 'waiting', tries = 0, due = ?3, problem = '' WHERE name = ?1 AND seq = ?2 AND state <> 'done'
"""
_BURY = """
UPDATE alerts SET state = 'dead', due = ?2, problem = ?3
WHERE state = 'waiting' AND name NOT IN (SELECT value FROM json_each(?1))
"""
_STANDING = """
SELECT coalesce(sum(state = 'waiting'), 0), coalesce(sum(state = 'dead'), 0), min(iif(state = 'waiting', fired, NULL))
FROM alerts WHERE state IN ('waiting', 'dead')
"""
_TIDY = "DELETE FROM alerts WHERE (state = 'done' AND rested <= ?1) OR (state = 'dead' AND due <= ?2)"


class SqliteAlerts:
    """Alerts in the file of a history."""

    def __init__(self, database: Database) -> None:
        """Whoever opened the file closes it."""
        self._database = database
        self._together: Together[tuple[Alert, Alert], None] = Together(self._settle)

    def watched(self, most: int) -> list[WatchedMessage]:
        """By the key."""
        return [WatchedMessage(row[0], as_message(row[1:])) for row in self._database.read_all(_WATCHED, most)]

    async def fire(self, looked: Collection[int], firings: Sequence[Firing]) -> list[Firing]:
        """In a thread, as it waits for the disk."""
        return await asyncio.to_thread(self._fire, looked, firings)

    def _fire(self, looked: Collection[int], firings: Sequence[Firing]) -> list[Firing]:
        fired = []
        with self._database.write() as writer:
            for one in firings:
                if not writer.execute(_RESTS, (one.seq, one.trigger, one.at - one.rest)).get:
                    writer.execute(_FIRE, (one.seq, one.trigger, one.at, one.at + one.rest))
                    fired += [one] * writer.changes()
            writer.executemany("DELETE FROM watched WHERE seq = ?", [(seq,) for seq in looked])
        return fired

    def due(self, trigger: str, now: float, most: int) -> list[Alert]:
        """By the index of times."""
        return [_alert(row) for row in self._database.read_all(_DUE, trigger, now, most)]

    async def settle(self, after: Alert, before: Alert) -> None:
        """Of several at a time in one transaction."""
        await self._together.ask((after, before))

    async def retry(self, alerts: Collection[Alert], now: float) -> None:
        """In a thread, as it waits for the disk."""
        await asyncio.to_thread(self._database.change, _RETRY, [(one.trigger, one.seq, now) for one in alerts])

    async def bury(self, triggers: Collection[str], now: float, problem: str) -> None:
        """In one statement, in a thread: there may be many."""
        await asyncio.to_thread(self._database.change, _BURY, [(json.dumps([*triggers]), now, problem)])

    def _settle(self, alerts: Sequence[tuple[Alert, Alert]]) -> list[None]:
        rows = [
            (one.trigger, one.seq, one.state, one.tries, one.due, one.problem, before.due) for one, before in alerts
        ]
        with self._database.write() as writer:
            writer.executemany(_SETTLE, rows)
        return [None] * len(alerts)

    def alerts(self) -> list[Alert]:
        """On a connection of its own, as there may be many."""
        return [_alert(row) for row in self._database.read_aside(_OPEN)]

    def of_person(self, ref: str) -> list[Alert]:
        """On a connection of its own."""
        return [_alert(row) for row in self._database.read_aside(_OF_PERSON, ref)]

    def standing(self) -> AlertStanding:
        """By the index of times."""
        return AlertStanding(*self._database.read_all(_STANDING)[0])

    async def drop(self, alerts: Collection[Alert]) -> None:
        """In a thread, as it waits for the disk."""
        rows = [(one.trigger, one.seq) for one in alerts]
        await asyncio.to_thread(self._database.change, "DELETE FROM alerts WHERE name = ? AND seq = ?", rows)

    async def tidy(self, now: float) -> None:
        """In a thread, as it waits for the disk."""
        await asyncio.to_thread(self._database.change, _TIDY, [(now, now - KEPT)])


def forget_alerts(writer: apsw.Connection, identities: Sequence[tuple[int]]) -> None:
    """Erases all of these identities, before their messages are."""
    writer.executemany("DELETE FROM watched WHERE seq IN (SELECT seq FROM messages WHERE identity = ?)", identities)
    writer.executemany("DELETE FROM alerts WHERE identity = ?", identities)


def as_message(row: Sequence[Any]) -> Message:
    """A row of `MESSAGE`. One that is damaged happened all the same, and tells nothing."""
    mid, kind, name, who, at, offset, body = row
    text = body.decode(errors="replace")
    return Message(mid, kind, name.decode(errors="replace"), who, (), at, offset, _values(body), text, kind == PART)


def _values(body: bytes) -> Mapping[str, Any]:
    try:
        values = decode_json(body)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict):
        return values
    log.warning("a message that is kept is damaged, and tells nothing")
    return {}


def _alert(row: Sequence[Any]) -> Alert:
    return Alert._make([*row[:7], as_message(row[7:])])
