"""The fact `latest`: the last of an event of the shop's own, such as `latest["Recipe Cooked"].recipe`."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from livecontent.config import Settings
from livecontent.errors import CreativeError, DataError, Problem
from livecontent.facts import Fact, FactsByKey, Opening, Reason
from livecontent.history.event_types import EventType, EventTypes, event_named, parse_event_type
from livecontent.history.sums import is_understood
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.history import DAY, HOUR, SOURCE, kept_of, seconds_of, units_since
from livecontent.storage.history import HistoryStore
from livecontent.vocabulary import FactType

FOLDER = "events"
LATEST = FactType("latest", shape="keyed", volatile="all")

_OF_EACH = ("times", "hours_since", "days_since")


def read_event_types(templates: Path) -> EventTypes:
    """Those that are declared beside the creatives: in `events/`, a JSON Schema each. Raises `CreativeError`."""
    found: dict[str, EventType] = {}
    problems: list[Problem] = []
    for file in sorted((templates / FOLDER).glob("*.json")):
        name = event_named(file.stem)
        if not file.is_file():
            problems.append(Problem(str(file), 1, 1, "not a file; write a JSON Schema"))
            continue
        try:
            found[name] = parse_event_type(file.stem, file.read_text("utf-8-sig"))
        except UnicodeError:
            problems.append(Problem(str(file), 1, 1, "not UTF-8; save the file as UTF-8"))
        except DataError as error:
            line, _, problem = str(error).partition(": ")
            problems.append(Problem(str(file), int(line), 1, problem))
        if is_understood(name):
            problems.append(Problem(str(file), 1, 1, "livecontent understands this event: it has no schema of its own"))
    if problems:
        raise CreativeError(problems)
    return found


class LatestSource(Source):
    """Tells `latest`, at once."""

    fact = LATEST

    def __init__(self, store: HistoryStore) -> None:
        self._store = store

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of events."""
        return cls(dependencies.history)

    @classmethod
    def declared(cls, settings: Settings, /) -> FactType:
        """With the names of the events that are declared; of others, they depend on what is sent."""
        return latest_declared(settings.templates)

    def ask(self, opening: Opening, _facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """What the last of each told, how long ago it was, and how often there was one."""
        kept = kept_of(opening, self._store.history)
        if isinstance(kept, Fact):
            return kept
        return Fact(latest_of(kept, keys, seconds_of(opening)), Reason.FRESH, SOURCE)


def latest_declared(templates: Path) -> FactType:
    """With the names of the events that are declared beside the creatives. Raises `CreativeError`."""
    return replace(LATEST, names_of=partial(_names_of, read_event_types(templates)))


def latest_of(kept: Mapping[str, Any], keys: Iterable[str], now: float) -> FactsByKey:
    """The last of each of these events, of what is kept of somebody; the time is in seconds since 1970."""
    own = kept.get("own", {})
    return FactsByKey({key: _told(key, own.get(event_named(key)), now) for key in keys})


def _names_of(types: EventTypes, key: str) -> Iterable[str]:
    declared = types.get(event_named(key))
    return (*declared.names, *_OF_EACH) if declared else ()


def _told(event: str, kept: tuple[float, int, Mapping[str, object]] | None, now: float) -> Fact[Any]:
    if kept is None:
        return Fact(None, Reason.MISSING, SOURCE, note=f"no event {event} was sent of the recipient")
    at, times, values = kept
    ago = {"hours_since": units_since(at, now, HOUR), "days_since": units_since(at, now, DAY)}
    return Fact({**values, "times": times, **ago}, Reason.FRESH, SOURCE, max(now - at, 0.0))
