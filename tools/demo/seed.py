"""Writes the demo's data files, the same at each run: python -m tools.demo.seed"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from livecontent.facts import WEEKDAYS
from tools.demo.cities import PATTERNS, City, cities, stores
from tools.demo.people import INTERESTS, LANGUAGES, ODD_NAMES, Names, names, personas

DATA = Path(__file__).parents[2] / "src" / "livecontent" / "demo" / "data"
SEED = 1931
PEOPLE = 1000
BUILT = 1_795_219_200  # 2026-11-21 in seconds since 1970

# Networks for examples (RFC 5737, RFC 2544, RFC 3849), and whose they are in the demo: one city after the other.
_NETWORKS = {
    "192.0.2.{}/28": "Lille Paris Lyon Marseille Brest Bordeaux Grenoble Nice Cherbourg Biarritz Saint-Denis",
    "198.51.100.{}/28": "London Edinburgh Dublin Brussels Geneva Amsterdam Berlin Madrid Milan Reykjavik Tromsø Athens",
    "203.0.113.{}/28": "Montréal Seattle Toronto Tokyo Singapore Sydney Mumbai Dubai Cairo Casablanca Dakar Jerusalem",
    "198.18.{}.0/20": "Lille Rennes Nantes Rouen London Bristol Montréal Québec",
    "2001:db8:{:x}::/44": "Lille Paris Lyon London Brussels Geneva Montréal Tokyo",
}


def write_all(folder: Path = DATA) -> None:
    """Writes all files to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {city.name: city for city in cities()}
    _write_csv(folder / "places.csv", [_place_row(city) for city in known.values()])
    _write_csv(folder / "stores.csv", _store_rows(known))
    _write_csv(folder / "recipients.csv", _recipient_rows(known))
    _write_weather(folder / "weather.json", known.values())
    _write_mmdb(folder / "places.mmdb", known)


