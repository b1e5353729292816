"""Rows of a file of events on their way into the stores, in groups: all that somebody did is in one of them.

Reading rows, and summing up groups, is done by processes beside the one that writes: these know no services.
"""

import marshal
import os
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple
from zlib import crc32

from livecontent.errors import DataError
from livecontent.history.event_types import EventTypes, event_named
from livecontent.history.gathering import MessageRecord, gather, in_parts, pack_people, record_of
from livecontent.history.messages import NOTHING, VISITOR, Message, MessageReader, to_body, user_ids
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.events import EventRow, ShopEvent, event_name, read_event
from livecontent.imports.values import clean_text, read_time
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.base import Storage
from livecontent.storage.products import complete_orders
from livecontent.storage.refs import Refs

PART = 5000  # messages of a transaction: whoever sends some meanwhile waits no longer than for these

_NAME = 60  # characters of the name of an event
_OWN = frozenset({"userId", "anonymousId", "event", "timestamp", "type", "messageId"})  # all else is of the event
_WHOLE = frozenset({"properties", "traits", "type", "context"})
_TOLD_APART = frozenset({"messageId", "timestamp", "originalTimestamp"})
_WAITING = 8 * 1024  # bytes of a group that wait in memory


@dataclass(frozen=True)
class EventJob:
    """How the rows of a file are read: with stores that nobody has opened yet, so that they can go to a process.

    Times without an offset are of an IANA time zone, missing ones `now`, in seconds since 1970.
    """

    storage: Storage
    key_file: Path
    data: Path
    zone: str
    now: float
    groups: int
    types: Callable[[], EventTypes]


class RowGroups(NamedTuple):
    """What came of rows: blocks of groups, rows refused as they stand in the file, what tells profiles nothing."""

    blocks: Mapping[int, bytes]
    refused: Sequence[tuple[Refusal, str]]
    others: Counter[str]


class EventGroup(NamedTuple):
    """A group, summed up: people in packed parts, and by id what tells something to profiles, the oldest first."""

    size: int  # of its blocks, in bytes
    parts: Sequence[bytes]
    events: Mapping[str, Sequence[ShopEvent]]


class RowReader:
    """Reads rows into groups."""

    def __init__(self, job: EventJob) -> None:
        self._job = job
        self._storage = job.storage
        self._refs = Refs(SecretKeys(job.key_file, job.data), job.storage)
        self._types = job.types()
        self._reader = MessageReader(job.zone, self._types)
        self.close = job.storage.close

    async def of(self, rows: Sequence[EventRow], /) -> RowGroups:
        """Each row is of use, or refused. Raises `StorageError`."""
        found, refused, others = list[tuple[EventRow, dict[str, object], ShopEvent | None]](), [], Counter[str]()
        for row in rows:
            try:
                values = row.read()
                event = read_event(values, self._job.zone, self._job.now)
                found.append((row, shape_row(values, self._job.zone, self._types), event))
            except DataError as error:
                refused.append((Refusal(row.line, str(error)), row.text))
                continue
            if event is None:
                others[event_name(values)[:_NAME] or str(values.get("type"))[:_NAME]] += 1
        known = await self._storage.recipients.find_many({event.id for _, _, event in found if event})
        refs = await self._refs.of_users(user for _, raw, _ in found for user in user_ids(raw))
        messages, events = list[Message](), list[ShopEvent | None]()
        for row, raw, event in found:
            try:
                _check_known(event, known)
                messages.append(self._reader.read(raw, self._job.now, refs))
                events.append(event)
            except DataError as error:
                refused.append((Refusal(row.line, str(error)), row.text))
        messages = list(await complete_orders(messages, self._storage.products))
        refused.sort(key=lambda one: one[0].line)
        return RowGroups(self._blocks(messages, events), refused, others)

    def _blocks(self, messages: Sequence[Message], events: Sequence[ShopEvent | None]) -> dict[int, bytes]:
        groups: dict[int, tuple[list[MessageRecord], list[tuple[object, ...]]]] = {}
        for message, event in zip(messages, events, strict=True):
            records, told = groups.setdefault(self._group(message), ([], []))
            records.append(record_of(message))
            if event:
                told.append(tuple(event))
        return {group: marshal.dumps(found) for group, found in groups.items()}

    def _group(self, message: Message) -> int:
        """Visitors come after all others: by then it is known who they are."""
        group = crc32(message.who.encode()) % self._job.groups
        return group + self._job.groups if message.who.startswith(VISITOR) else group


