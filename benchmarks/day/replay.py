"""Replays the day: what each reader sees is compared with the world at the moment they read it.

With requests classified, and without: there each request is what it seems, its reader's own, now, at its address.
GeoIP and the weather's forecast never err here: what is tried is who asks, from where and when. Clients that nobody can
tell from a browser, such as Fastmail's and Proton's proxies, are not in the mix; see `readers.py`.
"""

import asyncio
import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from zoneinfo import ZoneInfo

from benchmarks.day.readers import Fetch, Reader, everybody, fetches
from benchmarks.day.world import CLOSED, END, OPEN, SEND, World
from livecontent.clients.classify import ClientClassifier, ClientRequest
from livecontent.clients.networks import load_networks
from livecontent.clients.user_agents import load_agents
from livecontent.config import shipped
from livecontent.creative.model import AvailableAssets
from livecontent.facts import Client, Opening, Person
from livecontent.imports.recipients import import_recipients, open_recipients
from livecontent.imports.refused import RefusedRows
from livecontent.links import ref_of
from livecontent.lint import load_checked
from livecontent.net.ranges import parse_address
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.fallback import FallbackChain
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.sources.gather import Gatherer
from livecontent.sources.now import NowSource
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.source import PlaceSource
from livecontent.sources.recipient import RecipientSource
from livecontent.sources.registry import VOCABULARY
from livecontent.sources.store.source import StoreSource
from livecontent.sources.store.stores import load_stores
from livecontent.sources.weather.source import WeatherSource
from livecontent.storage.sqlite.recipients import SqliteRecipients

READERS = 10_000
KEY = bytes(32)
NOW = timedelta(seconds=60)  # what is this old is now
LOCAL = Client("browser", proxy=False, time="live", place_trust="ip", why="not classified")

# What a picture claims, each kind in words of its own.
_CLAIMS: Mapping[str, re.Pattern[str]] = {
    "city": re.compile(r"city (?P<city>.+)"),
    "weather": re.compile(r"weather (?P<sky>\w+) (?P<degrees>-?\d+)"),
    "now": re.compile(r"now (?P<time>\d\d:\d\d)"),
    "store": re.compile(r"open in (?P<city>.+)"),
    "sky": re.compile(r"it (?P<sky>rain|snow)s"),
    "end": re.compile(r"(?P<date>[A-Z]\w+ \d+ \w+, \d\d:\d\d)(?: (?P<clock>\w+))?"),
    "over": re.compile(r"over"),
    "ticking": re.compile(r"ticking"),
    "unread": re.compile(r".*", re.DOTALL),
}


_CLOCKS = {"CET": "Europe/Paris"}  # the clock of the creative, where the reader's is not known


@dataclass(slots=True)
class Tally:
    """Pictures read, those with something false in them, and claims: true ones, and those that could have been made."""

    pictures: int = 0
    false: int = 0
    made: int = 0
    possible: int = 0
    wrong: Counter[str] = field(default_factory=Counter)  # claims that were false, by kind

    def add(self, other: Self) -> None:
        """Counts the other, too."""
        self.pictures += other.pictures
        self.false += other.false
        self.made += other.made
        self.possible += other.possible
        self.wrong += other.wrong

    def plain(self) -> dict[str, object]:
        """For a file: shares from 0 to 1."""
        return {
            "pictures": self.pictures,
            "never_false": round(1 - self.false / max(self.pictures, 1), 4),
            "richness": round(self.made / max(self.possible, 1), 4),
            "false_claims": dict(self.wrong.most_common()),
        }


def measure() -> dict[str, object]:
    """The day of 10,000 readers, with requests classified, and without."""
    return {
        name: _plain(replay(READERS, classified=classified))
        for name, classified in (("classified", True), ("all_taken_for_opens", False))
    }


def _plain(tallies: Mapping[str, Tally]) -> dict[str, object]:
    return {"all": total(tallies).plain(), "by_client": {name: tally.plain() for name, tally in tallies.items()}}


