"""Memory of a process: its threads in; one heap for all of them out."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # https://man7.org/linux/man-pages/man3/mallopt.3.html


def share_heap() -> None:
    """Lets threads that start later take memory from the heap that is there, where the C library is glibc.

    Else each has a heap of its own, and pictures drawn in one and dropped in another leave holes in all of them.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
