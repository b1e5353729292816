"""Rows of a file of events into the store of what people do, as those that are sent."""

from collections.abc import Mapping
from hashlib import blake2b

from livecontent.errors import DataError
from livecontent.history.event_types import EventTypes
from livecontent.history.messages import Message, MessageReader, to_body, user_ids
from livecontent.imports.values import clean_text, read_time
from livecontent.storage.base import Storage
from livecontent.storage.completing import complete_orders
from livecontent.storage.history import PutOutcome
from livecontent.storage.refs import Refs

_BATCH = 1000
_OWN = frozenset({"userId", "anonymousId", "event", "timestamp", "type", "messageId"})  # all else is of the event


class HistoryImport:
    """Takes rows in batches."""

    def __init__(self, storage: Storage, refs: Refs, zone: str, now: float, types: EventTypes) -> None:
        """Times without an offset are of an IANA time zone, missing ones `now`, in seconds since 1970."""
        self._storage = storage
        self._refs = refs
        self._zone = zone
        self._now = now
        self._reader = MessageReader(zone, types)
        self._waiting: list[Message] = []
        self._sum = PutOutcome(0, 0, 0)

    async def add(self, values: Mapping[str, object]) -> None:
        """Takes a row. Raises `DataError` for one that is no message, `StorageError` where it can't be kept."""
        raw = _shaped(values, self._zone)
        refs = await self._refs.of_users(user_ids(raw))
        self._waiting.append(self._reader.read(raw, self._now, refs))
        if len(self._waiting) >= _BATCH:
            await self.finish()

    async def finish(self) -> PutOutcome:
        """Keeps what waits, and tells what became of all."""
        if self._waiting:
            messages = await complete_orders(self._waiting, self._storage.products)
            outcome = await self._storage.history.put(messages)
            self._sum = PutOutcome(*(before + new for before, new in zip(self._sum, outcome, strict=True)))
            self._waiting.clear()
        return self._sum


def _shaped(values: Mapping[str, object], zone: str) -> dict[str, object]:
    """A row of a CSV has no properties of its own: they are all its other columns."""
    raw = {name: value for name, value in values.items() if value not in ("", None)}
    if not {"properties", "traits", "type", "context"} & raw.keys():
        raw["properties"] = {name: raw.pop(name) for name in sorted(raw.keys() - _OWN)}
    if isinstance(told := raw.get("timestamp"), str):
        try:
            raw["timestamp"] = read_time(clean_text(told), zone).isoformat()
        except DataError as error:
            raise DataError(f"timestamp: {error}") from None
    if not {"messageId", "timestamp", "originalTimestamp"} & raw.keys():  # the same file twice changes nothing
        raw["messageId"] = blake2b(to_body(raw).encode(), digest_size=16).hexdigest()
    return raw
