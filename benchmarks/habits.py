"""A shop's people with hidden tastes: what they buy, where they go and when they read, and what is claimed of them.

Each does four of five things by a taste, where they have one, and all else by chance; some do little. All of it goes
the way that it goes in a server: orders name SKUs and the catalogue tells the rest, opens are recorded beside those of
machines, and habits are asked for as an image would. Then what is claimed is compared with what is hidden.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from livecontent.config import Settings
from livecontent.facts import Client, Moment, Opening
from livecontent.history.catalogue import with_known
from livecontent.history.gathering import gather, record_of
from livecontent.history.habits import band_of
from livecontent.history.messages import MessageReader
from livecontent.history.sums import BANDS
from livecontent.learning.best_hours import MARK, BestHours
from livecontent.links import ref_of
from livecontent.services import Services, make_services
from livecontent.sources.habit import Habits
from livecontent.sources.store.stores import COLUMNS
from livecontent.storage.base import Recipient
from livecontent.storage.events import Event

END, DAYS = datetime(2026, 11, 30, tzinfo=UTC), 90  # clocks change in between
TASTE, FOLLOWED = 0.7, 0.8  # of the people, and of what these do; the rest is by chance
KEY = b"month".ljust(32)
ORDERS, VISITS, READS, REPLIES = (0, 2, 5, 8, 16, 32), (0, 1, 4, 8), (0, 3, 6, 12, 24), (0, 2, 6, 12)
ENOUGH = 5  # before anything is claimed, as docs/events.md says
SUPPORTS = (ENOUGH, 10, 20)  # where the parts begin in which it is counted how often a taste is found
PART = 500  # people at a time

HOURS: Mapping[str, Sequence[int]] = {
    "night": (22, 23, 0, 1, 2, 3, 4, 5),
    "morning": range(6, 12),
    "afternoon": range(12, 18),
    "evening": range(18, 22),
}
PLACES = {"home": (48.80, 2.30), "work": (49.00, 2.30), "on_the_way": (48.90, 2.30), "elsewhere": (45.76, 4.84)}
PRICES = [5.0, *(edge + 2.0 for edge in BANDS)]  # one of each band
ZONES = ("Europe/Paris", "America/Montreal", "Asia/Tokyo")
CHOICES: Mapping[str, Sequence[Any]] = {
    "week": ("weekday", "weekend"),
    "part_of_day": tuple(HOURS),
    "where": tuple(PLACES),
    "category": ("umbrellas", "coats", "boots", "hats", "gloves"),
    "brand": ("averse", "embrun", "giboulée", "tempête", "ondée"),
    "colour": ("red", "blue", "green", "black", "yellow"),
    "price_band": tuple(range(len(PRICES))),
    "channel": ("web", "store", "phone"),
    "contact": ("email", "chat", "sms"),
    "best_hour": range(7, 23),
}
_KINDS = ("category", "brand", "colour", "price_band")
CATALOGUE = {
    "-".join(map(str, kind)): {**dict(zip(_KINDS, kind, strict=True)), "price": PRICES[kind[3]]}
    for kind in product(*(CHOICES[name] for name in _KINDS))
}
_STORES = ",".join(COLUMNS) + "".join(
    f"\n{name},{name},a street,1,a city,FR,{north},{east},Europe/Paris{',9:00-19:00' * 7}"
    for name, (north, east) in PLACES.items()
)


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody with hidden tastes, by the name of the habit that each would be."""

    id: str
    zone: ZoneInfo
    tastes: Mapping[str, Any]

    @property
    def ref(self) -> str:
        """As in addresses."""
        return ref_of(self.id, KEY)

    @property
    def profile(self) -> dict[str, object]:
        """What the shop knows: where they live, nothing of what they like."""
        (north, east), (work_north, work_east) = PLACES["home"], PLACES["work"]
        home = {"latitude": north + 0.01, "longitude": east, "work_latitude": work_north, "work_longitude": work_east}
        return {"id": self.id, "timezone": self.zone.key, **home}

    def choose(self, name: str, chance: random.Random) -> Any:
        """By their taste, mostly; by chance a day is one of seven."""
        if name in self.tastes and chance.random() < FOLLOWED:
            return self.tastes[name]
        return chance.choice(CHOICES[name]) if name != "week" else ("weekend", "weekday")[chance.randrange(7) > 1]

    def moment(self, chance: random.Random, hours: Sequence[int], days: Sequence[int] = range(7)) -> datetime:
        """Some day in an hour, on their own clock."""
        day = END - timedelta(days=chance.randrange(1, DAYS))
        while day.weekday() not in days:
            day = END - timedelta(days=chance.randrange(1, DAYS))
        hour, minute = chance.choice(hours), chance.randrange(60)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)


def shoppers(count: int, chance: random.Random) -> Iterator[Shopper]:
    """Each has some tastes."""
    for number in range(count):
        tastes = {name: chance.choice(of) for name, of in CHOICES.items() if chance.random() < TASTE}
        yield Shopper(f"s{number:06}", ZoneInfo(chance.choice(ZONES)), tastes)


