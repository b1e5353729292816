"""What is known of each creative: its state, when it was published, and what became of it today."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from livecontent.errors import LivecontentError, Problem, StorageError
from livecontent.storage.events import CreativeDay
from livecontent.studio.drafting import looked_version
from livecontent.studio.site import StudioParts

CardState = Literal["broken", "changes", "approved", "review", "draft", "never", "published", "removed"]
STATES: tuple[CardState, ...] = get_args(CardState)

# What is next, by state: its word and its page; the first that is there, and that one may open.
_LOOK = ("look", "preview")
NEXT: Mapping[CardState, Sequence[tuple[str, str]]] = MappingProxyType(
    {
        "broken": (("mend", "edit"), _LOOK),
        "changes": (("go_on", "edit"), _LOOK),
        "approved": (("publish", "history"), ("review", "review"), _LOOK),
        "review": (("review", "review"), _LOOK),
        "draft": (("review", "review"), ("go_on", "edit"), _LOOK),
        "never": (("embed", "embed"), _LOOK),
        "published": (_LOOK,),
        "removed": (("bring_back", "history"),),
    }
)
LOOKED_AGAIN = 600.0  # seconds until it is looked again whether something was ever opened


class Card(NamedTuple):
    """A creative on the wall."""

    name: str
    title: str
    state: CardState
    size: tuple[int, int] | None = None  # in CSS pixels; None where nothing is served
    version: str = ""
    published: float = 0.0  # seconds since 1970
    problem: Problem | None = None
    day: CreativeDay = CreativeDay()

    def matches(self, sought: str) -> bool:
        """Whether each word of a search is in its name or title."""
        text = f"{self.name} {self.title}".casefold()
        return all(word in text for word in sought.casefold().split())


class CardReader:
    """Reads the cards of all creatives."""

    def __init__(self, parts: StudioParts, clock: Callable[[], float]) -> None:
        """The clock is in seconds since 1970."""
        self._parts = parts
        self._clock = clock
        self._opened: dict[str, float] = {}  # creatives, and when it was looked that they never were; 0: they were

    async def read(self) -> list[Card]:
        """Every creative that is served, or was, or has errors or a draft, by name."""
        parts, publisher = self._parts, self._parts.publisher
        midnight = datetime.fromtimestamp(self._clock(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            days = await parts.storage.events.creatives(midnight.timestamp())
        except StorageError:  # the wall is there without figures
            days = {}
        drafts = await asyncio.to_thread(self._drafts)
        broken = publisher.in_error if publisher else frozenset()
        names = {*parts.kit.creatives, *broken, *(publisher.blanks if publisher else ()), *drafts}
        return [await self._card(name, days.get(name, CreativeDay()), drafts.get(name, "")) for name in sorted(names)]

    def _drafts(self) -> dict[str, str]:
        """The versions of those that differ from what they were made from."""
        found = {}
        for name in self._parts.drafts.names:
            with suppress(LivecontentError):
                if (draft := self._parts.drafts.open(name)).is_changed:
                    found[name] = looked_version(draft, self._parts.templates)
        return found

    async def _reviewed(self, name: str, version: str) -> CardState:
        """How far a draft has come: what members last said of this version; guests have no say."""
        try:
            verdicts = await self._parts.storage.reviews.verdicts(name)
            comments = await self._parts.storage.reviews.comments(name)
        except StorageError:
            return "draft"
        last = {one.by: one.judgement for one in verdicts if not one.guest and one.version == version}
        if "changes" in last.values():
            return "changes"
        if "approved" in last.values():
            return "approved"
        said = {one.version for one in comments} | {one.version for one in verdicts}
        return "review" if version in said else "draft"

    async def _card(self, name: str, day: CreativeDay, draft: str) -> Card:
        parts = self._parts
        served = parts.kit.creatives.get(name)
        problem = self._problem(name)
        current = parts.versions.current.get(name) if parts.versions else None
        state: CardState = "published"
        if problem:
            state = "broken"
        elif draft:
            state = await self._reviewed(name, draft)
        elif served is None:
            state = "removed"
        elif not day.opens and not await self._was_opened(name):
            state = "never"
        creative = served.loaded.creative if served else None
        return Card(
            name,
            creative.title if creative else name,
            state,
            (creative.size.width, creative.size.height) if creative else None,
            served.loaded.version if served else "",
            current.at if current else 0.0,
            problem,
            day,
        )

    def _problem(self, name: str) -> Problem | None:
        publisher = self._parts.publisher
        if publisher is None or name not in publisher.in_error:
            return None
        return next(iter(publisher.problems_of(name)), None)

    async def _was_opened(self, name: str) -> bool:
        looked = self._opened.get(name)
        if looked is None or 0 < looked < self._clock() - LOOKED_AGAIN:
            try:
                opened = await self._parts.storage.events.was_opened(name)
            except StorageError:
                return True
            looked = self._opened[name] = 0.0 if opened else self._clock()
        return looked == 0
