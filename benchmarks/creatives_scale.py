"""Many creatives: what a worker takes to start, to hold them, to look for changes, and to publish one that changed.

They are copies of the demo's four under other names, each with a title of its own. Every figure is of a process that is
new, as memory never quite goes back; the second finds what the first has made.
"""

import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import rounds
from benchmarks.processes import LOAD_CORE, SERVER_CORE, livecontent, serve
from livecontent.app import make_services
from livecontent.cli.demo import make_demo
from livecontent.config import load_settings
from livecontent.facts import Client, Opening
from livecontent.pipeline import Engine, answer

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
COUNTS = (10, 100)
SERVED = 1000
PEOPLE = 4  # who open each creative
LOOKS = 20
TITLES = 5  # that are changed, one after the other
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def measure() -> dict[str, object]:
    """Figures by the number of creatives; and whether a server with many of them answers."""
    found: dict[str, object] = {}
    for count in COUNTS:
        with TemporaryDirectory(prefix="livecontent-bench-") as name:
            environment = _make(Path(name), count)
            command = [sys.executable, "-m", "benchmarks.creatives_scale"]
            figures = [
                json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)
                for _ in range(2)
            ]
            found[str(count)] = {"first": figures[0], "again": figures[1]}
            if count == SERVED:
                found["served"] = _serve(environment, Path(name) / "templates")
    return {"people": PEOPLE, "creatives": found}


def _make(folder: Path, count: int) -> dict[str, str]:
    """A shop with so many creatives; the environment of its processes."""
    config = make_demo(8000, folder / "data")
    config.write_text(f'templates = "{folder}/templates"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")
    originals = sorted(path for path in TEMPLATES.iterdir() if path.is_dir())
    for number in range(count):
        original = originals[number % len(originals)]
        copy = folder / "templates" / f"{original.name}-{number}"
        shutil.copytree(original, copy)
        _retitle(copy / "creative.yaml", f"Copy {number}")
    return {**os.environ, "LIVECONTENT_CONFIG": str(config)}


def _retitle(file: Path, title: str) -> None:
    text = re.sub("^title: .*$", f"title: {title}", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")


def _worker() -> dict[str, object]:
    """What a process measures of itself. Its creatives are opened after the look at its memory."""
    start = time.process_time()
    services = make_services(load_settings())
    started = time.process_time() - start
    assert services.publisher is not None
    assert not services.problems, services.problems
    held = _memory()
    start = time.process_time()
    for _ in range(LOOKS):
        assert services.publisher.refresh() == []
    looked = (time.process_time() - start) / LOOKS
    refs = [recipient.ref for recipient in services.recipients.sample(PEOPLE)]
    opened = _open_all(refs, services.kit)
    held_open = _memory()
    published = []
    name, folder = next(iter(services.kit.creatives)), services.settings.templates
    for number in range(TITLES):
        _retitle(folder / name / "creative.yaml", f"Title {number} of {os.getpid()}")
        start = time.process_time()
        assert services.publisher.refresh() == []
        published.append(time.process_time() - start)
    asyncio.run(services.aclose())
    return {
        "start_cpu_seconds": round(started, 2),
        "memory_mib": held,
        "look_cpu_millis": round(looked * 1000, 2),
        "open_cpu_millis": rounds([millis for each in opened for millis in each], 1) | {"rounds": None},
        "first_open_cpu_millis": round(statistics.mean(each[0] for each in opened), 1),
        "memory_all_opened_mib": held_open,
        "publish_title_cpu_seconds": rounds(published, 3),
    }


def _open_all(refs: list[str], kit: Engine) -> list[list[float]]:
    """Milliseconds of CPU of each open, by creative."""
    found: list[list[float]] = []

    async def opened() -> None:
        for name in kit.creatives:
            found.append([])
            for ref in refs:
                client = Client("browser", proxy=False, time="live", place_trust="ip")
                start = time.process_time()
                await answer(Opening(name, ref, AT, client=client), kit)
                found[-1].append((time.process_time() - start) * 1000)

    asyncio.run(opened())
    return found


def _memory() -> dict[str, float]:
    """Resident, proportional and anonymous memory of this process, in MiB."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines()
    found = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines[1:])}
    return {name.lower(): round(found[name], 1) for name in ("Rss", "Pss", "Anonymous")}


def _serve(environment: dict[str, str], templates: Path) -> dict[str, object]:
    """All creatives, asked for once from two workers; then two workers that have nothing to do."""
    start = time.monotonic()
    command = [*livecontent(), "--workers", "2"]
    with serve(command, environment, {LOAD_CORE, SERVER_CORE}) as server:
        ready = time.monotonic() - start
        names = sorted(path.name for path in templates.iterdir())
        statuses = [server.get(f"/i/{name}.jpg")[0] for name in names]
        assert set(statuses) == {HTTPStatus.OK}, set(statuses)
        time.sleep(5)
        before, at = server.cpu_seconds(), time.monotonic()
        time.sleep(30)
        idle = (server.cpu_seconds() - before) / (time.monotonic() - at)
        return {
            "creatives": len(names),
            "ready_seconds": round(ready, 1),
            "idle_percent_of_a_core": round(idle * 100, 2),
            **server.memory(),
        }


if __name__ == "__main__":
    print(json.dumps(_worker()))
