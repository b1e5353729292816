"""Products in SQLite; live values are in a file of their own, so that no import is in their way."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from time import time
from typing import Any

import apsw

from livecontent.imports.table_file import ImportOutcome
from livecontent.runtime.cache import Cache
from livecontent.storage.base import to_json
from livecontent.storage.products import LiveValue, ProductCounts, Selection, StoredProduct, with_language
from livecontent.storage.sqlite.connection import Database, looking, making, telling, transaction

CACHE = 64 * 1024  # KiB of pages that a batch holds in memory
SLICE = 100  # products of many that are read at once
KNOWN = 5000  # products that are known without a look
MAX_ATTRIBUTES = 1000  # names that are remembered of one batch

_SCHEMA = """
CREATE TABLE IF NOT EXISTS products (
    place INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, product TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS products_by_category ON products (product ->> 'category');
CREATE INDEX IF NOT EXISTS products_by_brand ON products (product ->> 'brand');
CREATE INDEX IF NOT EXISTS products_by_group ON products (product ->> 'group') WHERE product ->> 'group' IS NOT NULL;
CREATE TABLE IF NOT EXISTS attributes (name TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imports (at REAL NOT NULL) STRICT;
"""
_LIVE = """
CREATE TABLE IF NOT EXISTS live (sku TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT, WITHOUT ROWID
"""
_WITH_LIVE = "SELECT sku, product, (SELECT told FROM live.live WHERE live.sku = products.sku) FROM products"
_VALUES = "SELECT sku, product FROM products WHERE sku IN (SELECT value FROM json_each(?))"
_ONE = f"{_WITH_LIVE} WHERE sku = ?"
_SELECTIONS = {
    "": f"{_WITH_LIVE} ORDER BY place LIMIT ?2",
    # Those of "Umbrellas", and of "Umbrellas > Long": '?' is the sign behind '>'.
    "category": f"""{_WITH_LIVE} WHERE product ->> 'category' = ?1 OR
        (product ->> 'category' > ?1 || ' >' AND product ->> 'category' < ?1 || ' ?') ORDER BY place LIMIT ?2""",
    "brand": f"{_WITH_LIVE} WHERE product ->> 'brand' = ?1 ORDER BY place LIMIT ?2",
    "group": f"{_WITH_LIVE} WHERE product ->> 'group' = ?1 ORDER BY place LIMIT ?2",
}
# A name that comes again takes the place of the one before; json_patch goes into objects, never into lists.
_PUT_LIVE = "INSERT INTO live VALUES (?, ?) ON CONFLICT DO UPDATE SET told = json_patch(told, excluded.told)"
_AGES = "SELECT count(*), min(value ->> 1), max(value ->> 1) FROM live, json_each(told)"
_OTHER = "sku NOT IN (SELECT sku FROM seen)"
_KINDS = {str: "text", bool: "boolean", int: "number", float: "number", list: "list", dict: "mapping"}


class SqliteProductBatch:
    """Products on their way into the file, in an open transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._execute = connection.execute
        self._changes = connection.changes
        self._attributes: dict[str, str] = {}
        self._execute(
            "CREATE TEMP TABLE seen (sku TEXT, language TEXT, PRIMARY KEY (sku, language)) STRICT, WITHOUT ROWID"
        )

    async def put(self, sku: str, values: Mapping[str, object], language: str = "") -> ImportOutcome:
        """A look, and a write only where something is new."""
        self._execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (sku, language))
        if not self._changes():
            return "repeated"
        old: str | None = self._execute("SELECT product FROM products WHERE sku = ?", (sku,)).get
        text = to_json(
            with_language(json.loads(old) if old else None, values, language) if language else values, "product"
        )
        self._note(values)
        if old == text:
            return "unchanged"
        if old is None:
            self._execute("INSERT INTO products (sku, product) VALUES (?, ?)", (sku, text))
        else:
            self._execute("UPDATE products SET product = ? WHERE sku = ?", (text, sku))
        return "added" if old is None else "changed"

    async def count_others(self) -> int:
        """By the index."""
        return int(self._execute(f"SELECT count(*) FROM products WHERE {_OTHER}").get)  # noqa: S608  ours

    async def delete_others(self) -> None:
        """All at once, and the attributes that only they had."""
        self._execute(f"DELETE FROM products WHERE {_OTHER}")  # noqa: S608  ours
        self._execute("DELETE FROM attributes")

    def finish(self) -> None:
        """Notes attributes, and when this was."""
        for pair in sorted(self._attributes.items())[:MAX_ATTRIBUTES]:
            self._execute("INSERT OR REPLACE INTO attributes VALUES (?, ?)", pair)
        self._execute("DELETE FROM imports")
        self._execute("INSERT INTO imports VALUES (?)", (time(),))

    def _note(self, values: Mapping[str, object]) -> None:
        known = self._attributes
        if len(known) < MAX_ATTRIBUTES:
            for name, value in values.items():
                if name not in known and not name.startswith("["):
                    known[name] = _KINDS.get(type(value), "text")


class SqliteProducts:
    """A store of products in two files, which several processes may have open."""

    def __init__(self, file: Path, live: Path) -> None:
        """Makes the files if they are not there. Raises `StorageError`."""
        self.file = file
        self._live = Database(live, making(_LIVE, durable=True))
        self._database = Database(file, making(_SCHEMA))
        self._known: Cache[str, StoredProduct] = Cache("products", KNOWN)
        self._version: object = None
        with telling(live):
            self._database.reader.execute("ATTACH ? AS live", (str(live),)).fetchall()

    def look_up(self, skus: Iterable[str]) -> dict[str, StoredProduct]:
        """By the index, one by one; what was read is known until anything is written, by whatever process."""
        read, known = self._database.read, self._known
        version = read("PRAGMA main.data_version"), read("PRAGMA live.data_version")
        if version != self._version:
            known.clear()
            self._version = version
        found = {}
        for sku in skus:
            product = known.get(sku)
            if product is None:
                row = read(_ONE, sku)
                if row is None:
                    continue
                product = known.put(sku, _stored(*row))
            found[sku] = product
        return found

    async def values_of(self, skus: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """In a thread, some at a time; opens wait for no more than these, and keep what they have at hand."""
        return await asyncio.to_thread(self._values_of, skus)

    def _values_of(self, skus: Collection[str]) -> dict[str, Mapping[str, Any]]:
        rest, found = iter(skus), dict[str, Mapping[str, Any]]()
        while some := list(islice(rest, SLICE)):
            found |= {sku: json.loads(text) for sku, text in self._database.read_all(_VALUES, json.dumps(some))}
        return found

    def select(self, selection: Selection, limit: int) -> list[StoredProduct]:
        """By the index of what they are selected by."""
        return [_stored(*row) for row in self._database.read_all(_SELECTIONS[selection.by], selection.value, limit)]

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[SqliteProductBatch]:
        """One transaction. Raises `StorageError` where another batch holds the file for more than 5 seconds."""
        with looking(self.file) as connection:
            connection.execute(f"PRAGMA cache_size = -{CACHE}").fetchall()
            with transaction(connection):
                batch = SqliteProductBatch(connection)
                yield batch
                batch.finish()

    async def put_live(self, values: Mapping[str, Mapping[str, object]], at: float) -> list[str]:
        """In a thread, as it waits for the disk."""
        return await asyncio.to_thread(self._put_live, values, at)

    def _put_live(self, values: Mapping[str, Mapping[str, object]], at: float) -> list[str]:
        read = self._database.read
        known = [sku for sku in values if read("SELECT 1 FROM products WHERE sku = ?", sku)]
        rows = [(sku, json.dumps({name: [value, at] for name, value in values[sku].items()})) for sku in known]
        if rows:
            with self._live.write() as writer:
                writer.executemany(_PUT_LIVE, rows)
        return [sku for sku in values if sku not in set(known)]

    def attributes(self) -> dict[str, str]:
        """Noted at each batch."""
        return dict(self._database.read_all("SELECT name, kind FROM attributes ORDER BY name"))

    async def about(self) -> ProductCounts:
        """In a thread, as it counts all."""
        return await asyncio.to_thread(self._about)

    def _about(self) -> ProductCounts:
        read = self._database.read
        return ProductCounts(
            read("SELECT count(*) FROM products"), read("SELECT max(at) FROM imports"), *self._live.read_all(_AGES)[0]
        )

    async def count_older(self, than: float) -> int:
        """In a thread, as it looks at all."""
        older = "SELECT count(*) FROM live, json_each(told) WHERE value ->> 1 < ?"
        found = await asyncio.to_thread(self._live.read, older, than)
        return int(found)

    async def iterate(self) -> AsyncIterator[StoredProduct]:
        """As of when it starts."""
        with looking(self.file) as connection:
            for sku, product in connection.execute("SELECT sku, product FROM products ORDER BY place"):
                yield _stored(sku, product, None)

    def close(self) -> None:
        """Closes both files."""
        self._database.close()
        self._live.close()


def _stored(sku: str, product: str, told: str | None) -> StoredProduct:
    values: dict[str, Any] = json.loads(product)
    if told is None:
        return StoredProduct(sku, values)
    return StoredProduct(sku, values, {name: LiveValue(*pair) for name, pair in json.loads(told).items()})
