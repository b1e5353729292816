"""Messages in the shape of Segment's spec: who did what, when. https://segment.com/docs/connections/spec/

Of a message there is kept what was done and told; of its context, which has addresses and agents, only the time zone.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from livecontent.errors import DataError
from livecontent.history.event_types import EventTypes, event_named
from livecontent.history.plain_json import json_start
from livecontent.levels import check_levels

PART = "part"  # ours: takes back what identify or alias has linked
OPEN = "open"  # ours alone: an image that we showed somebody who read; nobody can send it
KINDS = ("track", "identify", "alias", "page", "screen", "group", PART)
VISITOR = "~"  # how the key of a visitor begins; that of a recipient is their ref
LARGEST = 32 * 1024  # bytes of what a message tells
NOTHING: Mapping[str, Any] = MappingProxyType({})

_MAX_NAME = 200  # characters
_FIRST, _AHEAD = 946_684_800.0, 86_400.0  # the year 2000; seconds that a sender's clock may be ahead
_DRIFT = 60.0  # seconds that a sender's clock may differ without being corrected
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


class Message(NamedTuple):
    """Something that somebody did or told: `at` in seconds since 1970, `offset` of their clock from UTC in seconds.

    `who` is whose it is; `also` are other keys of the same person, which it links (or, `apart`, parts).
    """

    mid: bytes  # of 16 bytes; the same for a message that is sent again
    kind: str
    name: str  # of a track: what was done; of a page: its name
    who: str
    also: tuple[str, ...]
    at: float
    offset: int
    values: Mapping[str, Any]  # properties or traits
    body: str  # the same as JSON
    apart: bool = False


def visitor_key(anonymous_id: str) -> str:
    """The key of a visitor: the id itself is not kept."""
    return VISITOR + blake2b(anonymous_id.encode("utf-8", "replace"), digest_size=16, person=b"visitor").hexdigest()


class MessageReader:
    """Reads messages as senders write them."""

    def __init__(self, zone: str | None = None, types: EventTypes = NOTHING) -> None:
        """The IANA time zone is that of who tells none; events that are declared fit their schemas."""
        self._types = types
        self._zones: dict[str, ZoneInfo | None] = {}
        self._default = zone or "UTC"

    def read(
        self, raw: object, received: float, refs: Mapping[str, str], kind: str = "", batch: Mapping[str, Any] = NOTHING
    ) -> Message:
        """A message that came at `received`; `refs` are those of `user_ids`.

        `kind` is what the address tells, `batch` holds for all of a batch. Raises `DataError` with the field that is
        wrong.
        """
        if not isinstance(raw, dict):
            raise DataError("a message is a JSON object")
        kind = kind or raw.get("type") or ("track" if "event" in raw else "")
        if kind not in KINDS:
            raise DataError(f"type: {json_start(kind)} is none of {', '.join(KINDS)}")
        if batch.get("sentAt") or batch.get("context"):
            shared = {**_object(batch, "context"), **_object(raw, "context")}
            raw = {"sentAt": batch.get("sentAt"), **raw, "context": shared}
        at, offset = self._time(raw, received)
        name, values = _told(raw, kind)
        body = to_body(values)  # first, so that no large one is held against a schema
        if kind == "track" and self._types and (declared := self._types.get(event_named(name))):
            declared.check(values)
        who, also = _people(raw, kind, refs)
        return Message(_mid(raw, received), kind, name, who, also, at, offset, values, body, kind == PART)

    def _time(self, raw: Mapping[str, Any], received: float) -> tuple[float, int]:
        """When it was on a right clock, and the offset of the person's; a sender's clock that is wrong is corrected."""
        told = _time(raw, "timestamp") or _time(raw, "originalTimestamp")
        if told is None:
            return received, self._offset(raw, received)
        at = told.timestamp()
        if "originalTimestamp" not in raw and (sent := _time(raw, "sentAt")):
            wrong = received - sent.timestamp()
            at += wrong if _DRIFT < abs(wrong) < _AHEAD else 0.0
        if not _FIRST <= at <= received + _AHEAD:
            raise DataError(f"timestamp: {told.isoformat()} is not between 2000 and tomorrow")
        away = told.utcoffset()
        return at, int(away.total_seconds()) if away else self._offset(raw, at)

    def _offset(self, raw: Mapping[str, Any], at: float) -> int:
        context = raw.get("context")
        told = context.get("timezone") if isinstance(context, dict) else None
        zone = self._zone(told) if isinstance(told, str) and told else None
        zone = zone or self._zone(self._default)
        away = datetime.fromtimestamp(at, zone).utcoffset() if zone else None
        return int(away.total_seconds()) if away else 0

    def _zone(self, name: str) -> ZoneInfo | None:
        if name not in self._zones:
            try:
                self._zones[name] = ZoneInfo(name[:100])
            except (OSError, ValueError, KeyError):  # which a sender has made up
                return None
        return self._zones[name]


def open_message(ref: str, slot: str, at: float, offset: int) -> Message:
    """That somebody read, as their opens tell: the same for all opens of a person and send."""
    mid = blake2b(f"{ref} {slot}".encode(), digest_size=16, person=OPEN.encode()).digest()
    return Message(mid, OPEN, "", ref, (), at, offset, NOTHING, "{}")


def user_ids(raw: object) -> Iterator[str]:
    """The ids of users that a message names, if it can be read."""
    if not isinstance(raw, dict):
        return
    for name in ("userId", "previousId"):
        with suppress(DataError):
            if found := _id(raw, name):
                yield found


def _people(raw: Mapping[str, Any], kind: str, refs: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Whose it is, and who else is that."""
    user, visitor = _id(raw, "userId"), _id(raw, "anonymousId")
    if kind in ("alias", PART):
        previous = _id(raw, "previousId")
        if not user or not previous:
            raise DataError(f"userId and previousId are needed in {kind}")
        # It does not say whether that was a user or a visitor.
        return refs[user], (refs[previous], visitor_key(previous))
    if user:
        return refs[user], (visitor_key(visitor),) if visitor else ()
    if not visitor:
        raise DataError("userId or anonymousId is needed")
    return visitor_key(visitor), ()