def deeds(one: Shopper, chance: random.Random) -> Iterator[dict[str, Any]]:
    """What they buy, where they go and whom they answer, as a shop would tell it."""
    kinds = [*["order"] * chance.choice(ORDERS), *["visit"] * chance.choice(VISITS)]
    for number, kind in enumerate([*kinds, *["reply"] * chance.choice(REPLIES)]):
        days = range(5, 7) if one.choose("week", chance) == "weekend" else range(5)
        at = one.moment(chance, HOURS[one.choose("part_of_day", chance)], days)
        told: dict[str, Any] = {"store_id": one.choose("where", chance)}
        name = "Store Visited"
        if kind == "reply":
            name, told = "Message Replied", {"channel": one.choose("contact", chance)}
            at = one.moment(chance, (one.choose("best_hour", chance),))
        elif kind == "order":
            channel = one.choose("channel", chance)
            sku = "-".join(str(one.choose(habit, chance)) for habit in _KINDS)
            name = "Order Completed"
            told = {"order_id": number, "channel": channel, **(told if channel == "store" else {})}
            told["products"] = [{"sku": sku}]
        yield {"messageId": f"{one.id}-{number}", "userId": one.id, "event": name, "properties": told} | {
            "timestamp": at.astimezone(UTC).isoformat(),
            "context": {"timezone": one.zone.key},
        }


def opens(one: Shopper, chance: random.Random) -> Iterator[Event]:
    """Of emails: machines ask at any time, people at theirs; some look again."""
    for number in range(chance.choice(READS)):
        at = one.moment(chance, (one.choose("best_hour", chance),)).timestamp()
        event = Event("shown", at, "today", one.ref, "v", "a", send=f"n-{number}", who="human", time="live")
        yield event._replace(at=at - chance.random() * 40_000.0, who="machine", time="early")
        yield event
        if chance.random() < 0.2:
            yield event._replace(at=at + chance.random() * 90_000.0)


async def habits_of(people: Sequence[Shopper], shop: Services, chance: random.Random) -> list[Habits | None]:
    """What is claimed of people once all of it has come."""
    reader, refs = MessageReader(), {one.id: one.ref for one in people}
    storage = shop.storage
    async with storage.recipients.batch() as batch:
        for one in people:
            await batch.put(Recipient(one.ref, one.profile))
    told = [reader.read(raw, END.timestamp(), refs) for one in people for raw in deeds(one, chance)]
    await storage.history.put_gathered(list(gather(map(record_of, with_known(told, CATALOGUE)))))
    await storage.events.append([event for one in people for event in opens(one, chance)])
    hours, mark = BestHours(storage, shop.kit.gatherer), -1
    while mark != (mark := storage.events.done(MARK)):  # some at a time
        await hours.learn()
    found = []
    for one in people:
        opening = Opening("", one.ref, END, client=Client(time="live"), person=await storage.people.look_up(one.ref))
        found.append((await shop.kit.gatherer.gather(frozenset({"habit"}), opening, Moment({}))).value("habit"))
    return found


def habits(count: int, seed: int = 1) -> dict[str, Any]:
    """By habit: what is found of those with a taste, and what is claimed of those without one, or of too little."""
    chance = random.Random(seed)
    counts: dict[str, Counter[str]] = {name: Counter() for name in CHOICES}
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "templates").mkdir()
        (folder / "stores.csv").write_text(_STORES, encoding="utf-8")
        settings = Settings(templates=folder / "templates", data=folder, stores=folder / "stores.csv", consent="full")
        shop = make_services(settings, only=None)
        people = list(shoppers(count, chance))
        for start in range(0, count, PART):
            part = people[start : start + PART]
            for one, claimed in zip(part, asyncio.run(habits_of(part, shop, chance)), strict=True):
                for habit, counter in counts.items():
                    counter.update(_outcome(one, habit, claimed))
        asyncio.run(shop.aclose())
    return {"people": count, **_summary(sum(counts.values(), Counter())), "habits": dict(_each(counts))}


def _each(counts: Mapping[str, Counter[str]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for habit, counter in counts.items():
        yield habit, _summary(counter)


def _outcome(one: Shopper, habit: str, claimed: Habits | None) -> Iterator[str]:
    found = claimed.more.get(habit) if claimed else None
    value, _, support, _ = found if isinstance(found, list | tuple) else (None, 0, 0, 0)
    told = getattr(claimed, habit) if value is not None else None
    if support < ENOUGH:
        yield "few"
        yield f"few {told is not None}"
        return
    if habit not in one.tastes:
        yield "none"
        yield f"none {told is not None}"
        return
    taste = one.tastes[habit] if habit != "price_band" else band_of(str(one.tastes[habit]))
    outcome = "untold" if told is None else "right" if told == taste else "wrong"
    yield outcome
    yield f"{max(start for start in SUPPORTS if start <= support)} {outcome}"


def _summary(counter: Counter[str]) -> dict[str, Any]:
    """Shares; None of nobody."""
    right, wrong, untold = (counter[name] for name in ("right", "wrong", "untold"))
    of_support = {}
    for start in SUPPORTS:
        own = [counter[f"{start} {outcome}"] for outcome in ("right", "wrong", "untold")]
        of_support[f"from_{start}"] = _share(own[0], sum(own))
    return {
        "with_a_taste": right + wrong + untold,
        "claims_that_are_right": _share(right, right + wrong),
        "found_of_all": _share(right, right + wrong + untold),
        "found_by_support": of_support,
        "without_a_taste": counter["none"],
        "claimed_without": _share(counter["none True"], counter["none"]),
        "with_too_little": counter["few"],
        "claimed_of_too_little": counter["few True"],
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
