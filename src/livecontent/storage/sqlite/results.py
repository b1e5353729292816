"""Results of a creative, of events in SQLite; by a connection of its own, as it reads all of them."""

from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

from livecontent.storage.events import day_of
from livecontent.storage.results import Results, VariantResult
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
