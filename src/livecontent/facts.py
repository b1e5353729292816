"""The facts of an open: plain values, each with its reason. Rules and texts name them by the vocabulary."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar, get_type_hints

from livecontent.showings import SeenVariant

T_co = TypeVar("T_co", covariant=True)


class Reason(StrEnum):
    """Why a fact is as it is."""

    FRESH = "fresh"  # asked just now
    CACHED = "cached"  # asked a while ago, still good by the word of its source
    STALE = "stale"  # past its time
    EMBEDDED = "embedded"  # a default that ships with livecontent or stands in the configuration
    GIVEN = "given"  # set by the person who previews
    MISSING = "missing"  # nobody knows
    LATE = "late"  # no answer before the deadline
    BROKEN = "broken"  # the source answered with an error

    known: bool  # whether there is a value

    def __init__(self, value: str) -> None:
        self.known = value not in ("missing", "late", "broken")


class Fact(NamedTuple, Generic[T_co]):
    """A value or None, the reason, who said so, its age in seconds, and a note for people."""

    value: T_co | None
    reason: Reason
    source: str = ""
    age: float = 0.0
    note: str = ""


class FactsByKey(dict[str, Fact[Any]]):
    """The value of a fact that is asked for by key, such as `product["sku-7"]`: a fact for each key."""


Need = str | tuple[str, str]  # what is asked for: the root of a fact; of one with keys, its root and a key


class NamedValue:
    """A value with fixed names: its fields and properties; and those of its `more`, where it has some."""

    __slots__ = ()
    names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        properties = [name for name, value in vars(cls).items() if isinstance(value, property)]
        cls.names = (*(name for name in cls.__annotations__ if name != "more"), *properties)


def names_of(kind: type[NamedValue]) -> dict[str, Any]:
    """The names of such a value with their Python types."""
    hints = get_type_hints(kind)
    properties = {name: value.fget for name, value in vars(kind).items() if isinstance(value, property)}
    read = {name: get_type_hints(get)["return"] for name, get in properties.items()}
    return {name: read.get(name) or hints[name] for name in kind.names}


@dataclass(frozen=True, slots=True)
class Place(NamedValue):
    """Where the recipient is: WGS 84 degrees, ISO 3166-1 alpha-2 country, IANA time zone."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Sky = Literal["clear", "clouds", "fog", "drizzle", "rain", "snow", "storm"]

ICONS = MappingProxyType(
    {
        ("clear", True): "sun",
        ("clear", False): "moon-stars",
        ("clouds", True): "cloud",
        ("clouds", False): "cloud-moon",
        ("fog", True): "cloud-fog",
        ("drizzle", True): "drop-half-bottom",
        ("rain", True): "cloud-rain",
        ("snow", True): "cloud-snow",
        ("storm", True): "cloud-lightning",
    }
)


@dataclass(frozen=True, slots=True)
class Weather(NamedValue):
    """The weather at a place: degrees Celsius, metres per second, millimetres in the hour."""

    temperature: float
    condition: Sky | None
    is_day: bool
    wind: float | None = None
    precipitation: float | None = None
    observed_at: datetime | None = None
    attribution: str = ""
    hours: Sequence[Mapping[str, object]] | None = None  # the coming 24, this one first
    days: Sequence[Mapping[str, object]] | None = None  # seven, today first

    @property
    def icon(self) -> str | None:
        """The name of the icon that shows this weather."""
        if self.condition is None:
            return None
        return ICONS.get((self.condition, self.is_day)) or ICONS[self.condition, True]


@dataclass(frozen=True, slots=True)
class Now(NamedValue):
    """The moment of opening in the recipient's time zone; only `at` where no clock is known."""

    at: datetime
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    date: str | None = None  # 2026-11-21
    time: str | None = None  # 08:05
    weekday: str | None = None  # monday ... sunday
    weekend: bool | None = None
    part_of_day: str | None = None  # night (22 to 6), morning (to 12), afternoon (to 18), evening
    season: str | None = None  # winter, spring, summer, autumn: of the hemisphere, by calendar months


FetchTiming = Literal["live", "unsure", "early"]
Trust = Literal["none", "coarse", "ip"]
Consent = Literal["full", "no-record", "none"]


@dataclass(frozen=True, slots=True)
class Client(NamedValue):
    """What asks for the image, and what its request may be believed in: three answers, each on its own."""

    name: str = "unknown"
    proxy: bool | None = None  # whether the address is another's than the reader's
    time: FetchTiming = "unsure"  # whether now is the moment of reading
    place_trust: Trust = "none"  # whether the address tells the place: not, in about, as well as GeoIP knows
    animates: bool = True
    webp: bool = False  # whether it shows WebP
    language: str | None = None  # of the reader, where the client tells
    why: str = ""  # the reason


