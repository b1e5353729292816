"""Lists as Apple, Google and Microsoft publish them, made for tests, and a server that has them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local_server import Handler, Request, reply

from livecontent.clients.networks import PrivateRelay, read_relay, shipped_networks
from livecontent.clients.refresh import Refresh, RefreshOutcome
from livecontent.net.http import Http


def relay_list(rows: int = 400, city: str = "Lille") -> bytes:
    """As Apple's: a third of IPv4."""
    v4 = [f"172.224.{number // 256}.{number % 256}/32,FR,FR-59,{city},\n" for number in range(rows // 3)]
    v6 = [f"2a02:26f7:0:{number:x}::/64,FR,FR-59,{city},\n" for number in range(rows - rows // 3)]
    return "".join((*v4, *v6)).encode()


def relay(rows: int = 400, city: str = "Lille") -> PrivateRelay:
    """What is in such a list."""
    return read_relay(relay_list(rows, city).decode().splitlines(), "rows")


def google_list(*networks: str) -> dict[str, object]:
    """As Google's."""
    prefixes = [{f"ipv{6 if ':' in network else 4}Prefix": network} for network in networks]
    return {"syncToken": "1", "creationTime": "2026-11-21T00:00:00", "prefixes": prefixes}


def shipped(owner: str, source: str) -> list[str]:
    """Networks of an owner that ship with livecontent, by where they are from."""
    rows = [line.split(",") for line in shipped_networks().splitlines() if not line.startswith("#")]
    return [network for network, *rest in rows if rest[0] == owner and source in rest[1]]


GOOGLE = [*shipped("google", "gstatic"), "66.249.64.0/19", "66.102.0.0/20"]
MICROSOFT = [
    {"id": 1, "serviceArea": "Exchange", "ips": shipped("microsoft", "learn.microsoft")},
    {"id": 9, "serviceArea": "Exchange", "ips": shipped("scanner-microsoft", "learn.microsoft"), "tcpPorts": "443"},
    {"id": 10, "serviceArea": "Exchange", "ips": ["40.92.0.0/15"]},
    {"id": 11, "serviceArea": "Skype", "ips": ["198.51.100.0/24"]},
    {"id": 12, "serviceArea": "Skype", "urls": ["*.example"]},
]


def site(**changes: Handler) -> Handler:
    """Serves good lists at /relay, /google, /fetchers and /microsoft, but for the changes."""
    good: Mapping[str, Handler] = {
        "relay": reply(relay_list()),
        "google": reply(google_list(*GOOGLE, "192.0.2.0/25")),
        "fetchers": reply(google_list("2001:db8:1::/48")),
        "microsoft": reply(MICROSOFT),
    }
    handlers = {**good, **changes}

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        await handlers[request.path.strip("/")](request, writer)

    return handle


async def refresh_all(folder: Path, url: str, deadline: float = 10.0) -> dict[str, RefreshOutcome]:
    """Refreshes relay and networks from such a site; outcomes by name."""
    http = Http(deadline)
    tables = Refresh(http, folder)
    try:
        relay_, networks = await asyncio.gather(
            tables.relay(f"{url}/relay"), tables.networks((f"{url}/google", f"{url}/fetchers"), f"{url}/microsoft")
        )
    finally:
        await http.aclose()
    return {outcome.name: outcome for outcome in (*relay_, *networks)}


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes, as on a disk that is full."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
