"""What runs beside the opens: things that start and close."""

import asyncio
import fcntl
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from livecontent.errors import ConfigError

log = logging.getLogger(__name__)


class Part(Protocol):
    """Something that is started with the server, and closed with it; one that was never started can be closed."""

    async def start(self) -> None:
        """Starts it."""

    async def close(self) -> None:
        """Lets go of all that it holds."""


class Background:
    """A task beside the opens, which ends when it is closed."""

    def __init__(self, work: Callable[[], Awaitable[None]], waited: float = 0.0) -> None:
        """An exception of the work is logged. For so many seconds the start waits for its end."""
        self._work = work
        self._waited = waited
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts the work."""
        self._task = asyncio.create_task(self._run())
        if self._waited:
            await asyncio.wait([self._task], timeout=self._waited)

    async def close(self) -> None:
        """Cancels the work, and waits until it has ended."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        try:
            await self._work()
        except Exception:
            log.exception("work in the background has failed")


def every(seconds: float, work: Callable[[], object]) -> Background:
    """Work that is done again and again, in a thread; a pause of so many seconds comes before each time."""

    async def run() -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await asyncio.to_thread(work)
            except Exception:
                log.exception("work in the background has failed, and is tried again in %g s", seconds)

    return Background(run)


class Closing:
    """Something that only needs to be closed."""

    def __init__(self, close: Callable[[], object]) -> None:
        """What closes it, which may answer a promise."""
        self._close = close

    async def start(self) -> None:
        """Nothing: it works from the beginning."""

    async def close(self) -> None:
        """Closes it."""
        done = self._close()
        if isinstance(done, Awaitable):
            await done


class Presence:
    """The lock of one server."""

    def __init__(self, file: Path) -> None:
        """The file is made where there is none."""
        self._path = file
        self._file: int | None = None

    async def start(self) -> None:
        """Raises `ConfigError` while a restore is under way."""
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"a restore of {self._path.parent} is under way") from None

    async def close(self) -> None:
        """Lets go of it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
