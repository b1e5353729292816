"""Counts segments when somebody asks for it, in a process of low priority, and keeps what came of it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from livecontent.errors import LivecontentError
from livecontent.sources.segment import Segments
from livecontent.sources.segment_counts import CountJob, SegmentCounts, count_segments

log = logging.getLogger(__name__)

SAMPLE = 10_000  # recipients; refs are drawn by a digest, so the first ones are as good as any
AGAIN = 10.0  # seconds in which the same count is not made again
_NICE = 10  # opens come first


@dataclass(frozen=True, slots=True)
class CountedSegments:
    """What was counted of which rules, when (seconds since 1970); `everybody`: all recipients, looked at or not."""

    rules: Mapping[str, str]
    counts: SegmentCounts
    at: float
    everybody: int
    most: int | None


class SegmentCounting:
    """One count at a time; it starts when it is asked for."""

    def __init__(self, make_job: Callable[[Segments, int | None], CountJob], clock: Callable[[], float]) -> None:
        self._make_job = make_job
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self.last: CountedSegments | None = None
        self.tried: CountedSegments | None = None  # an expression that stands in no file
        self.trial = ""  # the expression that is counted now, or was just now; "" for the segments of the file
        self.problem = ""  # why the last count failed
        self.progress = (0, 0)  # people looked at, and to look at

    @property
    def running(self) -> bool:
        """Whether it counts now."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Nothing: nobody has asked yet."""

    async def close(self) -> None:
        """Ends the count, and its process."""
        if self._task and self.running:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def ask(self, segments: Segments, most: int | None, everybody: int, wait: float, trial: str = "") -> bool:
        """Begins to count, and waits so many seconds at most for the end; False where another count goes on.

        `trial`: these are no segments of the file, but this expression.
        """
        free = not self.running
        if free and not self._fresh(self.tried if trial else self.last, segments, most):
            self.trial, self.problem, self.progress = trial, "", (0, 0)
            self._task = asyncio.create_task(self._count(self._make_job(segments, most), everybody))
        if self._task and self.running:
            await asyncio.wait([self._task], timeout=wait)
        return free

    def _fresh(self, last: CountedSegments | None, segments: Segments, most: int | None) -> bool:
        rules = {name: rule.source for name, rule in segments.items()}
        return bool(last and (last.rules, last.most) == (rules, most) and 0 <= self._clock() - last.at < AGAIN)

    async def _count(self, job: CountJob, everybody: int) -> None:
        try:
            counts = await count_segments(job, 1, self._tell, _NICE)
        except LivecontentError as error:
            self.problem = str(error)
        except Exception:
            log.exception("segments can't be counted")
            self.problem = "Internal error"
        else:
            self._keep(CountedSegments(job.rules, counts, self._clock(), everybody, job.most))

    def _keep(self, counted: CountedSegments) -> None:
        if self.trial:
            counted.counts.examples.clear()  # of a trial nobody is shown
            self.tried = counted
        else:
            self.last = counted

    def _tell(self, done: int, whole: int) -> None:
        self.progress = done, whole
