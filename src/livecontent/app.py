"""The server: its addresses, and what starts and stops with it."""

import gc
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import current_process
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from livecontent.config import load_settings
from livecontent.publish import Publisher
from livecontent.runtime.cache import Cache
from livecontent.runtime.lifecycle import Background
from livecontent.runtime.memory import manual_gc, tune_malloc
from livecontent.runtime.shared_counts import SharedCounts
from livecontent.services import Services, make_count_job, make_services
from livecontent.sources.latest import read_event_types
from livecontent.storage.refs import Refs
from livecontent.web.block import BlockEndpoint, element_route
from livecontent.web.block_pages import BlockPages
from livecontent.web.click_tokens import ClickTokens
from livecontent.web.gauges import CreativeState, Gauges, Watched
from livecontent.web.health import health_routes
from livecontent.web.images import ClickEndpoint, EventRecorder, ImageEndpoint, PathDispatcher, VoteRecorder
from livecontent.web.live import LiveValueCounts, LiveValueEndpoints
from livecontent.web.messages import MessageEndpoints, MessageTaker
from livecontent.web.metrics import Metrics
from livecontent.web.opening import OpeningParser, count_untrusted
from livecontent.web.pages_of_shop import PageEndpoint

log = logging.getLogger(__name__)

Handlers = dict[Any, Callable[[Request, Exception], Awaitable[Response]]]


def make_app(services: Services, counts: SharedCounts | None = None, *, local: bool = False) -> Starlette:
    """The server; what it counts goes where its parent finds it. Of the demo with the studio.

    `local`: it listens on a loopback address alone, so that who comes to the demo's studio needs no token.
    """
    counts = counts or SharedCounts.of_environment()
    settings, kit, storage = services.settings, services.kit, services.storage
    reader = replace(_make_reader(services), untrusted=count_untrusted(counts))
    metrics = Metrics(counts)
    witness = EventRecorder(services.recorder, services.geoip.find)
    votes = VoteRecorder(storage.votes, settings.deadline)
    tokens = ClickTokens(services.keys)
    click = ClickEndpoint(kit, reader, witness, votes, metrics, settings.landing, tokens.maker(settings.sites))
    live = LiveValueEndpoints(storage.products, settings, LiveValueCounts(counts))
    types, watch = read_event_types(settings.templates), services.triggers.watch.pick
    taker = MessageTaker(storage, Refs(services.keys, storage), counts, settings.timezone, watch, types=types)
    messages = MessageEndpoints(taker, settings)
    images = ImageEndpoint(kit, reader, witness, metrics)
    services.pictures.append(images.widths.cache)
    own_pages = PageEndpoint(taker, storage, tokens, settings)
    gauges = Gauges(counts, _watched(services, lambda: {"votes": votes.lost}, images.widths.cache))
    watching, telling = Background(gauges.run), Background(services.triggers.run)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _started(services):
            await watching.start()
            await telling.start()
            with manual_gc():
                yield
            await telling.close()
            await watching.close()
        gauges.look()  # at what was written meanwhile
        counts.close()

    routes: list[BaseRoute] = [*health_routes(gauges.watched), *live.routes, *messages.routes]
    routes += [*own_pages.routes, element_route()]
    pages = BlockPages(kit.creatives, services.workshop, settings)
    block = BlockEndpoint(kit, reader, witness, metrics, pages, settings.url)
    doors: dict[str, ASGIApp] = {"i": images, "c": click, "b": block}
    handlers: Handlers = {}
    if settings.demo:  # others need none of it
        from livecontent.studio.shop import DemoShop

        addresses, handlers = _studio(services, pages, local=local)
        routes += addresses
        doors["c"] = DemoShop(click)
    middleware = [Middleware(PathDispatcher, doors=doors, requests=metrics.requests)]
    return Starlette(routes=routes, middleware=middleware, lifespan=lifespan, exception_handlers=handlers)


