"""Reads files in MaxMind's format: the record of an IP address, such as its autonomous system.

https://maxmind.github.io/MaxMind-DB/
"""

import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

import maxminddb

from livecontent.errors import DataError
from livecontent.net.ranges import IpAddress, ranges_of
from livecontent.runtime.cache import Cache

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_BYTES = 500 * 1000 * 1000
CACHED = 4096  # addresses
_FIRST_RECORDS = 100
# Some that any file of the whole Internet knows.
PROBES = ("1.1.1.1", "8.8.8.8", "2001:4860:4860::8888")

# Where nobody on the Internet is, but for what is free for examples (RFC 5737, RFC 3849, RFC 2544):
# https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry
_NOWHERE = ranges_of(
    (ip_network(network), 0)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.168.0.0/16", "240.0.0.0/4"),
        *("::/64", "100::/64", "2001::/23", "fc00::/7", "fe80::/10"),
    )
)


@dataclass(frozen=True, slots=True)
class MmdbSchema(Generic[T]):
    """A kind of file: its name, what should be in it, addresses it should know, and how its records are read.

    `read` may raise whatever a malformed record makes it raise.
    """

    name: str
    holds: str
    probes: tuple[str, ...]
    read: Callable[[object], T | None]


@dataclass(frozen=True, slots=True)
class MmdbInfo:
    """The file in use, its age in days, and what is wrong ("" if nothing)."""

    path: Path | None
    type: str = ""
    built: datetime | None = None
    age: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LoadedMmdb(Generic[T]):
    """A file that was read: its kind as it says itself, when it was built, and what was found in it before."""

    reader: maxminddb.Reader
    type: str
    built: datetime
    found: Cache[IpAddress, tuple[T | None]] = field(default_factory=lambda: Cache("addresses", CACHED))

    @property
    def age(self) -> float:
        """In days."""
        return (time.time() - self.built.timestamp()) / 86_400


class Mmdb(Generic[T]):
    """Finds in a file that is held in memory, so that it may be replaced or overwritten at any time."""

    def __init__(self, path: Path | None, kind: MmdbSchema[T]) -> None:
        """Without a path, or without a file there, nothing is known."""
        self._path = path
        self._kind = kind
        self._database: LoadedMmdb[T] | None = None
        self._problem = ""
        self._seen: tuple[int, int, int] | None = (0, 0, 0)
        self.refresh()

    @property
    def absent(self) -> str:
        """Why there is no file to look in, "" if there is one."""
        return "" if self._database else f"no {self._kind.name} file: {self._problem}".rstrip(": ")

    @property
    def caches(self) -> list[Cache[IpAddress, tuple[T | None]]]:
        """What was found before in the file in use."""
        return [self._database.found] if self._database else []

    def find(self, address: IpAddress) -> T | None:
        """What is known of an address; None where nothing is."""
        database = self._database
        if database is None:
            return None
        found = database.found.get(address) or database.found.put(address, (self._find(database.reader, address),))
        return found[0]

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
            self._database = load(self._path, self._kind)
            self._problem = ""
        except DataError as error:
            self._problem = str(error)
            log.warning("%s: %s%s", self._kind.name, error, "; the previous one stays in use" if self._database else "")

    def info(self) -> MmdbInfo:
        """What there is to say about the file in use."""
        if self._database is None:
            return MmdbInfo(self._path, problem=self.absent)
        loaded = self._database
        return MmdbInfo(self._path, loaded.type, loaded.built, loaded.age, self._problem)

    def _find(self, reader: maxminddb.Reader, address: IpAddress) -> T | None:
        try:
            return self._kind.read(reader.get(address)) if _NOWHERE.find(address) is None else None
        except Exception:  # noqa: BLE001  one of IPv6 in a file of IPv4, a broken record
            return None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def load(path: Path, kind: MmdbSchema[T]) -> LoadedMmdb[T]:
    """Reads a file and tries it. Raises `DataError`."""
    try:
        size = path.stat().st_size
        if size <= MAX_BYTES:
            return _load(path, kind)
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # a broken file breaks in many ways
        raise DataError(f"{path} is not an .mmdb file, or not all of it was downloaded") from error
    raise DataError(f"{path} has {size // 1_000_000} MB, and {MAX_BYTES // 1_000_000} MB is the most")


def _load(path: Path, kind: MmdbSchema[T]) -> LoadedMmdb[T]:
    """Reads a copy in memory, by the fast reader in C where the system can give the copy a name.

    It is tried by the reader in Python first: the one in C crashes on some files that are broken.
    """
    if not hasattr(os, "memfd_create"):
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
        return _tried(path, reader, kind)
    copy = os.memfd_create("mmdb")
    try:
        with path.open("rb") as source, os.fdopen(os.dup(copy), "wb") as target:
            shutil.copyfileobj(source, target)
        name = f"/proc/self/fd/{copy}"
        with maxminddb.open_database(name, maxminddb.MODE_MMAP) as plain:
            tried = _tried(path, plain, kind)
        return replace(tried, reader=maxminddb.open_database(name, maxminddb.MODE_AUTO))
    finally:
        os.close(copy)  # the reader has mapped it


def _tried(path: Path, reader: maxminddb.Reader, kind: MmdbSchema[T]) -> LoadedMmdb[T]:
    metadata = reader.metadata()
    type_ = metadata.database_type
    try:
        built = datetime.fromtimestamp(metadata.build_epoch, UTC)
        asked = [text for text in kind.probes if metadata.ip_version == 6 or ":" not in text]
        found = [kind.read(reader.get(text)) is not None for text in asked]
        useful = any(found) or any(kind.read(record) is not None for _, record in islice(reader, _FIRST_RECORDS))
    except Exception as error:
        raise DataError(f"{path} ({type_}) is broken: download it again") from error
    if not useful:
        raise DataError(f"{path} ({type_}) holds no {kind.holds}")
    return LoadedMmdb(reader, type_, built)


class AsnDatabase(Mmdb[int]):
    """Finds autonomous systems."""

    def __init__(self, path: Path | None) -> None:
        """Without a path, or without a file there, nothing is known."""
        super().__init__(path, ASNS)

    def find(self, address: IpAddress) -> int | None:
        """The number; straight from the file, which takes less than keeping what was found before."""
        database = self._database
        try:
            return _number(database.reader.get(address)) if database else None
        except Exception:  # noqa: BLE001  one of IPv6 in a file of IPv4, a broken record
            return None


def _number(record: object) -> int | None:
    """The number in a record. Raises `ValueError` or `TypeError` where it is none."""
    number = record.get("autonomous_system_number") if isinstance(record, dict) else None
    return None if number is None else int(number)


ASNS = MmdbSchema("ASN", "autonomous systems; take a file of ASNs", PROBES, _number)
