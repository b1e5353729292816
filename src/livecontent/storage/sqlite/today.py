"""What became of each creative lately, from a file of events: only the end of it is read."""

from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from livecontent.storage.events import CreativeDay, day_of
from livecontent.storage.sqlite.connection import connect, telling

REPEAT = 10  # seconds in which fetches of one person are one open, as in reports

# The first event by number that is as young: events are numbered as they come, up to a few seconds.
_AT = "SELECT at FROM events WHERE seq >= ? ORDER BY seq LIMIT 1"
_LATELY = f"""
WITH picked AS (
    SELECT * FROM events WHERE seq >= :first AND at >= :since AND kind = 'shown' AND creative <> ''
), fetched AS (
    SELECT creative, ref, at - lag(at) OVER (PARTITION BY creative, send, ref, client ORDER BY at, seq) AS pause
    FROM picked WHERE who = 'human'
)
SELECT creative, '', count(*) FROM fetched WHERE ref = '' OR pause IS NULL OR pause > {REPEAT} GROUP BY creative
UNION ALL SELECT creative, '', sum(count) FROM counts
    WHERE day >= :day AND kind = 'shown' AND who = 'human' AND creative <> '' GROUP BY creative
UNION ALL SELECT creative, step, count(*) FROM picked WHERE step <> '' GROUP BY creative, step
"""  # noqa: S608  ours
_EVER = """
SELECT EXISTS (SELECT 1 FROM counts WHERE creative = ?1 AND kind = 'shown')
    OR EXISTS (SELECT 1 FROM events WHERE creative = ?1 AND kind = 'shown')
"""


def read_creatives(file: Path, since: float) -> dict[str, CreativeDay]:
    """By name, since a time (seconds since 1970). Raises `StorageError`."""
    opens: dict[str, int] = defaultdict(int)
    steps: dict[str, dict[str, int]] = defaultdict(dict)
    with telling(file), closing(connect(file)) as connection:
        wanted = {"first": _first(connection, since), "since": since, "day": day_of(since)}
        rows: list[Any] = connection.execute(_LATELY, wanted).fetchall()
    for creative, step, count in rows:
        if step:
            steps[creative][step] = count
        else:
            opens[creative] += count
    return {name: CreativeDay(opens[name], steps[name]) for name in sorted({*opens, *steps})}


def read_opened(file: Path, creative: str) -> bool:
    """Whether a creative was ever fetched; reads all where it never was. Raises `StorageError`."""
    with telling(file), closing(connect(file)) as connection:
        return bool(connection.execute(_EVER, (creative,)).get)


def _first(connection: apsw.Connection, since: float) -> int:
    """A number before those of all events since a time, by halves."""
    low, high = 1, (connection.execute("SELECT max(seq) FROM events").get or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(_AT, (middle,)).get
        if at is not None and at < since - REPEAT:
            low = middle + 1
        else:
            high = middle
    return low
