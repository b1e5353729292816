"""Segments of different kinds over all recipients, half of them with a history: seconds, CPU, memory."""

import asyncio
import json
import os
import random
import resource
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw

from benchmarks.options import Options
from benchmarks.people import SEED
from benchmarks.recipients import COLUMNS, recipient_rows, run_command
from benchmarks.shop import KEY
from livecontent.cli.serving import cores
from livecontent.config import Settings
from livecontent.history.messages import Message
from livecontent.history.sums import add_message, no_sums
from livecontent.history.told import habits_in, history_in
from livecontent.links import ref_of
from livecontent.services import make_count_job
from livecontent.sources.segment import read_segments
from livecontent.sources.segment_counts import count_segments
from livecontent.storage.base import Recipient
from livecontent.storage.sqlite.storage import SqliteStorage

SEGMENTS = {
    "profile": 'recipient.points >= 3000 && recipient.language == "fr"',
    "history": "history.orders_in_a_year >= 2 && history.days_since_purchase < 120",
    "habit": 'habit.channel == "web" && habit.category != "umbrellas"',
    "mixed": 'recipient.points > 1000 && history.days_since_active > 30 && (habit.week == "weekend"'
    ' || trait.prefers == "chat") && now.season != "summer"',
    "nested": "history.basket.exists(one, one.quantity >= 2) || (size(history.viewed) > 2"
    ' && !(recipient.city in ["Lille", "Paris"]) && history.hours_since_viewed < 2000)',
}
_DAY = 86_400.0
_COLOURS, _KINDS = ("red", "black", "blue", "green", "yellow"), ("umbrellas", "boots", "coats", "hats")
_STATE = "INSERT INTO states VALUES (?, ?, ?, ?)"
_BATCH = 10_000

to_text = json.JSONEncoder(separators=(",", ":")).encode


def measure(options: Options) -> dict[str, object]:
    """The count over all by a process for each core, twice; and once the command, which looks at letters besides."""
    with TemporaryDirectory(prefix="livecontent-segments-") as place:
        folder = Path(place)
        write_audience(folder, options.recipients)
        return {
            "recipients": options.recipients,
            "with_history": options.recipients // 2,
            "cores": cores(),
            "mib": {file.name: round(file.stat().st_size / 2**20) for file in sorted((folder / "data").glob("*.db"))},
            "counts": [_count(folder) for _ in range(2)],
            "audience": run_command(folder, "audience"),
        }


def _count(folder: Path) -> dict[str, object]:
    settings = Settings(data=folder / "data", templates=folder / "templates", timezone="Europe/Paris", consent="full")
    segments = read_segments(settings.templates)
    begun, before = time.monotonic(), sum(os.times()[:4])
    counts = asyncio.run(count_segments(make_count_job(settings, segments), cores(), lambda *_: None))
    found = {
        "cpu_seconds": round(sum(os.times()[:4]) - before, 1),
        "seconds": round(time.monotonic() - begun, 1),
        "peak_mib_of_a_process": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 1),
        "segments": {
            name: {"rule": rule.source, "inside": counts.inside(name), "unknown": counts.unknown[name]}
            for name, rule in segments.items()
        },
    }
    print(f"  {found}", flush=True)
    return found


def write_audience(folder: Path, count: int) -> None:
    """A folder with settings, segments, and recipients of whom every other has a history."""
    (folder / "templates").mkdir()
    written = "".join(f"{name}: {json.dumps(rule)}\n" for name, rule in SEGMENTS.items())
    (folder / "templates" / "segments.yaml").write_text(written)
    text = f'templates = "{folder}/templates"\ndata = "{folder}/data"\nconsent = "full"\ntimezone = "Europe/Paris"\n'
    (folder / "livecontent.toml").write_text(text)
    (folder / "data").mkdir()
    begun = time.monotonic()
    asyncio.run(_write(folder / "data", count))
    print(f"  {count:,} recipients written in {time.monotonic() - begun:.0f} s", flush=True)


async def _write(data: Path, count: int) -> None:
    storage = SqliteStorage(data, "full")
    storage.open()
    refs = []
    async with storage.recipients.batch() as batch:
        for row in recipient_rows(count):
            profile: dict[str, object] = dict(zip(COLUMNS, row, strict=True))
            profile["points"] = int(row[COLUMNS.index("points")])
            refs.append(ref_of(row[0], KEY))
            await batch.put(Recipient(refs[-1], profile))
    await storage.close()
    _write_histories(data / "history.db", refs[::2])


def _write_histories(file: Path, refs: list[str]) -> None:
    """What follows of messages, as the store sums it up; the messages themselves are not looked at."""
    writer = apsw.Connection(str(file))
    writer.execute("PRAGMA synchronous = OFF").fetchall()
    chance, now = random.Random(SEED), time.time()
    for start in range(0, len(refs), _BATCH):
        some = list(enumerate(refs[start : start + _BATCH], start + 1))
        with writer:
            writer.executemany("INSERT INTO identities VALUES (?, ?, ?)", [(id_, ref, id_) for id_, ref in some])
            writer.executemany(_STATE, [(id_, *_state(ref, chance, now)) for id_, ref in some])
    writer.close()


def _state(ref: str, chance: random.Random, now: float) -> tuple[str, str, str]:
    sums = no_sums()
    for message in sorted(_messages(ref, chance, now), key=lambda one: one.at):
        add_message(sums, message)
    return to_text(sums), to_text(history_in(sums)), to_text(habits_in(sums))


def _messages(ref: str, chance: random.Random, now: float) -> Iterator[Message]:
    """Of a year and more; most of what people do is looking."""

    def made(kind: str, name: str, values: dict[str, Any], at: float) -> Message:
        mid = blake2b(f"{ref} {name} {at}".encode(), digest_size=16).digest()
        return Message(mid, kind, name, ref, (), at, 3600, values, "")

    taste, colour = chance.choice(_KINDS), chance.choice(_COLOURS)
    for _ in range(chance.randrange(2, 12)):
        at = now - chance.random() ** 2 * 400 * _DAY
        sku = f"{chance.choice('abcdef')}-{chance.randrange(60)}"
        what = chance.random()
        if what < 0.45:
            yield made("track", "Product Viewed", {"sku": sku}, at)
        elif what < 0.6:
            yield made("track", "Product Added", {"sku": sku, "quantity": chance.choice((1, 1, 2))}, at)
        elif what < 0.8:
            item = {"sku": sku, "category": taste, "color": colour, "price": chance.randrange(5, 300)}
            order = {"order_id": f"{at}", "total": item["price"], "products": [item, item]}
            yield made("track", "Order Completed", order, at)
        elif what < 0.95:
            yield made("track", "Message Opened", {"channel": "email"}, at)
        else:
            yield made("identify", "", {"prefers": chance.choice(("chat", "email", "phone"))}, at)
