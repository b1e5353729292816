import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import apsw
import pytest
from event_store_contract import SHOWN, everybody, gist, shown

from blocking import wait_for
from livecontent.errors import RowError, StorageError
from livecontent.facts import Place
from livecontent.storage import queue as recorder_module
from livecontent.storage.events import AnonymousCount, Event, LastKnownPlace
from livecontent.storage.queue import BATCH, Recorder
from livecontent.storage.spool import Spool
from livecontent.storage.sqlite.events import SqliteEvents


class Memory:
    """A store that can be made to fail, or to wait."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.batches: list[int] = []
        self.failures = 0
        self.go = asyncio.Event()
        self.go.set()

    async def append(self, events: Sequence[Event | AnonymousCount], mark: object = None) -> None:
        await self.go.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.events += [event for event in events if isinstance(event, Event)]
        self.batches.append(len(events))

    async def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        return next((e for e in reversed(self.events) if (e.creative, e.ref) == (creative, ref)), None)


class NoPlaces:
    async def remember(self, places: Sequence[LastKnownPlace]) -> None:
        raise AssertionError(places)


def recording(store: Any, capacity: int = 1000, places: Any = None) -> Recorder:
    return Recorder(store, places or NoPlaces(), capacity)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "RETRY", 0.01)
    monkeypatch.setattr(recorder_module, "PAUSE", 0.001)


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.001)


async def started(store: Memory, capacity: int = 1000) -> Recorder:
    recorder = recording(store, capacity)
    await recorder.start()
    return recorder


def test_all_that_was_taken_is_written_in_order_before_it_closes() -> None:
    async def run() -> None:
        store = Memory()
        recorder = await started(store, 10_000)
        events = [shown(f"r{index}") for index in range(BATCH * 3 + 7)]
        assert all(recorder.put(event) for event in events)
        await recorder.close()
        assert store.events == events
        assert (recorder.written, recorder.dropped, recorder.waiting) == (len(events), 0, 0)
        assert max(store.batches) <= BATCH

    wait_for(run())


def test_what_was_taken_before_the_start_is_written_too(tmp_path: Path) -> None:
    async def run() -> None:
        store = SqliteEvents(tmp_path / "events.db", everybody)
        recorder = recording(store)
        assert recorder.put(SHOWN)
        await recorder.start()
        await recorder.close()
        store.close()

    wait_for(run())
    with apsw.Connection(str(tmp_path / "events.db")) as connection:
        assert connection.execute("SELECT count(*) FROM events").get == 1


def test_drops_are_counted_exactly_when_the_queue_is_full() -> None:
    async def run() -> None:
        store = Memory()
        recorder = recording(store, capacity=10)
        assert [recorder.put(shown(f"r{index}")) for index in range(25)] == [True] * 10 + [False] * 15
        assert (recorder.dropped, recorder.waiting) == (15, 10)
        await recorder.start()
        await until(lambda: recorder.waiting == 0)
        assert recorder.put(shown("later"))
        await recorder.close()
        assert [event.ref for event in store.events] == [f"r{index}" for index in range(10)] + ["later"]
        assert (recorder.dropped, recorder.written) == (15, 11)

    wait_for(run())


def test_what_was_dropped_was_never_shown() -> None:
    recorder = recording(Memory(), capacity=1)
    recorder.put(shown("a"))
    recorder.put(shown("b"))
    assert wait_for(recorder.last_shown("umbrella", "b")) is None
    assert gist(wait_for(recorder.last_shown("umbrella", "a"))) == gist(shown("a"))


def test_the_last_shown_is_known_before_and_after_it_is_written() -> None:
    async def run() -> None:
        store = Memory()
        store.go.clear()
        recorder = await started(store)
        for variant in ("rain", "snow"):
            recorder.put(shown(variant=variant))
            assert await recorder.last_shown("umbrella", "ref-a") == shown(variant=variant)
        assert store.events == []
        store.go.set()
        await until(lambda: recorder.written == 2)
        assert await recorder.last_shown("umbrella", "ref-a") == shown(variant="snow")
        await until(lambda: not recorder._unwritten)
        await recorder.close()

    wait_for(run())


def test_what_was_shown_in_a_send_comes_first_written_or_not() -> None:
    store = Memory()
    recorder = recording(store)
    store.events = [shown(at=1.0, send="a")]
    recorder.put(shown(at=2.0, send="b"))
    recorder.put(shown(at=3.0, send="c"))
    for send, at in {"a": 1.0, "b": 2.0, "c": 3.0, "d": 3.0, "": 3.0}.items():
        found = wait_for(recorder.last_shown("umbrella", "ref-a", send))
        assert found
        assert found.at == at


def test_places_are_kept_and_one_that_can_not_be_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    kept: list[LastKnownPlace] = []

    class Places:
        async def remember(self, places: Sequence[LastKnownPlace]) -> None:
            if not kept:
                kept.append(places[0])
                raise OSError("the disk is full")
            kept.extend(places)

    visits = [LastKnownPlace(ref, Place("Lille"), "2026-11-21") for ref in "ab"]

    async def run() -> None:
        store = Memory()
        recorder = recording(store, places=Places())
        await recorder.start()
        recorder.put(visits[0])
        await until(lambda: recorder.waiting == 0)
        recorder.put(visits[1])
        recorder.put(SHOWN)
        await recorder.close()
        assert (kept, store.events) == (visits, [SHOWN])

    wait_for(run())
    assert "can't be saved: the disk is full" in caplog.text


def test_only_images_of_a_variant_for_a_recipient_are_the_last_shown() -> None:
    recorder = recording(Memory())
    for event in (SHOWN._replace(kind="clicked"), shown(variant=""), shown("")):
        recorder.put(event)
    assert wait_for(recorder.last_shown("umbrella", "ref-a")) is None
    assert wait_for(recorder.last_shown("umbrella", "")) is None


def test_nothing_is_held_in_memory_once_it_is_written() -> None:
    async def run() -> None:
        recorder = await started(Memory(), 100_000)
        for index in range(20_000):
            recorder.put(shown(f"r{index % 50}"))
        await recorder.close()
        assert recorder._unwritten == {}
        assert not recorder._queue

    wait_for(run())


def test_a_disk_that_is_full_but_for_a_little_costs_no_event() -> None:
    class Nearly(Memory):
        later = 10

        async def append(self, events: Sequence[Event | AnonymousCount], mark: object = None) -> None:
            if events and self.failures:
                self.failures -= 1
                raise StorageError("the disk is full")
            if any(isinstance(event, Event) and event.ref == "bad" for event in events):
                self.failures, self.later = self.later, 0  # while the others are stored one by one
                raise RowError("a lone surrogate")
            await super().append(events, mark)

    async def run() -> None:
        store = Nearly()
        store.failures = 20
        recorder = await started(store)
        events = [shown(ref) for ref in ("a", "b", "bad", "c", "d")]
        assert all(map(recorder.put, events))
        await until(lambda: recorder.waiting == 0)
        assert store.events == [event for event in events if event.ref != "bad"]
        assert (recorder.written, recorder.dropped) == (4, 1)
        await recorder.close()

    wait_for(run())


def test_a_mark_that_can_not_be_stored_is_tried_again_after_a_pause(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unmarked(Memory):
        marks = 0

        async def append(self, events: Sequence[Event | AnonymousCount], mark: object = None) -> None:
            if mark:
                self.marks += 1
                raise TypeError("no mark")
            await super().append(events, mark)

    async def run() -> None:
        monkeypatch.setattr(recorder_module, "RETRY", 3600.0)
        store = Unmarked()
        recorder = Recorder(store, NoPlaces(), spool=Spool(tmp_path))  # type: ignore[arg-type]
        await recorder.start()
        recorder.put(SHOWN)
        await until(lambda: "no mark" in caplog.text and store.marks > 2)
        for _ in range(1000):  # turns of the loop in which it would try again
            await asyncio.sleep(0)
        assert store.marks == 3  # with the batch, with the event, alone
        await recorder.close()
        assert recorder.waiting == 0

    wait_for(run())


def test_a_write_that_fails_is_tried_again_until_it_works(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        store = Memory()
        store.failures = 3
        recorder = await started(store)
        recorder.put(SHOWN)
        await until(lambda: recorder.written == 1)
        await recorder.close()
        assert store.events == [SHOWN]
        assert recorder.dropped == 0

    wait_for(run())
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3
    assert "the disk is full" in caplog.text


def test_what_can_not_be_written_at_the_end_is_counted_and_closing_does_not_hang() -> None:
    async def run() -> None:
        store = Memory()
        store.failures = 10**9
        recorder = await started(store)
        for index in range(5):
            recorder.put(shown(f"r{index}"))
        start = time.monotonic()
        await recorder.close()
        assert time.monotonic() - start < 5
        assert (recorder.dropped, recorder.written) == (5, 0)

    wait_for(run())


def test_a_store_that_never_answers_does_not_hold_the_end_up(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        store = Memory()
        store.go.clear()
        recorder = await started(store)
        recorder.put(SHOWN)
        await recorder.close(timeout=0.05)

    wait_for(run())
    assert "1 events are not written" in caplog.text


def test_putting_never_waits_for_the_store() -> None:
    async def run() -> None:
        store = Memory()
        store.go.clear()
        recorder = await started(store, capacity=500)
        start = time.monotonic()
        for index in range(2000):
            recorder.put(shown(f"r{index}"))
        assert time.monotonic() - start < 2  # a millisecond each
        assert recorder.dropped + recorder.waiting == 2000
        store.go.set()
        await recorder.close()
        assert recorder.written + recorder.dropped == 2000

    wait_for(run())


def test_a_recorder_that_never_started_can_be_closed() -> None:
    wait_for(recording(Memory()).close())
