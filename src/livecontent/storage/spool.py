"""Events on disk before their image is answered: what a process had not yet put in the store when it died.

One file for each process, locked as long as it lives. A record is one `write`, which outlives the process, not a power
cut. The store keeps, in the transaction of a batch, how far it has got: so each event is stored once, whenever a
process is killed. Once all of a file is stored it is emptied: what is forgotten is not kept here.
"""

import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from livecontent.runtime.private_files import make_folder
from livecontent.storage.events import UNSTORABLE, AnonymousCount, Event, SpoolMark

log = logging.getLogger(__name__)

QUARANTINE = "quarantine.jsonl"
_SUFFIX = ".spool"
_BATCH = 1000


class SpooledStore(Protocol):
    """What puts spooled events in the store."""

    def add(self, events: Sequence[Event | AnonymousCount], mark: SpoolMark) -> None:
        """All of them and the mark, or nothing. Raises `StorageError`."""

    def done(self, spool: str) -> int:
        """The last mark of a spool, 0 where there is none. Raises `StorageError`."""


class Spool:
    """The file of this process, made with the first event."""

    def __init__(self, folder: Path) -> None:
        """The folder is for spools only."""
        self._folder = folder
        self._name = secrets.token_hex(8)
        self._file: int | None = None
        self._base = self._end = 0  # where the file begins and ends, in bytes since the process began
        self.failed = False  # whether the last event could not be written

    def add(self, event: Event | AnonymousCount) -> SpoolMark:
        """Writes an event; the mark says where it ends. Where it can't be written, it is in memory only."""
        try:
            if self._file is None:
                self._file = self._open()
            head = b"" if self._end > self._base else b"%d\n" % self._base
            line = _written(event)
            # A line that a full disk has cut off must not cost the next one: each begins anew.
            self._end += os.write(self._file, b"%b\n%b\n" % (head, line)) - len(head)
            self._failing("")
        except OSError as error:
            self._failing(str(error))
        return SpoolMark(self._name, self._end)

    def stored(self, mark: SpoolMark) -> None:
        """Empties the file if all that is in it is stored."""
        if self._file is not None and self._base < mark.done == self._end:
            os.ftruncate(self._file, 0)
            self._base = self._end

    def set_aside(self, event: Event | AnonymousCount) -> Path:
        """Keeps an event that no store takes in a file for people to look at, and says which. Raises `OSError`."""
        make_folder(self._folder)
        path = self._folder / QUARANTINE
        file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            os.write(file, _written(event) + b"\n")
        finally:
            os.close(file)
        return path

    def close(self, *, whole: bool) -> None:
        """Lets go of the file, and removes it if all of it is stored."""
        if self._file is not None:
            if whole:
                (self._folder / f"{self._name}{_SUFFIX}").unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        make_folder(self._folder)
        path = self._folder / f"{self._name}{_SUFFIX}"
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _failing(self, problem: str) -> None:
        if problem and not self.failed:
            log.warning("events are kept in memory only until they are stored: %s: %s", self._folder, problem)
        self.failed = bool(problem)


def _written(event: Event | AnonymousCount) -> bytes:
    fields: Sequence[object] = event
    if isinstance(event, Event):
        fields = (*event[:11], dict(event.reasons), dict(event.micros), *event[13:])
    return json.dumps([type(event).__name__, *fields]).encode()


def delete_quarantine(folder: Path) -> None:
    """Deletes the events that no store took: whose they are, nobody can tell for sure."""
    (folder / QUARANTINE).unlink(missing_ok=True)


def recover(folder: Path, store: SpooledStore) -> int:
    """Stores what processes that died had not; how many events these were. Raises `StorageError`."""
    count = 0
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            count += _store(path, store)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            continue  # its process lives
        finally:
            os.close(file)
    if count:
        log.warning("%d events of a process that has died were stored now", count)
    return count


def _store(path: Path, store: SpooledStore) -> int:
    done = store.done(path.stem)
    records = [(event, end) for event, end in _records(path.read_bytes()) if end > done]
    for start in range(0, len(records), _BATCH):
        _add(path, store, records[start : start + _BATCH])
    return len(records)


def _add(path: Path, store: SpooledStore, records: list[tuple[Event | AnonymousCount, int]]) -> None:
    """An event that no store takes is set aside, and costs no other."""
    try:
        store.add([event for event, _ in records], SpoolMark(path.stem, records[-1][1]))
    except UNSTORABLE as error:
        if len(records) > 1:
            for record in records:
                _add(path, store, [record])
        else:
            place = Spool(path.parent).set_aside(records[0][0])
            log.error("an event can't be stored: %s; it is in %s", error, place)  # noqa: TRY400  the trace says no more


def _records(data: bytes) -> Iterator[tuple[Event | AnonymousCount, int]]:
    """The events of a file, each with where it ends; what was cut off is left out."""
    head, _, rest = data.partition(b"\n")
    end = int(head) if head.isdigit() else 0
    for line in rest.splitlines(keepends=True):
        end += len(line)
        try:
            kind, *fields = json.loads(line)
            yield (Event if kind == "Event" else AnonymousCount)(*fields), end
        except (ValueError, TypeError):
            continue
