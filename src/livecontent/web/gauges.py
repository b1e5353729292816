"""How a process is: what waits to be written, caches, sources, creatives, memory. Looked at every second.

What is looked at counts in plain numbers of its own; here these go into the counts that all processes share.
"""

import asyncio
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from livecontent.errors import StorageError
from livecontent.runtime.cache import Cache
from livecontent.runtime.shared_counts import SharedCounts
from livecontent.sources.base import SourceHealth
from livecontent.storage.codes import PoolCount
from livecontent.storage.queue import Recorder
from livecontent.triggers.job import TriggerJob

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds
DAY = 86_400.0
COUNTED = 60  # looks between two counts of recipients


class CreativeState(StrEnum):
    """Whether a creative is in use as its folder is now."""

    READY = "ready"
    OUTDATED = "outdated"  # its folder has errors or is gone, and the version before is in use
    RECALLED = "recalled"  # something else stands in, until that is undone
    BROKEN = "broken"  # its folder has errors, and there is no version before


FINE = frozenset({CreativeState.READY, CreativeState.RECALLED})  # nobody has to repair its files


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at. Each is asked anew, as what is in use changes."""

    recorder: Recorder
    failures: Callable[[], Mapping[str, int]]  # writes that failed, by store
    caches: Callable[[], Iterable[Cache[Any, Any]]]
    sources: Callable[[], Mapping[str, SourceHealth]]
    skipped: Callable[[], Mapping[tuple[str, ...], int]]  # parts of what sources answered that could not be read
    files: Callable[[], Mapping[str, float | None]]  # days since files of data were made, None where there is none
    creatives: Callable[[], Mapping[str, CreativeState]]
    pools: Callable[[], Iterable[PoolCount]]
    recipients: Callable[[], Awaitable[int]]
    silent: Callable[[], Mapping[str, float]] = dict  # the share of opens that were silent, by creative
    triggers: TriggerJob | None = None


class Gauges:
    """Tells how a process is."""

    def __init__(self, counts: SharedCounts, watched: Watched) -> None:
        self.watched = watched
        self._worker = (str(counts.slot),)
        count, gauge = counts.counter, counts.gauge
        self._waiting = gauge("livecontent_events_waiting", "Events not yet written")
        self._written = count("livecontent_events_written", "Events written")
        self._dropped = count("livecontent_events_dropped", "Events lost")
        self._failed = count("livecontent_write_failures", "Writes to a store that failed", "store")
        self._sizes = gauge("livecontent_cache_size", "What a cache holds: bytes, or entries", "cache")
        self._looks = count("livecontent_cache_looks", "Looks into a cache", "cache", "outcome")
        self._evictions = count("livecontent_cache_evictions", "Dropped from a cache for others", "cache")
        name, at = "livecontent_source", "seconds since 1970"
        self._updated = gauge(f"{name}_updated_timestamp_seconds", f"Last answer of a source, {at}", "source", of="max")
        self._failures = count(f"{name}_failures", "Requests to a source that failed", "source")
        self._skipped = count("livecontent_skipped", "Parts of answers that could not be read", "fact", "part")
        self._files = gauge("livecontent_file_timestamp_seconds", f"When data was made, {at}", "file", of="max")
        self._creatives = gauge("livecontent_creatives", "Creatives by state", "state", of="max")
        in_error = "Creatives whose files have errors: 1, or 0 once they are repaired"
        self._in_error = gauge("livecontent_creative_in_error", in_error, "creative", of="max")
        self._left = gauge("livecontent_codes_left", "Single-use codes that can be given", "pool", of="max")
        self._codes = gauge("livecontent_codes", "Single-use codes, given or not", "pool", of="max")
        self._silence = gauge("livecontent_silence", "Share of opens with nothing to say", "creative", of="max")
        self._triggers = count("livecontent_triggers", "What became of triggers, and of alerts", "trigger", "outcome")
        self._alerts = gauge("livecontent_alerts", "Alerts that are waiting or dead", "state", of="max")
        oldest = "Seconds that the oldest alert has waited"
        self._oldest = gauge("livecontent_alerts_waiting_seconds", oldest, of="max")
        self._recipients = gauge("livecontent_recipients", "Imported recipients", of="max")
        self._memory = gauge("livecontent_worker_memory_bytes", "Resident memory of a worker", "worker")
        self._descriptors = gauge("livecontent_worker_open_files", "Files and connections of a worker", "worker")
        self._cpu = count("livecontent_worker_cpu_seconds", "Processor time of a worker", "worker")

    async def run(self) -> None:
        """Looks again and again."""
        looks = 0
        while True:
            self.look()
            if looks % COUNTED == 0:
                with suppress(StorageError):
                    self._recipients[()][0] = await self.watched.recipients()
            looks += 1
            await asyncio.sleep(PAUSE)

    def look(self) -> None:
        """Looks once; takes about as long as an open."""
        self._look_at_events()
        self._look_at_caches()
        self._look_at_sources()
        self._look_at_creatives()
        for pool in self.watched.pools():
            self._left[pool.name,][0], self._codes[pool.name,][0] = pool.left, pool.total
        for creative, share in self.watched.silent().items():
            self._silence[creative,][0] = share
        if self.watched.triggers:
            self._look_at_triggers(self.watched.triggers)
        self._look_at_process()

    def _look_at_triggers(self, triggers: TriggerJob) -> None:
        for labels, number in triggers.outcomes.copy().items():
            self._triggers.follow(labels, number)
        standing = triggers.standing
        self._alerts["waiting",][0], self._alerts["dead",][0] = standing.waiting, standing.dead
        self._oldest[()][0] = max(time.time() - standing.oldest, 0.0) if standing.oldest else 0.0

    def _look_at_events(self) -> None:
        recorder = self.watched.recorder
        self._waiting[()][0] = recorder.waiting
        self._written.follow((), recorder.written)
        self._dropped.follow((), recorder.dropped)
        for store, failures in self.watched.failures().items():
            self._failed.follow((store,), failures)

    def _look_at_caches(self) -> None:
        for cache in self.watched.caches():
            name = (cache.name,)
            self._sizes[name][0] = cache.size
            self._looks.follow((*name, "hit"), cache.hits)
            self._looks.follow((*name, "miss"), cache.misses)
            self._evictions.follow(name, cache.evictions)

    def _look_at_sources(self) -> None:
        for source, health in self.watched.sources().items():
            self._updated[source,][0] = health.updated
            self._failures.follow((source,), health.failures)
        for part, skipped in self.watched.skipped().items():
            self._skipped.follow(part, skipped)
        for file, days in self.watched.files().items():
            if days is not None:
                self._files[file,][0] = time.time() - days * DAY

    def _look_at_creatives(self) -> None:
        creatives = self.watched.creatives()
        states = Counter(creatives.values())
        for state in CreativeState:
            self._creatives[state,][0] = states[state]
        in_error = {(name,) for name, state in creatives.items() if state not in FINE}
        for name in self._in_error.keys() | in_error:
            self._in_error[name][0] = name in in_error

    def _look_at_process(self) -> None:
        self._cpu.follow(self._worker, time.process_time())
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._memory[self._worker][0] = pages * os.sysconf("SC_PAGE_SIZE")
            self._descriptors[self._worker][0] = sum(1 for _ in Path("/proc/self/fd").iterdir())
