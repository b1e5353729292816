"""Networks by IP address: who owns one, which are those of iCloud Private Relay, and the lists that tell.

Owners are read from `networks.csv`, or a newer list: made of what Google and Microsoft publish.

Apple's list of the relay, https://mask-api.icloud.com/egress-ip-ranges.csv, has network, country, region (ISO 3166-2)
and city. It tells the reader's city, or one near:
https://developer.apple.com/support/prepare-your-network-for-icloud-private-relay
Its 300,000 rows are kept as arrays in a file, which loads in milliseconds.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.net.ranges import IpAddress, IpNetwork, Ranges, RangesOfFamily, ranges_of, read_network

HEADER = "network,owner,source"

_ARRAYS = ("v4.firsts", "v4.lasts", "v4.values", "v6.firsts", "v6.lasts", "v6.values")
_KIND = "livecontent relay 1"

# The numbers of Microsoft's sets never change. Of a network in several the last counts: people read through Exchange
# Online, and mail protection is machines only. https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
_SETS = ((9, "scanner-microsoft"), (10, "scanner-microsoft"), (1, "microsoft"))
_WIDEST = (1 << 24, 1 << 44)  # addresses of IPv4, networks of 64 bits of IPv6: a /8, and a /20


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


@dataclass(frozen=True, slots=True, eq=False)
class ListPublisher:
    """Who publishes networks: where its rows say that they come from, and addresses that were seen of each owner.

    `read` answers networks with their owners, and may raise whatever a malformed list makes it raise.
    """

    name: str
    sources: tuple[str, ...]
    seen: Mapping[str, frozenset[str]]
    read: Callable[[Any], Iterable[tuple[str, str]]]
    params: Callable[[], Mapping[str, str]] = dict  # of a request for a list

    def told(self, row: str) -> bool:
        """Whether a row comes from its lists; what others say of its networks does not."""
        return row.rpartition(",")[2].startswith(self.sources)

    def rows(self, lists: Iterable[Any]) -> list[str]:
        """The rows of its lists. Raises `DataError`."""
        try:
            owners = {str(read_network(network)): owner for data in lists for network, owner in self.read(data)}
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise DataError(f"not a list as {self.name} publishes it: {type(error).__name__}: {error}") from None
        return [f"{network},{owner},{self.sources[0]}" for network, owner in owners.items()]

    def check(self, rows: Iterable[str], before: Iterable[str]) -> None:
        """Raises `DataError` where rows can't be all there is, or can't be right."""
        rows = list(rows)
        networks = read_networks("\n".join(rows), self.name)
        if too_wide(networks.ranges):
            raise DataError("holds a network so wide that it can't be right")
        now, then = count(rows), count(before)
        for owner, addresses in self.seen.items():
            if now[owner] * 2 < then[owner]:
                seen = f"holds {now[owner]:,} networks of {owner}, and {then[owner]:,} are in use"
                raise DataError(f"{seen}; if that is right, remove tables/networks.csv first")
            if not any(networks.owner(ip_address(address)) == owner for address in addresses):
                raise DataError(f"does not hold {', '.join(sorted(addresses))}: known to be {owner}")


def count(rows: Iterable[str]) -> Counter[str]:
    """How many rows each owner has."""
    return Counter(row.split(",")[1] for row in rows)


def rows_of(text: str) -> list[str]:
    """The rows of a list of networks."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#") and line != HEADER]


def merge(shipped: Iterable[str], published: Mapping[ListPublisher, Iterable[str]]) -> str:
    """A list of networks: what was published, and of what is shipped all that does not come from there."""
    rows = [row for row in shipped if not any(publisher.told(row) for publisher in published)]
    for others in published.values():
        rows += others
    return "\n".join((HEADER, *rows, ""))


def too_wide(ranges: Ranges) -> bool:
    """Whether there is a range that nobody has: whatever it stands for would be everybody."""
    families = zip((ranges.v4, ranges.v6), _WIDEST, strict=True)
    return any(
        last - first >= widest
        for family, widest in families
        for first, last in zip(family.firsts, family.lasts, strict=True)
    )


def _google(data: Any) -> Iterable[tuple[str, str]]:
    """https://www.gstatic.com/ipranges/goog.json, and those of its fetchers, which have the same form."""
    return [(item.get("ipv4Prefix") or item["ipv6Prefix"], "google") for item in data["prefixes"]]


def _microsoft(data: Any) -> Iterable[tuple[str, str]]:
    """https://learn.microsoft.com/microsoft-365/enterprise/microsoft-365-ip-web-service"""
    return [
        (network, owner)
        for number, owner in _SETS
        for item in data
        if item["id"] == number
        for network in item.get("ips", ())
    ]


GOOGLE = ListPublisher(
    "Google",
    ("https://www.gstatic.com/ipranges/", "https://developers.google.com/"),
    {"google": frozenset({"66.249.84.213", "66.102.7.236", "74.125.211.1"})},
    _google,
)
MICROSOFT = ListPublisher(
    "Microsoft",
    ("https://learn.microsoft.com/microsoft-365/",),
    {
        "microsoft": frozenset({"40.96.0.1", "52.96.0.1"}),
        "scanner-microsoft": frozenset({"40.107.218.12", "104.47.0.1"}),
    },
    _microsoft,
    lambda: {"clientrequestid": str(uuid4())},  # it wants one, and any will do
)
