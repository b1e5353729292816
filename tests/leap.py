"""An event loop whose clock leaps to the next timer when nothing else is to do: seconds that pass exactly, at once.

For timers alone: it leaps over what threads and other processes are about to do.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Leaping(selectors.DefaultSelector):
    """Lets the time pass that it is told to wait for."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout if timeout is None else 0)
        if not ready:
            self.now += timeout or 0.0
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


def run(main: Coroutine[Any, Any, T], debug: bool | None = None) -> tuple[T, float]:
    """The result, and the seconds that passed on the clock of the loop."""
    with asyncio.Runner(loop_factory=_Loop, debug=debug) as runner:
        result = runner.run(main)
        return result, runner.get_loop().time()
