"""Importing a catalogue: processor time, seconds and memory of `import products`, and the time of `product[sku]`."""

import asyncio
import csv
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from benchmarks.options import Options
from benchmarks.people import SEED
from benchmarks.recipients import run_command
from benchmarks.shop import ROOT
from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.product.source import ProductSource
from livecontent.storage.sqlite.products import SqliteProducts

COLUMNS = (
    *("id", "title", "title[fr]", "description", "price", "sale_price", "availability", "quantity", "link"),
    *("image_link", "product_type", "brand", "gtin", "item_group_id", "color", "size", "material", "rating"),
)
_NOUNS = ("Umbrella", "Boots", "Raincoat", "Hat", "Scarf", "Bag", "Gloves", "Poncho")
_NOMS = ("Parapluie", "Bottes", "Imperméable", "Chapeau", "Écharpe", "Sac", "Gants", "Poncho")


def measure(options: Options) -> dict[str, object]:
    """A catalogue as CSV, again with nothing new, with tabs, and as Google's XML."""
    count = options.products
    with TemporaryDirectory(prefix="livecontent-products-") as place:
        folder = Path(place)
        _write_tables(folder, count)
        _write_xml(folder / "all.xml", count)
        (folder / "livecontent.toml").write_text(f'templates = "{ROOT / "templates"}"\n')
        found = {
            "csv": ("import", "products", "all.csv"),
            "csv_again": ("import", "products", "all.csv"),
            "tabs_replace": ("import", "products", "all.tsv", "--replace", "--yes"),
            "xml": ("import", "products", "all.xml"),
        }
        commands = {name: run_command(folder, *words) for name, words in found.items()}
        return {
            "products": count,
            "product_micros": _asked(folder / ".livecontent", count),
            "cores": len(os.sched_getaffinity(0)),
            "mib": {name: round((folder / name).stat().st_size / 2**20, 1) for name in ("all.csv", "all.xml")},
            "commands": commands,
        }


def _asked(folder: Path, count: int) -> dict[str, float]:
    """Processor time in microseconds that `product[sku]` takes, of products all over the catalogue, in three rounds."""
    store = SqliteProducts(folder / "products.db", folder / "live.db")
    chance = random.Random(SEED)
    live = [f"sku-{chance.randrange(count):07}" for _ in range(1000)]
    asyncio.run(store.put_live({sku: {"stock": 3, "price": 9.9} for sku in live}, time.time()))
    source = ProductSource(store, 900, "Europe/Paris")
    facts = {"recipient": Fact({"language": "fr", "country": "FR"}, Reason.FRESH)}
    opening = Opening("a", "", datetime.now(UTC))
    found = {}
    for name, skus in (("plain", [f"sku-{chance.randrange(count):07}" for _ in range(5000)]), ("live", live)):
        rounds = []
        for _ in range(3):
            begun = time.process_time()
            for sku in skus:
                source.ask(opening, facts, frozenset({sku}))
            rounds.append((time.process_time() - begun) / len(skus) * 1e6)
        found[name] = round(sorted(rounds)[1], 1)
    return found


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(SEED)
    for number in range(count):
        kind, price = chance.randrange(len(_NOUNS)), chance.randrange(500, 30_000) / 100
        sku, color = f"sku-{number:07}", chance.choice(("red", "blue", "black", "sand"))
        yield (
            *(sku, f"{_NOUNS[kind]} {number} {color}", f"{_NOMS[kind]} {number}", f"{_NOUNS[kind]} for rain. " * 12),
            *(f"{price:.2f} EUR", f"{price * 0.8:.2f} EUR" if not number % 5 else ""),
            *("in stock" if number % 9 else "out of stock", str(chance.randrange(200))),
            *(f"https://shop.example/p/{sku}?ref=feed", f"https://cdn.shop.example/{sku}/1.jpg"),
            *(f"Rain > {_NOUNS[kind]}", f"Brand {number % 200}", f"{number:013}", f"group-{number // 4}"),
            *(color, chance.choice("SML"), chance.choice(("nylon", "cotton")), f"{chance.randrange(10, 50) / 10}"),
        )


def _write_tables(folder: Path, count: int) -> None:
    with (folder / "all.csv").open("w", newline="") as comma, (folder / "all.tsv").open("w", newline="") as tabs:
        for out, rows in ((csv.writer(comma), _rows(count)), (csv.writer(tabs, delimiter="\t"), _rows(count))):
            out.writerows((COLUMNS, *rows))


def _write_xml(file: Path, count: int) -> None:
    names = [name for name in COLUMNS if "[" not in name]
    places = [COLUMNS.index(name) for name in names]
    with file.open("w") as out:
        out.write('<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>')
        for row in _rows(count):
            cells = zip(names, (row[place] for place in places), strict=True)
            out.write("<item>" + "".join(f"<g:{name}>{escape(cell)}</g:{name}>" for name, cell in cells) + "</item>\n")
        out.write("</channel></rss>")
