"""The feeds of the settings, each by its name: `feed.news`."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Self

from livecontent.config import FeedSettings, Settings
from livecontent.facts import Fact, FactsByKey, Now, Opening, Place, Reason
from livecontent.net.http import Http
from livecontent.runtime.lifecycle import Background
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies, SourceHealth
from livecontent.sources.feed.reader import FeedReader
from livecontent.sources.place import distance
from livecontent.vocabulary import FactType

FEED = FactType("feed", shape="keyed", volatile="all")


class FeedSource(Source):
    """Tells `feed`, at once; before a first answer is there it waits for that."""

    fact = FEED
    needs = frozenset({"place", "now"})

    def __init__(self, feeds: Mapping[str, FeedSettings], folder: Path, http: Http, patience: float = 1.0) -> None:
        """What feeds answered is kept in the folder; an open waits so many seconds for first answers."""
        self._patience = patience
        self.skipped: Counter[str] = Counter()
        self.readers = {name: FeedReader(name, feed, folder, http, self.skipped) for name, feed in feeds.items()}
        self._tasks = [Background(reader.run) for reader in self.readers.values()]

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the feeds of the settings; what they answered is kept in the data folder."""
        settings = dependencies.settings
        return cls(settings.feeds, settings.data / "feeds", dependencies.http, settings.deadline / 2)

    @classmethod
    def declared(cls, settings: Settings, /) -> FactType:
        """With the names of the feeds."""
        return replace(cls.fact, keys=frozenset(settings.feeds))

    @property
    def health(self) -> Mapping[str, SourceHealth]:
        """Of each feed."""
        return {
            f"feed {name}": SourceHealth(reader.copy.at if reader.copy else 0.0, reader.failed, reader.problem)
            for name, reader in self.readers.items()
        }

    def addresses(self) -> Iterable[str]:
        """All that begin as such, in all feeds."""
        return chain.from_iterable(_addresses(reader.copy.value) for reader in self.readers.values() if reader.copy)

    async def start(self) -> None:
        """Begins to ask."""
        for task in self._tasks:
            await task.start()

    async def close(self) -> None:
        """Asks no more."""
        for task in self._tasks:
            await task.close()

    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """The feeds that are named, without names all of them."""
        asked = [self.readers[key] for key in sorted(keys or self.readers) if key in self.readers]
        if any(reader.copy is None and not reader.problem for reader in asked):
            return self._later(asked, opening, facts)
        return self._tell(asked, opening, facts)

    async def _later(self, asked: list[FeedReader], opening: Opening, facts: FactsByRoot) -> Fact[Any]:
        """One that does not answer does not hold up the others."""
        new = [asyncio.ensure_future(one.refresh()) for one in asked if one.copy is None and not one.problem]
        await asyncio.wait(new, timeout=self._patience)
        return self._tell(asked, opening, facts)

    def _tell(self, asked: list[FeedReader], opening: Opening, facts: FactsByRoot) -> Fact[Any]:
        place: Place | None = facts["place"].value
        now: Now | None = facts["now"].value
        found = {reader.name: _fact(reader, place, now.at if now else opening.at) for reader in asked}
        return Fact(FactsByKey(found), Reason.CACHED, "feeds")


def _addresses(value: object) -> Iterator[str]:
    match value:
        case str() if value.startswith(("https://", "http://")):
            yield value
        case Mapping():
            yield from chain.from_iterable(map(_addresses, value.values()))
        case list():
            yield from chain.from_iterable(map(_addresses, value))


def _fact(reader: FeedReader, place: Place | None, at: datetime) -> Fact[Any]:
    """What a feed says, to somebody at a place and time; None where it is too old to be told."""
    copy, settings, age, name = reader.copy, reader.settings, reader.age, f"feed {reader.name}"
    if copy is None and not reader.problem:
        return Fact(None, Reason.LATE, name, note="it has not answered yet")
    if copy is None:
        return Fact(None, Reason.BROKEN, name, note=reader.problem)
    if age > settings.stale:
        return Fact(None, Reason.BROKEN, name, age, reader.problem or "its last answer is too old")
    value = copy.value
    if settings.key and isinstance(value, list):
        value = {str(item[settings.key]): item for item in value if isinstance(item, Mapping) and settings.key in item}
    elif (settings.coordinates or settings.times) and isinstance(value, list):
        value = {"items": value, **_around(value, settings, place, at)}
    return Fact(value, Reason.STALE if reader.problem else Reason.CACHED, name, age, reader.problem)


def _around(items: list[Any], settings: FeedSettings, place: Place | None, at: datetime) -> dict[str, list[Any]]:
    """The items that are near, the nearest first, with their `distance` in km; and those of this moment."""
    found: dict[str, list[Any]] = {}
    mappings = [item for item in items if isinstance(item, Mapping)]
    if settings.times:
        found["now"] = mappings = [item for item in mappings if _is_on(item, settings.times, at)]
    if settings.coordinates and place and place.latitude is not None and place.longitude is not None:
        far = ((_distance(item, settings.coordinates, place), item) for item in mappings)
        near = sorted(
            ((km, index, item) for index, (km, item) in enumerate(far) if km is not None and km <= settings.radius),
            key=lambda one: one[:2],
        )
        found["near"] = [{**item, "distance": round(km, 1)} for km, _, item in near]
    return found


def _distance(item: Mapping[str, Any], names: tuple[str, str], place: Place) -> float | None:
    latitude, longitude = (item.get(name) for name in names)
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return distance(place.latitude or 0.0, place.longitude or 0.0, latitude, longitude)


def _is_on(item: Mapping[str, Any], names: tuple[str, str], at: datetime) -> bool:
    """Whether a moment lies between those of an item; one left out is no limit, one that can't be read hides it."""
    try:
        starts, ends = (_moment(item[name], at) if name in item else None for name in names)
    except (ValueError, TypeError):
        return False
    return (starts is None or starts <= at) and (ends is None or at < ends)


def _moment(text: Any, at: datetime) -> datetime:
    """A moment; without an offset on the clock of the other."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=at.tzinfo)