def total(tallies: Mapping[str, Tally]) -> Tally:
    """Of all clients."""
    found = Tally()
    for tally in tallies.values():
        found.add(tally)
    return found


def replay(count: int, *, classified: bool) -> dict[str, Tally]:
    """What so many readers saw, by their mail client, in the order in which it was fetched."""
    world = World()
    readers = everybody(world, count)
    with TemporaryDirectory(prefix="livecontent-day-") as name:
        day = _Day(world, Path(name), readers, classified=classified)
        return asyncio.run(day.run())


class _Day:
    def __init__(self, world: World, folder: Path, readers: list[Reader], *, classified: bool) -> None:
        self._world = world
        self._readers = readers
        self._judge = ClientClassifier(load_agents(), load_networks(), world.relay) if classified else None
        self._now = SEND
        self._store = SqliteRecipients(folder / "recipients.db")
        self._kit = self._make_kit(folder)

    async def run(self) -> dict[str, Tally]:
        """All fetches in the order of time, then everybody reads what they were shown last."""
        asked = [(fetch, reader) for reader in self._readers for fetch in fetches(reader, self._world)]
        seen: dict[int, tuple[Answer, datetime]] = {}
        for fetch, reader in sorted(asked, key=lambda pair: pair[0].at):
            self._now = fetch.at
            seen[reader.number] = await answer(await self._opening(fetch, reader), self._kit), fetch.at
        tallies: dict[str, Tally] = {}
        for reader in self._readers:
            found, at = seen[reader.number]
            tallies.setdefault(reader.client, Tally()).add(self._compare(reader, found, at))
        return tallies

    def _seconds(self) -> float:
        return self._now.timestamp()

    async def _opening(self, fetch: Fetch, reader: Reader) -> Opening:
        address = parse_address(fetch.address)
        since = (fetch.at - SEND).total_seconds()
        asked = ClientRequest({"user-agent": fetch.agent}, address, system=fetch.system, since_send=since)
        client, relay = self._judge.judge(asked) if self._judge else (LOCAL, None)
        ref = ref_of(str(reader.number), KEY)
        params = {"until": END.isoformat()}
        person = Person(ref, profile=await self._store.get(ref))
        return Opening("day", ref, fetch.at, None, address, client, params, person=person, relay=relay)

    def _compare(self, reader: Reader, found: Answer, fetched: datetime) -> Tally:
        """The claims of a picture against the world as it is when it is read."""
        read = max(reader.reads, fetched)
        claims = dict(_claims(found))
        wrong = [
            kind for kind, match in claims.items() if not self._is_true(kind, match.groupdict(), reader, fetched, read)
        ]
        return Tally(1, bool(wrong), len(claims) - len(wrong), self._possible(reader, fetched, read), Counter(wrong))

    def _is_true(
        self, kind: str, claim: dict[str, str | None], reader: Reader, fetched: datetime, read: datetime
    ) -> bool:
        """Whether a claim holds at the moment of reading."""
        world, city = self._world, reader.city
        local = read.astimezone(ZoneInfo(city.timezone))
        match kind:
            case "city":
                return claim["city"] == city.name
            case "weather":
                weather = world.weather(city.name, read)
                return (claim["sky"], claim["degrees"]) == (weather.condition, f"{weather.temperature:g}")
            case "now":
                return claim["time"] in {f"{local - late:%H:%M}" for late in (timedelta(0), NOW)}
            case "store":
                return claim["city"] == city.name and world.is_open(city, read)
            case "sky":
                return claim["sky"] == world.weather(city.name, read).condition
            case "ticking":
                return read - fetched <= NOW
            case "over":
                return read >= END
            case "end":
                end = END.astimezone(ZoneInfo(_CLOCKS[claim["clock"]] if claim["clock"] else city.timezone))
                return claim["date"] == f"{end:%A} {end.day} {end:%B, %H:%M}"
        return False  # words that nobody can read back

    def _possible(self, reader: Reader, fetched: datetime, read: datetime) -> int:
        """How many claims could have been made, for all that can be known when it is fetched."""
        placed = reader.profiled or reader.client in PLACED
        live = read - fetched <= NOW and reader.client not in STORED
        sky = self._world.weather(reader.city.name, read).condition in ("rain", "snow")
        there = 1 + live * (2 + sky + self._world.is_open(reader.city, read))  # city; weather, now, sky, store
        return 1 + placed * there  # the end

    def _make_kit(self, folder: Path) -> Engine:
        """The line, as a server has it, on the clock of the day."""
        self._world.write_geoip(folder / "places.mmdb")
        _write_rows(folder / "stores.csv", _stores(self._world))
        _write_rows(folder / "recipients.csv", _profiles(self._readers))
        _import(folder / "recipients.csv", self._store)
        stores = load_stores(folder / "stores.csv")
        sources = (
            RecipientSource(),
            PlaceSource(Gazetteer(self._world.places()), GeoIp(folder / "places.mmdb")),
            NowSource(None),
            WeatherSource(self._world, now=lambda: self._now, clock=self._seconds),
            StoreSource(stores),
        )
        (folder / "day").mkdir()
        shutil.copy(Path(__file__).parent / "creative.yaml", folder / "day")
        fonts = Fonts([shipped("fonts")])
        painter = Painter(fonts)
        available = AvailableAssets(fonts.families, frozenset(fonts.icons))
        compiled = CompiledCreative(
            load_checked(folder / "day", VOCABULARY, available), Workshop.of(painter, VOCABULARY)
        )
        return Engine({"day": compiled}, Gatherer(sources, 5.0), Renderer(painter), FallbackChain())


