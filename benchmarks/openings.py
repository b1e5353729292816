"""Openings of the demo's creatives, in process: microseconds at each station, whole openings per second.

Each is measured twice over the same seeded recipients: at first sight, where most pictures have to be drawn, and seen
before, where an equal scene has been drawn already. And what an open costs besides that looks at what people did.
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
from benchmarks.segments import write_audience
from livecontent.cli.demo import make_demo
from livecontent.config import load_settings
from livecontent.facts import Client, Opening
from livecontent.pipeline import answer
from livecontent.services import Services, make_services

SEED = 1931
OPENINGS = 400  # of each creative
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PEOPLE = 2000  # of whom every other has a history
RULES = {  # of two creatives that are otherwise the same; none is true
    "profile": "recipient.points < -1 || recipient.points > 100000",
    "history": "recipient.points < -1 || history.orders_in_a_year > 1000 || habit.best_hour > 30",
}
_CREATIVE = """
title: T
size: 300x100
variants:
  - {{name: never, when: '{rule}', layers: [{{text: "Welcome back"}}]}}
  - {{name: hello, layers: [{{text: "Hello {{{{ recipient.first_name }}}}"}}]}}
"""


def measure() -> dict[str, object]:
    """Figures by creative."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            os.environ["LIVECONTENT_CONFIG"] = str(make_demo(8000))
            parts = make_services(load_settings())
            found = asyncio.run(_measure(parts))
            return {**found, "history_and_habits": measure_history(Path(folder) / "shop")}
        finally:
            os.chdir(before)


def measure_history(folder: Path) -> dict[str, object]:
    """Opens whose rules look at history and habits beside opens whose rules do not, by the same people."""
    folder.mkdir()
    write_audience(folder, PEOPLE)
    for name, rule in RULES.items():
        (folder / "templates" / name).mkdir()
        (folder / "templates" / name / "creative.yaml").write_text(_CREATIVE.format(rule=rule))
    os.environ["LIVECONTENT_CONFIG"] = str(folder / "livecontent.toml")
    taken = asyncio.run(_open_in_turn(make_services(load_settings())))
    more = [with_history - without for without, with_history in zip(*taken.values(), strict=True)]
    found = {"cpu_micros": {name: spread(micros) for name, micros in taken.items()}, "more_micros": spread(more)}
    print(f"  {found}")
    return found


async def _open_in_turn(parts: Services) -> dict[str, list[float]]:
    """CPU of each open of people who have a history; each was drawn before."""
    taken: dict[str, list[float]] = {name: [] for name in RULES}
    try:
        refs = [ref async for ref, _ in parts.storage.recipients.iterate() if parts.storage.history.history(ref)]
        for _ in range(2):
            for micros in taken.values():
                micros.clear()
            for ref in refs:
                for name, micros in taken.items():
                    person = await parts.storage.people.look_up(ref)
                    client = Client("browser", time="live")
                    opening = Opening(name, ref, datetime.now(UTC), client=client, person=person)
                    began = time.process_time_ns()
                    found = await answer(opening, parts.kit)
                    micros.append((time.process_time_ns() - began) / 1000)
                    moment = found.prepared and found.prepared.moment
                    if not moment or (name == "history" and not (moment.value("history") and moment.value("habit"))):
                        raise RuntimeError(f"{name}: {moment}")
    finally:
        await parts.aclose()
    return taken


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
