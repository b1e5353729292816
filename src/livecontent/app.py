"""Wiring: settings in, everything that serves openings out. The only place where backends are chosen."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from multiprocessing import current_process

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from livecontent.clients.classify import Windows
from livecontent.clients.tables import Tables
from livecontent.config import Settings, load_settings, make_folder, shipped
from livecontent.errors import LivecontentError, Problem
from livecontent.facts import Opening
from livecontent.net.asn import AsnDatabase
from livecontent.net.http import Http
from livecontent.pipeline import Engine, answer
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.render.fallback import FallbackChain
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.render.static_store import StaticStore
from livecontent.runtime.memory import manual_gc, trim_heap, tune_malloc
from livecontent.runtime.secret import load_secret
from livecontent.sources.base import SourceDependencies
from livecontent.sources.gather import Gatherer
from livecontent.sources.place.gazetteer import Gazetteer, load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.registry import SOURCES, VOCABULARY
from livecontent.sources.store.stores import Stores, load_stores
from livecontent.storage.queue import Recorder
from livecontent.storage.recipients import RecipientStore
from livecontent.storage.sqlite.consents import SqliteConsents
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.recipients import SqliteRecipients
from livecontent.storage.sqlite.sends import SqliteSends
from livecontent.web.dispatch import PathDispatcher
from livecontent.web.health import health_routes
from livecontent.web.images import ClickEndpoint, EventRecorder, ImageEndpoint
from livecontent.web.metrics import Metrics
from livecontent.web.opening import OpeningParser

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds after the start, so that it is not held up
WARMED, WARMERS = 20, 3  # creatives and recipients whose images are drawn at the start
FILES_SEEN = 10.0  # seconds between looks at whether files of addresses and networks have changed
TIDIED = 10.0  # and between two times that memory is given back
SWEPT = 60  # of these times between two looks through all objects, which hold up everybody


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that was chosen, for the server and for commands."""

    settings: Settings
    kit: Engine
    recipients: RecipientStore
    consents: SqliteConsents
    sends: SqliteSends
    recorder: Recorder
    gazetteer: Gazetteer
    geoip: GeoIp
    systems: AsnDatabase
    tables: Tables
    http: Http
    key: bytes
    publisher: Publisher | None

    @property
    def problems(self) -> Sequence[Problem]:
        """Of creatives that can't be used."""
        return self.publisher.problems if self.publisher else ()

    def knows(self, ref: str) -> bool:
        """Whether a ref is of a recipient, or of somebody who has decided; also where that can't be read."""
        try:
            return self.recipients.get(ref) is not None or self.consents.find(ref) is not None
        except LivecontentError:
            return True

    async def aclose(self) -> None:
        """Lets go of all that is held."""
        await self.kit.gatherer.close()
        await self.http.aclose()
        self.kit.renderer.pool.close()
        await asyncio.to_thread(self.recorder.close)
        self.consents.close()
        self.sends.close()
        self.recipients.close()


def make_fonts(settings: Settings) -> Fonts:
    """The fonts of the settings, then those that ship with livecontent."""
    return Fonts([*settings.fonts, shipped("fonts")])


def make_workshop(settings: Settings, *, keep: bool = False) -> Workshop:
    """What creatives are compiled and opened with. What is static stands in files, for all processes."""
    store = StaticStore(settings.data / "static" if keep else None)
    return Workshop.of(Painter(make_fonts(settings), store), VOCABULARY)


def make_services(settings: Settings, only: str | None = "*") -> Services:
    """Chooses and opens everything; of the creatives all, only one, or (None) none.

    Raises `LivecontentError` for what can't be used.
    """
    gc.disable()
    try:
        return _make_parts(settings, only)
    finally:
        gc.enable()