def _write_csv(file: Path, rows: Sequence[dict[str, object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _place_row(city: City) -> dict[str, object]:
    aliases = dict.fromkeys(alias for alias in city.aliases if alias != city.name)
    return {
        "name": city.name,
        "country": city.country,
        "region": city.region,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "timezone": city.timezone,
        "aliases": "|".join(aliases),
    }


def _store_rows(known: dict[str, City]) -> list[dict[str, object]]:
    chance = Random(SEED)  # noqa: S311  no secret
    rows = []
    for number, (name, store, street, postcode, pattern) in enumerate(stores(), 1):
        city = known[name]
        row: dict[str, object] = {
            "id": f"s-{number:02}",
            "name": store,
            "street": street,
            "postcode": postcode,
            "city": city.called_in("fr" if city.country in ("BE", "CA", "CH") else "en"),
            "country": city.country,
            "latitude": round(city.latitude + chance.uniform(-0.008, 0.008), 4),
            "longitude": round(city.longitude + chance.uniform(-0.01, 0.01), 4),
            "timezone": city.timezone,
        }
        rows.append(row | dict(zip(WEEKDAYS, map(str.strip, PATTERNS[pattern].split("/")), strict=True)))
    return rows


@dataclass(slots=True)
class _Crowd:
    """Makes people up."""

    chance: Random
    known: dict[str, City]
    names: dict[str, Names]

    def person(self, language: str, kind: str) -> dict[str, object]:
        """Somebody who speaks a language, and of whose place a kind of thing is known."""
        chance, of = self.chance, self.names[language]
        city = self.known[chance.choice(of.cities)]
        points = chance.randrange(0, 2401, 5) if chance.random() < 0.9 else 0
        odd = chance.random()
        first = "" if odd < 0.02 else chance.choice(ODD_NAMES if odd > 0.98 and language in ("fr", "en") else of.first)
        row = {"first_name": first, "last_name": chance.choice(of.last), "language": language}
        ends = self._offer_ends() if chance.random() < 0.3 else ""
        standing = ["new"] if points < 100 else ["vip"] if points >= 1800 else ["loyal"] if points >= 800 else []
        segments = standing + sorted(chance.sample(INTERESTS, chance.randrange(3)))
        return row | self._place(city, language, kind) | _account(points, ends, "|".join(segments))

    def _place(self, city: City, language: str, kind: str) -> dict[str, object]:
        if kind == "coordinates":
            return _place_cells("", "", self._near(city.latitude), self._near(city.longitude), "")
        if kind == "nothing":
            return _place_cells("", "", "", "", city.timezone if self.chance.random() < 0.3 else "")
        zone = city.timezone if self.chance.random() < 0.05 else ""
        return _place_cells(city.called_in(language), city.country, "", "", zone)

    def _near(self, degrees: float) -> float:
        return round(degrees + self.chance.uniform(-0.05, 0.05), 3)

    def _offer_ends(self) -> str:
        """Some day and hour of the weeks around the end of November 2026, on the clock of Paris."""
        day = datetime(2026, 11, 20, tzinfo=timezone(timedelta(hours=1))) + timedelta(days=self.chance.randrange(45))
        return (day + timedelta(hours=self.chance.choice((12, 18, 20, 24)))).isoformat()


def _place_cells(city: str, country: str, latitude: object, longitude: object, zone: str) -> dict[str, object]:
    return {"city": city, "country": country, "latitude": latitude, "longitude": longitude, "timezone": zone}


def _account(points: int, ends: str, segments: str) -> dict[str, object]:
    tier = "gold" if points >= 1500 else "silver" if points >= 600 else "classic"
    return {"points": points, "tier": tier, "offer_ends": ends, "segments": segments}


def _recipient_rows(known: dict[str, City]) -> list[dict[str, object]]:
    chance = Random(SEED)  # noqa: S311  no secret
    crowd = _Crowd(chance, known, names())
    rows = [_persona(cells, known) for cells in personas()]
    languages = [language for language, count in LANGUAGES.items() for _ in range(count)]
    for row in rows:
        languages.remove(str(row["language"]))
    chance.shuffle(languages)
    kinds = ["city"] * 790 + ["coordinates"] * 90 + ["nothing"] * (PEOPLE - len(rows) - 880)
    chance.shuffle(kinds)
    rows += [crowd.person(language, kind) for language, kind in zip(languages, kinds, strict=True)]
    return [{"id": f"r-{number:04}"} | row for number, row in enumerate(rows, 1)]


def _persona(cells: list[str], known: dict[str, City]) -> dict[str, object]:
    first, last, language, name, coordinates, zone, points, ends, segments = cells
    north, _, east = coordinates.partition(",")
    city, country = (known[name].called_in(language), known[name].country) if name else ("", "")
    row = {"first_name": first, "last_name": last, "language": language}
    return row | _place_cells(city, country, north, east, zone) | _account(int(points), ends, segments)


def _write_weather(file: Path, places: Iterable[City]) -> None:
    """One line for each place."""
    names = ("latitude", "longitude", "temperature", "condition", "wind", "precipitation")
    cells = ",\n".join(json.dumps({name: getattr(city, name) for name in names}) for city in places)
    attribution = json.dumps("Demo weather: invented, of a 21 November")
    file.write_text(f'{{"attribution": {attribution}, "cells": [\n{cells}\n]}}\n', encoding="utf-8")


def _write_mmdb(file: Path, known: dict[str, City]) -> None:
    """The networks in the schema of GeoIP2 City. Needs `mmdb_writer`, a tool of development."""
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet  # type: ignore[import-untyped]

    class Writer(MMDBWriter):
        def _build_meta(self) -> dict[str, Any]:
            return {**super()._build_meta(), "build_epoch": BUILT}

    writer = Writer(
        ip_version=6,
        ipv4_compatible=True,
        database_type="livecontent-demo-City",
        languages=["en", "fr"],
        description="Places on networks for examples",
    )
    for network, listed in _NETWORKS.items():
        for number, name in enumerate(listed.split()):
            writer.insert_network(IPSet([network.format(number * 16)]), _record(known[name]))
    writer.to_db_file(str(file))


def _record(city: City) -> dict[str, Any]:
    return {
        "city": {"names": {"en": city.called_in("en"), "fr": city.called_in("fr")}},
        "country": {"iso_code": city.country},
        "location": {"latitude": city.latitude, "longitude": city.longitude, "time_zone": city.timezone},
        "subdivisions": [{"names": {"en": city.region, "fr": city.region}}],
    }


if __name__ == "__main__":
    write_all()
