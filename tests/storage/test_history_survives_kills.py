"""A process that takes messages is killed at any moment: none that was acknowledged is lost, none counts twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
from hypothesis import settings

from blocking import Blocking
from livecontent.history.messages import visitor_key
from livecontent.storage.sqlite.history import SqliteHistory

KILLS = 200 if settings().max_examples >= 1000 else 6  # `make nightly` asks for more
PEOPLE, BATCH = 30, 50

# Sends the batches from a number on; the sender repeats the last two, as it does not know whether they came.
TAKER = """
import asyncio, os, sys
from pathlib import Path
from livecontent.history.messages import MessageReader
from livecontent.storage.sqlite.history import SqliteHistory

store, reader = SqliteHistory(Path(sys.argv[1]), lambda _: "full"), MessageReader()
told = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
first, people, size = map(int, sys.argv[3:6])

def message(number):
    raw = {"event": "Product Viewed", "anonymousId": f"v{number % people}", "messageId": f"m{number}"}
    raw |= {"properties": {"sku": f"u-{number}"}}
    raw["timestamp"] = f"2026-11-{1 + number % 28:02}T08:00:00Z"
    return reader.read(raw, 1_800_000_000.0, {})

async def run():
    batch = max(first - 2, 0)
    while True:
        await store.put([message(batch * size + n) for n in range(size)])
        os.write(told, f"{batch}\\n".encode())
        batch += 1

asyncio.run(run())
"""


def test_none_is_lost_and_none_is_doubled_whatever_is_killed(tmp_path: Path) -> None:
    file, told = tmp_path / "history.db", tmp_path / "told"
    chance, acknowledged = random.Random(7), 0
    for _ in range(KILLS):
        seen = told.stat().st_size if told.exists() else 0
        arguments = [sys.executable, "-c", TAKER, str(file), str(told), *map(str, (acknowledged, PEOPLE, BATCH))]
        taker = subprocess.Popen(arguments)
        while not (told.exists() and told.stat().st_size > seen):
            time.sleep(0.001)
            assert taker.poll() is None
        time.sleep(chance.uniform(0, 0.05))
        taker.send_signal(signal.SIGKILL)
        assert taker.wait() == -signal.SIGKILL
        acknowledged = max(map(int, told.read_text().splitlines())) + 1
    opened = SqliteHistory(file, lambda _: "full")
    store: object = Blocking(opened)
    rows = apsw.Connection(str(file)).execute("SELECT count(*), count(DISTINCT mid) FROM messages").fetchall()[0]
    assert rows[0] == rows[1]
    assert acknowledged * BATCH <= rows[0] <= (acknowledged + 1) * BATCH, "at most one more, not yet acknowledged"
    sums = apsw.Connection(str(file)).execute("SELECT sum(sums ->> '$.n') FROM states").fetchall()[0][0]
    assert sums == rows[0], "what follows counts each once"
    for number in range(PEOPLE):
        messages = store.of_person(visitor_key(f"v{number}"))  # type: ignore[attr-defined]
        skus = [message.values["sku"] for message in messages]
        assert len(skus) == len(set(skus))
    opened.close()
