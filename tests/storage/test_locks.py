"""While a write waits for a file that another process holds, the rest of the process goes on."""

import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from event_store_contract import SHOWN
from recipient_store_contract import recipient

from blocking import wait_for
from livecontent.facts import Place
from livecontent.storage.base import ConsentDecision, Send
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.sqlite.connection import Database, connect, making
from livecontent.storage.sqlite.storage import SqliteStorage

TURNS = 100
PATIENCE = 20.0  # seconds


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


def test_a_file_that_another_process_is_just_making_is_waited_for(tmp_path: Path) -> None:
    with closing(apsw.Connection(str(tmp_path / "new.db"))) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.1, lambda: other.execute("COMMIT"))
        timer.start()
        connect(tmp_path / "new.db", 20_000).close()
        timer.join()


@pytest.mark.parametrize("name", WRITES)
def test_the_rest_of_the_process_goes_on_while_a_write_waits_for_a_lock(tmp_path: Path, name: str) -> None:
    """The lock is free once others have had their turns: who kept them from these would wait in vain, and fail."""
    file, write = WRITES[name]
    storage = SqliteStorage(tmp_path, "no-record")
    storage.open()
    other = apsw.Connection(str(tmp_path / file))
    other.execute("BEGIN IMMEDIATE")
    begun, free = threading.Event(), threading.Event()

    def take_turns() -> None:
        assert begun.wait(PATIENCE)
        for _ in range(TURNS):
            time.sleep(0.001)
        free.set()
        other.execute("ROLLBACK")

    async def written() -> None:
        begun.set()
        await write(storage)

    with ThreadPoolExecutor(1) as others:
        turns = others.submit(take_turns)
        wait_for(written())
        assert free.is_set(), "it did not wait"
        turns.result()
    other.close()
    wait_for(storage.close())


@pytest.mark.parametrize("kind", ["write", "read"])
def test_who_closes_waits_for_what_other_threads_are_at(tmp_path: Path, kind: str) -> None:
    """A server that is told to stop while it learns, say: what is begun is done, and the other files close too."""
    numbers = (
        "WITH RECURSIVE one(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM one WHERE n < 1000000) SELECT max(n) FROM one"
    )
    database, begun = Database(tmp_path / "a.db", making("CREATE TABLE IF NOT EXISTS a (n INTEGER)")), threading.Event()

    def work() -> None:
        begun.set()
        if kind == "write":
            database.change(f"INSERT INTO a {numbers}", [()])
        else:
            database.read(numbers)

    with ThreadPoolExecutor(1) as other:
        working = other.submit(work)
        assert begun.wait(PATIENCE)
        time.sleep(0.05)
        database.close()
        working.result()
    with closing(apsw.Connection(str(tmp_path / "a.db"))) as after:
        assert after.execute("SELECT max(n) FROM a").get == (1_000_000 if kind == "write" else None)
