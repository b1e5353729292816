"""What people of a shop do in two years, made up: as lines of a file to import, and as rows of a plain table.

The table is what the oracle of `history` asks: it knows nothing of livecontent.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import apsw

from benchmarks.people import SEED

END = 1_795_780_800.0  # 2026-11-27, in seconds since 1970
VISITORS = 10  # every tenth views products under the id of a visitor, who they turn out to be

# Of somebody: what it is about, how many or how much, and the category of an order.
SCHEMA = "CREATE TABLE raw (person INTEGER, event TEXT, at REAL, key TEXT, value REAL, category TEXT)"

_SECONDS = 730 * 86_400.0
_LATE = 2500  # events that one may be late by
_AGAIN = 100  # every hundredth comes twice
_SKUS, _STORES, _CATEGORIES = 5000, 40, ("umbrellas", "coats", "boots", "hats")
# By how often, of 100.
_KINDS = (
    *("viewed",) * 50,
    *("added",) * 12,
    *("removed",) * 3,
    *("ordered",) * 8,
    *("cancelled",) * 1,
    *("visited",) * 7,
    *("read",) * 12,
    *("opened",) * 2,
    *("answered",) * 1,
    *("replied",) * 2,
    *("other",) * 2,
)

_PRODUCT = {
    "viewed": ("Product Viewed", '"name":"A thing to wear","price":%d'),
    "added": ("Product Added", '"quantity":%d'),
    "removed": ("Product Removed", '"position":%d'),
}
_KEYED = {
    "cancelled": ("Order Cancelled", "order_id", "o-{person}-{few}"),
    "visited": ("Store Visited", "store_id", "s-{many}"),
    "read": ("Email Opened", "campaign", "weekly-{many}"),
    "opened": ("Ticket Opened", "ticket_id", "t-{person}-{few}"),
    "answered": ("Ticket Answered", "ticket_id", "t-{person}-{few}"),
    "replied": ("Message Replied", "channel", "email"),
    "other": ("Recipe Cooked", "recipe", "soup-{many}"),
}

_Row = tuple[int, str, float, str, float, str]


def person_id(person: int) -> str:
    """The id of somebody, as recipients are imported with."""
    return f"c-{person:07}"


def write_happenings(file: Path, table: Path, events: int, people: int) -> int:
    """Writes events of people to a file of JSON Lines, and to a table; how many lines there are.

    Each tenth of the people is known by `identify` to be a visitor; some lines are late, and some come twice.
    """
    lines = 0
    database = apsw.Connection(str(table))
    database.execute(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA}").fetchall()
    made = _made(events, people)
    with file.open("w", encoding="ascii") as out:
        while part := list(islice(made, 50_000)):
            with database:
                database.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?)", [row for row, _ in part])
            told = [line for _, line in part]
            told += told[::_AGAIN]
            out.write("".join(told))
            lines += len(told)
    database.execute("CREATE INDEX by_event ON raw (event, person, key, at, value, category)").fetchall()
    database.close()
    return lines


def lines_of(events: int, people: int) -> Iterator[str]:
    """The lines alone, each once."""
    return (line for _, line in _made(events, people))


def _made(events: int, people: int) -> Iterator[tuple[_Row, str]]:
    """Rows of the table, each with its line."""
    chance = random.Random(SEED)
    step = _SECONDS / (events + _LATE)
    draw = chance.random
    for number in range(events):
        person = number * VISITORS if number * VISITORS < people else int(draw() * people)
        kind = "identify" if number * VISITORS < people else _KINDS[int(draw() * 100)]
        late = int(draw() * _LATE) if draw() < 0.1 else 0
        # Whole steps and, as no two are at one time, a part of one that tells which it is.
        at = round(END - _SECONDS + (number + _LATE - late) * step + step * (number % _LATE) / (2 * _LATE), 3)
        key, value, category, told = _told(kind, person, draw)
        visitor = person % VISITORS == 0 and kind == "viewed"
        who = f'"anonymousId":"v-{person}"' if visitor else f'"userId":"{person_id(person)}"'
        when = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
        yield (
            (person, kind, at, key, value, category),
            f'{{"messageId":"m-{number}","timestamp":"{when}",{who},{told}}}\n',
        )


def _told(kind: str, person: int, draw: Callable[[], float]) -> tuple[str, float, str, str]:
    """Key, value and category of a row, and what the line says of them."""
    if kind in ("viewed", "added", "removed"):
        sku, number = f"u-{int(draw() * _SKUS)}", 1 + int(draw() * 3)
        name, more = _PRODUCT[kind]
        return sku, number, "", f'"event":"{name}","properties":{{"sku":"{sku}",{more % number}}}'
    if kind == "ordered":
        order, total, category = (
            f"o-{person}-{int(draw() * 3)}",
            round(20 + 180 * draw(), 2),
            _CATEGORIES[int(draw() * 4)],
        )
        product = f'{{"sku":"u-{int(draw() * _SKUS)}","category":"{category}","price":25}}'
        told = f'{{"order_id":"{order}","total":{total},"products":[{product}]}}'
        return order, total, category, f'"event":"Order Completed","properties":{told}'
    if kind == "identify":
        return "", 0.0, "", f'"type":"identify","anonymousId":"v-{person}","traits":{{"size":{36 + int(draw() * 8)}}}'
    event, name, key = _KEYED[kind]
    value = key.format(person=person, few=int(draw() * 2), many=int(draw() * _STORES))
    return value, 0.0, "", f'"event":"{event}","properties":{{"{name}":"{value}"}}'
