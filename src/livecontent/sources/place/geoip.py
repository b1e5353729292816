"""GeoIP: an address in, the place that an .mmdb file of cities knows for it out.

Three schemas are read: GeoIP2 and GeoLite2 City (https://dev.maxmind.com/geoip/docs/databases/city-and-country/), DB-IP
City Lite, which is the same without time zones (https://db-ip.com/db/format/ip-to-city-lite/mmdb.html), and the flat
one of https://github.com/sapics/ip-location-db, with "" for what is not known.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import islice
from pathlib import Path
from typing import Any

import maxminddb
from cachetools import LRUCache
from geoip2 import records

from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.sources.place import place_of

log = logging.getLogger(__name__)

MAX_BYTES = 500 * 1000 * 1000
CACHED = 4096  # addresses
# Some that any file of the whole Internet knows, and those that the test files of MaxMind and the demo know.
_PROBES = (
    *("1.1.1.1", "8.8.8.8", "2001:4860:4860::8888"),
    *("2.125.160.216", "89.160.20.112", "175.16.199.1", "216.160.83.56"),
    *("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"),
)
_FIRST_RECORDS = 100
_ENGLISH = ("en",)

# Of no use on the Internet, and so free for examples: RFC 5737, RFC 3849, RFC 2544.
_EXAMPLES = tuple(
    map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32"))
)


@dataclass(frozen=True, slots=True)
class GeoIpInfo:
    """The file in use, its age in days, and what is wrong ("" if nothing)."""

    path: Path | None
    type: str = ""
    built: datetime | None = None
    age: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Database:
    reader: maxminddb.Reader
    type: str
    built: datetime
    cache: LRUCache[str, Place | None] = field(default_factory=lambda: LRUCache(CACHED))


class GeoIp:
    """Finds places in a file that is held in memory, so that it may be replaced or overwritten at any time."""

    def __init__(self, path: Path | None) -> None:
        """Without a path, or without a file there, nothing is known."""
        self._path = path
        self._database: _Database | None = None
        self._problem = ""
        self._seen: tuple[int, int, int] | None = (0, 0, 0)
        self.refresh()

    @property
    def absent(self) -> str:
        """Why there is no file to look in, "" if there is one."""
        return "" if self._database else f"no GeoIP file: {self._problem}".rstrip(": ")

    def find(self, address: str) -> Place | None:
        """The place of an address, with names in English; None where it is not known."""
        database = self._database
        if database is None:
            return None
        if address not in database.cache:
            database.cache[address] = _find(database.reader, address)
        return database.cache[address]

    def refresh(self) -> None:
        """Loads the file if it is another than before; one that can't be used leaves the one before in use.

        Takes as long as the file takes to read: not for the event loop.
        """
        if self._path is None:
            return
        seen = _stamp(self._path)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._database = _load(self._path)
            self._problem = ""
        except DataError as error:
            self._problem = str(error)
            log.warning("GeoIP: %s%s", error, "; the one before stays in use" if self._database else "")

    def info(self) -> GeoIpInfo:
        """What there is to say about the file in use."""
        if self._database is None:
            return GeoIpInfo(self._path, problem=self.absent)
        built = self._database.built
        age = (time.time() - built.timestamp()) / 86_400
        return GeoIpInfo(self._path, self._database.type, built, age, self._problem)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _load(path: Path) -> _Database:
    """Reads a file and tries it. Raises `DataError`."""
    try:
        size = path.stat().st_size
        reader = _open(path) if size <= MAX_BYTES else None
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # a broken file breaks in many ways
        raise DataError(f"{path} is no .mmdb file: {error}") from error
    if reader is None:
        raise DataError(f"{path} has {size // 1_000_000} MB, and {MAX_BYTES // 1_000_000} MB is the most")
    type_ = reader.metadata().database_type
    try:
        built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)
        useful = _knows_places(reader)
    except Exception as error:
        raise DataError(f"{path} ({type_}) is broken: {type(error).__name__}: {error}") from error
    if not useful:
        raise DataError(f"{path} ({type_}) holds no places; take a file of cities")
    return _Database(reader, type_, built)


def _open(path: Path) -> maxminddb.Reader:
    """A reader of a copy in memory; where the system can give the copy a name, the fast one in C."""
    if not hasattr(os, "memfd_create"):
        return maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    copy = os.memfd_create("geoip")
    try:
        with path.open("rb") as source, os.fdopen(os.dup(copy), "wb") as target:
            shutil.copyfileobj(source, target)
        return maxminddb.open_database(f"/proc/self/fd/{copy}", maxminddb.MODE_AUTO)
    finally:
        os.close(copy)  # the reader has mapped it


def _knows_places(reader: maxminddb.Reader) -> bool:
    """Whether there are places in it. Raises whatever a broken file makes it raise."""
    asked = [text for text in _PROBES if reader.metadata().ip_version == 6 or ":" not in text]
    found = [_place(reader.get(text)) for text in asked]
    return any(found) or any(_place(record) for _, record in islice(reader, _FIRST_RECORDS))


def _find(reader: maxminddb.Reader, text: str) -> Place | None:
    try:
        address = ip_address(text)
        return _place(reader.get(address)) if _worth_asking(address) else None
    except Exception:  # noqa: BLE001  no address, one of IPv6 in a file of IPv4, a broken record
        return None


def _worth_asking(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global or any(address in network for network in _EXAMPLES)


def _place(record: object) -> Place | None:
    """The place in a record of any of the schemas. Raises whatever a malformed record makes it raise."""
    if not isinstance(record, Mapping):
        return None
    place = _flat(record) if "country_code" in record else _nested(record)
    return None if place == Place() else place


def _flat(record: Mapping[str, Any]) -> Place:
    return place_of(
        city=record.get("city"),
        region=record.get("state1"),
        country=record["country_code"],
        latitude=record.get("latitude"),
        longitude=record.get("longitude"),
        timezone=record.get("timezone"),
    )


def _nested(record: Mapping[str, Any]) -> Place:
    """Of what geoip2 makes of a record, the parts that are needed: all of them take four times as long."""
    city = records.City(_ENGLISH, **record.get("city", {}))
    country = records.Country(_ENGLISH, **record.get("country", {}))
    location = records.Location(**record.get("location", {}))
    subdivisions = record.get("subdivisions")
    return place_of(
        city=city.name,
        region=records.Subdivision(_ENGLISH, **subdivisions[0]).name if subdivisions else None,
        country=country.iso_code,
        latitude=location.latitude,
        longitude=location.longitude,
        timezone=location.time_zone,
    )
