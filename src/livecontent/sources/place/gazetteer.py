"""Places by name, from a CSV.

The columns are name, country (ISO 3166-1 alpha-2), region, latitude, longitude (WGS 84 degrees), timezone (IANA), and
aliases, which may be left out: other names, with | between.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from livecontent.facts import Place
from livecontent.imports.csv_reader import CsvRow, read_rows
from livecontent.imports.values import Names, latitude, longitude, not_empty
from livecontent.runtime.names import fold, known_zone

COLUMNS = ("name", "country", "region", "latitude", "longitude", "timezone")


class Gazetteer:
    """Finds places by name; among namesakes the first wins."""

    def __init__(self, entries: Iterable[tuple[str, Place]] = ()) -> None:
        """Entries are names with their places; a place is called as it was found."""
        self._places: dict[tuple[str, str | None], Place] = {}
        self._folded = lru_cache(1024)(fold)  # profiles name few cities
        self._names: set[str] = set()
        for name, place in entries:
            if name == place.city:
                self._names.add(name)
            named = replace(place, city=name)
            self._places.setdefault((fold(name), None), named)
            self._places.setdefault((fold(name), place.country), named)

    @property
    def names(self) -> list[str]:
        """What places are called, in order; without other names."""
        return sorted(self._names, key=fold)

    def find(self, name: str, country: str | None = None) -> Place | None:
        """The place of a name (of a country, ISO 3166-1 alpha-2), whatever its case, accents and hyphens."""
        return self._places.get((self._folded(name), country.upper() if country else None))


def load_gazetteer(path: Path) -> Gazetteer:
    """The places of a CSV. Raises `DataError` that names file, line and column."""
    names = Names()
    return Gazetteer(entry for row in read_rows(path, COLUMNS) for entry in _entries(row, names))


def _entries(row: CsvRow, names: Names) -> Iterator[tuple[str, Place]]:
    name = row.read("name", not_empty)
    place = Place(
        city=name,
        region=row.read("region", str) or None,
        country=row.read("country", names.country),
        latitude=row.read("latitude", latitude),
        longitude=row.read("longitude", longitude),
        timezone=row.read("timezone", lambda text: known_zone(text) if text else None),
    )
    yield name, place
    for alias in row.cells.get("aliases", "").split("|"):
        if alias.strip():
            yield alias.strip(), place
