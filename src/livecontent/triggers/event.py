"""The fact `event`: the message that a trigger looks at."""

import copy
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from livecontent.facts import NamedValue, names_of
from livecontent.history.messages import Message
from livecontent.vocabulary import FactPath, FactType

MOST_TOLD = 8 * 1024  # bytes of properties that an alert tells


@dataclass(frozen=True, slots=True)
class TriggerEvent(NamedValue):
    """What somebody has just done."""

    name: str  # of a track: what was done; of a page: its name
    type: str  # track, identify, page ...
    at: datetime  # on the clock of who did it
    properties: Mapping[str, Any]  # of identify: its traits
    store: str | None = None  # the name of the store that `store_id` names


EVENT = FactType("event", {**names_of(TriggerEvent), "properties": dict})
PROPERTIES = (EVENT.root, "properties")


def trigger_event(message: Message, stores: Mapping[str, str]) -> TriggerEvent:
    """The event of a message; `stores` has the names of stores by their ids."""
    at = datetime.fromtimestamp(message.at, UTC).astimezone(timezone(timedelta(seconds=message.offset)))
    store = stores.get(str(message.values.get("store_id")))
    return TriggerEvent(message.name, message.kind, at, message.values, store)


def told_of(event: TriggerEvent, sent: Collection[FactPath]) -> dict[str, object]:
    """What an alert tells of an event: what it is and when, and of the rest what is at these paths.

    No more than `MOST_TOLD` bytes of properties: those that do not fit are named under `left_out`.
    """
    told: dict[str, object] = {"name": event.name, "type": event.type, "at": event.at.isoformat()}
    properties: dict[str, Any] = {}
    left_out, room = [], MOST_TOLD
    for _, _, *steps in sorted(path for path in sent if path[:2] == PROPERTIES and len(path) > 2):
        value = _at(event.properties, steps)
        size = len(json.dumps(value, ensure_ascii=False).encode())
        if size > room:
            left_out.append(".".join(steps))
        elif value is not None and _put(properties, steps, value):
            room -= size
    told["properties"] = properties
    if event.store and ((EVENT.root, "store") in sent or "store_id" in properties):
        told["store"] = event.store
    return {**told, "left_out": left_out} if left_out else told


def _at(value: object, steps: Sequence[str]) -> object:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _put(told: dict[str, Any], steps: Sequence[str], value: object) -> bool:
    """Whether it was not yet there."""
    *before, last = steps
    for step in before:
        told = told.setdefault(step, {})
    if new := last not in told:
        told[last] = copy.deepcopy(value)
    return new
