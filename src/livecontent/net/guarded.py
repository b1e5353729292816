"""Files from addresses that people did not write themselves: of hosts that are allowed, and no machine of our own.

A name is looked up once, and the address that was looked at is the one that is connected to: else a name could lead
elsewhere between the two (DNS rebinding).
"""

import asyncio
import socket
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx2 as httpx

from livecontent.errors import SourceError
from livecontent.net.bodies import read_at_most
from livecontent.net.http import AGENT, retry_after

CONNECTIONS = 8
HOPS = 3  # redirects
_HEADERS = {"User-Agent": AGENT, "Accept": "image/*", "Accept-Encoding": "identity"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}


class Download(NamedTuple):
    """What was answered: status (200 or 304), headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GuardedHttp:
    """GETs of allowed hosts."""

    def __init__(self, hosts: Iterable[str], limit: int, deadline: float) -> None:
        """Hosts as in `cdn.shop.example`, `*.shop.example` or `127.0.0.1:8080`; bytes of a body; seconds of a call."""
        self._hosts = frozenset(host.lower() for host in hosts)
        self._limit = limit
        self._deadline = deadline
        self._client: httpx.AsyncClient | None = None

    def allows(self, address: str) -> bool:
        """Whether an address may be asked for, by its host."""
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.scheme not in _PORTS or not host or parts.username or parts.password:
            return False
        named = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
        return allowed(named, self._hosts)

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Download:
        """The file at an address, or where it redirects to. Raises `SourceError`."""
        try:
            async with asyncio.timeout(self._deadline):
                for _ in range(HOPS + 1):
                    found = await self._one(address, headers or {})
                    if isinstance(found, Download):
                        return found
                    address = found
        except TimeoutError:
            raise SourceError(f"no whole answer within {self._deadline:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise SourceError(str(error) or type(error).__name__) from None
        raise SourceError(f"more than {HOPS} redirects")

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._client:
            await self._client.aclose()

    async def _one(self, address: str, headers: Mapping[str, str]) -> Download | str:
        """What an address answers, or the one that it redirects to."""
        if not self.allows(address):
            raise SourceError(f"{urlsplit(address).hostname or 'this'} is none of the hosts that images may come from")
        url = httpx.URL(address)
        found = await self._looked_up(url)
        if self._client is None:
            limits = httpx.Limits(max_connections=CONNECTIONS)
            self._client = httpx.AsyncClient(timeout=None, limits=limits, follow_redirects=False, trust_env=False)
        sent = {**_HEADERS, "Host": url.netloc.decode(), **headers}
        named = {"sni_hostname": url.host}  # for whom the certificate is to be
        request = self._client.build_request("GET", url.copy_with(host=found), headers=sent, extensions=named)
        response = await self._client.send(request, stream=True)
        try:
            fields = dict(response.headers)
            if response.status_code in _REDIRECTS:
                return urljoin(address, fields.get("location", ""))
            if response.status_code not in (200, 304):
                raise SourceError(f"status {response.status_code}", retry_after(response.status_code, fields))
            body = await read_at_most(response.aiter_raw(), self._limit)
            if body is None:
                raise SourceError(f"more than {self._limit / 2**20:g} MiB")
            return Download(response.status_code, fields, body)
        finally:
            await response.aclose()

    async def _looked_up(self, url: httpx.URL) -> str:
        """An address of a host, of which none is of our own network, unless people named it by its number."""
        try:
            return str(ip_address(url.host))
        except ValueError:
            pass
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(url.host, url.port or _PORTS[url.scheme], type=socket.SOCK_STREAM)
        found = [ip_address(info[4][0]) for info in infos]
        if not found or not all(one.is_global and not one.is_multicast for one in found):
            raise SourceError(f"{url.host} is an address of a private network")
        return str(found[0])


def allowed(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host, with its port where that is no usual one, is among some, or in a domain of theirs."""
    steps = host.lower().split(".")
    domains = (f"*.{'.'.join(steps[index:])}" for index in range(1, len(steps)))
    return host.lower() in hosts or not hosts.isdisjoint(domains)
