"""Downloads new IP lists, checks them, and replaces those in use.

Each table is fetched beside the one in use, checked, and swapped at once; the one before stays as `.previous`, and
`.origin` says where it came from. Whatever goes wrong leaves the one in use.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from livecontent.clients.networks import (
    GOOGLE,
    MICROSOFT,
    ListPublisher,
    PrivateRelay,
    count,
    load_relay,
    merge,
    read_networks,
    read_relay,
    rows_of,
    shipped_networks,
    too_wide,
)
from livecontent.clients.tables import NETWORKS, RELAY
from livecontent.errors import DataError, SourceError
from livecontent.net import mmdb
from livecontent.net.http import Http, parse_json
from livecontent.net.mmdb import MmdbSchema
from livecontent.net.ranges import IpAddress

DEADLINE = 120.0  # seconds for each file
MAX_RELAY = 64 * 2**20  # bytes; it has a third of that
MAX_LIST = 4 * 2**20

OK, UNCHANGED = 200, 304
REDIRECTS = (301, 302, 303, 307, 308)
_ANYTHING = {"Accept": "*/*"}

_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(frozen=True, slots=True)
class RefreshOutcome:
    """A table: what was in use, what is now, and why it was left as it was ("" where it was not)."""

    name: str
    before: str
    after: str
    problem: str = ""


class Refresh:
    """Refreshes tables in a folder. Never raises: what went wrong is the outcome."""

    def __init__(self, http: Http, folder: Path) -> None:
        self._http = http
        self._folder = folder

    async def relay(self, url: str) -> list[RefreshOutcome]:
        """Apple's relay."""
        target = self._folder / RELAY
        before = _relay_in_use(target)

        def make(fetched: Path, draft: Path) -> str:
            try:
                with fetched.open(encoding="utf-8") as lines:
                    relay = read_relay(lines, "line")
            except UnicodeError as error:
                raise DataError(f"not UTF-8: {error}") from None
            _check_relay(relay, before, target)
            relay.save(draft)
            return f"{relay.ranges.size:,} rows"

        return [await self._table("Apple's relay", f"{before.ranges.size:,} rows", url, target, MAX_RELAY, make)]

    async def geoip(self, url: str, file: Path | None, schema: MmdbSchema[Any]) -> list[RefreshOutcome]:
        """An .mmdb file of cities, by the schema that a server reads it with."""
        if file is None:
            return [RefreshOutcome("GeoIP", "none", "none", "set geoip to the file to replace")]

        def make(fetched: Path, draft: Path) -> str:
            if file.exists() and fetched.stat().st_size * 2 < file.stat().st_size:
                raise DataError(f"less than half the size of the one in use; if that is right, remove {file} first")
            after = _type_of(fetched, schema)
            fetched.rename(draft)
            return after

        try:
            before = await asyncio.to_thread(_type_of, file, schema)
        except DataError:
            before = "none"
        return [await self._table("GeoIP", before, url, file, mmdb.MAX_BYTES, make)]

    async def networks(self, google: tuple[str, ...], microsoft: str) -> list[RefreshOutcome]:
        """Networks of those who publish them; of one who can't be had now, those in use stay."""
        target = self._folder / NETWORKS
        in_use = _networks_in_use(target)
        before = {who: [row for row in in_use if who.told(row)] for who in (GOOGLE, MICROSOFT)}
        asked = {GOOGLE: google, MICROSOFT: (microsoft,) if microsoft else ()}
        found = {who: await self._published(who, urls, before[who]) for who, urls in asked.items() if urls}
        problems = {who: answer for who, answer in found.items() if isinstance(answer, str)}
        rows = before | {who: answer for who, answer in found.items() if not isinstance(answer, str)}
        if len(problems) < len(found):
            try:
                await asyncio.to_thread(_write_networks, merge(rows_of(shipped_networks()), rows), target)
            except OSError as error:
                rows, problems = before, dict.fromkeys(found, _unwritten(target, error)) | problems
        return [
            RefreshOutcome(f"networks of {who.name}", _counted(before[who]), _counted(rows[who]), problems.get(who, ""))
            for who in found
        ]

    async def _published(self, publisher: ListPublisher, urls: Iterable[str], before: list[str]) -> list[str] | str:
        """The rows of a publisher's lists, or what is wrong."""
        lists, url = [], ""
        try:
            for url in urls:
                body, params = BytesIO(), None if urlsplit(url).query else publisher.params()
                _check_status(*await self._http.save(url, body, MAX_LIST, params))
                lists.append(parse_json(body.getvalue()))
            rows = publisher.rows(lists)
            publisher.check(rows, before)
        except (DataError, SourceError) as error:
            return f"{_name(url)}: {error}"
        return rows

    async def _table(
        self, name: str, before: str, url: str, target: Path, limit: int, make: Callable[[Path, Path], str]
    ) -> RefreshOutcome:
        """Fetches a file, makes a table of it, and puts that in the place of the one in use."""

        def take(fetched: Path) -> str:
            draft = fetched.with_name("draft")
            after = make(fetched, draft)
            put(draft, target)
            return after

        after = before
        try:
            with scratch(target) as folder:
                known = conditions(url, target)
                with (folder / "fetched").open("wb") as out:
                    status, fields = await self._http.save(url, out, limit, headers=_ANYTHING | known)
                if known and status == UNCHANGED:
                    os.utime(target)
                else:
                    known = {}
                    _check_status(status, fields)
                    after = await asyncio.to_thread(take, folder / "fetched")
                remember(url, target, fields, known)
        except (DataError, SourceError) as error:
            return RefreshOutcome(name, before, before, f"{_name(url)}: {error}")
        except OSError as error:
            return RefreshOutcome(name, before, before, _unwritten(target, error))
        return RefreshOutcome(name, before, after)


