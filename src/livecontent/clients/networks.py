"""Networks by IP address: who owns one, and which are those of iCloud Private Relay.

Owners are read from `networks.csv`, or a newer list.

Apple's list of the relay, https://mask-api.icloud.com/egress-ip-ranges.csv, has network, country, region (ISO 3166-2)
and city. It tells the reader's city, or one near:
https://developer.apple.com/support/prepare-your-network-for-icloud-private-relay
Its 300,000 rows are kept as arrays in a file, which loads in milliseconds.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.net.ranges import IpAddress, IpNetwork, Ranges, RangesOfFamily, ranges_of, read_network

HEADER = "network,owner,source"

_ARRAYS = ("v4.firsts", "v4.lasts", "v4.values", "v6.firsts", "v6.lasts", "v6.values")
_KIND = "livecontent relay 1"


@dataclass(frozen=True, slots=True)
class ProviderNetworks:
    """Owners of networks and of autonomous systems."""

    owners: tuple[str, ...]
    ranges: Ranges
    systems: Mapping[int, str]

    def owner(self, address: IpAddress, system: int | None = None) -> str:
        """Who owns an address, "" where that does not matter; `system` is its autonomous system, where known."""
        index = self.ranges.find(address)
        if index is not None:
            return self.owners[index]
        return self.systems.get(system, "") if system is not None else ""


def read_networks(text: str, name: str) -> ProviderNetworks:
    """The networks of a list. Raises `DataError` that names the line."""
    owners: dict[str, int] = {}
    ranges, systems = [], {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or line == HEADER:
            continue
        network, _, rest = line.partition(",")
        owner = rest.partition(",")[0].strip()
        if not owner:
            raise DataError(f"{name}:{number}: there is no owner; write {HEADER}")
        if network.startswith("AS") and network[2:].isdecimal():
            systems[int(network[2:])] = owner
            continue
        try:
            ranges.append((read_network(network), owners.setdefault(owner, len(owners))))
        except DataError as error:
            raise DataError(f"{name}:{number}: {error}") from None
    return ProviderNetworks(tuple(owners), ranges_of(ranges), systems)


def load_networks() -> ProviderNetworks:
    """Those that ship with livecontent."""
    return read_networks(shipped_networks(), "networks.csv")


def shipped_networks() -> str:
    """The list that ships with livecontent."""
    return (files("livecontent.clients") / "networks.csv").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class PrivateRelay:
    """The addresses of the relay, and the places they stand for."""

    ranges: Ranges
    places: tuple[Place, ...]

    def find(self, address: IpAddress) -> Place | None:
        """The place that an address of the relay stands for, all unknown where the list does not say; else None."""
        index = self.ranges.find(address)
        return None if index is None else self.places[index]

    def save(self, file: Path) -> None:
        """Writes it, for `load_relay`."""
        arrays = dict(zip(_ARRAYS, (*self.ranges.v4, *self.ranges.v6), strict=True))
        head = {
            "kind": _KIND,
            "order": sys.byteorder,
            "counts": {name: len(items) for name, items in arrays.items()},
            "places": [[place.country, place.region, place.city] for place in self.places],
        }
        with file.open("wb") as out:
            out.write(json.dumps(head, ensure_ascii=False).encode() + b"\n")
            for items in arrays.values():
                out.write(items.tobytes())


def read_relay(lines: Iterable[str], name: str) -> PrivateRelay:
    """The relay of a list in Apple's form. Raises `DataError` that names the line."""
    places: dict[Place, int] = {}

    def rows() -> Iterator[tuple[IpNetwork, int]]:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            network, country, region, city = (*line.strip().split(","), "", "", "")[:4]
            place = Place(city=city or None, region=region or None, country=country or None)
            try:
                yield read_network(network), places.setdefault(place, len(places))
            except DataError as error:
                raise DataError(f"{name}:{number}: {error}") from None

    ranges = ranges_of(rows())
    return PrivateRelay(ranges, tuple(places))


def load_relay(file: Path | None = None) -> PrivateRelay:
    """The relay that was saved in a file, or the small set that ships with livecontent. Raises `DataError`."""
    if file is None:
        text = (files("livecontent.clients") / "private_relay.csv").read_text("utf-8")
        return read_relay(text.splitlines(), "relay.csv")
    try:
        with file.open("rb") as source:
            head = json.loads(source.readline())
            counts = head["counts"] if (head["kind"], head["order"]) == (_KIND, sys.byteorder) else {}
            arrays = [_read(source, name, counts[name]) for name in _ARRAYS]
            places = tuple(Place(city=city, region=region, country=country) for country, region, city in head["places"])
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise DataError(f"{file} can't be read ({error}): livecontent data refresh downloads it again") from None
    return PrivateRelay(Ranges(RangesOfFamily(*arrays[:3]), RangesOfFamily(*arrays[3:])), places)


def _read(source: BinaryIO, name: str, count: int) -> array[int]:
    items = array("Q" if name in ("v6.firsts", "v6.lasts") else "I")
    items.frombytes(source.read(count * items.itemsize))
    if len(items) != count:
        raise EOFError("it ends too early")
    return items
