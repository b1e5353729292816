"""Counts and times, as Prometheus reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from livecontent.facts import Fact, Moment, Opening, Preview, Reason
from livecontent.pipeline import Answer
from livecontent.render.fallback import FallbackLevel
from livecontent.web.metrics import Metrics

FACTS = Moment({"place": Fact(None, Reason.MISSING), "client": Fact(None, Reason.FRESH)})
RECORDER: Any = SimpleNamespace(waiting=3, dropped=1)
CACHES: Any = [SimpleNamespace(name="regions", size=10, hits=4, misses=2, evictions=1)]
OPENING = Opening("a", "", datetime(2026, 11, 21, tzinfo=UTC))
COMPILED: Any = SimpleNamespace(loaded=SimpleNamespace(version="1"))


def answered(creative: str, level: FallbackLevel, compiled: Any = COMPILED, **more: Any) -> Answer:
    prepared: Any = SimpleNamespace(moment=FACTS, decision=SimpleNamespace(variant=SimpleNamespace(name="v")))
    return Answer(b"", "jpg", level, creative, compiled, prepared, **more)


def read(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sorted(sample.labels.values())): sample.value for sample in samples}


def test_answers_facts_and_flaws_are_counted() -> None:
    metrics = Metrics(RECORDER, lambda: CACHES, skipped=lambda: {("weather", "symbol"): 2})
    known = answered('a "b"', FallbackLevel.LIVE)
    nobodys = answered("made-up", FallbackLevel.NEUTRAL, None)
    for found, flaw in ((known, ""), (known, "empty"), (nobodys, "merge-tag")):
        metrics.answered(replace(OPENING, flaw=flaw), found)
    found_ = read(metrics)
    assert found_["livecontent_openings_total", 'a "b"', "jpg", "live", "v"] == 2
    assert found_["livecontent_openings_total", "jpg", "neutral", "unknown", "v"] == 1
    assert found_["livecontent_facts_total", "missing", "place"] == 3
    assert found_["livecontent_facts_total", "client", "fresh"] == 3
    assert found_["livecontent_flaws_total", 'a "b"', "empty"] == 1
    assert found_["livecontent_flaws_total", "merge-tag", "unknown"] == 1
    assert found_["livecontent_events_waiting",] == 3
    assert found_["livecontent_skipped_total", "symbol", "weather"] == 2
    assert found_["livecontent_cache_looks_total", "hit", "regions"] == 4
    assert found_["livecontent_cache_size", "regions"] == 10


@given(st.lists(st.integers(0, 3_000_000) | st.sampled_from([99, 100, 101, 300, 1_000_000, 1_000_001]), max_size=9))
def test_times_stand_where_prometheus_itself_puts_them(micros: list[int]) -> None:
    metrics = Metrics(RECORDER, lambda: CACHES)
    registry = CollectorRegistry()
    buckets = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    theirs = Histogram("livecontent_station_seconds", "", ["station"], buckets=buckets, registry=registry)
    draw = theirs.labels("render")
    for each in micros:
        metrics.answered(OPENING, answered("a", FallbackLevel.LIVE, micros={"render": each}))
        draw.observe(each / 1e6)

    def lines(text: bytes) -> list[str]:
        kept = [line for line in text.decode().splitlines() if 'station="render"' in line]
        return [line for line in kept if "_created" not in line and "_sum" not in line]

    assert lines(metrics.text()) == lines(generate_latest(registry))
    assert abs(read(metrics)["livecontent_station_seconds_sum", "render"] - sum(micros) / 1e6) < 1e-9


def test_facts_that_no_font_draws_are_counted_and_told_without_a_name(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics(RECORDER, lambda: CACHES)
    undrawn = answered("a", FallbackLevel.LIVE, undrawn=("\u0378",))
    for found, preview in (
        (undrawn, None),
        (undrawn, None),
        (undrawn, Preview()),
        (answered("b", FallbackLevel.LIVE), None),
    ):
        metrics.answered(replace(OPENING, preview=preview), found)
    counts = {key[1:]: value for key, value in read(metrics).items() if key[0] == "livecontent_undrawn_total"}
    assert counts == {("a",): 2}
    (record,) = caplog.records
    assert "livecontent audience" in record.getMessage()
    assert "\u0378" not in record.getMessage()
