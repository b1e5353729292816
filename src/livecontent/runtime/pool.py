"""Runs long work in a few threads, under a deadline, while the event loop goes on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TypeVar

from livecontent.errors import DrawingError
from livecontent.runtime.turns import check_wanted, stays

THREADS = 2  # each may hold several images of 8 million pixels
DEADLINE = 0.9  # seconds after which an open is answered with what is ready
LATEST = 0.55  # of the deadline: what has not begun by then would be drawn for nobody, and so would all behind it

T = TypeVar("T")


class RenderPool:
    """A few threads for work that would hold up all others."""

    def __init__(self, threads: int = THREADS, deadline: float = DEADLINE) -> None:
        """The deadline is in seconds, of a whole open."""
        self._threads = ThreadPoolExecutor(threads, "apart")
        self._deadline = deadline

    async def run(self, work: Callable[[], T], spent: float = 0.0, left: Callable[[], bool] = stays) -> T:
        """The result of work, in what is left of the deadline. Raises `DrawingError` where it is not there in time.

        What was begun by then goes on; what was not is dropped. So is what comes to its turn too late to be done in
        time (`NotDrawnError`), or when its client has `left`.
        """
        asked = perf_counter()

        def begin() -> T:
            check_wanted(perf_counter() - asked, spent, self._deadline * LATEST, left)
            return work()

        future = asyncio.get_running_loop().run_in_executor(self._threads, begin)
        try:
            return await asyncio.wait_for(future, max(self._deadline - spent, 0))
        except TimeoutError:
            raise DrawingError(f"not drawn within {self._deadline:g} s of the open") from None

    def close(self) -> None:
        """Drops what has not begun."""
        self._threads.shutdown(wait=False, cancel_futures=True)
