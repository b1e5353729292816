"""What happened with somebody as one list, in pages from the newest: each store reads no more than a page."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from livecontent.history.messages import VISITOR, Message
from livecontent.showings import slot_of_time
from livecontent.storage.base import ConsentDecision, Send, Storage
from livecontent.storage.events import Event

PAGE = 50  # entries
FILTERS = ("shop", "told", "sent", "shown", "silent", "clicked")
_MESSAGES: Mapping[str, Sequence[str]] = MappingProxyType(
    {"": (), "shop": ("track", "page", "screen"), "told": ("identify", "alias", "group", "part")}
)
_MOST = 1 << 62  # no row has a higher number


class Mark(NamedTuple):
    """A place in the list: `at` in seconds since 1970, then the kind of row and its number; what follows is older."""

    at: float
    kind: str = "~"
    number: int = _MOST

    def before(self, kind: str) -> tuple[float, int]:
        """Time and number that rows of a kind have to come before."""
        if kind == self.kind:
            return self.at, self.number
        return self.at, _MOST if kind < self.kind else -1

    def __str__(self) -> str:
        return f"{self.at!r},{self.kind},{self.number}"


Happened: TypeAlias = Message | Event | Send | ConsentDecision


class TimelineEntry(NamedTuple):
    """One thing that happened, with its place in the list."""

    mark: Mark
    what: Happened


class TimelinePage(NamedTuple):
    """Entries, the newest first, and where the next page goes on; None after the last."""

    entries: Sequence[TimelineEntry]
    next: Mark | None


def read_mark(text: str) -> Mark | None:
    """A place as `Mark` writes it; None for a text that is none."""
    try:
        at, kind, number = text.split(",")
        return Mark(float(at), kind[:1], min(max(int(number), -1), _MOST))
    except (ValueError, OverflowError):
        return None


async def read_timeline(
    ref: str, storage: Storage, *, only: str = "", since: Mark | None = None, limit: int = PAGE
) -> TimelinePage:
    """A page of what happened with somebody, under whatever name: all, or one of `FILTERS`. Raises `StorageError`."""
    found: list[TimelineEntry] = []
    mark = since or Mark(float("inf"))
    refs = [key for key in storage.history.identities(ref) if not key.startswith(VISITOR)]
    if only in _MESSAGES:
        rows = await storage.history.newest(ref, _MESSAGES[only], mark.before("h"), limit + 1)
        found += [TimelineEntry(Mark(one.at, "h", number), one) for number, one in rows]
    if only in ("", "shown", "silent", "clicked"):
        events = await storage.events.newest(refs, only, mark.before("e"), limit + 1)
        found += [TimelineEntry(Mark(one.at, "e", number), one) for number, one in events]
    if only in ("", "sent"):
        found += [one for one in await _sent(refs, storage) if one.mark < mark]
    if only == "":
        found += [one for one in await _decided(refs, storage) if one.mark < mark]
    page = sorted(found, key=lambda one: one.mark, reverse=True)[: limit + 1]
    whole = [one._replace(what=with_choice(one.what, storage)) for one in page[:limit]]
    return TimelinePage(whole, whole[-1].mark if len(page) > limit else None)


async def _sent(refs: Collection[str], storage: Storage) -> Iterator[TimelineEntry]:
    """The emails of which something was fetched: to whom the others went, nobody has told."""
    named, sends = await asyncio.gather(storage.events.sends_of(refs), storage.sends.list())
    ours = sorted((send for send in sends if send.id in named), key=lambda send: send.id)
    return (TimelineEntry(Mark(send.at, "s", number), send) for number, send in enumerate(ours))


async def _decided(refs: Collection[str], storage: Storage) -> list[TimelineEntry]:
    found = [await storage.consents.find(ref) for ref in sorted(refs)]
    return [TimelineEntry(Mark(one.at, "c", number), one) for number, one in enumerate(found) if one]


def with_choice(event: Happened, storage: Storage) -> Happened:
    """An event with what was decided then, where that was counted; anything else as it is."""
    if not isinstance(event, Event) or event.kind != "shown" or event.who != "human":
        return event
    choices = storage.showings.choices(event.ref, event.creative, slot_of_time(event.send, event.at))
    return event._replace(choice=choices.get(event.variant) or choices.get(""))
