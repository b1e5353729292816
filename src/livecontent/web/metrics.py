"""What `/metrics` tells, in the text format of Prometheus. No label holds anything about a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from livecontent.pipeline import Answer, Kit
from livecontent.record.recorder import Recorder

_STATIONS = ("gather", "decide", "compose", "draw", "encode")
_BUCKETS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


class Metrics:
    """Counters of one process."""

    def __init__(self, kit: Kit, recorder: Recorder) -> None:
        self._registry = CollectorRegistry()
        self._openings = Counter(
            "livecontent_openings",
            "Pictures answered",
            ["creative", "variant", "format", "step"],
            registry=self._registry,
        )
        self._facts = Counter("livecontent_facts", "Facts by reason", ["fact", "reason"], registry=self._registry)
        self._flaws = Counter(
            "livecontent_flaws", "Addresses with something wrong", ["creative", "flaw"], registry=self._registry
        )
        stations = Histogram(
            "livecontent_station_seconds",
            "Time at each station",
            ["station"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._children: dict[tuple[Counter, tuple[str, ...]], Counter] = {}
        self._stations = {station: stations.labels(station) for station in _STATIONS}
        self._gauge("livecontent_events_waiting", "Events not yet written", lambda: recorder.waiting)
        self._gauge("livecontent_events_dropped", "Events lost as the queue was full", lambda: recorder.dropped)
        parts = kit.press.parts
        self._gauge("livecontent_parts_bytes", "Encoded parts kept", lambda: parts.size)
        self._gauge("livecontent_parts_hits", "Parts found ready", lambda: parts.hits)
        self._gauge("livecontent_parts_misses", "Parts that had to be made", lambda: parts.misses)
        self._gauge("livecontent_parts_evictions", "Parts dropped for others", lambda: parts.evictions)

    def answered(self, found: Answer) -> None:
        """Counts an answer."""
        name = found.creative if found.version else "unknown"
        self._child(self._openings, name, found.variant, found.format, found.step).inc()
        for station, micros in found.micros.items():
            self._stations[station].observe(micros / 1e6)
        for root, fact in found.moment.facts.items():
            self._child(self._facts, root, fact.reason).inc()

    def flawed(self, found: Answer, flaw: str) -> None:
        """Counts an answer to an address with something wrong."""
        self._child(self._flaws, found.creative if found.version else "unknown", flaw).inc()

    def _child(self, counter: Counter, *labels: str) -> Counter:
        """The counter of these labels, kept at hand."""
        child = self._children.get((counter, labels))
        if child is None:
            child = self._children[counter, labels] = counter.labels(*labels)
        return child

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)

    def _gauge(self, name: str, help_: str, read: object) -> None:
        gauge = Gauge(name, help_, registry=self._registry)
        gauge.set_function(read)  # type: ignore[arg-type]
