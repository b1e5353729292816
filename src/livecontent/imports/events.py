"""What people have bought and seen, from a file in the shape of Segment's spec: JSON Lines, or a CSV of its columns.

https://segment.com/docs/connections/spec/ecommerce/v2/
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from livecontent.errors import DataError
from livecontent.imports.csv_reader import JSON_ENDINGS, CsvTable, read_lines
from livecontent.imports.headers import bare, listing
from livecontent.imports.row_files import json_object
from livecontent.imports.table_file import Progress, open_table
from livecontent.imports.values import clean_text, read_time

# The events that are read, and the column of a profile that they fill.
EVENTS: Mapping[str, str] = MappingProxyType({"Order Completed": "bought", "Product Viewed": "viewed"})
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {"userid": "userId", "id": "userId", "event": "event", "timestamp": "timestamp", "sku": "sku"}
    | {"productid": "product_id"}
)


class ShopEvent(NamedTuple):
    """Somebody has bought or seen something: `column` is that of their profile, `at` in seconds since 1970."""

    id: str
    column: str
    at: float
    skus: tuple[str, ...]


class EventRow(NamedTuple):
    """A row as it stands in the file: a line of JSON, None for one that is too long; or the text of a row of a CSV.

    `cells` are that row's under Segment's names, `flaw` is what is wrong with it.
    """

    line: int
    raw: bytes | str | None
    cells: Mapping[str, object] | None = None
    flaw: str = ""

    def read(self) -> Mapping[str, object]:
        """What it says. Raises `DataError`."""
        if self.flaw:
            raise DataError(self.flaw)
        return json_object(self.raw) if self.cells is None else self.cells  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        """For the file of rows that were refused."""
        return self.raw if isinstance(self.raw, str) else (self.raw or b"").decode("utf-8", "surrogateescape")


class EventFile(NamedTuple):
    """The rows of a file, what stands above them, and its encoding."""

    rows: Iterator[EventRow]
    top: str = ""
    encoding: str = "utf-8"


@contextmanager
def open_events(file: Path, progress: Progress) -> Iterator[EventFile]:
    """A file of events. Raises `DataError` where it can't be used."""
    if file.suffix.lower() in JSON_ENDINGS:
        yield EventFile(_json_rows(file, progress))
        return
    with open_table(file) as opened:
        table = CsvTable(opened)
        yield EventFile(_csv_rows(table, progress), table.top, opened.encoding)


def read_event(values: Mapping[str, object], zone: str, now: float) -> ShopEvent | None:
    """The event of a row; None for one that says nothing of what was bought or seen. Raises `DataError`.

    Times without an offset are of an IANA time zone, missing ones `now`.
    """
    name = event_name(values)
    if not name and values.get("type", "track") != "track":
        return None  # it is known by its type
    if not name:
        raise DataError("there is no event")
    column = EVENTS.get(name)
    if column is None:
        return None
    who = _text(values.get("userId"))
    if not who and _text(values.get("anonymousId")):
        return None  # of a visitor, who has no profile
    if not who:
        raise DataError("there is no userId")
    told = values.get("properties")
    properties: Mapping[str, object] = told if isinstance(told, Mapping) else values
    products = properties.get("products")
    items = products if isinstance(products, list) else [properties]
    skus = [_sku(item) for item in items if isinstance(item, Mapping)]
    if not (found := tuple(filter(None, skus))):
        raise DataError("there is no product_id and no sku")
    timestamp = _text(values.get("timestamp"))
    return ShopEvent(who, column, read_time(timestamp, zone).timestamp() if timestamp else now, found)


def event_name(values: Mapping[str, object]) -> str:
    """What was done."""
    return _text(values.get("event"))


def _sku(item: Mapping[str, object]) -> str:
    return _text(item.get("sku")) or _text(item.get("product_id"))


def _text(value: object) -> str:
    known = isinstance(value, str | int) and not isinstance(value, bool)
    return clean_text(str(value)) if known else ""


def _json_rows(file: Path, progress: Progress) -> Iterator[EventRow]:
    for line, raw in read_lines(file, progress):
        if raw is None or raw.strip():
            yield EventRow(line, raw)


def _csv_rows(table: CsvTable, progress: Progress) -> Iterator[EventRow]:
    header = [clean_text(column) for column in table.columns]
    names = [_COLUMNS.get(bare(column), column) for column in header]
    missing = [name for name in ("userId", "event") if name not in names]
    if missing or not {"sku", "product_id"} & set(names):
        needed = missing[0] if missing else "product_id"
        raise table.error(table.line, f"no column is called {needed}; found: {listing(header) or 'none'}")
    for line, cells, flaw in table.rows(progress):
        yield EventRow(line, table.raw, dict(zip(names, cells, strict=True)), flaw)
