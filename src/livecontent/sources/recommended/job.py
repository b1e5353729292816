"""Makes the picks of all recipients every hour: in a process of its own, going through all profiles twice."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

from livecontent.errors import StorageError
from livecontent.runtime.private_files import alone
from livecontent.sources.recommended.model import History, Item, Taste, skus_in
from livecontent.storage.base import HISTORY, Storage
from livecontent.storage.picks import Pick, PickStore

log = logging.getLogger(__name__)

OLD = 3600.0  # seconds after which picks are made again
LOOKED = 60.0  # seconds between looks at that
NICE = 10  # opens come first

BOUGHT, VIEWED = HISTORY
ADDED = "added"  # a column of products


def pick_alone(folder: Path, open_storage: Callable[[], Storage]) -> int | None:
    """Makes them, by a lock in a folder; None where another process does. Raises `LivecontentError`."""

    async def run() -> int:
        storage = open_storage()
        try:
            return await make_picks(storage, datetime.now(UTC))
        finally:
            await storage.close()

    with alone(folder / "picks.lock") as ours:
        return asyncio.run(run()) if ours else None


async def make_picks(storage: Storage, at: datetime) -> int:
    """Picks for all who have bought or seen something, and tells for how many. Raises `StorageError`."""
    items = {product.sku: item_of(product.values) async for product in storage.products.iterate()}
    taste = Taste(items, at.date())
    async for one in _histories(storage):
        taste.add(one)
    taste.settle()

    async def picked() -> AsyncIterator[tuple[str, Sequence[Pick]]]:
        async for one in _histories(storage):
            if picks := taste.picks(one):
                yield one.ref, picks

    return await storage.picks.replace(picked(), at.timestamp())


async def _histories(storage: Storage) -> AsyncIterator[History]:
    """Of those who consent to be shown what their profile says."""
    async for recipient in storage.recipients.profiles():
        found = history_of(recipient.ref, recipient.profile)
        if (found.bought or found.viewed) and (await storage.people.look_up(recipient.ref)).consent != "none":
            yield found


def history_of(ref: str, profile: Mapping[str, object]) -> History:
    """What a profile tells of what somebody has bought and seen."""
    return History(ref, skus_in(profile.get(BOUGHT)), skus_in(profile.get(VIEWED)))


def item_of(values: Mapping[str, object]) -> Item:
    """What picking looks at of a product of the catalogue."""
    group, category, price, added = (values.get(name) for name in ("group", "category", "price", ADDED))
    return Item(
        group if isinstance(group, str) else "",
        category if isinstance(category, str) else "",
        float(price) if isinstance(price, int | float) and price > 0 else None,
        _day(added),
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


class Recommender:
    """Has picks made again where they are old, and a creative shows them."""

    def __init__(self, picks: PickStore, work: Callable[[], object], wanted: Callable[[], bool]) -> None:
        """`work` makes them, in another process: it is pickled; where several workers ask, it does so once."""
        self._picks = picks
        self._work = work
        self._wanted = wanted

    async def run(self) -> None:
        """Looks again and again."""
        while True:
            try:
                if self._wanted() and await self._are_old():
                    await self._in_process()
            except StorageError as error:
                log.warning("recommendations can't be read: %s", error)
            await asyncio.sleep(LOOKED)

    async def _are_old(self) -> bool:
        made = await self._picks.made_at()
        return made is None or time.time() - made > OLD

    async def _in_process(self) -> None:
        process = get_context("spawn").Process(target=_behind_opens, args=(self._work,), daemon=True)
        process.start()
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(process.sentinel)
            process.kill()
            process.join()
        if process.exitcode:
            log.warning("recommendations were not made: the process ended with %s", process.exitcode)


def _behind_opens(work: Callable[[], object]) -> None:
    """Ctrl-C goes to all processes of a terminal: the server ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    work()
