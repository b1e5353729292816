"""Memory of a process: the heap of the C library in; one without many holes out, where that library is glibc."""

from __future__ import annotations

import ctypes
from contextlib import suppress

# https://man7.org/linux/man-pages/man3/mallopt.3.html
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
_LARGE = 512 * 1024  # bytes


def share_heap() -> None:
    """Lets threads that start later take memory from the heap that is there, and pictures stand beside it.

    Else each thread has a heap of its own, and what is small and stays takes the place of large pictures that go.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Gives pages back to the system that nothing is on any more; for milliseconds, others wait for new memory."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
