"""A broken template is told at the first test send: once an hour in the log, each time in the metrics."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving

from livecontent.facts import Opening, Preview
from livecontent.net.ranges import parse_address
from livecontent.pipeline import Answer
from livecontent.render.fallback import FallbackLevel
from livecontent.runtime.shared_counts import SharedCounts
from livecontent.web.metrics import PAUSE, Metrics
from told import NO_TLS, new_counts, text_of

TAG = "*|LIVEREF|*"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server of its own, so that nothing was said yet."""
    with serving(demo_settings(tmp_path_factory.mktemp("flaws"))) as server:
        yield server


def ask(live: Live, path: str) -> None:
    assert httpx.get(f"{live.url}{path}", trust_env=False, verify=NO_TLS).status_code == 200


def counted(live: Live) -> dict[tuple[str, ...], float]:
    return {key[1:]: count for key, count in live.told().items() if key[0] == "livecontent_flaws_total"}


def test_a_template_that_is_broken_is_warned_of_once_and_counted_each_time(
    fresh: Live, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for path in (f"countdown/{TAG}.gif", f"countdown/{TAG}.gif", "countdown/.gif", f"loyalty/{TAG}.jpg"):
            ask(fresh, f"/i/{path}")
        ask(fresh, f"/i/countdown/{fresh.ref}.gif")
        ask(fresh, "/i/countdown/abc.gif")
        ask(fresh, f"/i/no-such-creative/{TAG}.gif")
    said = [record.getMessage() for record in caplog.records if record.name.endswith("metrics")]
    merge_tag = "the merge tag of the email was not filled in; look at the snippet in your email tool"
    empty = "the merge tag of the email was filled in with nothing; look at the contact field in your email tool"
    assert said == [f"countdown: {merge_tag}", f"countdown: {empty}", f"loyalty: {merge_tag}"]
    assert {record.levelname for record in caplog.records if record.name.endswith("metrics")} == {"WARNING"}
    assert counted(fresh) == {
        ("countdown", "merge-tag"): 2,
        ("countdown", "empty"): 1,
        ("countdown", "malformed"): 1,
        ("loyalty", "merge-tag"): 1,
        ("unknown", "merge-tag"): 1,
    }


def opening(flaw: str, preview: Preview | None = None) -> Opening:
    address = parse_address("192.0.2.7")
    return Opening("umbrella", "", datetime.now(UTC), flaw=flaw, address=address, preview=preview)


COMPILED: Any = SimpleNamespace(loaded=SimpleNamespace(version="1"))
ANSWER = Answer(b"", "jpg", FallbackLevel.STATIC, "umbrella", COMPILED)


def test_the_same_is_said_again_after_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    metrics = Metrics(SharedCounts(), lambda: now[0])
    for now[0] in (0.0, 1.0, PAUSE - 1, PAUSE, PAUSE + 1, 2 * PAUSE):
        metrics.answered(opening("merge-tag"), ANSWER)
    assert len(caplog.records) == 3


@pytest.mark.parametrize("flaw", ["merge-tag", "empty", "malformed"])
def test_no_warning_holds_an_address(flaw: str, caplog: pytest.LogCaptureFixture) -> None:
    Metrics(SharedCounts()).answered(opening(flaw), ANSWER)
    assert "192.0.2.7" not in caplog.text


def test_a_preview_and_a_whole_address_are_nothing_to_note(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics(new_counts(tmp_path))
    metrics.answered(opening("merge-tag", Preview("Lille", None, None)), ANSWER)
    metrics.answered(opening(""), ANSWER)
    assert "livecontent_flaws_total{" not in text_of(tmp_path)
    assert caplog.records == []
