"""Openings of the demo's creatives, in process: microseconds at each station, whole openings per second.

Each is measured twice over the same seeded recipients: at first sight, where most pictures have to be drawn, and seen
before, where an equal scene has been drawn already.
"""

import asyncio
import os
import random
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import spread
from livecontent.cli.demo import make_demo
from livecontent.config import load_settings
from livecontent.facts import Client, Opening
from livecontent.pipeline import answer
from livecontent.services import Services, make_services

SEED = 1931
OPENINGS = 400  # of each creative
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def measure() -> dict[str, object]:
    """Figures by creative."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            os.environ["LIVECONTENT_CONFIG"] = str(make_demo(8000))
            parts = make_services(load_settings())
            return asyncio.run(_measure(parts))
        finally:
            os.chdir(before)


async def _measure(parts: Services) -> dict[str, object]:
    refs = [ref async for ref, _ in parts.storage.recipients.iterate()]
    results: dict[str, object] = {}
    try:
        for name, compiled in sorted(parts.kit.creatives.items()):
            chosen = random.Random(SEED).sample(refs, OPENINGS)
            await _open(parts, name, random.Random(SEED + 1).sample(refs, 20))  # warm: fonts, locales, look-ups
            parts.kit.renderer.cache.clear()
            results[name] = {
                "format": compiled.loaded.creative.format,
                "first_sight": await _open(parts, name, chosen),
                "seen_before": await _open(parts, name, chosen),
            }
    finally:
        await parts.aclose()
    return {"seed": SEED, "openings": OPENINGS, "creatives": results}


async def _open(parts: Services, creative: str, refs: list[str]) -> dict[str, object]:
    stations: dict[str, list[float]] = defaultdict(list)
    whole: list[float] = []
    steps: dict[str, int] = defaultdict(int)
    start = time.perf_counter()
    for ref in refs:
        person = await parts.storage.people.look_up(ref)
        client = Client("browser", proxy=False, time="live", place_trust="ip")
        opening = Opening(creative, ref, AT, client=client, person=person)
        began = time.perf_counter_ns()
        found = await answer(opening, parts.kit)
        whole.append((time.perf_counter_ns() - began) / 1000)
        steps[found.level.value] += 1
        for station, micros in found.micros.items():
            stations[station].append(micros)
    seconds = time.perf_counter() - start
    return {
        "openings_per_second": round(len(refs) / seconds, 1),
        "whole_micros": spread(whole),
        "station_micros": {station: spread(samples) for station, samples in stations.items()},
        "steps": dict(steps),
    }
