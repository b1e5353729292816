"""While a write waits for a file that another process holds, the rest of the process goes on."""

import threading
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import apsw
import pytest
from event_store_contract import SHOWN
from recipient_store_contract import recipient

from blocking import wait_for
from livecontent.facts import Place
from livecontent.storage.base import ConsentDecision, Send
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.sqlite.storage import SqliteStorage

HELD = 3.0  # seconds
TICK = 0.01
STILL = 0.1  # seconds


async def import_one(storage: SqliteStorage) -> None:
    async with storage.recipients.batch() as batch:
        await batch.put(recipient("ann"))


WRITES: dict[str, tuple[str, Callable[[SqliteStorage], Awaitable[None]]]] = {
    "append": ("events.db", lambda storage: storage.events.append([SHOWN])),
    "forget": ("events.db", lambda storage: storage.events.forget(["ref-a"])),
    "decide": ("consent.db", lambda storage: storage.consents.put([ConsentDecision("a", "full", 1.0)])),
    "remember": ("consent.db", lambda storage: storage.consents.remember([LastKnownPlace("a", Place(), "2026-11-21")])),
    "send": ("sends.db", lambda storage: storage.sends.put(Send("friday", 1.0))),
    "import": ("recipients.db", import_one),
}


def ticks_and_pause(work: Callable[[], object]) -> tuple[int, float]:
    """How often a thread has come to its turn while work is done, and the longest pause between two turns."""
    turns = [time.monotonic()]
    done = threading.Event()

    def tick() -> None:
        while not done.wait(TICK):
            turns.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    work()
    turns.append(time.monotonic())
    done.set()
    thread.join()
    return len(turns), max(later - earlier for earlier, later in pairwise(turns))


@pytest.mark.parametrize("name", WRITES)
def test_no_thread_stands_still_while_a_write_waits_for_a_lock(tmp_path: Path, name: str) -> None:
    file, write = WRITES[name]
    storage = SqliteStorage(tmp_path, "no-record")
    storage.open()
    free_ticks, free_pause = ticks_and_pause(lambda: time.sleep(HELD))
    other = apsw.Connection(str(tmp_path / file))
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(HELD, lambda: other.execute("ROLLBACK"))
    release.start()
    began = time.monotonic()
    ticks, pause = ticks_and_pause(lambda: wait_for(write(storage)))
    assert time.monotonic() - began > HELD * 0.9, "it did not wait"
    assert ticks > free_ticks / 2
    assert pause < max(STILL, 3 * free_pause)  # on a machine that is busy with something else, a pause is no wonder
    release.join()
    other.close()
    wait_for(storage.close())
