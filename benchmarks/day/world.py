"""The world of the day: cities, a weather that changes, stores that open and close, and whose addresses are whose."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

from benchmarks.people import City, cities
from livecontent.clients.networks import PrivateRelay, read_relay
from livecontent.facts import Place, Sky, Weather
from livecontent.sources.cached import Fetched
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.provider import GridCell

SEND = datetime(2026, 11, 21, 9, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
END = SEND + timedelta(hours=60)  # of the offer that the countdown runs to
HOURS = 24 * 15  # of weather that there are
OPEN, CLOSED = 10, 19  # hours of stores, on the clock of their city
SEED = 1931

# Where a GeoIP file says that proxies are: at their data centres, whoever reads.
DATA_CENTRES: Mapping[str, tuple[str, str, float, float, str]] = {
    "66.249.84.0/24": ("Mountain View", "US", 37.4, -122.1, "America/Los_Angeles"),
    "87.248.98.0/24": ("Dublin", "IE", 53.3, -6.3, "Europe/Dublin"),
    "172.224.224.0/20": ("Cupertino", "US", 37.3, -122.0, "America/Los_Angeles"),
    "52.97.133.0/24": ("Amsterdam", "NL", 52.4, 4.9, "Europe/Amsterdam"),
    "148.163.139.0/24": ("Sunnyvale", "US", 37.4, -122.0, "America/Los_Angeles"),
    "209.222.82.0/24": ("Campbell", "US", 37.3, -121.9, "America/Los_Angeles"),
}
_SKIES: tuple[Sky, ...] = get_args(Sky)


class World:
    """Cities by number, each with its weather, its addresses and its store."""

    name = "world"  # as a provider of weather

    def __init__(self) -> None:
        self.cities: Sequence[City] = _apart(cities())
        chance = random.Random(SEED)
        self._weather = {city.name: _hours(chance) for city in self.cities}
        self._by_cell = {GridCell(round(city.latitude, 1), round(city.longitude, 1)): city for city in self.cities}
        for name, country, latitude, longitude, _ in DATA_CENTRES.values():
            self._weather.setdefault(name, _hours(chance))
            elsewhere = City(name, country, latitude, longitude, "", "clear", 0)
            self._by_cell.setdefault(GridCell(round(latitude, 1), round(longitude, 1)), elsewhere)

    def weather(self, city: str, at: datetime) -> Weather:
        """The weather in a city at a time: a new one each hour."""
        return self._weather[city][int((at - SEND).total_seconds() // 3600)]

    def is_open(self, city: City, at: datetime) -> bool:
        """Whether the store of a city is open."""
        return OPEN <= at.astimezone(ZoneInfo(city.timezone)).hour < CLOSED

    async def fetch(self, cell: GridCell, previous: Fetched[HourlyForecast] | None) -> Fetched[HourlyForecast]:  # noqa: ARG002  a provider
        """All that there will be: what is tried here is who asks and when, not how well weather is foretold."""
        city = self._by_cell.get(cell)
        return Fetched(HourlyForecast.of(self._weather[city.name]) if city else None, 1e9)

    def address(self, city: City, number: int) -> str:
        """An address of a reader at home in a city."""
        return f"198.18.{self.cities.index(city)}.{number % 250 + 1}"

    def relay_address(self, city: City, number: int) -> str:
        """An address that Apple gives to readers in a city."""
        return f"172.224.{224 + self.cities.index(city) // 16}.{self.cities.index(city) % 16 * 16 + number % 16}"

    @cached_property
    def relay(self) -> PrivateRelay:
        """Apple's list."""
        rows = (f"{self.relay_address(city, 0)}/28,{city.country},,{city.name}," for city in self.cities)
        return read_relay(rows, "the list of the day")

    def write_geoip(self, file: Path) -> None:
        """A file in the schema of GeoIP2 City."""
        writer = MMDBWriter(ip_version=4, database_type="day-City", languages=["en"], description="invented")
        for network, (name, country, latitude, longitude, zone) in DATA_CENTRES.items():
            writer.insert_network(IPSet([network]), _record(name, country, latitude, longitude, zone))
        for number, city in enumerate(self.cities):
            record = _record(city.name, city.country, city.latitude, city.longitude, city.timezone)
            writer.insert_network(IPSet([f"198.18.{number}.0/24"]), record)
        writer.to_db_file(str(file))

    def places(self) -> list[tuple[str, Place]]:
        """For a gazetteer."""
        return [
            (city.name, Place(city.name, None, city.country, city.latitude, city.longitude, city.timezone))
            for city in self.cities
        ]


def _apart(known: Sequence[City]) -> list[City]:
    """Cities of which no two share a cell of weather, or a name."""
    cells = {(round(city.latitude, 1), round(city.longitude, 1)): city for city in reversed(known)}
    return list({city.name: city for city in cells.values()}.values())[:100]


def _hours(chance: random.Random) -> list[Weather]:
    """A weather for each hour: the sky changes every few hours, the degrees with each."""
    hours: list[Weather] = []
    sky, degrees = chance.choice(_SKIES), chance.randrange(-5, 30)
    for hour in range(HOURS):
        if chance.random() < 0.25:
            sky = chance.choice(_SKIES)
        degrees += chance.choice((-1, 1))
        middle = SEND + timedelta(hours=hour, minutes=30)  # so that the nearest is the one of the hour
        hours.append(Weather(degrees, sky, is_day=True, observed_at=middle))
    return hours


def _record(name: str, country: str, latitude: float, longitude: float, zone: str) -> dict[str, object]:
    return {
        "city": {"names": {"en": name}},
        "country": {"iso_code": country},
        "location": {"latitude": latitude, "longitude": longitude, "time_zone": zone},
    }
