"""Writes what several ask for at the same time in one transaction: each waits for one turn of the disk, not for all."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from livecontent.errors import StorageError

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """A queue of what is to be written, in a thread, by one transaction for all that have come meanwhile."""

    def __init__(self, write: Callable[[Sequence[T]], Sequence[R]]) -> None:
        """`write` answers for each, in their order; it runs in a thread, and raises `StorageError`."""
        self._write = write
        self._asked: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, item: T) -> R:
        """What `write` answers, once it is written; it is written as well where whoever asks waits no longer."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._asked.append((item, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while asked := self._asked:
            self._asked = []
            try:
                answers = await asyncio.to_thread(self._write, [item for item, _ in asked])
            except StorageError as error:
                for _, waiting in asked:
                    if not waiting.done():
                        waiting.set_exception(error)
                continue
            for (_, waiting), answer in zip(asked, answers, strict=True):
                if not waiting.done():
                    waiting.set_result(answer)
