"""The fact `event`: the message that a trigger looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from livecontent.facts import NamedValue, names_of
from livecontent.history.messages import Message
from livecontent.vocabulary import FactType


@dataclass(frozen=True, slots=True)
class TriggerEvent(NamedValue):
    """What somebody has just done."""

    name: str  # of a track: what was done; of a page: its name
    type: str  # track, identify, page ...
    at: datetime  # on the clock of who did it
    properties: Mapping[str, Any]  # of identify: its traits
    store: str | None = None  # the name of the store that `store_id` names


EVENT = FactType("event", {**names_of(TriggerEvent), "properties": dict})


def trigger_event(message: Message, stores: Mapping[str, str]) -> TriggerEvent:
    """The event of a message; `stores` has the names of stores by their ids."""
    at = datetime.fromtimestamp(message.at, UTC).astimezone(timezone(timedelta(seconds=message.offset)))
    store = stores.get(str(message.values.get("store_id")))
    return TriggerEvent(message.name, message.kind, at, message.values, store)