def _claims(found: Answer) -> Iterator[tuple[str, re.Match[str]]]:
    """What a picture says, by kind; a countdown that runs says nothing in words, and words of no kind are "unread"."""
    claims: dict[str, re.Match[str]] = {}
    for text in found.prepared.content.words if found.prepared else ():
        for kind, shape in _CLAIMS.items():
            if match := shape.fullmatch(text):
                claims[kind] = match
                break
    yield from claims.items()
    ticking = _CLAIMS["ticking"].fullmatch("ticking")
    if ticking and not claims.keys() & {"end", "over"}:
        yield "ticking", ticking


def _stores(world: World) -> Iterator[tuple[object, ...]]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    yield ("id", "name", "street", "postcode", "city", "country", "latitude", "longitude", "timezone", *days)
    for number, city in enumerate(world.cities):
        place = (city.name, city.country, city.latitude, city.longitude, city.timezone)
        yield (f"s-{number}", f"Store {number}", "1 Main Street", "1000", *place, *[f"{OPEN}:00-{CLOSED}:00"] * 7)


def _profiles(readers: list[Reader]) -> Iterator[tuple[object, ...]]:
    yield ("id", "language", "city", "country")
    for reader in readers:
        place = (reader.city.name, reader.city.country) if reader.profiled else ("", "")
        yield (reader.number, "en", *place)


def _import(file: Path, store: SqliteRecipients) -> None:
    with open_recipients(file, {}) as people, RefusedRows(None, file) as refused:
        asyncio.run(import_recipients(people, store, _ref, refused))


async def _ref(recipient_id: str) -> str:
    return ref_of(recipient_id, KEY)


def _write_rows(file: Path, rows: Iterator[tuple[object, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


# Fetched when the mail arrives: nothing tells that somebody reads.
STORED = frozenset({"Apple Mail, with privacy protection", "Apple Mail, by a relay that is on no list"})

# Clients whose readers can be placed without a profile: by an address of their own, or by Apple's list.
PLACED = frozenset(
    {
        "Apple Mail, with privacy protection",
        "Apple Mail",
        "A browser",
        "Outlook on Windows",
        "Outlook on Windows, behind a scanner",
        "Outlook on a phone",
    }
)
