"""What became of emails: recorded events in, fetches, openings and clicks of each send out.

An opening is a fetch by a person's client. Fetches of one person, email and client that follow each other within ten
seconds are one opening (Yahoo's proxy asks up to four times); those of machines, such as prefetches, are none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from livecontent.errors import DataError
from livecontent.storage.events import day_of
from livecontent.storage.sqlite.schema import open_events

REPEAT = 10  # seconds
_TIMES = frozenset({"first_opening", "last_opening"})

# An email is a send; without a send, it is told by the creative. What is counted, for each email:
_COUNTS = f"""
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
UNION ALL SELECT send, email, 'flaws', flaw, count(*) FROM picked WHERE flaw <> '' GROUP BY send, email, flaw
"""  # noqa: S608  ours


@dataclass(slots=True)
class SendReport:
    """What became of an email; fetches and clicks are by who asked (human, machine or unknown), flaws by their word.

    Unrecorded is what only was counted, as the recipients do not consent: repeats are in it, and nobody is told apart.
    """

    send: str
    creative: str  # "" where a send counts as a whole
    fetches: dict[str, int] = field(default_factory=dict)
    openings: int = 0
    persons_opened: int = 0
    persons_opened_or_clicked: int = 0  # who clicked had opened by then, whether or not a fetch shows it
    clicks: dict[str, int] = field(default_factory=dict)
    unrecorded_fetches: dict[str, int] = field(default_factory=dict)
    unrecorded_clicks: dict[str, int] = field(default_factory=dict)
    flaws: dict[str, int] = field(default_factory=dict)
    first_opening: datetime | None = None
    last_opening: datetime | None = None


def read_report(file: Path, since: float, send: str = "", creative: str = "") -> list[SendReport]:
    """The emails of which something was recorded since a time (seconds since 1970), by send and creative.

    Of one send or creative only, where it is named. Raises `DataError`.
    """
    connection = open_events(file)
    wanted = {"since": since, "day": day_of(since), "send": send, "creative": creative}
    try:
        rows: list[Any] = connection.execute(_COUNTS, wanted).fetchall()
    except apsw.Error as error:
        raise DataError(f"{file}: {error}") from error
    finally:
        connection.close()
    return _outcomes(rows)


def _outcomes(rows: list[Any]) -> list[SendReport]:
    found: dict[tuple[str, str], SendReport] = {}
    for send, email, measure, part, number in sorted(rows):
        outcome = found.setdefault((send, email), SendReport(send, email))
        if part:
            getattr(outcome, measure)[part] = number
        else:
            setattr(outcome, measure, datetime.fromtimestamp(number, UTC) if measure in _TIMES else number)
    return list(found.values())
