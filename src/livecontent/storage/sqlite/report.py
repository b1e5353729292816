"""Reports from events in SQLite.

An open is a fetch by a person's client. Fetches of one person, email and client that follow each other within ten
seconds are one open (Yahoo's proxy asks up to four times); those of machines, such as prefetches, are none.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from livecontent.storage.events import SendReport, day_of
from livecontent.storage.sqlite.connection import connect, telling
from livecontent.storage.sqlite.today import REPEAT

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
