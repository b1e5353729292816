"""IP addresses, and the smallest network around one: sorted arrays, one set for each address family.

IPv6 is told apart by its first 64 bits: nobody gives out less, and half the memory is saved.
"""

from __future__ import annotations  # array[int] is none at run time

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

from livecontent.errors import DataError

IpNetwork = IPv4Network | IPv6Network
IpAddress = IPv4Address | IPv6Address


class RangesOfFamily(NamedTuple):
    """Ranges of one family, which do not overlap: first and last addresses, and a value from 0 for each."""

    firsts: array[int]
    lasts: array[int]
    values: array[int]


class Ranges(NamedTuple):
    """Ranges of both families."""

    v4: RangesOfFamily
    v6: RangesOfFamily

    def find(self, address: IpAddress) -> int | None:
        """The value of the smallest network around an address, in about a microsecond; None outside all."""
        if isinstance(address, IPv4Address):
            number, (firsts, lasts, values) = int(address), self.v4
        else:
            number, (firsts, lasts, values) = int(address) >> 64, self.v6
        index = bisect_right(firsts, number) - 1
        return values[index] if index >= 0 and number <= lasts[index] else None

    @property
    def size(self) -> int:
        """How many ranges there are."""
        return len(self.v4.firsts) + len(self.v6.firsts)


def ranges_of(networks: Iterable[tuple[IpNetwork, int]]) -> Ranges:
    """The ranges of networks with their values; of two around the same address the smaller counts."""
    v4: list[tuple[int, int, int]] = []
    v6: list[tuple[int, int, int]] = []
    for network, value in networks:
        first, last = int(network.network_address), int(network.broadcast_address)
        if network.version == 4:
            v4.append((first, last, value))
        else:
            v6.append((first >> 64, last >> 64, value))
    return Ranges(_family("I", v4), _family("Q", v6))


def parse_address(text: str) -> IpAddress | None:
    """An address, with or without port, brackets or zone; one of IPv4 in IPv6 clothes as IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:  # in half the time that `ip_address` takes
        if ":" not in text:
            return IPv4Address(inet_pton(AF_INET, text.partition("%")[0]))
        address = IPv6Address(inet_pton(AF_INET6, text.partition("%")[0]))
    except (ValueError, OSError):
        return None
    return address.ipv4_mapped or address


def read_network(text: str) -> IpNetwork:
    """A network such as 192.0.2.0/24. Raises `DataError`."""
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise DataError(f"{text[:50]!r} is not a network such as 192.0.2.0/24: {str(error)[:150]}") from None


def _family(code: str, ranges: list[tuple[int, int, int]]) -> RangesOfFamily:
    family = RangesOfFamily(array(code), array(code), array("I"))

    def add(first: int, last: int, value: int) -> None:
        if first <= last:
            family.firsts.append(first)
            family.lasts.append(last)
            family.values.append(value)

    around: list[tuple[int, int]] = []  # last address and value of those that are open, the smallest at the end
    at = 0  # up to here all is said
    for first, last, value in [*sorted(ranges, key=lambda item: (item[0], -item[1])), (1 << 128, 0, 0)]:
        while around and around[-1][0] < first:
            end, outer = around.pop()
            add(at, end, outer)
            at = max(at, end + 1)
        if around:
            add(at, first - 1, around[-1][1])
        at = first
        around.append((last, value))
    return family
