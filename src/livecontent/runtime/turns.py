"""Turns: what is drawn on the event loop is drawn one at a time, and what would come too late is not drawn at all.

uvloop accepts one connection in a turn of its loop (https://github.com/libuv/libuv/issues/4267). While each turn draws,
new requests wait in the queue of the kernel, where nobody can answer them. So the loop turns between two drawings until
no more requests come in; those that would wait too long are answered at once with what is ready.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import perf_counter

from livecontent.errors import DrawingError

log = logging.getLogger(__name__)

PATIENCE = 0.5  # seconds after which a request is not drawn for any more; half of it where no reader waits
AT_ONCE = 4  # drawings that other threads may be encoding
TOLD = 60.0  # seconds between two lines of the log

_IDLE = 0.001  # seconds without a drawing, after which nobody can wait any more
_STRETCH = 0.005  # seconds of drawings, after which the loop turns
_SOON = 0.05  # seconds that may be waited for a turn, also after other things took long
_QUIET, _MOST = 3, 128  # turns of the loop without a new request, and in all
_WEIGHT = 0.1  # of the last drawing, in the mean


class NotDrawnError(DrawingError):
    """Nothing was drawn, and why: "load", as it would have come too late, or "left", as the client has gone."""


def stays() -> bool:
    """A client that waits."""
    return False


class Turns:
    """The drawings of one event loop."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """The patience is in seconds."""
        self._patience = patience
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._under_way = 0
        self._ended = 0.0  # when the last drawing did
        self._since = 0.0  # when the last one could begin
        self._pace = 0.0  # mean seconds from one drawing to the next
        self._stretch = 0.0  # seconds that were drawn since the loop last turned
        self._came = 0  # requests, so far
        self._turning = False
        self._refused = 0  # that the log does not know of yet
        self._telling = False

    def come(self, *, reader: bool) -> None:
        """Notices a request. Raises `NotDrawnError` where it would wait too long; for no reader, half as long."""
        self._came += 1
        if not self._waiting:
            if perf_counter() - self._ended > _IDLE:
                self._stretch = 0.0
        elif (len(self._waiting) + 1) * self._pace > self._patience / (1 + (not reader)):
            raise NotDrawnError("load")

    async def take(self, spent: float, left: Callable[[], bool]) -> None:
        """Waits for a turn to draw, which ends with `done`. Raises `NotDrawnError`: then there is no turn.

        `spent` is in seconds, since the request came; `left` says whether its client has gone.
        """
        now = self._since = perf_counter()
        if self._stretch < _STRETCH and self._under_way < AT_ONCE and not self._waiting:
            self._under_way += 1
            return
        await self._wait()
        self._since = self._ended
        try:
            check_wanted(perf_counter() - now, spent, self._patience, left)
        except NotDrawnError:
            self._give_back()
            raise

    def done(self) -> None:
        """Ends a turn."""
        self._ended = perf_counter()
        took = self._ended - self._since
        self._pace += (took - self._pace) * _WEIGHT
        self._stretch += took
        self._under_way -= 1
        if self._waiting:
            self._look()

    def refuse(self) -> None:
        """Counts an image that was not drawn, for the log."""
        self._refused += 1
        if not self._telling:
            self._tell()

    async def _wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._look()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it has a turn that it does not take
                self._give_back()
            raise

    def _give_back(self) -> None:
        self._under_way -= 1
        self._look()

    def _look(self) -> None:
        if self._turning:
            return
        if self._stretch < _STRETCH:
            self._grant()
        elif self._waiting:
            self._turning = True
            asyncio.get_running_loop().call_soon(self._turn, self._came, 0, 0)

    def _turn(self, came: int, quiet: int, turns: int) -> None:
        """Once in a turn of the loop, until no more requests come in."""
        quiet = quiet + 1 if came == self._came else 0
        if quiet < _QUIET and turns < _MOST:
            asyncio.get_running_loop().call_soon(self._turn, self._came, quiet, turns + 1)
            return
        self._turning = False
        self._stretch = 0.0
        self._grant()

    def _grant(self) -> None:
        while self._waiting and self._under_way < AT_ONCE:
            turn = self._waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)
                return

    def _tell(self) -> None:
        self._telling = self._refused > 0
        if self._telling:
            log.warning("more images are asked for than this worker can draw in time: %d not drawn", self._refused)
            self._refused = 0
            asyncio.get_running_loop().call_later(TOLD, self._tell)


def check_wanted(waited: float, spent: float, patience: float, left: Callable[[], bool]) -> None:
    """Raises `NotDrawnError` where nobody would see what is drawn now for a request.

    It has waited for its turn, after it had `spent` some time on other things; all in seconds.
    """
    if left():
        raise NotDrawnError("left")
    if waited > max(patience - spent, _SOON):
        raise NotDrawnError("load")
