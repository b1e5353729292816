"""Processes that work out lines of `links` side by side, one for each core."""

import asyncio
import signal
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from typing import Self

from livecontent.cli.link_rows import ExportRow, LinkJob, LinkLines
from livecontent.errors import DataError, LivecontentError
from livecontent.runtime.memory import manual_gc


class LinkProcesses:
    """While it is entered, some processes; they end with it, and if this one is killed."""

    def __init__(self, job: LinkJob, count: int) -> None:
        context = get_context("spawn")  # a fork would share connections of SQLite, and locks of threads
        pairs = [context.Pipe() for _ in range(count)]
        self._lines = [ours for ours, _ in pairs]
        self._theirs = [theirs for _, theirs in pairs]
        self._processes = [context.Process(target=_work, args=(job, theirs), daemon=True) for theirs in self._theirs]

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

    async def texts(self, batches: AsyncIterator[Sequence[ExportRow]]) -> AsyncIterator[str]:
        """The lines of each batch, in their order. A process has one batch at a time: none waits for another."""
        free, busy = deque(self._lines), deque[Connection]()
        async for batch in batches:
            if not free:
                free.append(busy.popleft())
                yield _received(free[0])
            line = free.popleft()
            with _told():
                line.send(batch)
            busy.append(line)
        for line in busy:
            yield _received(line)


@contextmanager
def _told() -> Iterator[None]:
    """Raises `DataError` where the process at the other end has died."""
    try:
        yield
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise DataError("a process that works out alt texts has died; is there enough memory?") from None


def _received(line: Connection) -> str:
    with _told():
        found: str | LivecontentError = line.recv()
    if isinstance(found, LivecontentError):
        raise found
    return found


def _work(job: LinkJob, line: Connection) -> None:
    """Until nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError), manual_gc():
        try:
            lines = LinkLines(job)
        except LivecontentError as error:
            line.send(error)
            return
        asyncio.run(_serve(lines, line))


async def _serve(lines: LinkLines, line: Connection) -> None:
    try:
        while True:
            line.send(await lines.of(line.recv()))
    finally:
        await lines.close()
