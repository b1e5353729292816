"""Rows of a file of events as messages that are sent."""

from collections.abc import Mapping
from hashlib import blake2b

from livecontent.errors import DataError
from livecontent.history.event_types import EventTypes, event_named
from livecontent.history.messages import NOTHING, to_body
from livecontent.imports.values import clean_text, read_time

_OWN = frozenset({"userId", "anonymousId", "event", "timestamp", "type", "messageId"})  # all else is of the event
_WHOLE = frozenset({"properties", "traits", "type", "context"})
_TOLD_APART = frozenset({"messageId", "timestamp", "originalTimestamp"})


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
