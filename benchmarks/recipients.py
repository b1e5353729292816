"""Commands over all recipients of a large shop: processor time, seconds and memory of each.

What a command starts is in its processor time, not in its memory.
"""

import csv
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.options import Options
from benchmarks.people import SEED, cities, zipf
from benchmarks.shop import ROOT, environment_of

COLUMNS = ("id", "first_name", "email", "language", "city", "country", "points", "member_since")
LOOK = 0.05  # seconds between two looks at the memory
_LANGUAGES = ("en", "fr", "de", "es", "it")


def measure(options: Options) -> dict[str, object]:
    """Each command after the other, on one store: half of the recipients are replaced away, a quarter deleted."""
    with TemporaryDirectory(prefix="livecontent-recipients-") as place:
        folder = Path(place)
        count = options.recipients
        for name, step in (("all", 1), ("half", 2), ("quarter", 4)):
            _write(folder / f"{name}.csv", islice(recipient_rows(count), 0, None, step))
        (folder / "livecontent.toml").write_text(f'templates = "{ROOT / "templates"}"\n')
        found = {
            "import": ("import", "recipients", "all.csv"),
            "list": ("recipients", "list", "--after", _id(count // 2)),
            "export_csv": ("recipients", "export", "-o", "out.csv"),
            "export_jsonl": ("recipients", "export", "-o", "out.jsonl"),
            "links_without_alt": ("links", "umbrella", "--no-alt", "-o", "refs.csv"),
            "links": ("links", "umbrella", "-o", "links.csv"),
            "forget": ("forget", _id(0), "--yes"),
            "replace_by_half": ("import", "recipients", "half.csv", "--replace", "--yes"),
            "delete_quarter": ("recipients", "delete", "--recipients", "quarter.csv", "--yes"),
        }
        return {
            "recipients": count,
            "cores": len(os.sched_getaffinity(0)),
            "commands": {name: run_command(folder, *words) for name, words in found.items()},
        }


def recipient_rows(count: int) -> Iterator[tuple[str, ...]]:
    """Recipients with names and cities as frequent as in a real list."""
    chance = random.Random(SEED)
    names = ["".join(parts) for parts in product(("Ma", "Lo", "Cé", "An", "Ju", "É"), "rlmnt", ("ia", "on", "ie", "a"))]
    drawn = zip(zipf(names, count, chance), zipf(cities(), count, chance), strict=True)
    for number, (name, city) in enumerate(drawn):
        language, points = chance.choice(_LANGUAGES), str(chance.randrange(5000))
        since = f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        yield (_id(number), name, f"{number}@mail.example", language, city.name, city.country, points, since)


def _id(number: int) -> str:
    return f"c-{number:07}"


def _write(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows((COLUMNS, *rows))


def run_command(folder: Path, *words: str) -> dict[str, float]:
    """What a command takes. Raises `CalledProcessError` for one that fails."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "livecontent", *words]
    process = subprocess.Popen(command, cwd=folder, env=environment_of(folder), stdout=subprocess.DEVNULL)
    peak, pid = 0, 0
    while not pid:
        peak = _peak(process.pid) or peak
        time.sleep(LOOK)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    found = {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "seconds": round(time.monotonic() - begun, 1),
        "peak_mib": round(peak / 1024, 1),
    }
    print(f"  {' '.join(words[:2]):20} {found}", flush=True)
    return found


def _peak(pid: int) -> int:
    """The most memory that a process has had, in KiB; `ru_maxrss` is never less than that of who started it."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0
