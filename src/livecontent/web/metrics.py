"""Health and metrics: `/healthz`, `/readyz`, and `/metrics` in the text format of Prometheus.

No label holds anything about a person.
"""

import logging
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livecontent.facts import Opening
from livecontent.pipeline import Answer, Engine
from livecontent.runtime.cache import Cache
from livecontent.storage.codes import PoolCount
from livecontent.storage.queue import Recorder

log = logging.getLogger(__name__)

PAUSE = 3600.0  # seconds before the same warning is given again

_STATIONS = ("gather", "decide", "content", "layout", "render")
_BUCKETS = (100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)  # microseconds
_NAMES = (*(str(micros / 1e6) for micros in _BUCKETS), "+Inf")

_WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "merge-tag": "the merge tag of the email was not filled in; look at the snippet in your email tool",
        "undrawn": "a fact has letters that no font draws, and counts as unknown; see livecontent audience",
        "empty": "the merge tag of the email was filled in with nothing; look at the contact field in your email tool",
    }
)


class Metrics(Collector):
    """Counts of one process: plain numbers, as prometheus_client's own counters would be a sixth of an open's calls.

    Warns about broken merge tags and names that no font draws, so that they show at the first test send.
    """

    def __init__(
        self,
        recorder: Recorder,
        caches: Callable[[], Iterable[Cache[Any, Any]]],
        clock: Callable[[], float] = time.monotonic,
        skipped: Callable[[], Mapping[tuple[str, ...], int]] = dict,
        pools: Callable[[], Iterable[PoolCount]] = tuple,
        live: Callable[[], Iterable[Metric]] = tuple,
    ) -> None:
        """`caches` answers those that are in use now, `skipped` what of sources could not be read, `pools` what
        is left of codes, `live` what is told of live values. The clock is in seconds.
        """
        self._recorder = recorder
        self._caches = caches
        self._skipped = skipped
        self._pools = pools
        self._live = live
        self._clock = clock
        self._warned: dict[tuple[str, str], float] = {}
        self._since = time.time()
        self._openings: Counter[tuple[str, ...]] = Counter()
        self._facts: Counter[tuple[str, ...]] = Counter()
        self._flaws: Counter[tuple[str, ...]] = Counter()
        self._undrawn: Counter[tuple[str, ...]] = Counter()
        self._stations = {station: [0] * len(_NAMES) for station in _STATIONS}  # how often in each bucket
        self._micros = dict.fromkeys(_STATIONS, 0)
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def answered(self, opening: Opening, found: Answer) -> None:
        """Counts an answer."""
        name = found.creative if found.version else "unknown"  # names of creatives that are none know no end
        self._openings[name, found.variant, found.format, found.level] += 1
        for station, micros in found.micros.items():
            self._stations[station][bisect_left(_BUCKETS, micros)] += 1
            self._micros[station] += micros
        for root, fact in found.moment.facts.items():
            self._facts[root, fact.reason] += 1
        if found.undrawn and opening.preview is None:
            self._undrawn[name,] += 1
            self._warn(name, _WARNINGS["undrawn"])
        if opening.flaw and opening.preview is None:
            self._flaws[name, opening.flaw] += 1
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

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """All of them, for the registry."""
        labels = ("creative", "variant", "format", "level")
        yield self._counter("livecontent_openings", "Images answered", labels, self._openings)
        yield self._counter("livecontent_facts", "Facts by reason", ("fact", "reason"), self._facts)
        yield self._counter("livecontent_flaws", "Addresses with something wrong", ("creative", "flaw"), self._flaws)
        undrawn = "Images with a fact that no font draws"
        yield self._counter("livecontent_undrawn", undrawn, ("creative",), self._undrawn)
        help_ = "Parts of what sources answered that could not be read"
        yield self._counter("livecontent_skipped", help_, ("fact", "part"), self._skipped())
        times = HistogramMetricFamily("livecontent_station_seconds", "Time at each station", labels=["station"])
        for station, counts in self._stations.items():
            buckets = list(zip(_NAMES, accumulate(counts), strict=True))
            times.add_metric([station], buckets, self._micros[station] / 1e6)
            times.add_sample("livecontent_station_seconds_created", {"station": station}, self._since)
        yield times
        yield GaugeMetricFamily("livecontent_events_waiting", "Events not yet written", self._recorder.waiting)
        yield GaugeMetricFamily("livecontent_events_dropped", "Events lost", self._recorder.dropped)
        left = GaugeMetricFamily("livecontent_codes_left", "Single-use codes that can be given", labels=["pool"])
        for pool in self._pools():
            left.add_metric([pool.name], pool.left)
        yield left
        yield from self._live()
        yield from self._of_caches()

    def _counter(
        self, name: str, help_: str, labels: tuple[str, ...], counts: Mapping[tuple[str, ...], int]
    ) -> CounterMetricFamily:
        family = CounterMetricFamily(name, help_, labels=labels)
        for values, count in counts.items():
            family.add_metric(values, count, self._since)
        return family

    def _of_caches(self) -> Iterator[Metric]:
        size = GaugeMetricFamily("livecontent_cache_size", "What a cache holds: bytes, or entries", labels=["cache"])
        looks: dict[tuple[str, ...], int] = {}
        evictions: dict[tuple[str, ...], int] = {}
        for cache in self._caches():
            name = cache.name
            size.add_metric([name], cache.size)
            looks |= {(name, "hit"): cache.hits, (name, "miss"): cache.misses}
            evictions[name,] = cache.evictions
        yield size
        yield self._counter("livecontent_cache_looks", "Looks into a cache", ("cache", "outcome"), looks)
        yield self._counter("livecontent_cache_evictions", "Dropped for others", ("cache",), evictions)


def health_routes(kit: Engine, metrics: Metrics) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        ready = bool(kit.creatives)
        body = {"status": "ready" if ready else "no creatives", "creatives": sorted(kit.creatives)}
        return JSONResponse(body, 200 if ready else 503)

    async def read_metrics(_: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", read_metrics)]