def _told(raw: Mapping[str, Any], kind: str) -> tuple[str, Mapping[str, Any]]:
    """The name, and what is told of it."""
    if kind in ("identify", "group", "alias", PART):
        traits = _object(raw, "traits")
        return "", {**traits, "groupId": _id(raw, "groupId")} if kind == "group" else traits
    name = raw.get("event") if kind == "track" else raw.get("name") or ""
    if not isinstance(name, str) or (kind == "track" and not name.strip()) or len(name) > _MAX_NAME:
        raise DataError(f"event: write what was done, in at most {_MAX_NAME} characters")
    try:
        name.encode()
    except UnicodeError:
        raise DataError("event: half a character is no text") from None
    return name.strip(), _object(raw, "properties")


def _object(raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise DataError(f"{name}: {json_start(found)} is not an object")
    return found


def _id(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    if found is None or isinstance(found, bool):
        return ""
    if isinstance(found, str) and len(found) <= _MAX_NAME:
        return found.strip()
    if not isinstance(found, int) or len(str(found)) > _MAX_NAME:
        raise DataError(f"{name}: {json_start(found)} is not a text of at most {_MAX_NAME} characters")
    return str(found)


def _time(raw: Mapping[str, Any], name: str) -> datetime | None:
    found = raw.get(name)
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError):
        raise DataError(f"{name}: {json_start(found)} is not a time such as 2026-11-21T08:00:00Z") from None


def _mid(raw: Mapping[str, Any], received: float) -> bytes:
    """By its id, else by what it says and when that was: without a time, what comes again is another message.

    Ids of all messages are kept: made in another way, each that is sent again would count again.
    """
    told = _id(raw, "messageId")
    if not told:
        timed = raw.get("timestamp") or raw.get("originalTimestamp")
        said = _plain({name: value for name, value in raw.items() if name != "sentAt"})
        told = said if timed else f"{received!r} {said}"
    return blake2b(told.encode("utf-8", "replace"), digest_size=16).digest()


def to_body(values: Mapping[str, Any]) -> str:
    """What a message tells as it is kept. Raises `DataError` where it is too large, too deep or no plain data."""
    text = _plain(values)
    check_levels(values, text)
    size = len(text.encode())
    if size > LARGEST:
        raise DataError(f"it tells {size:,} bytes, at most {LARGEST:,} are kept")
    return text


def _plain(values: Mapping[str, Any]) -> str:
    try:
        text = _JSON(values)
        text.encode()
    except (ValueError, RecursionError):
        raise DataError("properties: not plain JSON") from None
    return text
