"""Counts and times, as Prometheus reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from livecontent.facts import Fact, Moment, Opening, Preview, Reason
from livecontent.pipeline import Answer
from livecontent.render.fallback import FallbackLevel
from livecontent.sources.base import SourceHealth
from livecontent.storage.codes import PoolCount
from livecontent.web.gauges import CreativeState, Gauges, Watched
from livecontent.web.health import readiness
from livecontent.web.metrics import Metrics
from told import new_counts, text_of, values

FACTS = Moment({"place": Fact(None, Reason.MISSING), "client": Fact(None, Reason.FRESH)})
OPENING = Opening("a", "", datetime(2026, 11, 21, tzinfo=UTC))
COMPILED: Any = SimpleNamespace(loaded=SimpleNamespace(version="1"))


def answered(creative: str, level: FallbackLevel, compiled: Any = COMPILED, **more: Any) -> Answer:
    prepared: Any = SimpleNamespace(moment=FACTS, decision=SimpleNamespace(variant=SimpleNamespace(name="v")))
    return Answer(b"", "jpg", level, creative, compiled, prepared, **more)


def test_answers_facts_and_flaws_are_counted(tmp_path: Path) -> None:
    metrics = Metrics(new_counts(tmp_path))
    known = answered('a "b"', FallbackLevel.LIVE)
    nobodys = answered("made-up", FallbackLevel.NEUTRAL, None)
    for found, flaw in ((known, ""), (known, "empty"), (nobodys, "merge-tag")):
        metrics.answered(replace(OPENING, flaw=flaw), found)
    metrics.replied("image", 304, 0.02)
    told = values(text_of(tmp_path))
    assert told["livecontent_opens_total", 'a "b"', "jpg", "live", "v"] == 2
    assert told["livecontent_opens_total", "unknown", "jpg", "neutral", "v"] == 1
    assert told["livecontent_facts_total", "place", "missing"] == 3
    assert told["livecontent_facts_total", "client", "fresh"] == 3
    assert told["livecontent_flaws_total", 'a "b"', "empty"] == 1
    assert told["livecontent_flaws_total", "unknown", "merge-tag"] == 1
    assert told["livecontent_requests_total", "image", "304"] == 1
    assert told["livecontent_request_seconds_bucket", "0.01", "image"] == 0
    assert told["livecontent_request_seconds_bucket", "0.03", "image"] == 1
    assert told["livecontent_request_seconds_sum", "image"] == 0.02


class State:
    """All that is looked at."""

    def __init__(self) -> None:
        self.recorder: Any = SimpleNamespace(waiting=3, written=7, dropped=1)
        self.creatives = {"a": CreativeState.READY, "b": CreativeState.OUTDATED, "c": CreativeState.BROKEN}
        cache: Any = SimpleNamespace(name="regions", size=10, hits=4, misses=2, evictions=1)
        self.watched = Watched(
            recorder=self.recorder,
            failures=lambda: {"events": 2},
            caches=lambda: [cache],
            sources=lambda: {"weather": SourceHealth(1e9, 5)},
            skipped=lambda: {("weather", "symbol"): 2},
            files=lambda: {"geoip": 0.0, "asn": None},
            creatives=lambda: self.creatives,
            pools=lambda: [PoolCount("summer", 100, 9)],
            recipients=lambda: None,  # type: ignore[arg-type,return-value]  not asked
        )


def test_what_is_looked_at_is_told(tmp_path: Path) -> None:
    state = State()
    gauges = Gauges(new_counts(tmp_path), state.watched)
    gauges.look()
    gauges.look()
    told = values(text_of(tmp_path))
    expected = {
        ("events_waiting",): 3,
        ("events_written_total",): 7,
        ("events_dropped_total",): 1,
        ("write_failures_total", "events"): 2,
        ("cache_looks_total", "regions", "hit"): 4,
        ("cache_size", "regions"): 10,
        ("source_updated_timestamp_seconds", "weather"): 1e9,
        ("source_failures_total", "weather"): 5,
        ("skipped_total", "weather", "symbol"): 2,
        ("creatives", "ready"): 1,
        ("creatives", "outdated"): 1,
        ("creative_in_error", "b"): 1,
        ("creative_in_error", "c"): 1,
        ("codes_left", "summer"): 9,
        ("codes", "summer"): 100,
    }
    for (name, *labels), value in expected.items():
        assert told[f"livecontent_{name}", *labels] == value, name
    assert told["livecontent_worker_cpu_seconds_total", "0"] > 0
    assert told["livecontent_worker_memory_bytes", "0"] > 2**20
    assert ("livecontent_file_timestamp_seconds", "asn") not in told
    state.creatives = {"b": CreativeState.READY}
    gauges.look()
    told = values(text_of(tmp_path))
    in_error = {key[1]: value for key, value in told.items() if key[0] == "livecontent_creative_in_error"}
    assert in_error == {"b": 0, "c": 0}


def test_a_server_is_ready_degraded_or_without_creatives() -> None:
    state = State()
    assert readiness(state.watched) == "degraded"
    state.creatives = {"a": CreativeState.READY}
    assert readiness(state.watched) == "degraded", "an event was lost"
    state.recorder.dropped = 0
    assert readiness(state.watched) == "ready"
    for state.creatives in ({}, {"a": CreativeState.BROKEN}):
        assert readiness(state.watched) == "no creatives"


@given(st.lists(st.integers(0, 3_000_000) | st.sampled_from([99, 100, 101, 300, 1_000_000, 1_000_001]), max_size=9))
def test_times_stand_where_prometheus_itself_puts_them(micros: list[int]) -> None:
    registry = CollectorRegistry()
    buckets = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    theirs = Histogram("livecontent_station_seconds", "", ["station"], buckets=buckets, registry=registry)
    draw = theirs.labels("render")
    with TemporaryDirectory() as folder:
        metrics = Metrics(new_counts(Path(folder)))
        for each in micros:
            metrics.answered(OPENING, answered("a", FallbackLevel.LIVE, micros={"render": each}))
            draw.observe(each / 1e6)
        text = text_of(Path(folder))

    def lines(text: str) -> set[str]:
        kept = [line for line in text.splitlines() if 'station="render"' in line]
        return {line for line in kept if "_created" not in line and "_sum" not in line}

    assert lines(text) == lines(generate_latest(registry).decode())
    assert abs(values(text)["livecontent_station_seconds_sum", "render"] - sum(micros) / 1e6) < 1e-9


def test_facts_that_no_font_draws_are_counted_and_told_without_a_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics(new_counts(tmp_path))
    undrawn = answered("a", FallbackLevel.LIVE, undrawn=("\u0378",))
    for found, preview in (
        (undrawn, None),
        (undrawn, None),
        (undrawn, Preview()),
        (answered("b", FallbackLevel.LIVE), None),
    ):
        metrics.answered(replace(OPENING, preview=preview), found)
    counts = {
        key[1:]: value for key, value in values(text_of(tmp_path)).items() if key[0] == "livecontent_undrawn_total"
    }
    assert counts == {("a",): 2}
    (record,) = caplog.records
    assert "livecontent audience" in record.getMessage()
    assert "\u0378" not in record.getMessage()
