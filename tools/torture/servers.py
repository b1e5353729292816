"""A server of a shop, what it logs, and what of its events is stored in the end."""

import asyncio
import os
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import apsw
from benchmarks.processes import Server, family, serve

from livecontent.errors import StorageError
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.storage import SPOOLS
from tools.torture.shop import Shop

T = TypeVar("T")

START = 180.0  # seconds, on a busy machine
SAID = ("Traceback", "Task exception was never retrieved", "Exception in", "exception was never")


@dataclass
class Log:
    """What a server says."""

    file: Path

    @property
    def text(self) -> str:
        """All of it."""
        return self.file.read_text(encoding="utf-8", errors="replace") if self.file.exists() else ""

    @property
    def tracebacks(self) -> int:
        """Errors that nobody thought of."""
        return sum(line.startswith(SAID) for line in self.text.splitlines())


@contextmanager
def running(shop: Shop, log: Log, workers: int = 1) -> Iterator[Server]:
    """A server of the shop."""
    command = [sys.executable, "-m", "livecontent", "serve", "--port", "{port}", "--workers", str(workers)]
    cores = os.sched_getaffinity(0)
    with log.file.open("ab") as said, serve(command, shop.environment, cores, patience=START, log=said) as server:
        yield server


def share_of_machine() -> float:
    """How much of what this process would use it gets, of 1, where others use the machine, too."""
    return min(1.0, max(0.2, (os.cpu_count() or 1) / max(os.getloadavg()[0], 0.1)))


def accepting(server: Server) -> list[int]:
    """The processes of a server that take connections."""
    return [pid for pid in family(server.pid) if _accepts(Path(f"/proc/{pid}"))]


def _accepts(process: Path) -> bool:
    """Whether it waits for what comes to a listening socket: https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html"""
    with suppress(OSError):
        rows = [row.split() for row in (process / "net" / "tcp").read_text().splitlines()[1:]]
        listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
        for file in (process / "fd").iterdir():
            if file.readlink().name == "anon_inode:[eventpoll]":
                waited = re.findall(r"^tfd: +(\d+)", (process / "fdinfo" / file.name).read_text(), re.MULTILINE)
                if any((process / "fd" / number).readlink().name in listening for number in waited):
                    return True
    return False


@asynccontextmanager
async def aside(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Starts and ends something that takes its time without holding up the loop."""
    made = await asyncio.to_thread(manager.__enter__)
    try:
        yield made
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


def stored(shop: Shop, since: float = 0.0) -> tuple[Counter[str], int]:
    """Events by ref since a time, and opens that were only counted, once the spools of servers that are gone are read.

    A file that is none any more is taken away, as whoever runs a server would: its events are lost.
    """
    file = shop.data / "events.db"
    if not sound(file):
        delete(file)
    try:
        SqliteEvents(file, lambda _: "full", shop.data / SPOOLS).close()
    except StorageError:
        delete(file)
        SqliteEvents(file, lambda _: "full", shop.data / SPOOLS).close()
    with closing(apsw.Connection(str(file))) as look:
        select = "SELECT ref, count(*) FROM events WHERE kind = 'shown' AND at >= ? GROUP BY ref"
        rows: list[Any] = look.execute(select, (since,)).fetchall()
        counted = look.execute("SELECT sum(count) FROM counts WHERE kind = 'shown'").get
    return Counter(dict(rows)), int(counted or 0)


def lost(acknowledged: Counter[str], found: Counter[str], counted: int) -> int:
    """Pictures that were answered and of which there is no event, nor a count."""
    return max((acknowledged - found).total() - counted, 0)


def delete(file: Path) -> None:
    """A database, with its log."""
    for path in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))):
        path.unlink(missing_ok=True)


def sound(file: Path) -> bool:
    """Whether a database is whole."""
    try:
        look = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READWRITE)
        with closing(look):
            look.set_busy_timeout(10_000)  # of those that are dying
            return str(look.execute("PRAGMA integrity_check").get) == "ok"
    except apsw.Error:
        return False


async def until(true: Callable[[], bool], seconds: float = START) -> bool:
    """Waits until something is true; whether it is."""
    end = time.monotonic() + seconds
    while not await asyncio.to_thread(true):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.05)
    return True


def emptied(server: Server) -> bool:
    """Whether all events are stored."""
    return server.told("livecontent_events_waiting") == 0
