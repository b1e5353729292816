"""Whose address a request comes from: believed from the connection, and from listed proxies only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address

from livecontent.net.ranges import IpAddress, IpNetwork, read_address

TrustedProxies = Sequence[IpNetwork]

HOPS = ("x-forwarded-for", "forwarded")  # headers that each proxy adds to

_MAX_HOPS = 32
_FORWARDED_FOR = re.compile(r"for=\"?(\[[^\]]+\]|[^\";,\s]+)", re.IGNORECASE)


def client_address(peer: str | None, headers: Mapping[str, str], trusted: TrustedProxies) -> str | None:
    """The address nearest to the server that no trusted proxy has; None where there is none to believe.

    X-Forwarded-For (else Forwarded, RFC 7239) is read from its end, which the trusted proxies wrote themselves.
    """
    address = parse_address(peer or "")
    if address is None or not _within(address, trusted):
        return str(address) if address else None
    for hop in reversed(_hops(headers)[-_MAX_HOPS:]):
        address = parse_address(hop)
        if address is None:
            return None
        if not _within(address, trusted):
            return str(address)
    return None


def parse_address(text: str) -> IpAddress | None:
    """An address, with or without port, brackets or zone; one of IPv4 in IPv6 clothes as IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = read_address(text.partition("%")[0])
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _hops(headers: Mapping[str, str]) -> list[str]:
    if "x-forwarded-for" in headers:
        return headers["x-forwarded-for"][-4096:].split(",")
    return _FORWARDED_FOR.findall(headers.get("forwarded", "")[-4096:])


def _within(address: IpAddress, networks: TrustedProxies) -> bool:
    for network in networks:  # noqa: SIM110  in half the time
        if address in network:
            return True
    return False
