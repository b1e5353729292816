"""Stores from a CSV, and the nearest of them to a point.

The columns are id, name, street, postcode, city, country (ISO 3166-1 alpha-2), latitude, longitude (WGS 84 degrees),
timezone (IANA), the opening hours, monday to sunday, and, if there are some, special_days; all others are told as well.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import cos, radians, sin
from pathlib import Path
from zoneinfo import ZoneInfo

from livecontent.facts import WEEKDAYS, Store
from livecontent.imports.csv_reader import CsvRow, read_rows
from livecontent.imports.headers import attribute_name
from livecontent.imports.names import Names
from livecontent.imports.numbers import is_code, read_number
from livecontent.imports.own import is_identifier
from livecontent.imports.survey import TRUTH
from livecontent.imports.values import latitude, longitude, not_empty
from livecontent.sources.place import distance
from livecontent.sources.store.hours import (
    NO_DAYS,
    OpeningHours,
    SpecialDays,
    Status,
    parse_hours,
    parse_special_days,
    spelled_hours,
    status,
)

SPECIAL_DAYS = "special_days"
COLUMNS = ("id", "name", "street", "postcode", "city", "country", "latitude", "longitude", "timezone", *WEEKDAYS)


@dataclass(slots=True)
class Shop:
    """A store as it is listed, its clock and hours, and how it stood when it was last looked at."""

    store: Store  # distance and opening are still to be told
    zone: ZoneInfo
    hours: OpeningHours
    special: SpecialDays = field(default_factory=dict)
    seen: tuple[datetime, datetime, Status] | None = None  # from when on, until when

    def at(self, moment: datetime, distance_: float) -> Store:
        """The store as it is at a time (aware). Raises `OverflowError` at the ends of the calendar."""
        if self.seen and self.seen[0] <= moment < self.seen[1]:
            now = self.seen[2]
        else:
            now = status(self.hours, self.zone, moment, self.special)
            change = now.closes_at or now.opens_at
            self.seen = (moment, change, now) if change else None
        times = {"open": now.open, "closes_at": now.closes_at, "opens_at": now.opens_at}
        if self.special:
            today = moment.astimezone(self.zone).date().isoformat()
            ahead = [day for day in self.store.special_days if str(day["date"]) >= today]
            return replace(self.store, distance=distance_, special_days=ahead, **times)  # type: ignore[arg-type]
        return replace(self.store, distance=distance_, **times)  # type: ignore[arg-type]


class Stores:
    """All stores, in memory; made for some thousands."""

    def __init__(self, shops: Iterable[Shop] = ()) -> None:
        self._shops = tuple(shops)
        self._points = [_on_sphere(shop.store.latitude, shop.store.longitude) for shop in self._shops]

    def __len__(self) -> int:
        return len(self._shops)

    @property
    def by_id(self) -> dict[str, tuple[float, float]]:
        """Where each of them is."""
        return dict(zip((shop.store.id for shop in self._shops), self.points, strict=True))

    @property
    def names(self) -> dict[str, str]:
        """What each is called, by its id."""
        return {shop.store.id: shop.store.name for shop in self._shops}

    @property
    def points(self) -> list[tuple[float, float]]:
        """Where they are: latitudes and longitudes in degrees."""
        return [(shop.store.latitude, shop.store.longitude) for shop in self._shops]

    def nearest(self, latitude: float, longitude: float, count: int) -> list[tuple[float, Shop]]:
        """The nearest shops to a point in degrees with their distances in km, nearest first."""
        x, y, z = _on_sphere(latitude, longitude)
        # The straight way through the Earth grows with the way around it, and takes no angles to compare.
        chords = [(x - a) * (x - a) + (y - b) * (y - b) + (z - c) * (z - c) for a, b, c in self._points]
        nearest = heapq.nsmallest(count, range(len(chords)), key=chords.__getitem__)
        shops = (self._shops[index] for index in nearest)
        return [(distance(latitude, longitude, shop.store.latitude, shop.store.longitude), shop) for shop in shops]


def _on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A point in degrees on a sphere of radius 1."""
    phi, lambda_ = radians(latitude), radians(longitude)
    return cos(phi) * cos(lambda_), cos(phi) * sin(lambda_), sin(phi)


def load_stores(path: Path) -> Stores:
    """The stores of a CSV. Raises `DataError` that names file, line and column."""
    shops: dict[str, Shop] = {}
    names = Names()
    for row in read_rows(path, COLUMNS):
        shop = _shop(row, names)
        if shop.store.id in shops:
            raise row.error("id", f"a store above has the id {shop.store.id} too")
        shops[shop.store.id] = shop
    return Stores(shops.values())


def read_more(file: Path) -> dict[str, object]:
    """The columns of a file that only the shop knows, each with a value, "" where no store has one."""
    more: dict[str, object] = {}
    for row in read_rows(file, COLUMNS):
        more = {**_more(row), **{name: value for name, value in more.items() if value != ""}}
    return more


def _more(row: CsvRow) -> dict[str, object]:
    """What stands in all other columns: numbers, true and false, texts; identifiers such as `telephone` stay text."""
    names = {attribute_name(column): column for column in row.cells if column not in (*COLUMNS, SPECIAL_DAYS)}
    return {name: _typed(name, row.cells[column]) for name, column in names.items() if name and name not in Store.names}


def _typed(name: str, text: str) -> object:
    if text in TRUTH:
        return TRUTH[text]
    number = None if is_identifier(name) or is_code(text) else read_number(text, ".")
    return text if number is None else number


def _shop(row: CsvRow, names: Names) -> Shop:
    store = Store(
        id=row.read("id", not_empty),
        name=row.read("name", not_empty),
        street=row.read("street", str),
        postcode=row.read("postcode", str),
        city=row.read("city", not_empty),
        country=row.read("country", names.country),
        latitude=row.read("latitude", latitude),
        longitude=row.read("longitude", longitude),
        timezone=row.read("timezone", names.zone),
        distance=0.0,
        open=False,
        week=[{"weekday": day, "hours": row.cells[day]} for day in WEEKDAYS],
        more={name: value for name, value in _more(row).items() if value != ""},
    )
    hours = tuple(row.read(day, parse_hours) for day in WEEKDAYS)
    special = row.read(SPECIAL_DAYS, parse_special_days) if SPECIAL_DAYS in row.cells else NO_DAYS
    days = [{"date": day.isoformat(), "hours": spelled_hours(spans)} for day, spans in special.items()]
    return Shop(replace(store, special_days=days), ZoneInfo(store.timezone), hours, special)
