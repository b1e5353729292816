from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import apsw
import pytest
from event_store_contract import SHOWN, everybody, gist, shown

from livecontent.facts import Place
from livecontent.storage import queue as recorder_module
from livecontent.storage.events import AnonymousCount, Event, LastKnownPlace
from livecontent.storage.queue import BATCH, Recorder
from livecontent.storage.sqlite.events import SqliteEvents


class Memory:
    """A store that can be made to fail, or to wait."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.batches: list[int] = []
        self.failures = 0
        self.go = threading.Event()
        self.go.set()
        self.closed = False

    def append(self, events: Sequence[Event | AnonymousCount]) -> None:
        self.go.wait(10)
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.events += [event for event in events if isinstance(event, Event)]
        self.batches.append(len(events))

    def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        return next((e for e in reversed(self.events) if (e.creative, e.ref) == (creative, ref)), None)

    def close(self) -> None:
        self.closed = True


def nobody_learns(visits: Sequence[LastKnownPlace]) -> None:
    raise AssertionError(visits)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "RETRY", 0.01)
    monkeypatch.setattr(recorder_module, "PAUSE", 0.001)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def started(store: Memory, capacity: int = 1000) -> Recorder:
    recorder = Recorder(store, nobody_learns, capacity)
    recorder.start()
    return recorder


def test_all_that_was_taken_is_written_in_order_before_it_closes() -> None:
    store = Memory()
    recorder = started(store, 10_000)
    events = [shown(f"r{index}") for index in range(BATCH * 3 + 7)]
    assert all(recorder.put(event) for event in events)
    recorder.close()
    assert store.events == events
    assert (recorder.written, recorder.dropped, recorder.waiting, store.closed) == (len(events), 0, 0, True)
    assert max(store.batches) <= BATCH


def test_what_was_taken_before_the_start_is_written_too(tmp_path: Path) -> None:
    recorder = Recorder(SqliteEvents(tmp_path / "events.db", everybody), nobody_learns)
    assert recorder.put(SHOWN)
    recorder.start()
    recorder.close()
    with apsw.Connection(str(tmp_path / "events.db")) as connection:
        assert connection.execute("SELECT count(*) FROM events").get == 1


def test_drops_are_counted_exactly_when_the_queue_is_full() -> None:
    store = Memory()
    recorder = Recorder(store, nobody_learns, capacity=10)
    assert [recorder.put(shown(f"r{index}")) for index in range(25)] == [True] * 10 + [False] * 15
    assert (recorder.dropped, recorder.waiting) == (15, 10)
    recorder.start()
    until(lambda: recorder.waiting == 0)
    assert recorder.put(shown("later"))
    recorder.close()
    assert [event.ref for event in store.events] == [f"r{index}" for index in range(10)] + ["later"]
    assert (recorder.dropped, recorder.written) == (15, 11)


def test_what_was_dropped_was_never_shown() -> None:
    recorder = Recorder(Memory(), nobody_learns, capacity=1)
    recorder.put(shown("a"))
    recorder.put(shown("b"))
    assert recorder.last_shown("umbrella", "b") is None
    assert gist(recorder.last_shown("umbrella", "a")) == gist(shown("a"))


def test_the_last_shown_is_known_before_and_after_it_is_written() -> None:
    store = Memory()
    store.go.clear()
    recorder = started(store)
    for variant in ("rain", "snow"):
        recorder.put(shown(variant=variant))
        assert recorder.last_shown("umbrella", "ref-a") == shown(variant=variant)
    assert store.events == []
    store.go.set()
    until(lambda: recorder.written == 2)
    assert recorder.last_shown("umbrella", "ref-a") == shown(variant="snow")
    until(lambda: not recorder._unwritten)
    recorder.close()


def test_what_was_shown_in_a_send_comes_first_written_or_not() -> None:
    store = Memory()
    recorder = Recorder(store, nobody_learns)
    store.events = [shown(at=1.0, send="a")]
    recorder.put(shown(at=2.0, send="b"))
    recorder.put(shown(at=3.0, send="c"))
    for send, at in {"a": 1.0, "b": 2.0, "c": 3.0, "d": 3.0, "": 3.0}.items():
        found = recorder.last_shown("umbrella", "ref-a", send)
        assert found
        assert found.at == at


def test_visits_are_taught_and_one_that_can_not_be_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    taught: list[LastKnownPlace] = []

    def teach(visits: Sequence[LastKnownPlace]) -> None:
        if not taught:
            taught.append(visits[0])
            raise OSError("the disk is full")
        taught.extend(visits)

    store = Memory()
    recorder = Recorder(store, teach)
    recorder.start()
    visits = [LastKnownPlace(ref, Place("Lille"), "2026-11-21") for ref in "ab"]
    recorder.put(visits[0])
    until(lambda: recorder.waiting == 0)
    recorder.put(visits[1])
    recorder.put(SHOWN)
    recorder.close()
    assert (taught, store.events) == (visits, [SHOWN])
    assert "can't be saved: the disk is full" in caplog.text


def test_only_pictures_of_a_variant_for_a_recipient_are_the_last_shown() -> None:
    recorder = Recorder(Memory(), nobody_learns)
    for event in (SHOWN._replace(kind="clicked"), shown(variant=""), shown("")):
        recorder.put(event)
    assert recorder.last_shown("umbrella", "ref-a") is None
    assert recorder.last_shown("umbrella", "") is None


def test_nothing_is_held_in_memory_once_it_is_written() -> None:
    store = Memory()
    recorder = started(store, 100_000)
    for index in range(20_000):
        recorder.put(shown(f"r{index % 50}"))
    recorder.close()
    assert recorder._unwritten == {}
    assert not recorder._queue


def test_a_write_that_fails_is_tried_again_until_it_works(caplog: pytest.LogCaptureFixture) -> None:
    store = Memory()
    store.failures = 3
    recorder = started(store)
    recorder.put(SHOWN)
    until(lambda: recorder.written == 1)
    recorder.close()
    assert store.events == [SHOWN]
    assert recorder.dropped == 0
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3
    assert "the disk is full" in caplog.text


def test_what_can_not_be_written_at_the_end_is_counted_and_closing_does_not_hang() -> None:
    store = Memory()
    store.failures = 10**9
    recorder = started(store)
    for index in range(5):
        recorder.put(shown(f"r{index}"))
    start = time.monotonic()
    recorder.close()
    assert time.monotonic() - start < 5
    assert (recorder.dropped, recorder.written, store.closed) == (5, 0, True)


def test_putting_never_waits_for_the_store() -> None:
    store = Memory()
    store.go.clear()
    recorder = started(store, capacity=500)
    start = time.monotonic()
    for index in range(2000):
        recorder.put(shown(f"r{index}"))
    assert time.monotonic() - start < 2  # a millisecond each
    assert recorder.dropped + recorder.waiting == 2000
    store.go.set()
    recorder.close()
    assert recorder.written + recorder.dropped == 2000


def test_events_put_by_several_threads_are_all_written() -> None:
    store = Memory()
    recorder = started(store, 100_000)

    def put(number: int) -> None:
        for index in range(500):
            recorder.put(shown(f"{number}-{index}"))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.close()
    assert len({event.ref for event in store.events}) == len(store.events) == 2000


def test_a_recorder_that_never_started_closes_its_store() -> None:
    store = Memory()
    Recorder(store, nobody_learns).close()
    assert store.closed
