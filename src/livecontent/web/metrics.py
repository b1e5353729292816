"""Counts what is answered, for Prometheus, and warns of what whoever wrote the email can mend.

No label holds anything about a person.
"""

import logging
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from types import MappingProxyType

from livecontent.facts import Opening
from livecontent.pipeline import Answer
from livecontent.runtime.shared_counts import SharedCounts

log = logging.getLogger(__name__)

PAUSE = 3600.0  # seconds before the same warning is given again

_STATIONS = ("gather", "decide", "content", "layout", "render")
_BOUNDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)  # seconds
_MICROS = tuple(round(bound * 1e6) for bound in _BOUNDS)

_WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "merge-tag": "the merge tag of the email was not filled in; look at the snippet in your email tool",
        "unsigned": "a value in an address counts only with a signature, as livecontent snippet and links write it; "
        "or list it in the parameter's `values`",
        "undrawn": "a fact has letters that no font draws, and counts as unknown; see livecontent audience",
        "empty": "the merge tag of the email was filled in with nothing; look at the contact field in your email tool",
    }
)


class Metrics:
    """Counts of one process. Warns about broken merge tags and names that no font draws, so that they show at once."""

    def __init__(self, counts: SharedCounts, clock: Callable[[], float] = time.monotonic) -> None:
        """The clock is in seconds."""
        self._clock = clock
        self._warned: dict[tuple[str, str], float] = {}
        self.requests = counts.counter("livecontent_requests", "Requests answered", "path", "status")
        labels = ("creative", "variant", "format", "level")
        self._opens = counts.counter("livecontent_opens", "Images answered", *labels)
        self._facts = counts.counter("livecontent_facts", "Facts by reason", "fact", "reason")
        self._flaws = counts.counter("livecontent_flaws", "Addresses with something wrong", "creative", "flaw")
        self._undrawn = counts.counter("livecontent_undrawn", "Images with a fact that no font draws", "creative")
        stations = counts.times("livecontent_station_seconds", "Time at each station", _BOUNDS, "station")
        self._stations = {station: stations.of(station) for station in _STATIONS}
        times = counts.times("livecontent_request_seconds", "Time from a request to its answer", _BOUNDS, "path")
        self._times = {path: times.of(path) for path in ("image", "click", "block")}

    def replied(self, path: str, status: int, seconds: float) -> None:
        """Counts an answer to a request for an image, a click or a block."""
        self.requests[path, str(status)][0] += 1
        buckets, total = self._times[path]
        buckets[bisect_left(_BOUNDS, seconds)][0] += 1
        total[0] += seconds

    def answered(self, opening: Opening, found: Answer) -> None:
        """Counts an image."""
        name = found.creative if found.version else "unknown"  # names of creatives that are none know no end
        self._opens[name, found.variant, found.format, found.level][0] += 1
        for station, micros in found.micros.items():
            buckets, total = self._stations[station]
            buckets[bisect_left(_MICROS, micros)][0] += 1
            total[0] += micros / 1e6
        for root, fact in found.moment.facts.items():
            self._facts[root, fact.reason][0] += 1
        if found.undrawn and opening.preview is None:
            self._undrawn[name,][0] += 1
            self._warn(name, _WARNINGS["undrawn"])
        if opening.flaw and opening.preview is None:
            self._flaws[name, opening.flaw][0] += 1
            if found.version and opening.flaw in _WARNINGS:
                self._warn(name, _WARNINGS[opening.flaw])

    def refused(self, why: str | None) -> None:
        """Tells of a request that was not good HTTP, and was mended to be answered with an image."""
        if why:
            self._warn("a request that is not good HTTP was answered with an image", why)

    def _warn(self, what: str, why: str) -> None:
        """Of what whoever wrote the email or runs the server can mend; never says a ref or an address."""
        now = self._clock()
        if now - self._warned.get((what, why), -PAUSE) >= PAUSE:
            self._warned[what, why] = now
            log.warning("%s: %s", what, why)