def make_studio(services: Services) -> Starlette:
    """The studio alone."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _started(services):
            yield

    home = Route("/", lambda _: RedirectResponse("/studio/"))
    pages = BlockPages(services.kit.creatives, services.workshop, services.settings)
    addresses, handlers = _studio(services, pages, local=False)
    return Starlette(routes=[home, *addresses], lifespan=lifespan, exception_handlers=handlers)


@asynccontextmanager
async def _started(services: Services) -> AsyncIterator[None]:
    gc.collect()  # what was left over by making all this; now, as nobody waits yet
    tune_malloc()
    await services.start()
    yield
    await services.aclose()


def _studio(services: Services, blocks: BlockPages, *, local: bool) -> tuple[list[BaseRoute], Handlers]:
    """The pages for marketers, and what answers where there is none.

    They are imported here, as those who serve opens need none of it.
    """
    from livecontent.creative.drafts import Drafts
    from livecontent.studio.routes import studio_routes
    from livecontent.studio.segment_counting import SegmentCounting
    from livecontent.studio.site import Site, StudioParts
    from livecontent.web.email_tools import load_tools
    from livecontent.web.snippet import SnippetWriter

    parts = StudioParts(
        settings=services.settings,
        kit=services.kit,
        storage=services.storage,
        recorder=services.recorder,
        reader=replace(_make_reader(services), preview=True),
        cities=services.gazetteer.names,
        snippets=SnippetWriter(load_tools(), services.settings.url),
        publisher=services.publisher,
        workshop=services.workshop,
        versions=services.versions,
        drafts=Drafts(services.settings.data, services.settings.templates, services.versions),
        keys=services.keys,
        blocks=blocks,
        files=lambda: _files(services),
        counting=SegmentCounting(partial(make_count_job, services.settings), time.time),
    )
    services.closing.append(parts.counting)
    site = Site(parts, local=local)
    services.pictures.append(site.reduced.cache)
    return studio_routes(site), {HTTPException: site.lost}


def _make_reader(services: Services) -> OpeningParser:
    settings, storage = services.settings, services.storage
    return OpeningParser(
        settings.trusted_proxies,
        settings.preview,
        services.tables,
        services.systems,
        storage.people,
        storage.sends,
        services.kit.creatives,
        services.keys,
    )


def _watched(services: Services, failures: Callable[[], Mapping[str, int]], reduced: Cache[Any, Any]) -> Watched:
    """What metrics tell of the parts; `failures` are writes beside those of events that failed, by store."""
    kit, publisher, drawing = services.kit, services.publisher, services.workshop.caches
    return Watched(
        recorder=services.recorder,
        failures=lambda: {**services.recorder.failures, **failures()},
        caches=lambda: (kit.renderer.cache, reduced, *drawing, *services.tables.caches, *services.geoip.caches),
        sources=lambda: {**kit.gatherer.health, **({"images": kit.images.health} if kit.images else {})},
        skipped=lambda: kit.gatherer.skipped,
        files=lambda: {name: age for name, (age, _) in _files(services).items()},
        creatives=lambda: _states(publisher) if publisher else {},
        pools=lambda: services.pools.counts,
        silent=lambda: services.learning.silent,
        triggers=services.triggers,
        recipients=services.storage.recipients.count,
    )


def _files(services: Services) -> Mapping[str, tuple[float | None, str]]:
    """Of files of addresses and networks the age in days, None where it is not known, and what is wrong."""
    found = {"geoip": services.geoip.info(), "asn": services.systems.info()}
    tables = {table.name: (table.age, "") for table in services.tables.info()}
    return {**{name: (info.age, info.problem if info.path else "") for name, info in found.items()}, **tables}


def _states(publisher: Publisher) -> Mapping[str, CreativeState]:
    states = dict.fromkeys((*publisher.in_error, *publisher.degraded), CreativeState.BROKEN)
    for name in publisher.library:
        states[name] = CreativeState.OUTDATED if name in publisher.degraded else CreativeState.READY
    return states | dict.fromkeys(publisher.recalled, CreativeState.RECALLED)


def create_app() -> Starlette:
    """The server by the settings of the environment, for uvicorn's `--factory`; of several workers one speaks."""
    services = make_services(load_settings())
    if current_process().name in ("MainProcess", "SpawnProcess-1"):
        for problem in (*services.problems, *services.triggers.problems):
            log.error("%s", problem)
    return make_app(services)
