"""Records events without delaying answers: a bounded queue, and a task that writes it in batches."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress

from livecontent.showings import SeenVariant
from livecontent.storage.base import ConsentStore
from livecontent.storage.events import (
    UNSTORABLE,
    AnonymousCount,
    Event,
    EventStore,
    EventStoreRow,
    LastKnownPlace,
    SpoolMark,
)
from livecontent.storage.spool import Spool

log = logging.getLogger(__name__)

CAPACITY = 100_000  # events
BATCH = 1000
PAUSE = 0.05  # seconds between batches, at most this long is an event in memory only
RETRY = 1.0  # seconds after a write that failed

_Rows = list[tuple[Event | AnonymousCount, SpoolMark | None]]


class Recorder:
    """Puts events, counts and places in a queue; where it is full, counts what it drops. All in one event loop."""

    def __init__(
        self, events: EventStore, consents: ConsentStore, capacity: int = CAPACITY, spool: Spool | None = None
    ) -> None:
        """A place that can't be kept is lost. Without a spool, so are events of a process that dies."""
        self._events = events
        self._consents = consents
        self._capacity = capacity
        self._spool = spool
        self._queue: deque[tuple[EventStoreRow, SpoolMark | None]] = deque()  # in it until it is written
        self._filled = asyncio.Event()
        self._closing = asyncio.Event()
        # The last shown of each creative and person by send, until it is in the store.
        self._unwritten: dict[tuple[str, str], dict[str, Event]] = {}
        self._fresh: dict[str, list[Event]] = {}  # what people saw that is not counted yet, by ref
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0
        self.written = 0
        self.failures = Counter(events=0, places=0)  # writes that failed, by store

    async def start(self) -> None:
        """Starts to write."""
        self._task = asyncio.create_task(self._write())

    def put(self, event: EventStoreRow) -> bool:
        """Takes an event, in a microsecond; False where the queue is full."""
        if len(self._queue) >= self._capacity:
            self.dropped += 1
            return False
        if isinstance(event, Event) and event.kind == "shown" and event.ref and event.variant:
            self._unwritten.setdefault((event.creative, event.ref), {})[event.send] = event
            if event.choice:
                self._fresh.setdefault(event.ref, []).append(event)
        mark = None if self._spool is None or isinstance(event, LastKnownPlace) else self._spool.add(event)
        self._queue.append((event, mark))
        self._filled.set()
        return True

    async def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        """The last image of a creative that a recipient was shown in a send, else in any; written or not yet."""
        waiting = list(self._unwritten.get((creative, ref), {}).values())
        written = await self._events.last_shown(creative, ref, send)
        shown = [written, *waiting] if written else waiting
        return max(reversed(shown), key=lambda event: (event.send == send != "", event.at), default=None)

    def fresh(self, ref: str) -> list[SeenVariant]:
        """What somebody saw that is not in the store yet, as limits count it."""
        return [
            SeenVariant(event.creative, event.variant, choice.group, choice.slot, event.at, choice.pool, choice.place)
            for event in self._fresh.get(ref, ())
            if (choice := event.choice) and choice.counts and not choice.silence
        ]

    def first_shown(self, identities: Sequence[str]) -> Mapping[str, float]:
        """When each of these that something was decided for had the first of it, of what is not in the store yet."""
        return {one: min(event.at for event in self._fresh[one]) for one in identities if one in self._fresh}

    @property
    def waiting(self) -> int:
        """Events that are not written yet."""
        return len(self._queue)

    async def close(self, timeout: float = 10) -> None:  # noqa: ASYNC109  to tell what is lost
        """Writes what is left, then stops."""
        if self._task is None:
            return
        self._closing.set()
        self._filled.set()
        try:
            await asyncio.wait_for(self._task, timeout)
        except TimeoutError:
            log.error(  # noqa: TRY400  the trace says no more
                "%d events are not written: the store does not answer", self.waiting
            )
        if self._spool:
            self._spool.close(whole=not self.waiting and not self.dropped)

    async def _write(self) -> None:
        while self._queue or not self._closing.is_set():
            await self._filled.wait()
            self._filled.clear()
            batch = [self._queue[index] for index in range(min(len(self._queue), BATCH))]
            rows = [(record, mark) for record, mark in batch if not isinstance(record, LastKnownPlace)]
            await self._write_all(rows)
            self._forget(rows)
            await self._remember([record for record, _ in batch if isinstance(record, LastKnownPlace)])
            for _ in batch:
                self._queue.popleft()
            if self._queue:
                self._filled.set()
            await self._pause(PAUSE)

    async def _write_all(self, rows: _Rows) -> None:
        """Tries until it works, or the end has come; an event that no store takes costs no other."""
        mark = _last_mark(rows)
        while (rows or mark) and (error := await self._append(rows, mark)):
            if rows and isinstance(error, UNSTORABLE):
                rows = await self._one_by_one(rows)
            elif self._closing.is_set():
                self.dropped += len(rows)
                return
            else:
                await self._pause(RETRY)
        if mark and self._spool:
            self._spool.stored(mark)

    async def _one_by_one(self, rows: _Rows) -> _Rows:
        """Sets aside what no store takes. Where the store takes nothing any more, answers what is left."""
        for number, (event, mark) in enumerate(rows):
            error = await self._append([(event, mark)], mark)
            if error and not isinstance(error, UNSTORABLE):
                return rows[number:]
            if error:
                self.dropped += 1
                log.error("an event can't be stored: %s%s", error, self._set_aside(event))
        return []

    def _set_aside(self, event: Event | AnonymousCount) -> str:
        """Where it is, for the log."""
        try:
            return f"; it is in {self._spool.set_aside(event)}" if self._spool else ""
        except OSError:
            return ""

    async def _pause(self, seconds: float) -> None:
        """Shorter where the end has come."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    def _forget(self, rows: _Rows) -> None:
        for event, _ in rows:
            if isinstance(event, Event) and event.choice and (fresh := self._fresh.get(event.ref)):
                self._fresh[event.ref] = [one for one in fresh if one is not event]
                if not self._fresh[event.ref]:
                    del self._fresh[event.ref]
            waiting = self._unwritten.get((event.creative, event.ref)) if isinstance(event, Event) else None
            if waiting and waiting.get(event.send) is event:
                del waiting[event.send]
                if not waiting:
                    del self._unwritten[event.creative, event.ref]

    async def _append(self, rows: _Rows, mark: SpoolMark | None) -> Exception | None:
        """What was wrong, None where all is stored."""
        try:
            await self._events.append([event for event, _ in rows], mark)
        except Exception as error:  # noqa: BLE001  whatever it is, the task lives on
            self.failures["events"] += 1
            if not (rows and isinstance(error, UNSTORABLE)):
                log.warning("events can't be written, trying again: %s", error)
            return error
        self.written += len(rows)
        return None

    async def _remember(self, places: list[LastKnownPlace]) -> None:
        try:
            if places:
                await self._consents.remember(places)
        except Exception as error:  # noqa: BLE001
            self.failures["places"] += 1
            log.warning("places of visits can't be saved: %s", error)


def _last_mark(rows: _Rows) -> SpoolMark | None:
    return next((mark for _, mark in reversed(rows) if mark), None)
