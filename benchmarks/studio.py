"""The studio on one core, server and Chromium together: grids of pictures, and a change in the preview.

A grid is filled when the last of its pictures is decoded; a change in the preview counts from the click to the frame
with the new picture. Beside the time there is the CPU that server and browser took, as on a busy machine the time says
little: on a core of their own they take no longer.
"""

import os
import shutil
import statistics
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.options import Options
from benchmarks.page import FLAGS, running_demo

GRIDS = {
    "people_by_places": "studio/grid/umbrella?f.rows=person&f.columns=place&f.weather=rain:9",
    "weather_by_hours": "studio/grid/umbrella?f.rows=weather&f.columns=hour&f.city=Brest",
    "countdown_by_days": "studio/grid/countdown?f.rows=person&f.columns=day",
}
CHANGES = 24
TICKS = os.sysconf("SC_CLK_TCK")
# Sets a control, and tells milliseconds until the browser has drawn a frame with the next picture.
CHANGE = """async ([id, value]) => {
  const before = document.getElementById("picture");
  const control = document.getElementById(id);
  const begun = performance.now();
  if (value === null) control.click();
  else { control.value = value; control.dispatchEvent(new Event("input", { bubbles: true })); }
  while (document.getElementById("picture") === before) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""
FILLED = """async () => {
  while (!document.getElementById("status").textContent) await new Promise(requestAnimationFrame);
  const pictures = [...document.querySelectorAll("#cells img")];
  await Promise.all(pictures.map((picture) => picture.decode()));
  return [performance.now(), pictures.length, new Set(pictures.map((picture) => picture.src)).size];
}"""


def measure(options: Options) -> dict[str, object]:
    """Measures all of it a few times. Raises `RuntimeError` where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("there is no chromium on this machine: sh .ci/system chromium")
    with _one_core(), running_demo() as (address, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="en-GB")
        grids = {name: _grid(page, f"{address}/{path}", server, options.rounds) for name, path in GRIDS.items()}
        changes = _changes(page, f"{address}/studio/preview/umbrella?f.person=r-0001")
        browser.close()
    return {"grids": grids, "change_ms": changes}


@contextmanager
def _one_core() -> Iterator[None]:
    """This process and all that it starts, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _grid(page: Page, address: str, server: int, rounds: int) -> dict[str, object]:
    """Of the first time, and of the median of those that follow."""
    loads = []
    for _ in range(rounds + 1):
        before, all_before = _cpu([server]), _cpu(_family())
        page.goto(address)
        filled, cells, different = page.evaluate(FILLED)
        loads.append((filled / 1000, _cpu(_family()) - all_before, _cpu([server]) - before))
    stream = page.get_attribute("#cells", "data-cells")
    with urllib.request.urlopen(f"{address.partition('/studio')[0]}{stream}", timeout=60) as answer:  # noqa: S310  ours
        size = len(answer.read())
    names = "seconds", "cpu", "cpu_of_server"
    again = [statistics.median(values) for values in zip(*loads[1:], strict=True)]
    return {
        "openings": cells,
        "pictures": different,
        "bytes": size,
        "first": {name: round(value, 2) for name, value in zip(names, loads[0], strict=True)},
        "again": {name: round(value, 2) for name, value in zip(names, again, strict=True)},
    }


def _cpu(processes: Iterable[int]) -> float:
    """Seconds of CPU that processes have taken."""
    ticks = 0
    for process in processes:
        with suppress(OSError):  # it has ended
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def _family() -> set[int]:
    """All processes that this one has started, and those that they have: the server, and the browser."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found, new = set[int](), {os.getpid()}
    while new:
        new = {process for process, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _changes(page: Page, address: str) -> dict[str, object]:
    """Of weathers that nobody has seen yet, of those seen before, and of hours one after the other."""
    skies = ("snow", "rain", "clear", "clouds", "storm", "fog", "drizzle", "own")
    page.goto(address)
    before = _cpu(_family())
    first = [page.evaluate(CHANGE, [f"sky-{sky}", None]) for sky in skies]
    again = [page.evaluate(CHANGE, [f"sky-{sky}", None]) for sky in skies * (CHANGES // len(skies))]
    cpu = (_cpu(_family()) - before) / (len(first) + len(again))
    hours = []
    for hour in range(30, 30 + CHANGES):
        hours.append(page.evaluate(CHANGE, ["hours", str(hour)]))
        time.sleep(0.2)  # the hours beside are fetched meanwhile
    told: dict[str, object] = {
        name: {"median": round(statistics.median(found)), "most": round(max(found))}
        for name, found in (("first", first), ("again", again), ("hours", hours))
    }
    return {**told, "cpu": round(cpu * 1000)}
