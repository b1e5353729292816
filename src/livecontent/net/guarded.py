"""Files from addresses that people did not write themselves: of hosts that are allowed, and no machine of our own.

A name is looked up once, and the address that was looked at is the one that is connected to: else a name could lead
elsewhere between the two (DNS rebinding).
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
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
    """Calls of allowed hosts."""

    def __init__(
        self,
        hosts: Iterable[str],
        limit: int,
        deadline: float,
        allowed_for: str = "that images may come from",
        connections: int = CONNECTIONS,
    ) -> None:
        """Hosts as in `cdn.shop.example`, `*.shop.example` or `127.0.0.1:8080`; bytes of a body; seconds of a call."""
        self._hosts = frozenset(host.lower() for host in hosts)
        self._limit = limit
        self._deadline = deadline
        self._allowed_for = allowed_for
        self._connections = connections
        self._client: httpx.AsyncClient | None = None

    def allows(self, address: str) -> bool:
        """Whether an address may be asked for, by its host."""
        host = named_host(address)
        return host != "" and allowed(host, self._hosts)

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Download:
        """The file at an address, or where it redirects to. Raises `SourceError`."""
        async with self._telling():
            for _ in range(HOPS + 1):
                found = await self._one(address, {**_HEADERS, **(headers or {})})
                if isinstance(found, Download):
                    return found
                address = found
        raise SourceError(f"more than {HOPS} redirects")

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        """Status and headers of whatever is answered; redirects are not followed. Raises `SourceError`."""
        async with self._telling():
            response = await self._send("POST", address, {"User-Agent": AGENT, **headers}, body)
            try:
                await read_at_most(response.aiter_raw(), self._limit)  # then the connection is used again
                return response.status_code, dict(response.headers)
            finally:
                await response.aclose()

    async def look_up(self, address: str) -> None:
        """Raises `SourceError` where it may not be asked for."""
        async with self._telling():
            await self._guarded(address)

    @asynccontextmanager
    async def _telling(self) -> AsyncIterator[None]:
        """A call within the deadline; whatever goes wrong as `SourceError`."""
        try:
            async with asyncio.timeout(self._deadline):
                yield
        except TimeoutError:
            raise SourceError(f"no whole answer within {self._deadline:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise SourceError(str(error) or type(error).__name__) from None

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._client:
            await self._client.aclose()

    async def _one(self, address: str, headers: Mapping[str, str]) -> Download | str:
        """What an address answers, or the one that it redirects to."""
        response = await self._send("GET", address, headers)
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

    async def _send(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Response:
        """The beginning of an answer."""
        url, found = await self._guarded(address)
        if self._client is None:
            limits = httpx.Limits(max_connections=self._connections)
            self._client = httpx.AsyncClient(timeout=None, limits=limits, follow_redirects=False, trust_env=False)
        sent = {**headers, "Host": url.netloc.decode()}
        named = {"sni_hostname": url.host}  # for whom the certificate is to be
        request = self._client.build_request(
            method, url.copy_with(host=found), headers=sent, content=body, extensions=named
        )
        return await self._client.send(request, stream=True)

    async def _guarded(self, address: str) -> tuple[httpx.URL, str]:
        """An address, and the number of its host."""
        if not self.allows(address):
            raise SourceError(f"{urlsplit(address).hostname or 'this'} is none of the hosts {self._allowed_for}")
        url = httpx.URL(address)
        return url, await self._looked_up(url)

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


def named_host(address: str) -> str:
    """The host of an address as settings name it, with its port where that is no usual one; "" where it has none."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host or parts.username or parts.password:
        return ""
    return host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"


def allowed(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host, with its port where that is no usual one, is among some, or in a domain of theirs."""
    steps = host.lower().split(".")
    domains = (f"*.{'.'.join(steps[index:])}" for index in range(1, len(steps)))
    return host.lower() in hosts or not hosts.isdisjoint(domains)
