"""What came of choices, summed up in SQLite: memory stays the same however many there are.

The first showing of each person and send counts. A person may have opened under several identities: all count as the
one that they draw under, the first that something was shown to.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from livecontent.showings import ArmSums, ChoiceSums
from livecontent.storage.sqlite.connection import connect, telling
from livecontent.storage.sqlite.tries import CLICKED, FIRST

# Whoever has more than one identity, and what they draw under.
_MAINS = """
CREATE TEMP TABLE mains (key TEXT PRIMARY KEY, main TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO mains WITH known AS (
    SELECT DISTINCT i.person FROM showings AS s JOIN history.identities AS i ON i.key = s.person
    WHERE s.creative = :creative AND s.at >= :since
), names AS (
    SELECT i.person, i.key, count(*) OVER (PARTITION BY i.person) AS number FROM known JOIN history.identities AS i
    USING (person)
), firsts AS (
    SELECT person, key, (SELECT min(at) FROM showings AS s WHERE s.person = key) AS at FROM names WHERE number > 1
)
SELECT key, first_value(key) OVER (PARTITION BY person ORDER BY at IS NULL, at, key) FROM firsts;
"""
_PICKED = f"""
CREATE TEMP TABLE picked AS SELECT coalesce(main, s.person) AS who, at, variant, silence, arm, share, context,
    {CLICKED} AS clicked
FROM showings AS s LEFT JOIN mains ON key = s.person
WHERE s.creative = :creative AND s.at >= :since AND s.silence <> 'old' AND {FIRST};
"""  # noqa: S608  ours
# Of somebody whose history is damaged nothing is known.
_ORDERED = """
SELECT max(o.value ->> 0) FROM history.identities AS i JOIN history.states AS t USING (person),
    json_each(iif(json_valid(t.history), t.history, NULL), '$.orders') AS o WHERE i.key = who
"""
_PEOPLE = f"""
CREATE TEMP TABLE people (who TEXT PRIMARY KEY, held INTEGER, at REAL, ordered REAL) WITHOUT ROWID;
INSERT INTO people SELECT who, silence = 'holdout', min(at), ({_ORDERED}) FROM picked GROUP BY who;
"""  # noqa: S608  ours
_WHOLE = "SELECT count(*), (SELECT count(*) FROM people), coalesce(min(at), 0.0) FROM picked"
_SHOWN = "SELECT iif(variant = '', 'silent (' || silence || ')', variant), count(*) FROM picked GROUP BY 1"
_SILENT = """
SELECT count(*), coalesce(sum(silence <> ''), 0) FROM (SELECT silence FROM picked ORDER BY at DESC LIMIT ?)
WHERE silence <> 'holdout'
"""
_HELD = "SELECT held, count(*), coalesce(sum(ordered > at), 0) FROM people GROUP BY held"
# Opens in which what was drawn was shown; each click counts by how likely its draw was.
_DRAWN = "picked.arm <> '' AND picked.arm = picked.variant AND picked.share <> 0"
_OPENS = f"""
SELECT context, arm, count(*), sum(clicked), coalesce(sum(ordered > picked.at), 0), sum(clicked / share),
    sum(clicked / share / share)
FROM picked JOIN people USING (who) WHERE {_DRAWN} GROUP BY context, arm
"""  # noqa: S608  ours
_IN_CONTEXTS = f"SELECT context, count(DISTINCT who) FROM picked WHERE {_DRAWN} GROUP BY context"  # noqa: S608  ours
# People draw once, so they count once: by their first open, with whether they ever clicked.
_SPLIT = """
SELECT '', arm, count(*), sum(clicked > 0), coalesce(sum(ordered > one.at), 0) FROM (
    SELECT who, arm, min(at) AS at, sum(clicked) AS clicked FROM picked WHERE arm <> '' AND silence <> 'holdout'
    GROUP BY who
) AS one JOIN people USING (who) GROUP BY arm
"""


class SqliteExperiments:
    """Reads two files with a connection of its own, so that opens do not wait; nothing stays open."""

    def __init__(self, showings: Path, history: Path) -> None:
        """Both are there already."""
        self._showings = showings
        self._history = history

    async def sums(self, creative: str, since: float, newest: int, *, by_open: bool) -> ChoiceSums:
        """In a thread: it takes a second for some 100,000 choices."""
        return await asyncio.to_thread(self._sums, creative, since, newest, by_open)

    def _sums(self, creative: str, since: float, newest: int, by_open: bool) -> ChoiceSums:
        with telling(self._showings), closing(connect(self._showings)) as connection:
            connection.execute("ATTACH ? AS history", (str(self._history),)).fetchall()
            # Beside the stores, and nameless: neither memory nor another folder holds them.
            folder = str(self._showings.parent).replace("'", "''")
            connection.execute(f"PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}'").fetchall()
            connection.execute("BEGIN").fetchall()  # all as of one moment
            for statement in (_MAINS, _PICKED, _PEOPLE):
                connection.execute(statement, {"creative": creative, "since": since}).fetchall()
            return _summed(lambda *asked: connection.execute(*asked).fetchall(), newest, by_open)


def _summed(read: Callable[..., list[Any]], newest: int, by_open: bool) -> ChoiceSums:
    ((opens, people, first),) = read(_WHOLE)
    ((asked, silent),) = read(_SILENT, (newest,))
    groups = {bool(held): (number, bought) for held, number, bought in read(_HELD)}
    arms: Sequence[ArmSums] = [ArmSums(*row) for row in read(_OPENS if by_open else _SPLIT)]
    return ChoiceSums(
        *(opens, people, first, dict(read(_SHOWN)), asked, silent, arms),
        people_in=dict(read(_IN_CONTEXTS)) if by_open else {},
        held=groups.get(True, (0, 0)),
        rest=groups.get(False, (0, 0)),
    )