def _write_networks(text: str, target: Path) -> None:
    with scratch(target) as folder:
        draft = folder / "draft"
        draft.write_text(text, encoding="utf-8")
        put(draft, target)


def _check_relay(relay: PrivateRelay, before: PrivateRelay, target: Path) -> None:
    """Raises `DataError` where this can't be the whole list, or can't be right."""
    rows, least = relay.ranges.size, before.ranges.size / 2
    if rows < least:
        raise DataError(
            f"holds {rows:,} rows, and {before.ranges.size:,} are in use; if that is right, remove {target} first"
        )
    if too_wide(relay.ranges):
        raise DataError("holds a network so wide that it can't be right")
    known, (v4, v6) = load_relay().ranges, relay.ranges
    firsts: tuple[IpAddress, ...] = (*map(IPv4Address, v4.firsts), *(IPv6Address(half << 64) for half in v6.firsts))
    if all(known.find(address) is None for address in firsts):
        raise DataError("holds none of the networks that are known to be of Apple's relay")
    if sum(bool(place.country) for place in relay.places) * 2 < len(relay.places):
        raise DataError("names no countries")


def _relay_in_use(file: Path) -> PrivateRelay:
    try:
        return load_relay(file)
    except DataError:
        return load_relay()


def _networks_in_use(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
        read_networks(text, file.name)
    except (OSError, UnicodeError, DataError):
        text = shipped_networks()
    return rows_of(text)


def _counted(rows: Iterable[str]) -> str:
    return ", ".join(f"{number:,} {owner}" for owner, number in sorted(count(rows).items()))


def _type_of(file: Path, schema: MmdbSchema[Any]) -> str:
    """Raises `DataError` where a file can't be used."""
    try:
        found = mmdb.load(file, schema)
    except DataError as error:
        raise DataError(str(error).replace(str(file), "the file")) from None
    return f"{found.type} of {found.built:%Y-%m-%d}"


def _check_status(status: int, fields: Mapping[str, str]) -> None:
    if status in REDIRECTS:
        raise SourceError(f"moved to {_name(fields.get('location', ''))}: put the new URL into the settings")
    if status != OK:
        raise SourceError(f"status {status}")


def _name(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path}"


def _unwritten(target: Path, error: OSError) -> str:
    return f"{target} can't be written: {error.strerror or error}"


@contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """A folder beside a file, for drafts of it. Raises `OSError`."""
    target = target.resolve()
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        yield Path(folder)


def put(draft: Path, target: Path) -> None:
    """Puts a draft in the place of a file; the one before stays beside it as `.previous`. Raises `OSError`."""
    target = target.resolve()
    with draft.open("r+b") as written:
        os.fsync(written.fileno())
    with suppress(FileNotFoundError):
        before = draft.with_name("before")
        os.link(target, before)
        before.replace(target.with_name(f"{target.name}.previous"))
    draft.replace(target)


def conditions(url: str, target: Path) -> dict[str, str]:
    """Headers by which nothing is sent again, where a file is still as it came from there; else none."""
    try:
        origin = json.loads(_origin(target).read_text(encoding="utf-8"))
        same = (origin["url"], origin["written"]) == (url, target.stat().st_mtime_ns)
        return {str(name): str(value) for name, value in origin["conditions"].items()} if same else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def remember(url: str, target: Path, fields: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Keeps where a file came from, by the headers of the answer. Where that can't be kept it is fetched again."""
    told = {name: fields[field] for field, name in _CONDITIONS.items() if field in fields} or dict(known)
    with suppress(OSError):
        origin = {"url": url, "written": target.stat().st_mtime_ns, "conditions": told}
        _origin(target).write_text(json.dumps(origin), encoding="utf-8")


def _origin(target: Path) -> Path:
    return target.with_name(f"{target.name}.origin")
