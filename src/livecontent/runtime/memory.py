"""Memory of a process: how much it may have, who looks through it, and when; the heap of the C library (glibc)."""

import ctypes
import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# https://man7.org/linux/man-pages/man3/mallopt.3.html
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
_LARGE = 512 * 1024  # bytes
_NEVER = 2**31 - 1


def limit_process(memory: int, seconds: int) -> None:
    """Limits this process, which reads what may be made to take all there is; to bytes, and seconds of a processor."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def manual_gc() -> Iterator[None]:
    """Meanwhile nobody looks for circles among all objects, which holds up everybody, but who calls `gc.collect`.

    Left to itself Python does it whenever a quarter of them is new. Those among young objects go on being found.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


def tune_malloc() -> None:
    """Lets threads that start later take memory from the heap that is there, and images stand beside it.

    Else each thread has a heap of its own, and what is small and stays takes the place of large images that go.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)


def trim_heap() -> None:
    """Gives pages back to the system that nothing is on any more; meanwhile others wait for new memory."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
