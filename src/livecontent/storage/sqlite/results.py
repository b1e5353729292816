"""Results of a creative and head counts of recalls in SQLite; by a connection of its own, as it reads all events."""

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from livecontent.storage.events import day_of
from livecontent.storage.results import HeadCount, Results, VariantResult, WrongImages
from livecontent.storage.sqlite.connection import connect, telling

_RESULTS = """
WITH picked AS (SELECT * FROM events WHERE creative = :creative AND at >= :since)
SELECT 'fetches', variant, who, count(*) FROM picked WHERE kind = 'shown' AND variant <> '' GROUP BY variant, who
UNION ALL SELECT 'people', variant, '', count(DISTINCT ref) FROM picked
    WHERE kind = 'shown' AND who = 'human' AND ref <> '' AND variant <> '' GROUP BY variant
UNION ALL SELECT 'clicked', variant, '', count(DISTINCT ref) FROM picked
    WHERE kind = 'clicked' AND who = 'human' AND ref <> '' AND variant <> '' GROUP BY variant
UNION ALL SELECT 'clients', client, '', count(DISTINCT ref) FROM picked
    WHERE kind = 'shown' AND who = 'human' AND ref <> '' GROUP BY client
UNION ALL SELECT 'levels', step, '', count(*) FROM picked WHERE kind = 'shown' GROUP BY step
UNION ALL SELECT 'unrecorded', '', '', coalesce(sum(count), 0) FROM counts
    WHERE creative = :creative AND kind = 'shown' AND day >= :day
"""
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


def read_results(file: Path, creative: str, since: float) -> Results:
    """What became of a creative since a time (seconds since 1970). Raises `StorageError`."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    fetches: dict[str, dict[str, int]] = defaultdict(dict)
    wanted = {"creative": creative, "since": since, "day": day_of(since)}
    with telling(file), closing(connect(file)) as connection:
        rows: list[Any] = connection.execute(_RESULTS, wanted).fetchall()
        for measure, key, who, number in rows:
            if measure == "fetches":
                fetches[key][who] = number
            else:
                found[measure][key] = number
    names = sorted({*fetches, *found["clicked"]}, key=lambda name: (-found["people"].get(name, 0), name))
    return Results(
        tuple(
            VariantResult(name, fetches[name], found["people"].get(name, 0), found["clicked"].get(name, 0))
            for name in names
        ),
        _most_first(found["clients"]),
        _most_first(found["levels"]),
        found["unrecorded"].get("", 0),
    )


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


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
