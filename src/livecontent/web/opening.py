"""Turns any request into an open."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, unquote_plus

from starlette.types import Scope

from livecontent.clients.classify import HEADERS, ClientRequest
from livecontent.clients.tables import Tables
from livecontent.config import Proxy
from livecontent.facts import NOBODY, Opening, Person, Preview
from livecontent.links import read_path
from livecontent.net.address import HOPS, forwarded_address, is_trusted, network_of
from livecontent.net.mmdb import AsnDatabase
from livecontent.net.ranges import IpAddress, parse_address
from livecontent.render.compile import CompiledCreative
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.shared_counts import Counts, SharedCounts
from livecontent.storage.base import PeopleStore, SendStore
from livecontent.web.asked import as_allowed

REFUSED = "livecontent.refused"  # the extension of a scope that tells why the parser refused the request
MAX_QUERY = 4096  # bytes
MAX_PARAMS = 50

# `s=2026-friday` as careless tools leave it: in quoted-printable, =20 is a space. A sign in place of = and two digits.
_EATEN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)([^A-Za-z0-9_.=-])(.+)", re.DOTALL)
_BETWEEN = re.compile("&(?:amp;)?|;")
_HEADERS = MappingProxyType({name.encode(): name for name in (*HEADERS, *HOPS)})


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def count_untrusted(counts: SharedCounts) -> Counts:
    """Requests through a proxy that is not trusted, so that its address stood for the reader's."""
    help_ = "Requests through a proxy that trusted_proxies does not name"
    return counts.counter("livecontent_untrusted_proxies", help_, "network")


@dataclass(frozen=True, slots=True)
class OpeningParser:
    """Reads opens; `preview` lets the address set time, place, weather, client and consent."""

    trusted: Sequence[Proxy]
    preview: bool
    tables: Tables
    systems: AsnDatabase
    people: PeopleStore
    sends: SendStore
    creatives: Mapping[str, CompiledCreative] = field(default_factory=dict)
    keys: SecretKeys | None = None  # that sign parameters
    clock: Callable[[], datetime] = now
    untrusted: Counts = field(default_factory=lambda: count_untrusted(SharedCounts()))

    async def opening(self, scope: Scope) -> Opening:
        """The open that a request asks for, with what is known of its recipient.

        Of HEAD it is the one that GET would be answered for.
        """
        headers = read_headers(scope)
        named = read_path(str(scope.get("path", "")))
        query = scope.get("query_string", b"")
        params = read_query(query) if query else {}
        wished = params if self.preview else {}
        at = self.clock()
        person = await self.people.look_up(named.ref) if named.ref else NOBODY
        if "consent" in wished:
            person = _consenting(person, wished["consent"])
        address = self._address(scope, headers, wished) if person.consent != "none" else None
        since = await self.sends.since(params["s"], at) if "s" in params else None
        system = self.systems.find(address) if address else None
        client, relay = self.tables.judge.judge(ClientRequest(headers, address, system=system, since_send=since))
        if self.preview and client.name == "bot":  # previews are looked at with tools, too
            client = self.tables.known["browser"]
        opening = Opening(
            creative=named.creative,
            ref=person.ref,
            at=at,
            format=named.format,
            address=address,
            client=client,
            params=params,
            flaw=named.flaw or ("bad-request" if "extensions" in scope and REFUSED in scope["extensions"] else ""),
            person=person,
            send=params["s"] if since is not None else "",
            named=bool(named.ref or named.flaw),
            relay=relay,
            requested=not self.preview and scope.get("method") == "GET",
        )
        if compiled := self.creatives.get(opening.creative):
            opening = as_allowed(opening, compiled.loaded.creative, None if self.preview else self.keys)
        return self._preview(opening, wished) if wished else opening

    def _address(self, scope: Scope, headers: Mapping[str, str], wished: Mapping[str, str]) -> IpAddress | None:
        if "ip" in wished and (given := parse_address(wished["ip"])):
            return given
        peer = scope.get("client")
        host = peer[0] if peer else None
        if is_trusted(host, self.trusted):
            return forwarded_address(headers, self.trusted)
        if HOPS[0] in headers or HOPS[1] in headers:
            self.untrusted[network_of(host),][0] += 1
        return parse_address(host or "")

    def _preview(self, opening: Opening, wished: Mapping[str, str]) -> Opening:
        """The open as somebody who previews wants it; what can't be read is left as it is."""
        changes: dict[str, Any] = {}
        if at := _moment(wished.get("at", "")):
            changes["at"] = at
        name = wished.get("client", "")
        if client := self.tables.known.get(name):
            changes["client"] = client
        city, weather = wished.get("city"), wished.get("weather")
        if changes or city or weather or "consent" in wished or parse_address(wished.get("ip", "")):
            changes["preview"] = Preview(city or None, weather or None, name if client else None)
        return replace(opening, **changes)


def _consenting(person: Person, consent: str) -> Person:
    """Somebody as if they had decided so; who has consented to nothing stays unknown."""
    match consent:
        case "none":
            return Person("", "none", decided=True)
        case "full" | "no-record" if person.consent != "none":
            return person._replace(consent=consent)
    return person


def read_headers(scope: Scope) -> dict[str, str]:
    """The headers that count, by lower-case name; of those sent twice the last, of lists of proxies all in order."""
    headers: dict[str, str] = {}
    for raw, value in scope.get("headers", ()):
        if name := _HEADERS.get(raw.lower()):
            text = value.decode("latin-1")
            headers[name] = f"{headers[name]},{text}" if name in headers and name in HOPS else text
    return headers


def read_query(query: bytes) -> dict[str, str]:
    """Parameters by name, the first of each; what email tools make of `&` (`&amp;`) is read as it was meant.

    Of a query that is too long the last one is not read, as it was cut off.
    """
    params: dict[str, str] = {}
    if len(query) > MAX_QUERY:
        query = query[:MAX_QUERY].rpartition(b"&")[0]
    for pair in _BETWEEN.split(query.decode("latin-1"), maxsplit=MAX_PARAMS)[:MAX_PARAMS]:
        name, equals, value = pair.partition("=")
        if equals and name:
            params.setdefault(unquote_plus(name), unquote_plus(value))
        elif name:
            name, value = _mended(unquote(name))
            params.setdefault(name, value)
    return params


def _mended(text: str) -> tuple[str, str]:
    """The name and value of a pair without `=`, which may have been eaten together with two digits."""
    eaten = _EATEN.fullmatch(text)
    return (eaten[1], f"{ord(eaten[2]):02x}{eaten[3]}") if eaten and eaten[2].isascii() else (text, "")


def may_be_lost(value: str) -> bool:
    """Whether a careless tool may eat the start of a value so that nobody can tell what it was."""
    return bool(re.match("[0-9A-Fa-f]{2}", value)) and _mended(f"s{chr(int(value[:2], 16))}{value[2:]}")[1] != value


def _moment(text: str) -> datetime | None:
    """A time; without an offset it is on the recipient's own clock. A `+` that was sent as it is has become a space."""
    try:
        return datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
    except ValueError:
        return None
