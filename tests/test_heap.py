"""Threads take memory from the heap that is there, and make none of their own."""

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


def heaps(*arguments: str) -> int:
    command = [sys.executable, "-c", THREADS, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.count("<heap nr=")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library than glibc")
def test_threads_share_one_heap() -> None:
    assert heaps() > 1
    assert heaps("shared") == 1
