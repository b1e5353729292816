"""Counts that the processes of a server share: each writes its own into files, and whoever is asked adds them up.

The files are those of prometheus_client's multi-process mode, which adds them up; they are named by slot, not by
process, so that a process goes on where the one before it in its slot has stopped: counts never fall, and files do
not grow in number. What counts is one addition in mapped memory: a count of prometheus_client's own would be seven
calls, and an open has about twenty.
"""

import fcntl
import logging
import mmap
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from typing import Self, TypeAlias

from prometheus_client.core import Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from livecontent.errors import ConfigError, in_words
from livecontent.runtime.private_files import locked, make_folder

log = logging.getLogger(__name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the variable that names a folder for them
SIZE = 1 << 18  # bytes of a new file; twice as many whenever it is full

Cell: TypeAlias = "memoryview[float] | list[float]"  # one number, in a file or not
Labels = tuple[str, ...]


class CountFile:
    """Numbers by name in a file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        """Goes on with what is in it. Raises `OSError`."""
        self._path = path
        if not path.exists():  # it is read at any time, and so never empty
            draft = path.with_suffix(".new")
            draft.write_bytes(struct.pack("ii", 8, 0))
            draft.replace(path)
        self._grow(SIZE)
        self._used: int = struct.unpack_from("i", self._map)[0]
        found = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
        self._cells: dict[str, Cell] = {key: self._cell(at) for key, _, _, at in found}

    def cell(self, key: str) -> Cell:
        """The number of a name. One that has no room on the disk is kept, and counts for nothing."""
        found = self._cells.get(key)
        if found is None:
            try:
                found = self._add(key.encode())
            except OSError as error:
                log.warning("some metrics are missing: %s", error.strerror)
                found = [0.0]
            self._cells[key] = found
        return found

    def _add(self, name: bytes) -> Cell:
        """Its format is told in `prometheus_client.mmap_dict`."""
        padded = name + b" " * (8 - (len(name) + 4) % 8)
        entry = struct.pack(f"i{len(padded)}sdd", len(name), padded, 0.0, 0.0)
        end = self._used + len(entry)
        while end > len(self._map):
            self._grow(2 * len(self._map))
        self._map[self._used : end] = entry
        self._set_used(end)
        return self._cell(end - 16)

    def _grow(self, size: int) -> None:
        """Numbers of the map before are the same memory. Raises `OSError`.

        It is filled with zeros, as a number without room on a full disk would end the process.
        """
        with self._path.open("a+b") as file:
            file.write(bytes(max(size - file.tell(), 0)))
            file.flush()
            self._map = mmap.mmap(file.fileno(), 0)

    def _set_used(self, size: int) -> None:
        self._map[:4] = struct.pack("i", size)
        self._used = size

    def _cell(self, at: int) -> Cell:
        return memoryview(self._map)[at : at + 8].cast("d")


class Counts(dict[Labels, Cell]):
    """The numbers of a metric by the values of its labels: `counts["a", "b"][0] += 1`."""

    def __init__(self, file: CountFile | None, name: str, help_: str, labels: Labels, sample: str) -> None:
        super().__init__()
        self._file = file
        self._name, self._help, self._labels, self._sample = name, help_, labels, sample
        self._before: dict[Labels, float] = {}

    def __missing__(self, values: Labels) -> Cell:
        key = mmap_key(self._name, self._sample, list(self._labels), list(values), self._help)
        cell = self[values] = self._file.cell(key) if self._file else [0.0]
        return cell

    def follow(self, values: Labels, total: float) -> None:
        """Adds what a count elsewhere has grown by since the last time; one that is smaller than then began anew."""
        before = self._before.get(values, 0.0)
        self[values][0] += total - before if total >= before else total
        self._before[values] = total


class Times:
    """A histogram of seconds."""

    def __init__(self, bounds: Sequence[float], buckets: Counts, sums: Counts, labels: Labels) -> None:
        self._names = [*map(str, bounds), "+Inf"]
        self._buckets, self._sums, self._values = buckets, sums, labels

    def of(self, *values: str) -> tuple[list[Cell], Cell]:
        """How often in each bucket, for these values of the labels; and the seconds of all."""
        return [self._buckets[*values, name] for name in self._names], self._sums[values]


class SharedCounts:
    """What a process counts."""

    def __init__(self, folder: Path | None = None) -> None:
        """Takes the first slot of the folder that no process has.

        Without a folder, or where it can't be used, which the log says, nobody sees the counts.
        """
        self.folder = folder
        self._files: dict[str, CountFile] = {}
        self._lock: int | None = None
        self.slot = 0
        if folder:
            try:
                self.slot, self._lock = _take_slot(folder)
            except OSError as error:
                self._do_without(error)

    @classmethod
    def of_environment(cls) -> Self:
        """In the folder that a variable names, as for others that use prometheus_client; else nowhere."""
        folder = os.environ.get(FOLDER)
        return cls(Path(folder) if folder else None)

    def counter(self, name: str, help_: str, *labels: str) -> Counts:
        """Numbers that only grow; they are told with `_total` at the end of the name."""
        return Counts(self._file("counter"), name, help_, labels, f"{name}_total")

    def gauge(self, name: str, help_: str, *labels: str, of: str = "sum") -> Counts:
        """Numbers that rise and fall. What is told is the `sum` or the `max` of the processes that live."""
        return Counts(self._file(f"gauge_live{of}"), name, help_, labels, name)

    def times(self, name: str, help_: str, bounds: Sequence[float], *labels: str) -> Times:
        """Seconds, counted by how long they are: up to each of the bounds, or longer."""
        file = self._file("histogram")
        buckets = Counts(file, name, help_, (*labels, "le"), f"{name}_bucket")
        return Times(bounds, buckets, Counts(file, name, help_, labels, f"{name}_sum"), labels)

    def close(self) -> None:
        """Gives the slot back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _file(self, kind: str) -> CountFile | None:
        if self.folder and kind not in self._files:
            try:
                self._files[kind] = CountFile(self.folder / f"{kind}_{self.slot}.db")
            except OSError as error:
                self._do_without(error)
        return self._files.get(kind)

    def _do_without(self, error: OSError) -> None:
        log.warning("metrics are missing until the next start: %s: %s", self.folder, error.strerror)
        self.folder = None


def _take_slot(folder: Path) -> tuple[int, int]:
    """The first, and the lock that holds it, which the system opens when its process ends, however it ends."""
    slot = 0
    while (lock := _lock(folder / f"{slot}.lock")) is None:
        slot += 1
    for gauge in folder.glob(f"gauge_*_{slot}.db"):  # of the process before
        gauge.unlink()
    return slot, lock


def _lock(path: Path, kind: int = fcntl.LOCK_EX) -> int | None:
    """The descriptor that holds a lock; None where another process does. Raises `OSError`."""
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


class CountsOfAll(Collector):
    """The counts of all processes, those that have ended included."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """Added up, for the registry; gauges are those of the living."""
        living = set(map(str, self.living()))
        files = [
            file
            for file in self._folder.glob("*.db")
            if not file.name.startswith("gauge") or file.stem.rpartition("_")[2] in living
        ]
        yield from MultiProcessCollector.merge(map(str, files))  # type: ignore[no-untyped-call]

    def living(self) -> list[int]:
        """The slots of processes that live.

        Who looks at the same time is not taken for one; a process that starts then takes the next slot, which does no
        harm.
        """
        found = []
        for path in self._folder.glob("*.lock"):
            if (lock := _lock(path, fcntl.LOCK_SH)) is None:
                found.append(int(path.stem))
            else:
                os.close(lock)
        return found


def counts_of_server(data: Path, server: str) -> SharedCounts:
    """What a process of a server counts, which is known by a name, in a data folder.

    Counts of servers that have ended go; one that starts at this moment waits until it has its slot. Whatever is wrong
    with the folder is logged, and counts are seen by nobody: images matter more.
    """
    folder = data / "metrics" / server
    try:
        with locked(folder.parent / "lock"):
            make_folder(folder)
            for other in folder.parent.glob("*/"):
                if other != folder and not CountsOfAll(other).living():
                    rmtree(other, ignore_errors=True)
            return SharedCounts(folder)
    except (ConfigError, OSError) as error:
        log.warning("metrics are missing until the next start: %s", in_words(error))
        return SharedCounts()


def counts_of_servers(data: Path) -> Iterator[Metric]:
    """What the servers of a data folder have counted since they were started: those that run, else the last one."""
    for folder in sorted((data / "metrics").glob("*/")):
        yield from CountsOfAll(folder).collect()
