"""Stores as tests call them: each promise is waited for."""

from __future__ import annotations

import asyncio
import atexit
import inspect
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from livecontent.imports.csv_reader import Refusal
from livecontent.imports.recipients import import_recipients, open_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.imports.report import ImportReport
from livecontent.imports.table_file import Progress
from livecontent.links import ref_of

_MAIN = asyncio.Runner()
atexit.register(_MAIN.close)


def wait_for(promise: Awaitable[Any]) -> Any:
    """What a promise answers, in an event loop; within one, of what answers at once."""

    async def run() -> Any:
        return await promise

    if asyncio._get_running_loop():
        try:
            run().send(None)
        except StopIteration as answer:
            return answer.value

    return _MAIN.run(run()) if threading.current_thread() is threading.main_thread() else asyncio.run(run())


def import_at_once(
    file: Path, store: Blocking, key: bytes, columns: dict[str, str], progress: Progress
) -> tuple[ImportReport, list[Refusal]]:
    with open_recipients(file, columns) as people, RefusedRows(None, file, people.top) as refused:
        to = getattr(store, "store", store)
        return wait_for(import_recipients(people, to, by(key), refused, progress=progress)), refused.first


def by(key: bytes) -> Callable[[str], Awaitable[str]]:
    """Tells refs by one key."""

    async def find(recipient_id: str) -> str:
        return ref_of(recipient_id, key)

    return find


class Blocking:
    """A store, or all of them, whose methods answer at once: those that iterate, a list; `batch`, a context manager."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.store, name)
        if inspect.iscoroutinefunction(found):
            return _waiting(found)
        return Blocking(found) if type(found).__module__.startswith("livecontent.storage.sqlite") else found

    def iterate(self) -> list[Any]:
        return _all(self.store.iterate())

    def profiles(self) -> list[Any]:
        return _all(self.store.profiles())

    @contextmanager
    def batch(self) -> Iterator[Blocking]:
        opened = self.store.batch()
        batch = wait_for(opened.__aenter__())
        try:
            yield Blocking(batch)
        except BaseException as error:
            if not wait_for(opened.__aexit__(type(error), error, error.__traceback__)):
                raise
        else:
            wait_for(opened.__aexit__(None, None, None))


def _all(rows: AsyncIterator[Any]) -> list[Any]:
    async def read() -> list[Any]:
        return [row async for row in rows]

    return wait_for(read())


def _waiting(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    return lambda *values, **named: wait_for(method(*values, **named))
