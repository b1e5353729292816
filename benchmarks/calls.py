"""How much Python an opening runs: calls of Python functions within `pipeline.answer`, the same on every machine.

A call is an event `call` of `sys.setprofile`: a function is entered, or a generator or coroutine goes on. What could
change the count is fixed: people, the time, the seed of hashes; no garbage is collected. Each case is warmed up first.

python -m benchmarks.calls counts in this process, and prints JSON.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.shop import ROOT, Shop, make_shop
from benchmarks.traffic import Hit, every_card, mix, triples_r3, unique_r1, unique_r2
from livecontent.facts import Opening
from livecontent.pipeline import answer
from livecontent.runtime.turns import Turns
from livecontent.services import Services, make_services

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TARGETS = {"r1": 350, "r3 seen": 70, "mix": 400}  # calls an opening; what holds today is in tests/test_calls.py
SHOWN = 15  # modules
_OTHERS = ("PIL", "liquid", "babel", "pydantic", "apsw", "geoip2", "cachetools")

Case = Mapping[str, Any]


def measure() -> dict[str, object]:
    """Calls for each opening, by case and module; prints them, too."""
    cases = count_apart()
    for name, case in cases.items():
        target = f" (target: {TARGETS[name]})" if name in TARGETS else ""
        print(f"  {name}: {case['calls']:,.1f} calls an opening{target}")
        for module, calls in list(case["modules"].items())[:SHOWN]:
            print(f"    {calls:8,.1f}  {module}")
    return {"at": AT.isoformat(), "targets": TARGETS, "cases": cases}


def count_apart() -> dict[str, Case]:
    """Counts in a process of its own, where nothing has been kept yet."""
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": path}
    command = [sys.executable, "-m", "benchmarks.calls"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Case] = json.loads(done.stdout)
    return found


async def _count(shop: Shop) -> dict[str, Case]:
    cards = every_card(shop)
    return {
        "r1": await _case(shop, unique_r1(shop), 400, 400),
        "r2": await _case(shop, unique_r2(shop), 100, 300),
        "r3 seen": await _case(shop, chain(cards, triples_r3(shop)), len(cards), 200),
        "mix": await _case(shop, mix(shop), 2500, 3000),
    }


async def _case(shop: Shop, hits: Iterator[Hit], warm: int, count: int) -> Case:
    calls: Counter[str] = Counter()
    parts = make_services(shop.settings())
    try:
        for hit in islice(hits, warm):
            await answer(await hit.opening(shop, parts.storage.people, AT), parts.kit)
        for hit in islice(hits, count):
            await _counted(await hit.opening(shop, parts.storage.people, AT), parts, calls)
    finally:
        await parts.aclose()
    modules: Counter[str] = Counter()
    for file, number in calls.items():
        modules[_module(file)] += number
    means = {module: round(number / count, 2) for module, number in modules.most_common()}
    return {"calls": round(calls.total() / count, 2), "openings": count, "modules": means}


async def _counted(opening: Opening, parts: Services, calls: Counter[str]) -> None:
    def see(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            calls[frame.f_code.co_filename] += 1

    parts.kit.renderer.turns = Turns()  # of a server that has had nothing to do
    sys.setprofile(see)
    try:
        found = await answer(opening, parts.kit)
    finally:
        sys.setprofile(None)
    if found.decision is None:
        raise RuntimeError(f"{opening.creative}: {found.left_out}")


def _module(file: str) -> str:
    """livecontent's by name, others' by package, the rest as one."""
    parts = Path(file).with_suffix("").parts
    if "livecontent" in parts:
        return ".".join(parts[parts.index("livecontent") :])
    return next((name for name in _OTHERS if name in parts), "the standard library")


def main() -> None:
    """Counts and prints."""
    with make_shop(AT) as shop:
        gc.disable()
        print(json.dumps(asyncio.run(_count(shop))))


if __name__ == "__main__":
    main()
