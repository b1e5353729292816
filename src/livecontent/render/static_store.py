"""What is made once, kept in files, and read in place by all processes of a machine.

A file is written whole, then renamed, and never changed: a process may go on reading one that was removed. One that is
damaged is made again. Where the disk takes no file, what was made stays in memory.
"""

import fcntl
import json
import logging
import mmap
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from isal.isal_zlib import crc32

log = logging.getLogger(__name__)

SUFFIX = ".static"
PATIENCE = 5.0  # seconds that others wait for who makes a file: it may hang
OLD = 3600  # seconds: younger files may be of a process that has published something else
_HEAD = Struct("<4sIQQ")  # magic number, checksum of what follows it, length of the file, length of the table
_CHECKED = 8  # bytes before what the checksum is of
_MAGIC = b"LCS1"
_ALIGNED = 64  # bytes
_LOCKS = 16  # files; a build waits for those of other keys that share its own


@dataclass(frozen=True, slots=True)
class StaticFile:
    """Some facts (of JSON's types), and blobs by name. Those of a file are read-only."""

    facts: Mapping[str, Any]
    blobs: Mapping[str, memoryview]


class StaticStore:
    """Static files by key, in a folder; without one, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._warned = False
        self._whole: dict[str, tuple[int, int]] = {}  # inode and time of files that were found so, by key

    def find(self, key: str) -> StaticFile | None:
        """The file of a key, mapped; None where there is none that is whole."""
        if self._folder is None:
            return None
        try:
            with (self._folder / (key + SUFFIX)).open("rb") as file:
                status = os.fstat(file.fileno())
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):  # there is none, or it is empty
            return None
        identity = status.st_ino, status.st_mtime_ns
        if self._whole.get(key) != identity:
            if not _is_whole(memoryview(mapped)):
                return None
            self._whole[key] = identity
            if hasattr(mmap, "MADV_DONTNEED"):
                mapped.madvise(mmap.MADV_DONTNEED)  # of what was read only for this
        return _read(memoryview(mapped))

    def __contains__(self, key: str) -> bool:
        """Whether there is a file of a key, whole or not."""
        return self._folder is not None and (self._folder / (key + SUFFIX)).exists()

    def get(self, key: str, build: Callable[[], StaticFile]) -> StaticFile:
        """The file of a key, made by one process if there is none, while others wait. Not for the event loop.

        What builds it asks for no other, or two could wait for each other.
        """
        found = self.find(key)
        if found is not None or self._folder is None:
            return found or build()
        with _lock(self._folder, key):
            found = self.find(key)
            if found is None:
                built = build()
                try:
                    _write(self._folder, key, built)
                    found = self.find(key)
                except OSError as error:
                    self._warn(error)
        return found or built

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            log.warning("%s: can't be written, so each process draws for itself: %s", self._folder, error.strerror)
        self._warned = True

    def retain(self, keys: Collection[str]) -> None:
        """Removes the files of all other keys, but the youngest."""
        if self._folder is None:
            return
        kept = {key + SUFFIX for key in keys}
        for key in list(self._whole):  # other threads find more meanwhile
            if key not in keys:
                self._whole.pop(key, None)
        young = time.time() - OLD
        for file in self._folder.glob("*" + SUFFIX):  # also drafts of processes that died
            with suppress(OSError):  # another process was faster
                if file.name not in kept and file.stat().st_mtime < young:
                    file.unlink()


@contextmanager
def _lock(folder: Path, key: str) -> Iterator[None]:
    """Keeps other threads and processes out, as long as this one lives; not those that have waited long enough."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / f"lock-{crc32(key.encode()) % _LOCKS}").open("wb")
    except OSError:  # there is no place for files either
        yield
        return
    with lock:
        end = time.monotonic() + PATIENCE
        while not _locked(lock) and time.monotonic() < end:
            time.sleep(0.01)
        yield


def _locked(lock: BinaryIO) -> bool:
    """Whether nobody else has the lock; also where there are no locks."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _write(folder: Path, key: str, made: StaticFile) -> None:
    """Writes a file whole. Raises `OSError`."""
    with NamedTemporaryFile(dir=folder, prefix=".", suffix=SUFFIX, delete=False) as file:
        draft = Path(file.name)
        try:
            for piece in _pieces(made):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            draft.replace(folder / (key + SUFFIX))
        except OSError:
            draft.unlink()
            raise


def _pieces(made: StaticFile) -> list[bytes | memoryview]:
    """What stands in a file, one after the other."""
    table: dict[str, tuple[int, int]] = {}
    pieces: list[bytes | memoryview] = []
    end = 0
    for name, blob in made.blobs.items():
        table[name] = end, len(blob)
        end += len(blob) + -len(blob) % _ALIGNED
        pieces += (blob, bytes(-len(blob) % _ALIGNED))
    text = json.dumps({"facts": made.facts, "blobs": table}).encode()
    text += b" " * (-(len(text) + _HEAD.size) % _ALIGNED)
    lengths = _HEAD.pack(_MAGIC, 0, _HEAD.size + len(text) + end, len(text))[_CHECKED:]
    checksum = 0
    for piece in (lengths, text, *pieces):
        checksum = crc32(piece, checksum)
    return [_MAGIC + checksum.to_bytes(4, "little") + lengths, text, *pieces]


def _is_whole(data: memoryview) -> bool:
    """Whether all of a file is there, and as it was written."""
    if len(data) < _HEAD.size:
        return False
    magic, checksum, length, _ = _HEAD.unpack_from(data)
    return bool(magic == _MAGIC and length == len(data) and crc32(data[_CHECKED:]) == checksum)


def _read(data: memoryview) -> StaticFile:
    """What is in a file."""
    start = _HEAD.size + int(_HEAD.unpack_from(data)[-1])
    found = json.loads(bytes(data[_HEAD.size : start]))
    blobs = {name: data[start + first : start + first + size] for name, (first, size) in found["blobs"].items()}
    return StaticFile(found["facts"], blobs)
