"""Processes that give out codes are killed at any moment: no code is given to two people, no person gets two."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import apsw
from hypothesis import settings

from blocking import wait_for
from livecontent.storage.codes import PoolCount
from livecontent.storage.sqlite.codes import SqliteCodes

KILLS = 200 if settings().max_examples >= 1000 else 8  # `make nightly` asks for more
AT_ONCE = 4  # processes
PEOPLE = 40  # new ones in each round, whom all processes know

GIVER = """
import asyncio, os, random, sys
from pathlib import Path
from livecontent.storage.sqlite.codes import SqliteCodes

store = SqliteCodes(Path(sys.argv[1]), lambda _: "full")
told = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

async def ask(ref):
    found = store.give("summer", ref, 1.0)
    code = found if found is None or isinstance(found, str) else await found
    os.write(told, f"{ref} {code}\\n".encode())  # what an open shows

async def run():
    first = int(sys.argv[3])
    while True:
        refs = [f"{random.randrange(first, first + int(sys.argv[4])):026}" for _ in range(5)]
        await asyncio.gather(*map(ask, refs))

asyncio.run(run())
"""


def test_no_code_is_given_twice_and_nobody_has_two_whatever_is_killed(tmp_path: Path) -> None:
    file, told = tmp_path / "codes.db", tmp_path / "told"
    store = SqliteCodes(file, lambda _: "full")
    size = PEOPLE * (KILLS // AT_ONCE + 1) // 2  # half of them find the pool empty in the end
    wait_for(store.add("summer", [f"CODE-{number}" for number in range(size)]))
    chance, killed = random.Random(7), 0
    for first in range(0, KILLS // AT_ONCE * PEOPLE, PEOPLE):
        seen = told.stat().st_size if told.exists() else 0
        arguments = [sys.executable, "-c", GIVER, str(file), str(told), str(first), str(PEOPLE)]
        givers = [subprocess.Popen(arguments) for _ in range(AT_ONCE)]
        while not (told.exists() and told.stat().st_size > seen):
            time.sleep(0.001)
            assert all(giver.poll() is None for giver in givers)
        for giver in givers:
            time.sleep(chance.uniform(0, 0.02))
            giver.send_signal(signal.SIGKILL)
        killed += [giver.wait() for giver in givers].count(-signal.SIGKILL)
    assert killed == KILLS // AT_ONCE * AT_ONCE

    by_ref, by_code = defaultdict(set), defaultdict(set)
    for line in told.read_text().splitlines():
        ref, code = line.split()
        if code != "None":
            by_ref[ref].add(code)
            by_code[code].add(ref)
    assert all(len(codes) == 1 for codes in by_ref.values())
    assert all(len(refs) == 1 for refs in by_code.values())
    assert len(by_ref) > killed
    kept = dict(apsw.Connection(str(file)).execute("SELECT ref, code FROM codes WHERE at IS NOT NULL"))
    assert all(kept[ref] == next(iter(codes)) for ref, codes in by_ref.items()), "what was shown is in the store"
    assert len(kept) == len(set(kept.values()))
    assert wait_for(store.pools()) == [PoolCount("summer", size, size - len(kept))]
