"""Takes events off the path of an answer: a bounded queue, and a thread that writes it in batches."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from livecontent.storage.events import AnonymousCount, Event, EventStore, EventStoreRow, LastKnownPlace

log = logging.getLogger(__name__)

CAPACITY = 100_000  # events
BATCH = 1000
PAUSE = 0.05  # seconds between batches, at most this long is an event in memory only
RETRY = 1.0  # seconds after a write that failed


class Recorder:
    """Puts events, counts and visits in a queue; where it is full, counts what it drops."""

    def __init__(
        self, store: EventStore, teach: Callable[[Sequence[LastKnownPlace]], None], capacity: int = CAPACITY
    ) -> None:
        """`teach` keeps visits; one that it can't keep (`OSError`) is lost."""
        self._store = store
        self._teach = teach
        self._capacity = capacity
        self._queue: deque[EventStoreRow] = deque()  # in it until it is written
        self._filled = threading.Event()
        # The last shown of each creative and person by send, until it is in the store.
        self._unwritten: dict[tuple[str, str], dict[str, Event]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self.dropped = 0
        self.written = 0

    def start(self) -> None:
        """Starts to write."""
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def put(self, event: EventStoreRow) -> bool:
        """Takes an event, in a microsecond; False where the queue is full."""
        if len(self._queue) >= self._capacity:
            self.dropped += 1
            return False
        if isinstance(event, Event) and event.kind == "shown" and event.ref and event.variant:
            with self._lock:  # before it can be written
                self._unwritten.setdefault((event.creative, event.ref), {})[event.send] = event
        self._queue.append(event)
        if not self._filled.is_set():
            self._filled.set()
        return True

    def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        """The last picture of a creative that a recipient was shown in a send, else in any; written or not yet."""
        with self._lock:
            waiting = list(self._unwritten.get((creative, ref), {}).values())
        written = self._store.last_shown(creative, ref, send)
        shown = [written, *waiting] if written else waiting
        return max(reversed(shown), key=lambda event: (event.send == send != "", event.at), default=None)

    @property
    def waiting(self) -> int:
        """Events that are not written yet."""
        return len(self._queue)

    def close(self, timeout: float = 10) -> None:
        """Writes what is left, then stops."""
        if self._thread:
            self._closing.set()
            self._filled.set()
            self._thread.join(timeout)
            if self._thread.is_alive():
                log.error("%d events are not written: the store does not answer", self.waiting)
                return
        self._store.close()

    def _write(self) -> None:
        while self._queue or not self._closing.is_set():
            self._filled.wait()
            self._filled.clear()
            batch = [self._queue[index] for index in range(min(len(self._queue), BATCH))]
            events = [record for record in batch if not isinstance(record, LastKnownPlace)]
            self._write_all(events)
            self._forget(events)
            self._learn([record for record in batch if isinstance(record, LastKnownPlace)])
            for _ in batch:
                self._queue.popleft()
            if self._queue:
                self._filled.set()
            self._closing.wait(PAUSE)

    def _write_all(self, events: list[Event | AnonymousCount]) -> None:
        """Tries until it works, or the end has come."""
        while events and not self._append(events):
            if self._closing.wait(RETRY):
                self.dropped += 0 if self._append(events) else len(events)
                return

    def _forget(self, events: list[Event | AnonymousCount]) -> None:
        with self._lock:
            for event in events:
                waiting = self._unwritten.get((event.creative, event.ref)) if isinstance(event, Event) else None
                if waiting and waiting.get(event.send) is event:
                    del waiting[event.send]
                    if not waiting:
                        del self._unwritten[event.creative, event.ref]

    def _append(self, events: list[Event | AnonymousCount]) -> bool:
        try:
            self._store.append(events)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            log.warning("events can't be written, trying again: %s", error)
            return False
        self.written += len(events)
        return True

    def _learn(self, visits: list[LastKnownPlace]) -> None:
        try:
            if visits:
                self._teach(visits)
        except Exception as error:  # noqa: BLE001
            log.warning("places of visits can't be saved: %s", error)
