"""What a server tells Prometheus, as tests read it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from livecontent.runtime.shared_counts import CountsOfAll, SharedCounts

PATIENCE = 180.0  # seconds, on a machine that has other things to do

# Clients of servers on loopback: to read the certificates of the world's authorities takes 40 ms of each request.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Told = dict[tuple[str, ...], float]  # by name and values of labels, in their order


def new_counts(folder: Path) -> SharedCounts:
    """Counts of a server that is made in a test."""
    folder.mkdir(exist_ok=True)
    return SharedCounts(folder)


def text_of(folder: Path) -> str:
    """What all processes have counted into a folder, as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(CountsOfAll(folder))
    return generate_latest(registry).decode()


def scrape(url: str) -> str:
    """What a server tells at an address."""
    return httpx.get(url, trust_env=False, verify=NO_TLS, timeout=PATIENCE).raise_for_status().text


def values(text: str) -> Told:
    """All values of a text."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value for sample in samples}


def until(true: Callable[[], object]) -> None:
    """Waits, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