def _make_parts(settings: Settings, only: str | None) -> Services:
    make_folder(settings.data)
    workshop = make_workshop(settings, keep=True)
    publisher = Publisher(settings.templates, workshop, only) if only else None
    recipients = SqliteRecipients(settings.data / "recipients.db")
    consents = SqliteConsents(settings.data / "consent.db", settings.consent)
    gazetteer = load_gazetteer(settings.places) if settings.places else Gazetteer(())
    geoip = GeoIp(settings.geoip)
    stores = load_stores(settings.stores) if settings.stores else Stores(())
    http = Http()
    dependencies = SourceDependencies(settings, http, recipients, consents.taught, gazetteer, geoip, stores)
    return Services(
        settings=settings,
        kit=Engine(
            publisher.library if publisher else {},
            Gatherer([source.make(dependencies) for source in SOURCES], settings.deadline),
            Renderer(workshop.painter),
            FallbackChain(),
        ),
        recipients=recipients,
        consents=consents,
        sends=SqliteSends(settings.data / "sends.db"),
        recorder=Recorder(SqliteEvents(settings.data / "events.db", consents.of), consents.teach),
        gazetteer=gazetteer,
        geoip=geoip,
        systems=AsnDatabase(settings.asn),
        tables=make_tables(settings),
        http=http,
        key=load_secret(settings.key_path),
        publisher=publisher,
    )


def make_tables(settings: Settings) -> Tables:
    """The tables of the verdicts: those in the data folder, else those that ship with livecontent."""
    return Tables(settings.data / "tables", Windows(settings.verdict.security, settings.verdict.microsoft))


def make_app(parts: Services) -> Starlette:
    """The server."""
    settings, kit = parts.settings, parts.kit
    reader = OpeningParser(
        settings.trusted_proxies,
        settings.preview,
        parts.tables,
        parts.systems.find,
        consent_of=parts.consents.of,
        since=parts.sends.since,
    )
    metrics = Metrics(kit, parts.recorder)
    witness = EventRecorder(parts.recorder, parts.geoip.find, parts.knows)
    image = ImageEndpoint(kit, reader, witness, metrics)
    click = ClickEndpoint(kit, reader, witness, settings.landing)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        gc.collect()  # what was left over by making all this; now, as nobody waits yet
        tune_malloc()
        parts.recorder.start()
        await parts.kit.gatherer.start()
        tasks = [
            asyncio.create_task(_warm(parts)),
            asyncio.create_task(_watch_files(parts)),
            asyncio.create_task(_tidy()),
        ]
        if parts.publisher:
            tasks.append(asyncio.create_task(parts.publisher.watch()))
        with manual_gc():
            yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await parts.aclose()

    routes: list[BaseRoute] = [*health_routes(kit, metrics)]
    if settings.demo:
        from livecontent.studio.inbox import inbox_routes  # others need none of it

        routes += inbox_routes(kit, parts.recipients, reader, parts.gazetteer)
    doors: dict[str, ASGIApp] = {"i": image, "c": click}
    return Starlette(routes=routes, middleware=[Middleware(PathDispatcher, doors=doors)], lifespan=lifespan)


async def _warm(parts: Services) -> None:
    """Images of a few for some creatives that were opened before: so that what is loaded at first use is there.

    None is recorded.
    """
    await asyncio.sleep(PAUSE)
    opened = [name for name, compiled in parts.kit.creatives.items() if compiled.was_opened][:WARMED]
    for ref in ("", *(recipient.ref for recipient in parts.recipients.sample(WARMERS))):
        for name in opened:
            await answer(Opening(name, ref, datetime.now(UTC)), parts.kit)
            await asyncio.sleep(0)
    gc.freeze()  # what is there by now stays: no opening waits until all of it is looked through


async def _watch_files(parts: Services) -> None:
    while True:
        await asyncio.sleep(FILES_SEEN)
        await asyncio.to_thread(parts.geoip.refresh)
        await asyncio.to_thread(parts.systems.refresh)
        await asyncio.to_thread(parts.tables.refresh)


async def _tidy() -> None:
    for turn in count(1):
        await asyncio.sleep(TIDIED)
        if turn % SWEPT == 0:
            gc.collect()
        await asyncio.to_thread(trim_heap)


def create_app() -> Starlette:
    """The server by the settings of the environment, for uvicorn's `--factory`; of several workers one speaks."""
    parts = make_services(load_settings())
    if current_process().name in ("MainProcess", "SpawnProcess-1"):
        for problem in parts.problems:
            log.error("%s", problem)
    return make_app(parts)
