"""The page of sources: where facts come from, how fresh they are, and what is wrong."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from livecontent.errors import StorageError
from livecontent.studio.site import Site, StudioParts, StudioRoute

PATH = "/studio/sources"
OLD = 60  # days of a file of networks
_DAY = 86_400.0

Freshness = Literal["fresh", "stale", "down", "unused", "shipped"]


class KnownSource(NamedTuple):
    """A source: when it last told something (seconds since 1970, 0: never), what is wrong, and how much it tells."""

    name: str
    kind: str  # recipients, products, feed, weather, images or file
    state: Freshness
    at: float = 0.0
    error: str = ""
    holds: int | None = None
    detail: str = ""


def sources_routes(site: Site) -> list[StudioRoute]:
    """The page."""

    async def page(request: Request) -> Response:
        return site.render(
            request, "sources.html", sources=await find_sources(site.parts, site.clock()), now=site.clock()
        )

    return [StudioRoute(PATH, page, "view")]


async def find_sources(parts: StudioParts, now: float) -> list[KnownSource]:
    """All sources, what is kept here first."""
    stored = [await _safely("recipients", _recipients, parts), await _safely("products", _products, parts)]
    return [*stored, *_asked(parts, now), *_files(parts)]


async def _safely(name: str, find: Callable[[StudioParts], Awaitable[KnownSource]], parts: StudioParts) -> KnownSource:
    try:
        return await find(parts)
    except StorageError as error:
        return KnownSource(name, name, "down", error=str(error))


async def _recipients(parts: StudioParts) -> KnownSource:
    count = await parts.storage.recipients.count()
    return KnownSource("recipients", "recipients", "fresh" if count else "unused", holds=count)


async def _products(parts: StudioParts) -> KnownSource:
    about = await parts.storage.products.about()
    newest = max(about.imported_at or 0.0, about.newest or 0.0)
    return KnownSource("products", "products", "fresh" if about.products else "unused", newest, holds=about.products)


def _asked(parts: StudioParts, now: float) -> Iterator[KnownSource]:
    """Those outside: feeds, the weather, images by address."""
    settings, kit = parts.settings, parts.kit
    health = {**kit.gatherer.health, **({"images": kit.images.health} if kit.images else {})}
    for name, one in health.items():
        kind, _, feed = name.partition(" ")
        usual = settings.feeds[feed].fresh if feed in settings.feeds else _DAY
        age = now - one.updated
        state: Freshness = "fresh"
        if one.error:
            state = "stale" if one.updated and age < usual else "down"
        elif not one.updated:
            state = "unused"
        elif age > 2 * usual:
            state = "stale"
        detail = settings.weather.provider if kind == "weather" else settings.feeds[feed].url if feed else ""
        yield KnownSource(feed or name, kind, state, one.updated, one.error, detail=_without_secrets(detail))


def _files(parts: StudioParts) -> Iterator[KnownSource]:
    """Files of the settings, and lists of networks."""
    settings = parts.settings
    for name, path in {"stores": settings.stores, "places": settings.places}.items():
        if path:
            try:
                yield KnownSource(name, "file", "fresh", path.stat().st_mtime, detail=path.name)
            except OSError as error:
                yield KnownSource(name, "file", "down", error=error.strerror or str(error), detail=path.name)
    for name, (age, problem) in parts.files().items():
        state: Freshness = "fresh" if age is not None and age < OLD else "stale"
        if problem or age is None:
            state = "down" if problem else "unused" if name in ("geoip", "asn") else "shipped"
        at = datetime.now(UTC).timestamp() - age * _DAY if age is not None else 0.0
        yield KnownSource(name, "file", state, at, problem)


def _without_secrets(address: str) -> str:
    """An address without its query and user, in which keys stand."""
    return address.partition("?")[0].rpartition("@")[2] if "@" in address else address.partition("?")[0]
