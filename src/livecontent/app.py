"""The server: its addresses, and what starts and stops with it."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import current_process

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from livecontent.config import load_settings
from livecontent.runtime.memory import manual_gc, tune_malloc
from livecontent.services import Services, make_services
from livecontent.web.block import BlockEndpoint, element_route
from livecontent.web.images import ClickEndpoint, EventRecorder, ImageEndpoint, PathDispatcher, VoteRecorder
from livecontent.web.live import LiveValueCounts, LiveValueEndpoints
from livecontent.web.metrics import Metrics, health_routes
from livecontent.web.opening import OpeningParser

log = logging.getLogger(__name__)


def make_app(services: Services) -> Starlette:
    """The server."""
    settings, kit, storage = services.settings, services.kit, services.storage
    reader = OpeningParser(
        settings.trusted_proxies, settings.preview, services.tables, services.systems, storage.people, storage.sends
    )
    drawing = (kit.renderer.cache, *services.workshop.caches)
    counts = LiveValueCounts()
    metrics = Metrics(
        services.recorder,
        lambda: (*drawing, *services.tables.caches, *services.geoip.caches),
        live=counts.collect,
        skipped=lambda: {**kit.gatherer.skipped, **({("image", "address"): kit.images.failures} if kit.images else {})},
        pools=lambda: services.pools.counts,
    )
    witness = EventRecorder(services.recorder, services.geoip.find)
    click = ClickEndpoint(kit, reader, witness, VoteRecorder(storage.votes, settings.deadline), settings.landing)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        gc.collect()  # what was left over by making all this; now, as nobody waits yet
        tune_malloc()
        await services.start()
        with manual_gc():
            yield
        await services.aclose()

    live = LiveValueEndpoints(storage.products, settings, counts)
    routes: list[BaseRoute] = [*health_routes(kit, metrics), *live.routes, element_route()]
    block = BlockEndpoint(kit, reader, witness, metrics, services.workshop, settings.url)
    doors: dict[str, ASGIApp] = {"i": ImageEndpoint(kit, reader, witness, metrics), "c": click, "b": block}
    if settings.demo:  # others need none of it
        from livecontent.studio.inbox import InboxParts, inbox_routes
        from livecontent.studio.shop import DemoShop
        from livecontent.web.email_tools import load_tools
        from livecontent.web.snippet import SnippetWriter

        snippets = SnippetWriter(load_tools(), settings.url)
        cities = services.gazetteer.names
        parts = InboxParts(kit, storage, services.recorder, reader, cities, snippets, settings.templates)
        routes += inbox_routes(parts)
        doors["c"] = DemoShop(click)
    return Starlette(routes=routes, middleware=[Middleware(PathDispatcher, doors=doors)], lifespan=lifespan)


def create_app() -> Starlette:
    """The server by the settings of the environment, for uvicorn's `--factory`; of several workers one speaks."""
    services = make_services(load_settings())
    if current_process().name in ("MainProcess", "SpawnProcess-1"):
        for problem in services.problems:
            log.error("%s", problem)
    return make_app(services)
