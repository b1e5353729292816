"""Invented people: a seed in; names, cities and addresses out, some all different, some as frequent as in a real list.

Frequencies follow Zipf's law: the n-th most frequent name is about 1/n as frequent as the first.
"""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import accumulate, product
from pathlib import Path
from typing import TypeVar

SEED = 1931
UNIQUE = 20_000  # people of whom no two share a name; their place is known by their address only
CROWD = 20_000  # people whose names are as frequent as in a real list; their city is in their profile
NAMES = 3000  # different names of the crowd
NETWORKS = 2048  # of 64 addresses each, in 198.18.0.0/15, which RFC 2544 keeps for benchmarks

_STARTS = "Ma Lo Cé An Ju É So Thé Ni Ga Ro Vé Pau Sa Al Bé Flo Gré Hé Io Ka Lé Mi No O Ra Sté Té Va Ya"
_MIDDLES = "ri le a mi na o li ra di é lo ni va thi to re sa be do ga ly mé ro ti vi"
_ENDS = "on ne a el tte s nd é lle n ce o ta ric ste th ude ly rd c que x lin die rin na mé do rie se"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class City:
    """A city of the demo's list, with a weather of its own."""

    name: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    condition: str
    temperature: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who opens emails: `profiled` tells whether the shop knows the city."""

    id: str
    name: str
    city: City
    address: str
    deadline: datetime
    profiled: bool


@dataclass(frozen=True, slots=True)
class Population:
    """Those of unique names, the crowd, and the refs of all by id."""

    unique: Sequence[Person]
    crowd: Sequence[Person]
    refs: Mapping[str, str]


def cities() -> list[City]:
    """The demo's cities; the weather is drawn, so that icon and temperature differ from city to city."""
    chance = random.Random(SEED)
    sky = ("clear", "clouds", "fog", "drizzle", "rain", "snow", "storm")
    with places_file().open(encoding="utf-8", newline="") as lines:
        return [
            City(
                row["name"],
                row["country"],
                float(row["latitude"]),
                float(row["longitude"]),
                row["timezone"],
                chance.choice(sky),
                chance.randrange(-6, 36),
            )
            for row in csv.DictReader(lines)
        ]


def places_file() -> Path:
    """The demo's gazetteer."""
    return Path(str(files("livecontent"))) / "demo" / "data" / "places.csv"


def zipf(items: Sequence[T], count: int, chance: random.Random) -> list[T]:
    """Draws by Zipf's law: the first item is the most frequent."""
    return chance.choices(items, cum_weights=list(accumulate(1 / rank for rank in range(1, len(items) + 1))), k=count)


def networks(known: Sequence[City]) -> list[tuple[str, City]]:
    """The first address of each network of 64, and the city it is in."""
    drawn = zipf(known, NETWORKS, random.Random(SEED + 1))
    return [(_address(number * 64), city) for number, city in enumerate(drawn)]


def people(known: Sequence[City], start: datetime | None = None) -> tuple[list[Person], list[Person]]:
    """Those of unique names, and the crowd. Each has a deadline of their own, two days or more after the start."""
    chance = random.Random(SEED + 2)
    start = (start or datetime.now(UTC)).replace(microsecond=0)
    names = ["".join(parts) for parts in product(*(part.split() for part in (_STARTS, _MIDDLES, _ENDS)))]
    chance.shuffle(names)
    homes = [city for _, city in networks(known)]
    unique = []
    for number, name in enumerate(names[:UNIQUE]):
        network = number % NETWORKS
        address = _address(network * 64 + number // NETWORKS + 1)
        unique.append(Person(f"u-{number:05}", name, homes[network], address, _deadline(start, number), False))
    crowd = []
    drawn = zip(zipf(names[-NAMES:], CROWD, chance), zipf(known, CROWD, chance), strict=True)
    for number, (name, city) in enumerate(drawn):
        address = _address(chance.randrange(NETWORKS * 64))
        crowd.append(Person(f"c-{number:05}", name, city, address, _deadline(start, UNIQUE + number), True))
    return unique, crowd


def _address(number: int) -> str:
    """An address of 198.18.0.0/15."""
    return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def _deadline(start: datetime, number: int) -> datetime:
    return start + timedelta(days=2, seconds=41 * number)
