"""Threads take memory from the heap that is there, and make none of their own; what has come free goes back."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

# Two threads at a time, each with some memory; then the C library tells of its heaps.
THREADS = """
import ctypes, sys, threading
from livecontent.heap import share_heap
if "shared" in sys.argv:
    share_heap()
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
from livecontent.heap import give_back
def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])
held = [bytes(2000) for _ in range(20_000)]
del held[:-1]
before = pages()
give_back()
print(before - pages())
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
