"""What is recorded: one event for each image shown and each link followed; for those who do not consent, a count.

What is used up once for each person (caps, coupons, silence) must look at events with `who` human, never at what was
shown last: that may be a machine's early fetch, as a click leads to what it was given.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from livecontent.errors import RowError
from livecontent.facts import Client, FetchTiming, Place
from livecontent.showings import Decided
from livecontent.storage.results import HeadCount, Results, WrongImages

EventKind = Literal["shown", "clicked"]
Who = Literal["human", "machine", "unknown"]

# How names of clients begin that nobody reads in.
_MACHINES = ("gmail-prefetch", "bot", "scanner", "probe", "prefetch")


class Event(NamedTuple):
    """What happened, without address or agent: the recipient only as ref, `at` in seconds since 1970 (UTC)."""

    kind: EventKind
    at: float
    creative: str
    ref: str
    version: str = ""
    variant: str = ""
    step: str = ""
    format: str = ""
    client: str = ""
    link: str | None = None
    flaw: str = ""
    reasons: Mapping[str, str] = MappingProxyType({})  # of each fact
    micros: Mapping[str, int] = MappingProxyType({})  # at each station
    who: Who = "unknown"
    time: FetchTiming = "unsure"
    send: str = ""
    choice: Decided | None = None  # what limits and experiments count; kept apart


class AnonymousCount(NamedTuple):
    """What is left of an event without its person: a day in UTC, no time, no link."""

    day: str
    creative: str
    version: str
    variant: str
    kind: EventKind
    who: Who
    send: str


class LastKnownPlace(NamedTuple):
    """Where about somebody came from with a browser, on a day in UTC."""

    ref: str
    place: Place
    day: str


class SpoolMark(NamedTuple):
    """How much of a spool is stored: bytes from its beginning, also of those that were cut off since."""

    spool: str
    done: int


UNSTORABLE = (RowError, TypeError, ValueError, OverflowError)  # the fault of an event, not of the store

EventStoreRow = Event | AnonymousCount | LastKnownPlace


def who_of(client: Client) -> Who:
    """Whether a person was there: when it is read, yes; where software asks on its own or ahead of time, no."""
    if client.time == "live":
        return "human"
    return "machine" if client.time == "early" or client.name.startswith(_MACHINES) else "unknown"


def count_of(event: Event) -> AnonymousCount:
    """An event as a count. The name of a creative that there is none of could be anything, and is left out."""
    creative = event.creative if event.version else ""
    return AnonymousCount(day_of(event.at), creative, event.version, event.variant, event.kind, event.who, event.send)


def last_place_of(ref: str, place: Place, at: float) -> LastKnownPlace:
    """A visit from a place, its coordinates rounded to a tenth of a degree (about 11 km)."""
    north, east = place.latitude, place.longitude
    coarse = Place(
        city=place.city,
        region=place.region,
        country=place.country,
        latitude=None if north is None else round(north, 1),
        longitude=None if east is None else round(east, 1),
        timezone=place.timezone,
    )
    return LastKnownPlace(ref, coarse, day_of(at))


def day_of(at: float) -> str:
    """The day in UTC of a time in seconds since 1970, such as 2026-11-21."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


@dataclass(slots=True)
class SendReport:
    """What became of an email; fetches and clicks are by who asked (human, machine or unknown), flaws by their word.

    Unrecorded is what only was counted, as the recipients do not consent: repeats are in it, and nobody is told apart.
    """

    send: str
    creative: str  # "" where a send counts as a whole
    fetches: dict[str, int] = field(default_factory=dict)
    openings: int = 0
    persons_opened: int = 0
    persons_opened_or_clicked: int = 0  # who clicked had opened by then, whether or not a fetch shows it
    clicks: dict[str, int] = field(default_factory=dict)
    unrecorded_fetches: dict[str, int] = field(default_factory=dict)
    unrecorded_clicks: dict[str, int] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)  # of the fetches: those with nothing to say
    flaws: dict[str, int] = field(default_factory=dict)
    first_opening: datetime | None = None
    last_opening: datetime | None = None


class CreativeDay(NamedTuple):
    """What became of a creative since a time: its opens, and how many of its fetches had each fallback level."""

    opens: int = 0  # also those that were only counted: then repeats are in it
    steps: Mapping[str, int] = MappingProxyType({})  # of recorded fetches, whoever asked

    @property
    def fetches(self) -> int:
        """All that are recorded."""
        return sum(self.steps.values())

    def share(self, *steps: str) -> float:
        """Of the recorded fetches those with one of some levels, from 0 to 1."""
        return sum(self.steps.get(step, 0) for step in steps) / self.fetches if self.fetches else 0.0


class EventStore(Protocol):
    """Keeps events."""

    async def append(self, events: Sequence[Event | AnonymousCount], mark: SpoolMark | None = None) -> None:
        """Keeps events for good, with how far a spool is stored, all or none. Raises `StorageError` where it can't.

        An event of somebody who does not consent by then is counted only.
        """

    async def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        """The last image of a creative that a recipient was shown: in this send, else in any; at once.

        None also where the store can't be read.
        """

    async def of_person(self, ref: str) -> list[Event]:
        """All that is recorded of a recipient, in its order. Raises `StorageError`."""

    async def newest(
        self, refs: Collection[str], only: str, before: tuple[float, int], limit: int
    ) -> list[tuple[int, Event]]:
        """Events of recipients with their numbers, the newest first, before a time (seconds since 1970) and number.

        `only` is "" for all, "shown" for what was seen, "silent" for opens with nothing to say, or "clicked". Raises
        `StorageError`.
        """

    async def numbered(self, refs: Collection[str], number: int) -> Event | None:
        """The event with a number, if it is of one of these recipients. Raises `StorageError`."""

    def done(self, spool: str) -> int:
        """The last mark of a spool, 0 where there is none. Raises `StorageError`."""

    async def opens_after(self, number: int, limit: int) -> tuple[int, list[Event]]:
        """Of so many events after a number those that people read then, by ref, time and send; and the last number.

        Raises `StorageError`.
        """

    async def sends_of(self, refs: Collection[str]) -> Collection[str]:
        """The ids of the sends that their events name. Raises `StorageError`."""

    async def count_of(self, refs: Collection[str]) -> int:
        """How many events there are of recipients. Raises `StorageError`."""

    async def creatives(self, since: float) -> Mapping[str, CreativeDay]:
        """What became of each creative since a time (seconds since 1970), not long ago. Raises `StorageError`."""

    async def was_opened(self, creative: str) -> bool:
        """Whether anything of a creative was ever fetched. Raises `StorageError`."""

    async def forget(self, refs: Collection[str]) -> None:
        """Events of these recipients lose ref, link and time of day, without a trace. Raises `StorageError`."""

    async def report(self, since: float, send: str = "", creative: str = "") -> list[SendReport]:
        """The emails of which something was recorded since a time (seconds since 1970), by send and creative.

        Of one send or creative only, where it is named. Raises `StorageError`.
        """

    async def head_count(self, wrong: WrongImages) -> HeadCount:
        """How many people have seen an image, and how many will see another. Raises `StorageError`."""

    async def results(self, creative: str, since: float) -> Results:
        """What became of a creative since a time (seconds since 1970). Raises `StorageError`."""
