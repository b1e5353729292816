"""The IP address of the client: of the connection, or as trusted proxies forward it."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, AF_INET6, inet_pton

from livecontent.net.ranges import IpAddress, IpNetwork

TrustedProxies = Sequence[IpNetwork]

HOPS = ("x-forwarded-for", "forwarded")  # headers that each proxy adds to

_MAX_HOPS = 32
_FORWARDED_FOR = re.compile(r"for=\"?(\[[^\]]+\]|[^\";,\s]+)", re.IGNORECASE)


def client_address(peer: str | None, headers: Mapping[str, str], trusted: TrustedProxies) -> IpAddress | None:
    """The address nearest to the server that no trusted proxy has; None where there is none to believe.

    X-Forwarded-For (else Forwarded, RFC 7239) is read from its end, which the trusted proxies wrote themselves.
    """
    address = parse_address(peer or "")
    if address is None or not _within(address, trusted):
        return address
    for hop in reversed(_hops(headers)[-_MAX_HOPS:]):
        address = parse_address(hop)
        if address is None or not _within(address, trusted):
            return address
    return None


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


def _hops(headers: Mapping[str, str]) -> list[str]:
    if "x-forwarded-for" in headers:
        return headers["x-forwarded-for"][-4096:].split(",")
    return _FORWARDED_FOR.findall(headers.get("forwarded", "")[-4096:])


def _within(address: IpAddress, networks: TrustedProxies) -> bool:
    for network in networks:  # noqa: SIM110  in half the time
        if address in network:
            return True
    return False
