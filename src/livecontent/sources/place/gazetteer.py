"""Places by name: those of the shop's own CSV first, then those that ship with livecontent.

The columns of the CSV are name, country (ISO 3166-1 alpha-2), region, latitude, longitude (WGS 84 degrees), timezone
(IANA), and aliases, which may be left out: other names, with | between.
"""

import re
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
from livecontent.sources.place.packed import RANK, Candidate, PackedPlaces, fold_place, without_kind

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


# How people write the name of a place: cut step by step to the name that lists have.
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\s*[(（\[].*", ""),  # Halle (Saale)
        (r"\bs/\s*", "sur "),  # Vitry s/Seine
        (r"\s*[/,;|].*", ""),  # Frankfurt/Main; Paris, France
        (r"^(?:[a-z]{1,2}-)?\d{3,6}(?:\s+\d{2})?\s+", ""),  # 75015 Paris, 114 55 Stockholm
        (r"\s+[a-z]{1,2}\d[a-z\d]?(?:\s*\d[a-z]{2})?$", ""),  # London SW1A 1AA
        (r"[\s-]+cedex\b.*", ""),  # Lyon CEDEX 03
        (r"[\s-]+(?:\d{1,5}\.?|\d{1,2}(?:er|e|è|eme|ème|th|st|nd|rd|º)|[ivx]+\.?)(?:\s+arr\w*\.?)?$", ""),  # Lyon 3e
        (r"\s+(?:[-–]\s+)?(?-i:[A-Z]{2})$", ""),  # Milano MI, São Paulo - SP
        (r"\s+[ai]\.\s?[a-z]{1,2}\.?$", ""),  # Frankfurt a. M.
        (r"^(?:г|город|м|місто|tp)(?:\.\s*|\s+)", ""),  # г. Москва
        (r"^(?:thành phố|kota|comune di|ville de|ciudad de|stadt|city of|greater)\s+", ""),
        (r"\s+(?:city|town|kommune?|stad)$", ""),  # Taipei City
        (r"-(?:si|shi|gun|ku)$", ""),  # Suwon-si
        (r"^ste[\s.-]+", "Sainte-"),
        (r"^st[\s.-]+", "Saint-"),
    )
)
_IN_STATE = re.compile(r"(.+?)(?:\s*,\s*([^\d,]+?)|\s+([A-Z]{2}))(?:\s+\d{5}(?:-\d{4})?)?")  # Portland, ME 04101
_DISTRICT = re.compile(r"([^\W\d_]{3,})[-–][^-–]+")


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
    if country in (None, "US") and (found := _in_state(places, *_city_and_state(name))):
        return _best(name, country, found)
    elsewhere = ""
    for spelling in _spellings(name.strip()):
        found = places.named(fold_place(spelling))
        if here := _within(found, country):
            return _best(name, country, _of_state(places, here, region or "") or here)
        elsewhere = elsewhere or (found[0].country if found and found[0].rank >= CITY else "")
    whole = _without_district(name)
    districts = [one for one in _within(places.named(fold_place(whole)), country) if one.rank >= CITY] if whole else []
    return _best(name, country, districts) if districts else _unknown(name, country, elsewhere)


def _in_state(places: PackedPlaces, city: str, state: str) -> list[Candidate]:
    return _of_state(places, places.named(fold_place(city)), state) if state else []


def _of_state(places: PackedPlaces, found: Iterable[Candidate], state: str) -> list[Candidate]:
    """Those of a state of the United States, by its name or code; none where it is none."""
    code = places.states.get(fold_place(state).decode())
    return [one for one in found if code and one.state == code]


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


def _spellings(name: str) -> Iterator[str]:
    """The name, and what is left of it when it is cut or spelt out, a step at a time."""
    yield name
    yield from without_kind(name)
    for pattern, instead in _RULES:
        shorter = pattern.sub(instead, name).strip()
        if shorter and shorter != name:
            name = shorter
            yield name
            yield from without_kind(name)


def _city_and_state(name: str) -> tuple[str, str]:
    """Portland and ME of "Portland, ME 04101", as people of the United States write; the name and "" of others."""
    found = _IN_STATE.fullmatch(name.strip())
    return (found[1], found[2] or found[3]) if found else (name, "")


def _without_district(name: str) -> str:
    """München of München-Schwabing, "" of what is not written so."""
    found = _DISTRICT.fullmatch(name.strip())
    return found[1] if found else ""


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
