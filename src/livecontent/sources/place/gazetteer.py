"""Places by name: those of the shop's own CSV first, then those that ship with livecontent.

The columns of the CSV are name, country (ISO 3166-1 alpha-2), region, latitude, longitude (WGS 84 degrees), timezone
(IANA), and aliases, which may be left out: other names, with | between.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from livecontent.facts import Place
from livecontent.imports.csv_reader import CsvRow, read_rows
from livecontent.imports.names import Names
from livecontent.imports.values import latitude, longitude, not_empty
from livecontent.runtime.names import fold
from livecontent.sources.place import distance
from livecontent.sources.place.packed import RANK, Candidate, PackedPlaces, fold_place
from livecontent.sources.place.spellings import spellings, without_district

COLUMNS = ("name", "country", "region", "latitude", "longitude", "timezone")
KEPT = 4096  # names that were looked up: people live in few cities
TENTH = 33  # in ranks: a place with a tenth of the inhabitants
CITY = 17 * RANK  # the rank of 130,000 inhabitants: a city whose districts people name
APART = 40.0  # km between places that are not one

# What files call one country, and lists another.
_TERRITORIES: Mapping[str, str] = {
    "FR": "GP MQ GF RE YT PM BL MF NC PF WF",
    "US": "PR GU VI AS MP",
    "GB": "JE GG IM GI",
    "CN": "HK MO",
    "NL": "AW CW SX BQ",
    "DK": "FO GL",
    "FI": "AX",
    "NO": "SJ",
    "AU": "CX CC NF",
    "NZ": "CK NU TK",
}


class Match(NamedTuple):
    """The place of a name, None if nobody knows it, and for people: why, or which other place may be meant."""

    place: Place | None
    doubt: str = ""


class Gazetteer:
    """Finds places by name; of the shop's own the first of namesakes wins, of others the largest."""

    def __init__(self, entries: Iterable[tuple[str, Place]] = (), shipped: PackedPlaces | None = None) -> None:
        """Entries are names with their places; a place is called as it was found."""
        self._places: dict[tuple[str, str | None], Place] = {}
        self._names: set[str] = set()
        self._shipped = shipped
        self.look_up = lru_cache(KEPT)(self._look_up)
        for name, place in entries:
            if name == place.city:
                self._names.add(name)
            named = replace(place, city=name)
            self._places.setdefault((fold(name), None), named)
            self._places.setdefault((fold(name), place.country), named)

    @property
    def names(self) -> list[str]:
        """What the shop's own places are called, in order; without other names."""
        return sorted(self._names, key=fold)

    def find(self, name: str, country: str | None = None) -> Place | None:
        """The place of a name (of a country, ISO 3166-1 alpha-2), whatever its case, accents and hyphens."""
        return self.look_up(name, country, None).place

    def _look_up(self, name: str, country: str | None, region: str | None) -> Match:
        country = country.upper() if country else None
        own = self._places.get((fold(name), country))
        if own:
            return Match(own)
        return _shipped_match(self._shipped, name, country, region) if self._shipped else _unknown(name)


def _shipped_match(places: PackedPlaces, name: str, country: str | None, region: str | None) -> Match:
    elsewhere = ""
    for spelling in spellings(name.strip()):
        found = places.named(fold_place(spelling))
        here = _within(found, country)
        if here:
            state = places.states.get(fold_place(region or "").decode())
            return _best(name, country, [one for one in here if one.state == state] or here)
        elsewhere = elsewhere or (found[0].country if found and found[0].rank >= CITY else "")
    whole = without_district(name)
    districts = [one for one in _within(places.named(fold_place(whole)), country) if one.rank >= CITY] if whole else []
    return _best(name, country, districts) if districts else _unknown(name, country, elsewhere)


def _within(found: Sequence[Candidate], country: str | None) -> list[Candidate]:
    """Those of a country, else of its territories; all where no country is told."""
    if country is None:
        return list(found)
    territories = _TERRITORIES.get(country, "").split()
    return [one for one in found if one.country == country] or [one for one in found if one.country in territories]


def _best(name: str, country: str | None, found: Sequence[Candidate]) -> Match:
    """The likeliest of some, and which others may be meant: those not much smaller."""
    best, *others = found
    where = (best.latitude, best.longitude)
    place = Place(name.strip(), None, country or best.country, *where, best.timezone)
    rivals = [
        one
        for one in others
        if one.rank > best.rank - TENTH
        and one.main >= best.main
        and distance(*where, one.latitude, one.longitude) > APART
    ]
    abroad = sorted({one.country for one in rivals} - {best.country})
    if abroad:
        return Match(place, f"{name} is taken to be in {best.country}, and is in {', '.join(abroad)}, too")
    doubt = f"there are several places called {name} in {best.country}; the largest is taken"
    return Match(place, doubt if rivals else "")


def _unknown(name: str, country: str | None = None, elsewhere: str = "") -> Match:
    other = f" in {country}, but there is one in {elsewhere}" if country and elsewhere else ""
    return Match(None, f"unknown city: {name}{other}")


def load_gazetteer(path: Path | None, shipped: PackedPlaces | None = None) -> Gazetteer:
    """The places of a CSV, if there is one, before those shipped. Raises `DataError` with file, line and column."""
    names = Names()
    rows = read_rows(path, COLUMNS) if path else ()
    return Gazetteer((entry for row in rows for entry in _entries(row, names)), shipped)


def _entries(row: CsvRow, names: Names) -> Iterator[tuple[str, Place]]:
    name = row.read("name", not_empty)
    place = Place(
        city=name,
        region=row.read("region", str) or None,
        country=row.read("country", names.country),
        latitude=row.read("latitude", latitude),
        longitude=row.read("longitude", longitude),
        timezone=row.read("timezone", lambda text: names.zone(text) if text else None),
    )
    yield name, place
    for alias in row.cells.get("aliases", "").split("|"):
        if alias.strip():
            yield alias.strip(), place
