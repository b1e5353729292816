"""Learns again and again, in one process of a machine; all read what was learned."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import inf
from pathlib import Path

from livecontent.creative.model import Creative
from livecontent.errors import StorageError
from livecontent.learning.chances import count_offers
from livecontent.learning.training import WINDOW, has_context, learn_from, silent_share
from livecontent.runtime.private_files import alone
from livecontent.showings import Learned
from livecontent.storage.showings import ShowingStore

log = logging.getLogger(__name__)

READ = 5.0  # seconds between two looks at what was learned
LEARNED = 60.0  # and between two times that it is learned
DAY = 86_400.0
KEPT = 400 * DAY  # seconds that showings are kept


class Learning:
    """What creatives have learned, kept up to date; with the silent shares that they have reached."""

    def __init__(
        self,
        store: ShowingStore,
        creatives: Callable[[], Mapping[str, Creative]],
        lock: Path,
        also: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """`creatives` are those that are served; who has the lock learns. `also` learns a little more at each look."""
        self._store = store
        self._creatives = creatives
        self._lock = lock
        self._also = also
        self._next = self._tidied = -inf
        self.learned: Mapping[str, Learned] = {}
        self.silent: Mapping[str, float] = {}

    async def run(self) -> None:
        """Looks again and again."""
        failed = ""
        while True:
            try:
                await self.look()
                failed = ""
            except (StorageError, OSError) as error:
                if failed != str(error):  # not at each look
                    log.warning("what is learned can't be read or written: %s", error)
                failed = str(error)
            await asyncio.sleep(READ)

    async def read(self) -> None:
        """Reads what was learned."""
        self.learned = await self._store.learned()

    async def look(self) -> None:
        """Reads what was learned; learns, where it is time to, and nobody else does."""
        await self.read()
        due = time.monotonic() >= self._next
        if due:
            self._next = time.monotonic() + LEARNED
        with alone(self._lock) as ours:
            if ours and due:
                await self.learn()
            for learn in self._also if ours else ():
                await learn()

    async def learn(self) -> None:
        """Once, for all creatives that learn."""
        silent: dict[str, float] = {}
        changed: dict[str, Learned] = {}
        creatives = {name: one for name, one in self._creatives().items() if one.silence or one.learns_clicks}
        tallies = {name: await self._store.tallies(name) for name, one in creatives.items() if one.learns_clicks}
        offers = count_offers((creatives[name], found) for name, found in tallies.items())
        for name, creative in creatives.items():
            chosen = await self._store.chosen(name, newest=WINDOW) if creative.silence else []
            before = self.learned.get(name, Learned())
            after = await asyncio.to_thread(learn_from, creative, chosen, tallies.get(name, ()), before, offers)
            if after != before:
                changed[name] = after
            share = await asyncio.to_thread(silent_share, chosen)
            if share is not None:
                silent[name] = share
        if changed:
            await self._store.learn(changed, time.time())
        self.silent = silent
        await self.read()
        if time.monotonic() - self._tidied > DAY:
            self._tidied = time.monotonic()
            await self._tidy()

    async def _tidy(self) -> None:
        """Lets go of what is old, and of contexts that creatives do not have by now, as earlier versions kept them."""
        creatives, stale = self._creatives(), dict[str, Learned]()
        for name, one in self.learned.items():
            if name in creatives and not all(has_context(creatives[name], label) for label in one.contexts):
                stale[name] = one._replace(contexts={})
        if stale:
            await self._store.learn(stale, time.time())
            await self.read()
        for name, labels in (await self._store.contexts()).items():
            if name in creatives and (others := [one for one in labels if not has_context(creatives[name], one)]):
                await self._store.drop_contexts(name, others)
        await self._store.tidy(time.time() - KEPT)
