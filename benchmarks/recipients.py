"""Commands over all recipients of a large shop: processor time, seconds and memory of each.

What a command starts is in its processor time; its memory is that of the largest of its processes.
"""

import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.options import Options
from benchmarks.people import SEED, cities, zipf
from benchmarks.shop import ROOT, environment_of

COLUMNS = ("id", "first_name", "email", "language", "city", "country", "points", "member_since")
_LANGUAGES = ("en", "fr", "de", "es", "it")


def measure(options: Options) -> dict[str, object]:
    """Each command after the other, on one store: half of the recipients are replaced away, a quarter deleted."""
    with TemporaryDirectory(prefix="livecontent-recipients-") as name:
        folder = Path(name)
        rows = list(_rows(options.recipients))
        _write(folder / "all.csv", rows)
        _write(folder / "half.csv", rows[::2])
        _write(folder / "quarter.csv", rows[::4])
        (folder / "livecontent.toml").write_text(f'templates = "{ROOT / "templates"}"\n')
        found = {
            "import": ("import", "recipients", "all.csv"),
            "list": ("recipients", "list", "--after", rows[len(rows) // 2][0]),
            "export_csv": ("recipients", "export", "-o", "out.csv"),
            "export_jsonl": ("recipients", "export", "-o", "out.jsonl"),
            "links_without_alt": ("links", "umbrella", "--no-alt", "-o", "refs.csv"),
            "links": ("links", "umbrella", "-o", "links.csv"),
            "forget": ("forget", rows[0][0], "--yes"),
            "replace_by_half": ("import", "recipients", "half.csv", "--replace", "--yes"),
            "delete_quarter": ("recipients", "delete", "--recipients", "quarter.csv", "--yes"),
        }
        return {
            "recipients": len(rows),
            "cores": len(os.sched_getaffinity(0)),
            "commands": {name: _run(folder, *words) for name, words in found.items()},
        }


def _rows(count: int) -> Iterable[tuple[str, ...]]:
    """Recipients with names and cities as frequent as in a real list."""
    chance = random.Random(SEED)
    names = ["".join(parts) for parts in product(("Ma", "Lo", "Cé", "An", "Ju", "É"), "rlmnt", ("ia", "on", "ie", "a"))]
    drawn = zip(zipf(names, count, chance), zipf(cities(), count, chance), strict=True)
    for number, (name, city) in enumerate(drawn):
        language, points = chance.choice(_LANGUAGES), str(chance.randrange(5000))
        since = f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        yield (f"c-{number:07}", name, f"{number}@mail.example", language, city.name, city.country, points, since)


def _write(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows((COLUMNS, *rows))


def _run(folder: Path, *words: str) -> dict[str, float]:
    """What a command takes. Raises `CalledProcessError` for one that fails."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "livecontent", *words]
    process = subprocess.Popen(command, cwd=folder, env=environment_of(folder), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    found = {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "seconds": round(time.monotonic() - begun, 1),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
    }
    print(f"  {' '.join(words[:2]):20} {found}", flush=True)
    return found
