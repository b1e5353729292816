"""Head counts of events in SQLite. It reads all that was shown of a creative, by a connection of its own."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from livecontent.storage.events import day_of
from livecontent.storage.heads import HeadCount, WrongImages
from livecontent.storage.sqlite.connection import connect, telling

_SHOWN = """
WITH wanted AS (SELECT value AS version FROM json_each(:versions)), shown AS (
    SELECT seq, at, ref, send, client, who,
        version IN wanted AND :variant IN ('', variant) AND at >= :since AS wrong,
        iif(client LIKE 'apple-mpp%', 'apple', iif(client LIKE 'gmail%', 'gmail', '')) AS service
    FROM events WHERE creative = :creative AND kind = 'shown'
)
"""
# What a service has fetched ahead it shows until it fetches again; so the last fetch counts, of each email.
_KEPT = """
SELECT service, count(DISTINCT ref) FROM (
    SELECT service, ref, client, wrong, row_number() OVER (PARTITION BY ref, send, service ORDER BY at DESC, seq DESC)
    AS back FROM shown WHERE ref <> '' AND service <> ''
) WHERE back = 1 AND wrong AND (service = 'apple' OR client LIKE 'gmail-prefetch%') GROUP BY service
"""
_HEADS = """
SELECT count(DISTINCT iif(wrong AND who = 'human', ref, NULL)),
    count(DISTINCT iif(wrong AND who = 'unknown' AND ref NOT IN
        (SELECT ref FROM shown WHERE wrong AND who = 'human'), ref, NULL)),
    count(DISTINCT iif(NOT wrong AND who = 'human' AND at >= :recalled, ref, NULL)),
    count(DISTINCT ref)
FROM shown WHERE ref <> ''
"""
_ERASED = "SELECT count(*) FROM shown WHERE wrong AND ref = ''"
_COUNTED = """
SELECT coalesce(sum(count), 0) FROM counts WHERE creative = :creative AND kind = 'shown' AND day >= :day
AND version IN (SELECT value FROM json_each(:versions)) AND :variant IN ('', variant)
"""


def read_heads(file: Path, wrong: WrongImages) -> HeadCount:
    """The head count of a file of events. Raises `StorageError`."""
    given: dict[str, Any] = {
        "creative": wrong.creative,
        "versions": json.dumps(list(wrong.versions)),
        "variant": wrong.variant,
        "since": wrong.since,
        "day": day_of(wrong.since),
        "recalled": 1e12 if wrong.recalled_at is None else wrong.recalled_at,
    }
    with telling(file), closing(connect(file)) as connection:
        read = _reader(connection, given)
        ((saw, perhaps, right, reached),) = read(_SHOWN + _HEADS)
        kept = dict(read(_SHOWN + _KEPT))
        unrecorded = read(_SHOWN + _ERASED)[0][0] + read(_COUNTED)[0][0]
    return HeadCount(saw, perhaps, kept, right, reached, unrecorded)


def _reader(connection: apsw.Connection, given: dict[str, Any]) -> Callable[[str], list[Any]]:
    return lambda statement: connection.execute(statement, given).fetchall()
