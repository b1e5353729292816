"""A history of events, imported as a shop would, and what it tells of all people beside plain SQL.

The oracle is SQL over a table of the events as they were made up, which knows nothing of livecontent: everybody is
compared, in what rules are told of them.
"""

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw

from benchmarks.happenings import END, person_id, write_happenings
from benchmarks.options import Options
from benchmarks.processes import Server
from benchmarks.recipients import run_command
from benchmarks.shop import KEY
from livecontent.links import ref_of
from livecontent.sources.history import history_at
from livecontent.storage.sqlite.history import SqliteHistory

_PART = 5000  # people compared at a time
_SHOWN = 5  # differences that are told
_TOML = 'consent = "full"\nkey_file = "key"\ndata = "data"\n'
_HISTORY = (
    *("orders_in_a_year", "spent_in_a_year", "days_since_purchase", "last_viewed", "hours_since_viewed", "basket"),
    *("hours_since_basket", "open_tickets", "last_store", "days_since_visit", "days_since_active"),
)
_HABITS = ("week", "category", "channel", "contact", "best_hour")

# Each asks of people from ?1 to before ?2; an order that was cancelled counts again where it comes again.
_ORDERS = """
SELECT person, count(*) FILTER (WHERE at > ?3 - 31536000.0),
    round(coalesce(sum(total) FILTER (WHERE at > ?3 - 31536000.0), 0), 2), cast((?3 - max(at)) / 86400 AS INTEGER)
FROM (
    SELECT person, min(at) AS at, (
        SELECT value FROM raw AS l WHERE l.event = 'ordered' AND l.person = o.person AND l.key = o.key
        ORDER BY at DESC LIMIT 1
    ) AS total FROM raw AS o WHERE event = 'ordered' AND person >= ?1 AND person < ?2 AND at > coalesce(
        (SELECT max(at) FROM raw AS c WHERE c.event = 'cancelled' AND c.person = o.person AND c.key = o.key), 0
    ) GROUP BY person, key
) GROUP BY person
"""
_BASKET = """
SELECT person, json_group_object(key, number), cast((?3 - max(at)) / 3600 AS INTEGER) FROM (
    SELECT person, key, cast(sum(value) AS INTEGER) AS number, max(at) AS at FROM raw AS a
    WHERE event = 'added' AND person >= ?1 AND person < ?2
    AND at > coalesce((SELECT max(at) FROM raw AS o WHERE o.event = 'ordered' AND o.person = a.person), 0)
    AND at > coalesce(
        (SELECT max(at) FROM raw AS r WHERE r.event = 'removed' AND r.person = a.person AND r.key = a.key), 0
    ) GROUP BY person, key
) GROUP BY person
"""
_PLACED = """
SELECT person, count(*) FROM (
    SELECT person, event, lag(event) OVER (PARTITION BY person, key ORDER BY at) AS before
    FROM raw WHERE event IN ('ordered', 'cancelled') AND person >= ?1 AND person < ?2
) WHERE event = 'ordered' AND before IS NOT 'ordered' GROUP BY person
"""
_TICKETS = """
SELECT person, count(*) FROM (
    SELECT person, event, max(at) FROM raw WHERE event IN ('opened', 'answered') AND person >= ?1 AND person < ?2
    GROUP BY person, key
) WHERE event = 'opened' GROUP BY person
"""
_LAST = """
SELECT person, key, cast((?3 - max(at)) / {unit} AS INTEGER) FROM raw
WHERE event = '{event}' AND person >= ?1 AND person < ?2 GROUP BY person
"""
_COUNT = "SELECT person, count(*) FROM raw WHERE event IN ({events}) AND person >= ?1 AND person < ?2 GROUP BY person"
_ACTIVE = """
SELECT person, cast((?3 - max(at)) / 86400 AS INTEGER) FROM raw WHERE event IN (
    'viewed', 'added', 'removed', 'ordered', 'cancelled', 'visited', 'read', 'opened', 'answered', 'replied', 'other',
    'identify'
) AND person >= ?1 AND person < ?2 GROUP BY person
"""
_QUESTIONS: Mapping[tuple[str, ...], str] = {
    ("orders_in_a_year", "spent_in_a_year", "days_since_purchase"): _ORDERS,
    ("basket", "hours_since_basket"): _BASKET,
    ("open_tickets",): _TICKETS,
    ("last_viewed", "hours_since_viewed"): _LAST.format(event="viewed", unit=3600),
    ("last_store", "days_since_visit"): _LAST.format(event="visited", unit=86_400),
    ("days_since_active",): _ACTIVE,
    ("placed",): _PLACED,
    ("visits",): _COUNT.format(events="'visited'"),
    ("contact",): _COUNT.format(events="'replied'"),
    ("best_hour",): _COUNT.format(events="'read', 'replied'"),
}