def _check_known(event: ShopEvent | None, known: Container[str]) -> None:
    if event and event.id not in known:
        raise DataError(f"no recipient with the id {event.id!r} was imported")


class GroupSummer:
    """Finds what follows of groups."""

    async def of(self, blocks: Sequence[bytes], /) -> EventGroup:
        """What follows of all that is in the blocks of a group."""
        records, events = list[MessageRecord](), list[ShopEvent]()
        for block in blocks:
            more, told = marshal.loads(block)  # noqa: S302  ours
            records += more
            events += [ShopEvent(*one) for one in told]
        by_id: dict[str, list[ShopEvent]] = {}
        for event in sorted(events, key=lambda one: one.at):
            by_id.setdefault(event.id, []).append(event)
        parts = list(map(pack_people, in_parts(gather(records), PART)))
        return EventGroup(sum(map(len, blocks)), parts, by_id)

    async def close(self) -> None:
        """It holds nothing."""


def shape_row(values: Mapping[str, object], zone: str, types: EventTypes = NOTHING) -> dict[str, object]:
    """A message; a row of a CSV has no properties of its own: they are all its other columns.

    Times without an offset are of an IANA time zone; the texts of declared events are read as what they are to be.
    Raises `DataError`.
    """
    raw = {name: value for name, value in values.items() if value not in ("", None)}
    if _WHOLE.isdisjoint(raw):
        told = {name: raw.pop(name) for name in sorted(raw.keys() - _OWN)}
        declared = types.get(event_named(str(raw.get("event", ""))))
        raw["properties"] = declared.from_texts(told) if declared else told
    if isinstance(at := raw.get("timestamp"), str):
        try:
            raw["timestamp"] = read_time(clean_text(at), zone).isoformat()
        except DataError as error:
            raise DataError(f"timestamp: {error}") from None
    if _TOLD_APART.isdisjoint(raw):  # the same file twice changes nothing
        raw["messageId"] = blake2b(to_body(raw).encode(), digest_size=16).hexdigest()
    return raw


class Staging:
    """Groups by number, each of blocks in the order in which they came; in a nameless file.

    That is gone with its process, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        """In a folder with room for all of it."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  `close` closes it
        self._waiting: dict[int, list[bytes]] = {}
        self._written: dict[int, list[tuple[int, list[int]]]] = {}  # by group: a place, and the sizes of its blocks
        self.close = self._file.close
        self.size = 0  # of all blocks, in bytes

    def add(self, blocks: Mapping[int, bytes]) -> None:
        """A block for each of some groups. Raises `OSError` where there is no room."""
        for group, block in blocks.items():
            waiting = self._waiting.setdefault(group, [])
            waiting.append(block)
            self.size += len(block)
            if sum(map(len, waiting)) > _WAITING:
                place = self._file.tell()
                self._file.writelines(waiting)
                self._written.setdefault(group, []).append((place, list(map(len, waiting))))
                waiting.clear()

    def groups(self) -> Iterator[list[bytes]]:
        """Each group, by its number."""
        self._file.flush()
        for group in sorted(self._waiting):
            blocks = list[bytes]()
            for place, sizes in self._written.get(group, ()):
                whole = memoryview(os.pread(self._file.fileno(), sum(sizes), place))
                for size in sizes:
                    blocks.append(bytes(whole[:size]))
                    whole = whole[size:]
            yield blocks + self._waiting[group]
