"""Reports from events in SQLite, and what became of each creative lately.

An open is a fetch by a person's client. Fetches of one person, email and client that follow each other within ten
seconds are one open (Yahoo's proxy asks up to four times); those of machines, such as prefetches, are none.
"""

from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from livecontent.storage.events import CreativeDay, SendReport, day_of
from livecontent.storage.sqlite.connection import connect, telling

REPEAT = 10  # seconds in which fetches of one person are one open

_TIMES = frozenset({"first_opening", "last_opening"})

# An email is a send; without a send, it is told by the creative. What is counted, for each email:
_REPORT = f"""
WITH picked AS (
    SELECT *, iif(send = '' OR :creative <> '', creative, '') AS email FROM events
    WHERE at >= :since AND :send IN ('', send) AND :creative IN ('', creative)
), unknown AS (
    SELECT *, iif(send = '' OR :creative <> '', creative, '') AS email FROM counts
    WHERE day >= :day AND :send IN ('', send) AND :creative IN ('', creative)
), fetched AS (
    SELECT send, email, ref, at, at - lag(at) OVER (PARTITION BY send, email, ref, client ORDER BY at, seq) AS pause
    FROM picked WHERE kind = 'shown' AND who = 'human' AND ref <> ''
), opened AS (
    SELECT send, email, ref, at FROM fetched WHERE pause IS NULL OR pause > {REPEAT}
), active AS (
    SELECT send, email, ref FROM opened
    UNION SELECT send, email, ref FROM picked WHERE kind = 'clicked' AND who = 'human' AND ref <> ''
)
SELECT send, email, 'fetches', who, count(*) FROM picked WHERE kind = 'shown' GROUP BY send, email, who
UNION ALL SELECT send, email, 'clicks', who, count(*) FROM picked WHERE kind = 'clicked' GROUP BY send, email, who
UNION ALL SELECT send, email, 'openings', '', count(*) FROM opened GROUP BY send, email
UNION ALL SELECT send, email, 'persons_opened', '', count(DISTINCT ref) FROM opened GROUP BY send, email
UNION ALL SELECT send, email, 'persons_opened_or_clicked', '', count(*) FROM active GROUP BY send, email
UNION ALL SELECT send, email, 'first_opening', '', min(at) FROM opened GROUP BY send, email
UNION ALL SELECT send, email, 'last_opening', '', max(at) FROM opened GROUP BY send, email
UNION ALL SELECT send, email, 'unrecorded_fetches', who, sum(count) FROM unknown WHERE kind = 'shown'
    GROUP BY send, email, who
UNION ALL SELECT send, email, 'unrecorded_clicks', who, sum(count) FROM unknown WHERE kind = 'clicked'
    GROUP BY send, email, who
UNION ALL SELECT send, email, 'silent', who, count(*) FROM picked WHERE kind = 'shown' AND step = 'silent'
    GROUP BY send, email, who
UNION ALL SELECT send, email, 'flaws', flaw, count(*) FROM picked WHERE flaw <> '' GROUP BY send, email, flaw
"""  # noqa: S608  ours
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


def read_report(file: Path, since: float, send: str = "", creative: str = "") -> list[SendReport]:
    """The emails of a file of events since a time (seconds since 1970). Raises `StorageError`.

    By a connection of its own, as it takes long, and others go on looking up what was shown.
    """
    wanted = {"since": since, "day": day_of(since), "send": send, "creative": creative}
    found: dict[tuple[str, str], SendReport] = {}
    with telling(file), closing(connect(file)) as connection:
        rows: list[Any] = connection.execute(_REPORT, wanted).fetchall()
    for send_id, email, measure, part, number in sorted(rows):
        outcome = found.setdefault((send_id, email), SendReport(send_id, email))
        if part:
            getattr(outcome, measure)[part] = number
        else:
            setattr(outcome, measure, datetime.fromtimestamp(number, UTC) if measure in _TIMES else number)
    return list(found.values())


def read_creatives(file: Path, since: float) -> dict[str, CreativeDay]:
    """By name, since a time (seconds since 1970); only the end of the file is read. Raises `StorageError`."""
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
