"""Threads share one heap; what has come free goes back; all objects are looked through when told, not in between."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from livecontent import services as wiring
from livecontent.config import Settings
from livecontent.runtime.memory import manual_gc

# Two threads at a time, each with some memory; then the C library tells of its heaps.
THREADS = """
import ctypes, sys, threading
from livecontent.runtime.memory import tune_malloc
if "shared" in sys.argv:
    tune_malloc()
both = threading.Barrier(2)
def work():
    held = [bytes(2000) for _ in range(100)]
    both.wait()
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""

# Much small memory in one heap; most of it goes, and what stays keeps the end of the heap where it is.
HOLES = """
from pathlib import Path
from livecontent.runtime.memory import trim_heap
def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])
held = [bytes(2000) for _ in range(20_000)]
del held[:-1]
before = pages()
trim_heap()
print(before - pages())
"""

# Many objects that stay; a circle among the young goes all the same.
SWEPT = """
import gc, weakref
from livecontent.runtime.memory import manual_gc
class Circle:
    def __init__(self):
        self.own = self
seen = set()
gc.callbacks.append(lambda phase, info: seen.add(info["generation"]))
with manual_gc():
    circle = weakref.ref(Circle())
    held = [[] for _ in range(300_000)]
    print(sorted(seen), circle() is None)
held += [[] for _ in range(300_000)]
print(2 in seen)
"""


def heaps(*arguments: str) -> int:
    return told(THREADS, *arguments).count("<heap nr=")


def told(program: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library than glibc")
def test_threads_share_one_heap() -> None:
    assert heaps() > 1
    assert heaps("shared") == 1


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library than glibc")
def test_what_has_come_free_in_the_middle_goes_back_to_the_system() -> None:
    assert int(told(HOLES)) > 5000  # of 10,000 pages


@pytest.fixture
def sweeps() -> Iterator[list[int]]:
    """The generations that were looked through, one by one."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        seen.extend([info["generation"]] * (phase == "start"))

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_objects_that_stay_are_looked_through_when_told() -> None:
    assert told(SWEPT).splitlines() == ["[0, 1] True", "True"]


def test_a_server_looks_through_all_now_and_then(
    monkeypatch: pytest.MonkeyPatch, sweeps: list[int], tmp_path: Path
) -> None:
    monkeypatch.setattr(wiring, "TIDIED", 0.001)
    monkeypatch.setattr(wiring, "SWEPT", 0.005)

    async def main() -> None:
        services = wiring.make_services(Settings(data=tmp_path, templates=tmp_path), None)
        await services.start()
        for _ in range(10_000):
            if sweeps.count(2) < 3:
                await asyncio.sleep(0.001)
        await services.aclose()
        assert sweeps.count(2) >= 3

    with manual_gc():
        asyncio.run(main())
