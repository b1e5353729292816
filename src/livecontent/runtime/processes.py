"""Processes that work side by side on parts of something large, and end with who has started them."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Generic, Protocol, Self, TypeVar

from livecontent.errors import DataError, LivecontentError
from livecontent.runtime.memory import manual_gc

Part_contra = TypeVar("Part_contra", contravariant=True)
Done_co = TypeVar("Done_co", covariant=True)
_Part = TypeVar("_Part")
_Done = TypeVar("_Done")


class SideWorker(Protocol[Part_contra, Done_co]):
    """What works on parts, in a process of its own."""

    async def of(self, part: Part_contra, /) -> Done_co:
        """What comes of a part."""

    async def close(self) -> None:
        """Lets go of all that is held."""


class Processes(Generic[_Part, _Done]):
    """While it is entered, some processes; they end with it, and if this one is killed."""

    def __init__(self, make: Callable[[], SideWorker[_Part, _Done]], count: int, what: str, nice: int = 0) -> None:
        """`make` is pickled, and makes the worker there; `what` they do is said where one has died."""
        context = get_context("spawn")  # a fork would share connections of SQLite, and locks of threads
        self._what = what
        pairs = [context.Pipe() for _ in range(count)]
        self._lines = [ours for ours, _ in pairs]
        self._theirs = [theirs for _, theirs in pairs]
        self._processes = [
            context.Process(target=_work, args=(make, theirs, nice), daemon=True) for theirs in self._theirs
        ]

    def __enter__(self) -> Self:
        # Ctrl-C goes to all processes of a terminal: this one ends the others. To start the tracker would unblock it.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for process, theirs in zip(self._processes, self._theirs, strict=True):
                process.start()
                theirs.close()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def __exit__(self, *_: object) -> None:
        for line, process in zip(self._lines, self._processes, strict=True):
            line.close()
            if process.pid is not None:
                process.terminate()
                process.join()

    async def results(self, parts: AsyncIterator[_Part]) -> AsyncIterator[_Done]:
        """What comes of each part, in their order. A process has one at a time: none waits for another.

        Raises what making the worker raises, and `DataError` where a process has died.
        """
        free, busy = deque(self._lines), deque[Connection]()
        async for part in parts:
            done = [] if free else [await self._received(busy[0])]
            line = free.popleft() if free else busy.popleft()
            with self._told():
                line.send(part)
            busy.append(line)  # it works while who asked looks at what is done
            for one in done:
                yield one
        for line in busy:
            yield await self._received(line)

    async def _received(self, line: Connection) -> _Done:
        await _heard(line)
        with self._told():
            found: Any = line.recv()
        if isinstance(found, LivecontentError):
            raise found
        return found  # type: ignore[no-any-return]

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise DataError(f"a process that {self._what} has died; is there enough memory?") from None


async def _heard(line: Connection) -> None:
    """Waits until something comes, or the other end is gone; meanwhile others go on, and who waits can be cancelled."""
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(line.fileno(), came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(line.fileno())


def _work(make: Callable[[], SideWorker[Any, Any]], line: Connection, nice: int) -> None:
    """Until nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(nice)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError), manual_gc():
        try:
            asyncio.run(_serve(make(), line))
        except LivecontentError as error:
            line.send(error)


async def _serve(worker: SideWorker[Any, Any], line: Connection) -> None:
    try:
        while True:
            line.send(await worker.of(line.recv()))
    finally:
        await worker.close()
