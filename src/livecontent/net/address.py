"""Whose address a request comes from: a proxy's own, or the one that a trusted proxy wrote down."""

import re
from collections.abc import Iterator, Mapping, Sequence

from livecontent.config import UNIX, Proxy
from livecontent.net.ranges import IpAddress, parse_address

HOPS = ("x-forwarded-for", "forwarded")  # headers that each proxy adds to

_MAX_HOPS = 32
_MAX_LENGTH = 4096
_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
_NAME, _PLAIN = r'([^\s=;,"]++)', r'([^\s";,]*+)'
_PAIR = re.compile(rf"[ \t;]*+(?:{_NAME}[ \t]*+=[ \t]*+(?:{_QUOTED}|{_PLAIN})[ \t]*+)?+(?:;|\Z)")
_ESCAPED = re.compile(r"\\(.)")


def client_address(peer: str | None, headers: Mapping[str, str], trusted: Sequence[Proxy]) -> IpAddress | None:
    """The address nearest to the server that no trusted proxy has; None where there is none to believe.

    The peer of a Unix socket is None.
    """
    return forwarded_address(headers, trusted) if is_trusted(peer, trusted) else parse_address(peer or "")


def forwarded_address(headers: Mapping[str, str], trusted: Sequence[Proxy]) -> IpAddress | None:
    """What a trusted proxy wrote down. Headers are read from their end, which the trusted proxies wrote themselves.

    Of X-Forwarded-For and Forwarded (RFC 7239) a proxy may write one and pass on the other as a client made it up:
    where they differ, neither is believed.
    """
    found: IpAddress | None = None
    for name in HOPS:
        if name in headers:
            text = headers[name]
            address = _nearest(_listed(text) if name == "x-forwarded-for" else _forwarded(text), trusted)
            if address is None or found not in (None, address):
                return None
            found = address
    return found


def is_trusted(peer: str | None, trusted: Sequence[Proxy]) -> bool:
    """Whether a peer is a trusted proxy; that of a Unix socket is None."""
    address = parse_address(peer or "")
    return _within(address, trusted) if address else peer is None and UNIX in trusted


def network_of(peer: str | None) -> str:
    """Where a peer is: unix, loopback, private (also those that carriers and pods share, RFC 6598) or public."""
    address = parse_address(peer or "")
    if address is None:
        return "unix"
    return "loopback" if address.is_loopback else "public" if address.is_global else "private"


def _nearest(hops: Iterator[str], trusted: Sequence[Proxy]) -> IpAddress | None:
    """The first hop from the server that is not a trusted proxy's, None where that is not an address."""
    for hop, _ in zip(hops, range(_MAX_HOPS), strict=False):
        address = parse_address(hop)
        if address is None and hop.strip().startswith("unix:") and UNIX in trusted:  # as nginx writes a socket
            continue
        if address is None or not _within(address, trusted):
            return address
    return None


def _within(address: IpAddress, trusted: Sequence[Proxy]) -> bool:
    for proxy in trusted:  # noqa: SIM110  in half the time
        if not isinstance(proxy, str) and address in proxy:
            return True
    return False


def _listed(text: str) -> Iterator[str]:
    return reversed(text[-_MAX_LENGTH:].split(",")[len(text) > _MAX_LENGTH :])  # without one that was cut


def _forwarded(text: str) -> Iterator[str]:
    """What each element of a Forwarded header says in its pair `for`, from the last; "" where it is not well-formed."""
    for element in _elements(text):
        said: list[str] = []
        end = 0
        while end < len(element) and (pair := _PAIR.match(element, end)):
            end = pair.end()
            if (pair[1] or "").lower() == "for":
                said.append(pair[3] if pair[2] is None else _ESCAPED.sub(r"\1", pair[2]))
        yield said[0] if end == len(element) and len(said) == 1 else ""


def _elements(text: str) -> Iterator[str]:
    """The elements between commas that stand in no quotes, from the last.

    Read backwards, so that a quote which a client left open does not hold what proxies wrote after it.
    """
    end, quoted = len(text), False
    first = max(end - _MAX_LENGTH, 0)
    for at in range(end - 1, first - 1, -1):
        if text[at] == '"' and not _is_escaped(text, at):
            quoted = not quoted
        elif text[at] == "," and not quoted:
            yield text[at + 1 : end]
            end = at
    if first == 0:
        yield text[:end]


def _is_escaped(text: str, at: int) -> bool:
    start = at
    while start and text[start - 1] == "\\":
        start -= 1
    return (at - start) % 2 == 1
