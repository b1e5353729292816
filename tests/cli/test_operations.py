"""What Prometheus and Grafana are given fits a real server: its metrics, the alerts, the dashboard."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import httpx2 as httpx
import pytest
from served import HELLO, PATIENCE, Served, linux, serving

from blocking import Blocking
from livecontent.config import DATA
from livecontent.storage.sqlite.storage import SqliteStorage
from told import scrape, until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "livecontent.json").read_text("utf-8"))
PROMTOOL = shutil.which("promtool")
SETTINGS = f"""
templates = "templates"
api_token = "{"x" * 20}"
[weather]
provider = "file"
file = "weather.json"
"""
OPENS = 24

with_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool of Prometheus is not installed")


def promtool(*words: str, folder: Path, said: str = "") -> None:
    done = subprocess.run(
        [PROMTOOL or "", *words], cwd=folder, input=said, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def opens(served: Served) -> float:
    return sum(value for key, value in served.told().items() if key[0] == "livecontent_opens_total")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two workers, where all that can be told has happened."""
    folder = tmp_path_factory.mktemp("operations")
    for name, text in (("hello", HELLO.replace("image: hello.png", "fill: white")), ("broken", "title: [")):
        (folder / "templates" / name).mkdir(parents=True)
        (folder / "templates" / name / "creative.yaml").write_text(text)
    (folder / "weather.json").write_text('{"attribution": "us", "cells": []}')
    (folder / "livecontent.toml").write_text(SETTINGS)
    (folder / DATA).mkdir(mode=0o700)
    with closing(Blocking(SqliteStorage(folder / DATA, "none").codes)) as codes:
        codes.add("summer", ["A", "B"])
    with serving(folder, "serve", "--workers", "2") as server:
        yield server


@pytest.fixture(scope="module")
def text(served: Served) -> str:
    """A scrape."""
    served.get("/i/hello/*|REF|*.jpg")
    httpx.put(f"{served.url}/v1/products/a/live", trust_env=False, timeout=PATIENCE)
    until(lambda: {("livecontent_codes_left", "summer"), ("livecontent_recipients",)} <= served.told().keys())
    return scrape(served.metrics)


def names(text: str) -> set[str]:
    return {re.split(r"[{ ]", line, maxsplit=1)[0] for line in text.splitlines() if not line.startswith("#")}


def queries() -> list[str]:
    """All of the dashboard, as Prometheus gets them."""
    found = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    filled = [re.sub(r"\$__(rate_interval|range)", "5m", query).replace("$instance", "a") for query in found]
    assert "$" not in "".join(filled)
    return filled


@linux
def test_the_same_is_told_at_each_scrape_and_nothing_falls_as_workers_die_and_are_replaced(served: Served) -> None:
    before = opens(served)
    for _ in range(OPENS):
        served.get("/i/hello.jpg")
    assert [opens(served) - before for _ in range(8)] == [OPENS] * 8
    seen = [served.told()]

    def steady() -> bool:
        told = served.told()
        counters = [key for key in seen[-1] if key[0].endswith(("_total", "_bucket", "_count", "_sum"))]
        parents = [key for key in counters if key[0].startswith("process_")]
        assert [key for key in set(counters) - set(parents) if told.get(key, 0) < seen[-1][key]] == []
        seen.append(told)
        return told["livecontent_workers",] == 2

    killed, _ = pair = served.workers()
    os.kill(killed, signal.SIGKILL)
    until(lambda: steady() and len(served.workers()) == 2 and served.workers() != pair)
    until(lambda: seen[-1]["livecontent_worker_deaths_total",] == 1 or steady() is None)
    pair = served.workers()
    served.process.send_signal(signal.SIGHUP)
    until(lambda: steady() and len(served.workers()) == 2 and not set(served.workers()) & set(pair))
    assert opens(served) - before == OPENS
    served.get("/i/hello.jpg")
    assert opens(served) - before == OPENS + 1
    assert all(one["livecontent_opens_total", "hello", "jpg", "live", "a"] for one, _ in pairwise(seen))


@with_promtool
def test_prometheus_accepts_what_is_told(text: str, tmp_path: Path) -> None:
    promtool("check", "metrics", folder=tmp_path, said=text)
    assert "_created" not in text


@with_promtool
def test_alerts_fire_when_they_should_and_else_not() -> None:
    promtool("check", "rules", "alerts.yml", folder=DEPLOY / "prometheus")
    promtool("test", "rules", "alerts_test.yml", folder=DEPLOY / "prometheus")


@with_promtool
def test_prometheus_understands_each_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries())]
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", "rules.json", folder=tmp_path)


def test_alerts_and_dashboard_name_only_metrics_that_are_told(text: str) -> None:
    told = names(text)
    for said in (*queries(), (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8")):
        named = set(re.findall(r"\blivecontent_\w+", said))
        assert named <= told, named - told


def test_each_metric_that_is_told_is_in_the_documents(text: str) -> None:
    page = (DEPLOY.parent / "docs" / "metrics.md").read_text("utf-8")
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names(text)}
    missing = {name for name in families if not name.startswith("process_") and name not in page}
    parts = {name for name in missing if any(f"`...{ending}`" in page for ending in _endings(name))}
    assert missing - parts == set()


def _endings(name: str) -> list[str]:
    words = name.split("_")
    return ["_" + "_".join(words[start:]) for start in range(1, len(words))]


def test_each_alert_is_in_the_documents() -> None:
    page = (DEPLOY.parent / "docs" / "metrics.md").read_text("utf-8")
    alerts = re.findall(r"alert: (\w+)", (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8"))
    assert [alert for alert in alerts if alert not in page] == []
