"""GeoIP: the place of an IP address, from an .mmdb file of cities.

Three schemas are read: GeoIP2 and GeoLite2 City (https://dev.maxmind.com/geoip/docs/databases/city-and-country/), DB-IP
City Lite, which is the same without time zones (https://db-ip.com/db/format/ip-to-city-lite/mmdb.html), and the flat
one of https://github.com/sapics/ip-location-db, with "" for what is not known.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from geoip2.records import City, Subdivision

from livecontent.facts import Place
from livecontent.net.mmdb import PROBES, LoadedMmdb, Mmdb, MmdbSchema
from livecontent.sources.place import place_of

# Those that the test files of MaxMind and the demo know.
_TESTS = (
    *("2.125.160.216", "89.160.20.112", "175.16.199.1", "216.160.83.56"),
    *("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"),
)
_FIRST = 5000  # records that are looked at for a city
_ENGLISH = ("en",)
_NOWHERE = Place()


class GeoIp(Mmdb[Place]):
    """Finds places, with names in English."""

    def __init__(self, path: Path | None) -> None:
        """Without a path, or without a file there, nothing is known."""
        super().__init__(path, PLACES)


def _place(record: object) -> Place | None:
    """The place in a record of any of the schemas. Raises whatever a malformed record makes it raise."""
    if not isinstance(record, Mapping):
        return None
    place = _flat(record) if "country_code" in record else _nested(record)
    return None if place == _NOWHERE else place


def _flat(record: Mapping[str, Any]) -> Place:
    return place_of(*map(record.get, ("city", "state1", "country_code", "latitude", "longitude", "timezone")))


def _nested(record: Mapping[str, Any]) -> Place:
    location = record.get("location", {})
    subdivisions = record.get("subdivisions")
    return place_of(
        city=City(_ENGLISH, **record.get("city", {})).name,
        region=Subdivision(_ENGLISH, **subdivisions[0]).name if subdivisions else None,
        country=record.get("country", {}).get("iso_code"),
        latitude=location.get("latitude"),
        longitude=location.get("longitude"),
        timezone=location.get("time_zone"),
    )


PLACES = MmdbSchema("GeoIP", "places; take a file of cities", PROBES + _TESTS, _place)


def knows_cities(loaded: LoadedMmdb[Place]) -> bool:
    """Whether it names any city: a file of countries, which is read as well, does not."""
    return any(place.city for place in _first_places(loaded))


def _first_places(loaded: LoadedMmdb[Place]) -> Iterator[Place]:
    for _, record in islice(loaded.reader, _FIRST):
        with suppress(Exception):  # a broken record
            if place := _place(record):
                yield place