def measure(options: Options) -> dict[str, object]:
    """Makes up events, imports them, and compares what is told of everybody."""
    with TemporaryDirectory(prefix="livecontent-history-") as place:
        folder, people = Path(place), options.people
        begun = time.monotonic()
        lines = write_happenings(folder / "events.jsonl", folder / "raw.db", options.events, people)
        (folder / "people.csv").write_text("id\n" + "".join(f"{person_id(one)}\n" for one in range(people)))
        (folder / "key").write_text(KEY.hex(), encoding="ascii")
        (folder / "livecontent.toml").write_text(_TOML, encoding="utf-8")
        print(f"  made up in {time.monotonic() - begun:.0f} s", flush=True)
        run_command(folder, "import", "recipients", "people.csv")
        return {
            "events": options.events,
            "lines": lines,
            "file_mib": _mib(folder / "events.jsonl"),
            "cores": len(os.sched_getaffinity(0)),
            "import": _imported(folder, lines),
            "store_mib": _mib(folder / "data" / "history.db"),
            "compared_with_sql": _compared(folder, people),
        }


def _imported(folder: Path, lines: int) -> dict[str, object]:
    before = os.getloadavg()[0]
    with _memory_watched() as memory:
        found = run_command(folder, "import", "events", "events.jsonl")
    return {
        **found,
        "peak_mib_of_all_processes": round(max(memory), 1),  # what they share counts once
        "lines_per_second": round(lines / found["seconds"]),
        "lines_per_cpu_second": round(lines / found["cpu_seconds"]),
        "load_before": round(before, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _compared(folder: Path, people: int) -> dict[str, object]:
    begun = time.monotonic()
    context = get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=context) as pool:
        parts = pool.map(partial(_differences, folder, people), range(0, people, _PART))
        different = list(chain.from_iterable(parts))
    print(*different[:_SHOWN], sep="\n", flush=True)
    return {
        "people": people,
        "values_of_each": len(_HISTORY) + len(_HABITS),
        "people_told_otherwise": len(different),
        "seconds": round(time.monotonic() - begun, 1),
    }


def _mib(file: Path) -> float:
    return round(file.stat().st_size / 2**20, 1)


@contextmanager
def _memory_watched() -> Iterator[list[float]]:
    """The memory of all processes below this one, by and by."""
    found, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            found.append(sum(Server(pid, 0).memory()["pss_mib"] for pid in _children(os.getpid())))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text().split()]


def _differences(folder: Path, people: int, start: int) -> list[str]:
    """Of some people, those of whom livecontent tells something else than SQL does."""
    end = min(start + _PART, people)
    expected = _asked(folder / "raw.db", start, end)
    with closing(SqliteHistory(folder / "data" / "history.db", lambda _: "full")) as store:
        told = {person: _told(store, ref_of(person_id(person), KEY)) for person in range(start, end)}
    return [f"{one}: {told[one]} is not {expected[one]}" for one in told if told[one] != expected[one]]


def _told(store: SqliteHistory, ref: str) -> dict[str, Any]:
    """As rules are told: what never happened is not in it."""
    kept, habits = store.history(ref), store.habits(ref)
    if kept is None or habits is None:
        return {}
    now = history_at(kept, END)
    found = {name: getattr(now, name) for name in _HISTORY}
    found["basket"] = {one["sku"]: one["quantity"] for one in now.basket}
    found |= {name: habits["found"][name][2] for name in _HABITS if name in habits["found"]}
    return {name: value for name, value in found.items() if value}


def _asked(table: Path, start: int, end: int) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {person: {} for person in range(start, end)}
    with closing(apsw.Connection(str(table), flags=apsw.SQLITE_OPEN_READONLY)) as raw:
        for names, question in _QUESTIONS.items():
            values = (start, end, END) if "?3" in question else (start, end)
            for person, *answers in raw.execute(question, values):
                found[person].update(zip(names, answers, strict=True))
    for one in found.values():
        if "basket" in one:
            one["basket"] = json.loads(one["basket"])
        placed, visits = one.pop("placed", 0), one.pop("visits", 0)
        one |= {"week": placed + visits, "category": placed, "channel": placed}
    return {person: {name: value for name, value in one.items() if value} for person, one in found.items()}
