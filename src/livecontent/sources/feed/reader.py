"""One feed: asked for again and again beside the opens, the last good answer kept in a file that all workers read.

One worker at a time asks, by a lock; the others find its answer in the file.
"""

import asyncio
import json
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from livecontent.config import FeedSettings
from livecontent.errors import SourceError
from livecontent.net.http import Http, retry_after
from livecontent.runtime.private_files import alone
from livecontent.sources.feed.parse import read_feed

log = logging.getLogger(__name__)

MAX_BYTES = 2 * 1024 * 1024
JITTER = 0.1  # of a pause, up and down, so that servers that started together do not ask together
FIRST_PAUSE = 5.0  # seconds after a failure; twice as long after each further one, up to
LAST_PAUSE = 900.0
LOOK = 1.0  # seconds between looks at whether another worker has an answer
SEEN = 10.0  # seconds between looks at whether the file is another, while it is not time to ask
UNCHANGED = 304


@dataclass(frozen=True, slots=True)
class FeedCopy:
    """An answer: its value, when it was asked for (seconds since 1970), and the headers by which it is asked again."""

    value: Any
    at: float
    conditions: Mapping[str, str]


class FeedReader:
    """Keeps one feed up to date."""

    def __init__(
        self,
        name: str,
        settings: FeedSettings,
        folder: Path,
        http: Http,
        skipped: Counter[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """The folder is made when something is written; items that are left out are counted by the feed's name.

        The clock is in seconds since 1970.
        """
        self.name = name
        self.settings = settings
        self.copy: FeedCopy | None = None
        self.problem = ""  # what went wrong the last time, "" if nothing
        self.failures = 0  # in a row
        self.failed = 0  # in all
        self._http = http
        self._skipped = skipped
        self._clock = clock
        self._file = folder / f"{name}.json"
        self._seen: tuple[int, int] | None = None
        self._pause = 0.0
        self._turn: asyncio.Task[None] | None = None

    @property
    def age(self) -> float:
        """Seconds since the answer was asked for."""
        return max(self._clock() - self.copy.at, 0.0) if self.copy else 0.0

    async def run(self) -> None:
        """Asks whenever it is time to, for ever."""
        while True:
            await self.refresh()
            due = self.settings.fresh - self.age if self.copy and not self.problem else self._pause
            await self._wait(max(due, LOOK) * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  no secret

    async def _wait(self, seconds: float) -> None:
        """Meanwhile entries may be taken out of the file: those of people who are forgotten."""
        while seconds > 0:
            await asyncio.sleep(min(seconds, SEEN))
            seconds -= SEEN
            with suppress(OSError):
                await asyncio.to_thread(self._load)

    def forget(self, words: Collection[str]) -> None:
        """Takes the entries with these keys out of the file. Raises `OSError`."""
        self._load()
        key, copy = self.settings.key, self.copy
        if key and copy and isinstance(copy.value, list):
            kept = [item for item in copy.value if not (isinstance(item, Mapping) and str(item.get(key)) in words)]
            if len(kept) < len(copy.value):
                self._save(FeedCopy(kept, copy.at, {}))  # all of it is asked for the next time

    async def refresh(self) -> None:
        """Looks into the file, and asks where what it has is not fresh. Never raises; one turn at a time."""
        if self._turn is None:
            self._turn = asyncio.create_task(self._refresh())
            self._turn.add_done_callback(lambda _: setattr(self, "_turn", None))
        await asyncio.shield(self._turn)

    async def _refresh(self) -> None:
        try:
            await asyncio.to_thread(self._load)
            if self.copy and self.age < self.settings.fresh:
                self._well()
                return
            with alone(self._file.with_suffix(".lock")) as mine:
                if mine:
                    self.copy = await self._fetch()
                    await asyncio.to_thread(self._save, self.copy)
                    self._well()
        except (SourceError, OSError) as error:
            self._failed(error)

    def _well(self) -> None:
        if self.problem:
            log.info("feed %s: is read again", self.name)
        self.problem, self.failures, self._pause = "", 0, LOOK

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        self.failed += 1
        wish = error.retry_after if isinstance(error, SourceError) else 0.0
        self._pause = max(min(FIRST_PAUSE * 2 ** (self.failures - 1), LAST_PAUSE), wish)
        problem = str(error)
        if problem != self.problem:
            log.warning("feed %s: %s", self.name, problem)
        self.problem = problem

    async def _fetch(self) -> FeedCopy:
        body, known = BytesIO(), self.copy
        headers = {"Accept": "*/*", **self.settings.headers, **(known.conditions if known else {})}
        at = self._clock()
        status, fields = await self._http.save(self.settings.url, body, MAX_BYTES, headers=headers)
        if status == UNCHANGED and known:
            return replace(known, at=at)
        if status != 200:
            moved = f": moved to {where}, write that into url" if (where := fields.get("location")) else ""
            raise SourceError(f"status {status}{moved}", retry_after(status, fields))
        form, items = self.settings.format, self.settings.items
        found = await asyncio.to_thread(read_feed, body.getvalue(), form, items, fields.get("content-type", ""))
        told = {"if-none-match": fields.get("etag"), "if-modified-since": fields.get("last-modified")}
        self._skipped[self.name] += found.skipped
        return FeedCopy(found.value, at, {name: value for name, value in told.items() if value})

    def _load(self) -> None:
        """The answer in the file, where it is another than the one known. Raises `OSError`."""
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp == self._seen:
                return
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if kept["of"] == self._origin():
                self.copy = FeedCopy(kept["value"], float(kept["at"]), kept["conditions"])
            self._seen = stamp
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError):
            log.warning("feed %s: %s is damaged, and is made anew", self.name, self._file)

    def _save(self, copy: FeedCopy) -> None:
        """Raises `OSError`."""
        draft = self._file.with_suffix(f".{os.getpid()}")
        kept = {
            "of": self._origin(),
            "at": copy.at,
            "conditions": dict(copy.conditions),
            "value": copy.value,
        }
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(kept, out, ensure_ascii=False)
        draft.replace(self._file)
        found = self._file.stat()
        self._seen = (found.st_mtime_ns, found.st_ino)

    def _origin(self) -> list[str]:
        """What tells whether a kept answer is of the feed as it is set now."""
        return [self.settings.url, self.settings.format, self.settings.items]