@dataclass(frozen=True, slots=True)
class Store(NamedValue):
    """A shop near the recipient; distance in km, times on the store's own clock."""

    id: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    distance: float
    open: bool
    closes_at: datetime | None = None  # when open
    opens_at: datetime | None = None  # when closed: the next opening within a week
    week: Sequence[Mapping[str, object]] = ()  # hours of each weekday, Monday first
    special_days: Sequence[Mapping[str, object]] = ()  # with other hours, the next first
    more: Mapping[str, object] = field(default_factory=dict)  # all else that the shop tells of it


def spell_out(value: object) -> object:
    """A fact's value as the plain mapping (or list of mappings) that rules and texts read; unknown names left out."""
    if isinstance(value, NamedValue):
        words: dict[str, object] = {}
        for name in value.names:
            if (item := getattr(value, name)) is not None:
                words[name] = item
        return {**words, **value.more} if type(value) is Store and value.more else words
    if isinstance(value, FactsByKey):
        return {key: spell_out(fact.value) for key, fact in value.items() if fact.value is not None}
    if type(value) is dict or isinstance(value, Mapping):  # which takes ten times as long
        known = dict(value)
        return {name: item for name, item in known.items() if item is not None} if None in known.values() else known
    if isinstance(value, str):  # of a key
        return value
    return [spell_out(item) for item in value] if isinstance(value, list | tuple) else {}


@dataclass(frozen=True, slots=True)
class Moment:
    """All the facts of one open: as facts, and as words for rules and texts."""

    facts: Mapping[str, Fact[Any]]
    before: InitVar["Moment | None"] = None  # whose words are still good
    words: Mapping[str, object] = field(init=False, repr=False, compare=False)
    # Whether the image may be read later than now; where nobody asks for it, as at publish, it is not.
    prefetched: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self, before: "Moment | None") -> None:
        words = dict(before.words) if before else {}
        known = before.facts if before else {}
        for root, fact in self.facts.items():
            if fact.value is not None and fact is not known.get(root):
                words[root] = spell_out(fact.value)
        object.__setattr__(self, "words", words)
        client = self.facts.get("client")
        later = client is not None and client.value is not None and client.value.time != "live"
        object.__setattr__(self, "prefetched", later)

    def value(self, root: str) -> Any:
        """The value of a fact, or None."""
        fact = self.facts.get(root)
        return fact.value if fact else None

    def named(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Every fact by its name, such as `weather` or, of one with keys, `product["sku-7"]`."""
        for root, fact in self.facts.items():
            if isinstance(fact.value, FactsByKey):
                written = {key: one for key, one in fact.value.items() if key.startswith("[")}  # told by other facts
                yield from ((root + key, one) for key, one in written.items())
                others = (pair for pair in fact.value.items() if not any(pair[1] is one for one in written.values()))
                yield from ((f'{root}["{key}"]', one) for key, one in others)
            else:
                yield root, fact

    def fact(self, need: Need) -> Fact[Any] | None:
        """The fact that was asked for by its root, or by its root and a key; None where it was not asked for."""
        if isinstance(need, str):
            return self.facts.get(need)
        by_key = self.value(need[0])
        return by_key.get(need[1]) if isinstance(by_key, FactsByKey) else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person who previews has set in place of the real facts."""

    city: str | None = None
    weather: str | None = None  # "rain:12": a condition and degrees Celsius
    client: str | None = None


class Person(NamedTuple):
    """What is known of the recipient of an open, found in one look-up.

    Of somebody who consents to nothing there is neither ref nor profile.
    """

    ref: str = ""
    consent: Consent = "full"  # of nobody there is nothing to record
    profile: Mapping[str, object] | None = None
    decided: bool = False  # whether they have said what they consent to; else it is the default
    last_place: Place | None = None  # about where they came from at an earlier visit
    last_seen: str = ""  # the day of that visit in UTC, such as 2026-11-21
    problem: str = ""  # why the profile can't be read
    seen: tuple[SeenVariant, ...] = ()  # what they were shown, as limits count it
    passing: bool = False  # whether the problem is the store's, not the profile's: it may be read in a moment

    @property
    def known(self) -> bool:
        """Whether the ref is of somebody, also where that can't be read; others could be anybody's invention."""
        return self.profile is not None or self.decided or bool(self.problem)


NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Opening:
    """One request for an image: which creative, which recipient, from where, with what, at what time."""

    creative: str
    ref: str
    at: datetime  # aware; in a preview also naive, and then on the recipient's own clock
    format: str | None = None  # None: the creative's own
    address: IPv4Address | IPv6Address | None = None
    client: Client = field(default_factory=Client)
    params: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None
    flaw: str = ""  # what was wrong with the address, "" if nothing
    person: Person = NOBODY
    send: str = ""  # the id of the send, "" where the address names none
    named: bool = False  # whether its address is for one recipient, known or not
    relay: Place | None = None  # about where Apple says that who uses its relay is
    requested: bool = False  # over HTTP, by GET; what is drawn ahead, tried or previewed is not

    @property
    def by_human(self) -> bool:
        """Whether somebody known reads it now: what is used up once, a code or a vote, is for nobody else."""
        return self.requested and self.client.time == "live" and self.ref != "" and self.person.known
