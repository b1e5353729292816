"""Events on disk before they are in the store: none is lost and none is stored twice, whenever a process is killed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from event_store_contract import SHOWN, everybody, shown
from hypothesis import settings

from livecontent.errors import StorageError
from livecontent.storage import queue
from livecontent.storage.events import AnonymousCount, Event, SpoolMark
from livecontent.storage.queue import Recorder
from livecontent.storage.spool import QUARANTINE, Spool
from livecontent.storage.sqlite.events import SqliteEvents

KILLS = max(settings().max_examples // 5, 12)  # 200 at night
# Tells each event once it is taken, as an image is answered then; the parent kills it at any time.
SERVER = """
import asyncio, sys
from pathlib import Path
from livecontent.storage import queue
from livecontent.storage.events import Event
from livecontent.storage.queue import Recorder
from livecontent.storage.spool import Spool
from livecontent.storage.sqlite.events import SqliteEvents

folder, name, queue.PAUSE = Path(sys.argv[1]), sys.argv[2], 0.002

async def serve():
    store = SqliteEvents(folder / "events.db", lambda _: "full", folder / "spool")
    recorder = Recorder(store, None, spool=Spool(folder / "spool"))
    await recorder.start()
    number = 0
    while True:
        number += 1
        recorder.put(Event("shown", float(number), "umbrella", f"{name}-{number}", "v1", "rain"))
        sys.stdout.write(f"{name}-{number}\\n")
        sys.stdout.flush()
        if number % 7 == 0:
            await asyncio.sleep(0.001)

asyncio.run(serve())
"""


def stored(folder: Path) -> Counter[str]:
    """How often each ref is in the store; what was left by processes that died is stored first."""
    store = SqliteEvents(folder / "events.db", everybody, folder / "spool")
    rows = store._database.read_all("SELECT ref FROM events")
    store.close()
    return Counter(row if isinstance(row, str) else row[0] for row in rows)


def test_what_was_taken_is_stored_once_whenever_a_process_is_killed(tmp_path: Path) -> None:
    told: set[str] = set()
    for number in range(KILLS):
        command = [sys.executable, "-c", SERVER, str(tmp_path), f"p{number}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            told.add(process.stdout.readline().strip())
            time.sleep((number % 10) * 0.003)
            os.kill(process.pid, signal.SIGKILL)
            told.update(process.stdout.read().split("\n")[:-1])  # the last line may be cut off
    found = stored(tmp_path)
    assert [ref for ref in told if ref not in found] == []
    assert [ref for ref, times in found.items() if times > 1] == []
    assert list((tmp_path / "spool").glob("*.spool")) == []


def test_the_file_of_a_process_that_lives_is_left_alone_and_emptied_once_all_is_stored(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.add(SHOWN)
    mark = spool.add(AnonymousCount("2026-11-29", "umbrella", "v1", "rain", "shown", "human", ""))
    store = SqliteEvents(tmp_path / "events.db", everybody, tmp_path / "spool")
    (file,) = (tmp_path / "spool").glob("*.spool")
    assert SHOWN.ref in file.read_text()
    assert store.done(mark.spool) == 0
    spool.stored(mark)
    assert file.read_text() == ""
    spool.add(shown("ref-b"))
    spool.close(whole=False)
    store.close()
    assert stored(tmp_path) == {"ref-b": 1}


def test_what_a_full_disk_has_cut_off_costs_no_other_event(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.add(SHOWN)
    assert spool._file is not None
    os.write(spool._file, b'\n["Event", "shown", 10')
    spool.add(shown("ref-b"))
    spool.close(whole=False)
    assert stored(tmp_path) == {"ref-a": 1, "ref-b": 1}


def test_without_a_place_for_it_events_go_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "spool").write_text("no folder")

    class Broken(Spool):
        def _open(self) -> int:
            raise OSError("no space left on device")

    async def scenario() -> None:
        store = SqliteEvents(tmp_path / "events.db", everybody)
        recorder = Recorder(store, None, spool=Broken(tmp_path / "spool"))  # type: ignore[arg-type]
        await recorder.start()
        for number in range(3):
            recorder.put(shown(f"ref-{number}"))
        await recorder.close()
        assert len(store._database.read_all("SELECT ref FROM events")) == 3
        store.close()

    asyncio.run(scenario())
    assert sum("kept in memory only" in record.message for record in caplog.records) == 1


def test_an_event_that_can_not_be_stored_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "RETRY", 0.01)

    async def scenario() -> None:
        store = SqliteEvents(tmp_path / "events.db", everybody, tmp_path / "spool")
        recorder = Recorder(store, None, spool=Spool(tmp_path / "spool"))  # type: ignore[arg-type]
        await recorder.start()
        for ref in ("ref-a", "ref-\ud800", "ref-b"):
            recorder.put(shown(ref))
        async with asyncio.timeout(20):
            while recorder.waiting:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await recorder.close()
        assert (recorder.written, recorder.dropped) == (2, 1)
        store.close()

    with caplog.at_level(logging.ERROR):
        asyncio.run(scenario())
    assert QUARANTINE in caplog.text
    kept = json.loads((tmp_path / "spool" / QUARANTINE).read_text())
    assert kept[4] == "ref-\ud800"
    assert stored(tmp_path) == {"ref-a": 1, "ref-b": 1}


@pytest.mark.parametrize("refs", [("ref-a", "ref-\ud800", "ref-b"), ("ref-a", "ref-b", "ref-\ud800")])
def test_a_process_that_dies_while_it_sets_events_aside_stores_none_twice(
    refs: tuple[str, ...], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Just before it says how far it has got."""

    class Dying(SqliteEvents):
        dead = False

        async def append(self, events: Sequence[Event | AnonymousCount], mark: SpoolMark | None = None) -> None:
            if not events:
                self.dead = True
                await asyncio.Event().wait()
            await super().append(events, mark)

    async def scenario() -> None:
        store = Dying(tmp_path / "events.db", everybody)
        spool = Spool(tmp_path / "spool")
        recorder = Recorder(store, None, spool=spool)  # type: ignore[arg-type]
        await recorder.start()
        for ref in refs:
            recorder.put(shown(ref))
        async with asyncio.timeout(20):
            while not store.dead:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        spool.close(whole=False)
        store.close()

    asyncio.run(scenario())
    assert stored(tmp_path) == {"ref-a": 1, "ref-b": 1}
    assert list((tmp_path / "spool").glob("*.spool")) == []
    kept = (tmp_path / "spool" / QUARANTINE).read_text().splitlines()
    assert {json.loads(line)[4] for line in kept} == {"ref-\ud800"}
    assert QUARANTINE in caplog.text


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_deleted_or_replaced_is_noticed(
    replaced: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "events.db"
    store = SqliteEvents(file, everybody)
    store.add([shown("ref-a")])
    for path in tmp_path.glob("events.db*"):
        path.unlink()
    if replaced:
        SqliteEvents(file, everybody).close()
    store.add([shown("ref-b")])
    assert "was deleted or replaced" in caplog.text
    assert store._database.read_all("SELECT ref FROM events") == [("ref-b",)]
    store.close()
    assert stored(tmp_path) == {"ref-b": 1}


def test_a_store_of_a_version_to_come_is_left_alone(tmp_path: Path) -> None:
    store = SqliteEvents(tmp_path / "events.db", everybody)
    store._database.writer.execute("PRAGMA user_version = 99").fetchall()
    store.close()
    with pytest.raises(StorageError, match="newer livecontent"):
        SqliteEvents(tmp_path / "events.db", everybody)
