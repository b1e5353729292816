"""What `/metrics` tells, in the text format of Prometheus. No label holds anything about a person."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from livecontent.pipeline import Answer, Engine
from livecontent.storage.queue import Recorder

_STATIONS = ("gather", "decide", "content", "layout", "render")
_BUCKETS = (100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)  # microseconds
_NAMES = (*(str(micros / 1e6) for micros in _BUCKETS), "+Inf")


class Metrics:
    """Counters of one process: plain numbers, which become metrics when they are asked for."""

    def __init__(self, kit: Engine, recorder: Recorder) -> None:
        self._since = time.time()
        self._openings: Counter[tuple[str, ...]] = Counter()
        self._facts: Counter[tuple[str, ...]] = Counter()
        self._flaws: Counter[tuple[str, ...]] = Counter()
        self._stations = {station: [0] * len(_NAMES) for station in _STATIONS}  # how often in each bucket
        self._micros = dict.fromkeys(_STATIONS, 0)
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._gauge("livecontent_events_waiting", "Events not yet written", lambda: recorder.waiting)
        self._gauge("livecontent_events_dropped", "Events lost as the queue was full", lambda: recorder.dropped)
        parts = kit.renderer.cache
        self._gauge("livecontent_parts_bytes", "Encoded parts kept", lambda: parts.size)
        self._gauge("livecontent_parts_hits", "Parts found ready", lambda: parts.hits)
        self._gauge("livecontent_parts_misses", "Parts that had to be made", lambda: parts.misses)
        self._gauge("livecontent_parts_evictions", "Parts dropped for others", lambda: parts.evictions)

    def answered(self, found: Answer) -> None:
        """Counts an answer."""
        name = found.creative if found.version else "unknown"
        self._openings[name, found.variant, found.format, found.level] += 1
        for station, micros in found.micros.items():
            self._stations[station][bisect_left(_BUCKETS, micros)] += 1
            self._micros[station] += micros
        for root, fact in found.moment.facts.items():
            self._facts[root, fact.reason] += 1

    def flawed(self, found: Answer, flaw: str) -> None:
        """Counts an answer to an address with something wrong."""
        self._flaws[found.creative if found.version else "unknown", flaw] += 1

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The counters and times, for the registry."""
        labels = ("creative", "variant", "format", "step")
        yield self._counter("livecontent_openings", "Images answered", labels, self._openings)
        yield self._counter("livecontent_facts", "Facts by reason", ("fact", "reason"), self._facts)
        yield self._counter("livecontent_flaws", "Addresses with something wrong", ("creative", "flaw"), self._flaws)
        times = HistogramMetricFamily("livecontent_station_seconds", "Time at each station", labels=["station"])
        for station, counts in self._stations.items():
            buckets = list(zip(_NAMES, accumulate(counts), strict=True))
            times.add_metric([station], buckets, self._micros[station] / 1e6)
            times.add_sample("livecontent_station_seconds_created", {"station": station}, self._since)
        yield times

    def _counter(
        self, name: str, help_: str, labels: tuple[str, ...], counts: Counter[tuple[str, ...]]
    ) -> CounterMetricFamily:
        family = CounterMetricFamily(name, help_, labels=labels)
        for values, count in counts.items():
            family.add_metric(values, count, self._since)
        return family

    def _gauge(self, name: str, help_: str, read: object) -> None:
        gauge = Gauge(name, help_, registry=self._registry)
        gauge.set_function(read)  # type: ignore[arg-type]
