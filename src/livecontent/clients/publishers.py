"""Reads the lists of networks that Google and Microsoft publish, into rows of `networks.csv`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

from livecontent.clients.networks import HEADER, read_networks
from livecontent.errors import DataError
from livecontent.net.ranges import Ranges, read_network

# The numbers of Microsoft's sets never change. Of a network in several the last counts: people read through Exchange
# Online, and mail protection is machines only. https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
_SETS = ((9, "scanner-microsoft"), (10, "scanner-microsoft"), (1, "microsoft"))
_WIDEST = (1 << 24, 1 << 44)  # addresses of IPv4, networks of 64 bits of IPv6: a /8, and a /20


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
