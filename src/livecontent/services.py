"""Makes everything that serves opens from the settings. The only file that chooses implementations."""

import gc
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from livecontent.clients.classify import Windows
from livecontent.clients.tables import Tables
from livecontent.compose.resources import NoRemoteImages, Tiles
from livecontent.config import Settings, shipped
from livecontent.creative.model import Creative
from livecontent.creative.versions import PublishedVersions
from livecontent.decide import Deciding
from livecontent.decide.draws import Draws
from livecontent.errors import Problem, StorageError
from livecontent.learning.best_hours import BestHours
from livecontent.learning.job import Learning
from livecontent.net.http import Http
from livecontent.net.mmdb import AsnDatabase
from livecontent.pipeline import Engine
from livecontent.publish import Publisher
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.fallback import FallbackChain
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.render.static_store import StaticStore
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.lifecycle import Background, Closing, Part, Presence, every
from livecontent.runtime.memory import manual_gc, trim_heap
from livecontent.runtime.private_files import load_secret
from livecontent.showings import SeenVariant
from livecontent.sources.base import Source, SourceDependencies
from livecontent.sources.gather import Gatherer
from livecontent.sources.images.remote import RemoteImages, make_images
from livecontent.sources.images.tiles import TileFolder
from livecontent.sources.place.gazetteer import Gazetteer, load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.product.source import NO_COLUMNS
from livecontent.sources.recommended.job import Recommender, pick_alone
from livecontent.sources.recommended.source import RECOMMENDED
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.sources.segment import Segments
from livecontent.sources.segment_counts import CountJob
from livecontent.sources.store.stores import Stores, load_stores
from livecontent.storage.base import Storage
from livecontent.storage.codes import PoolWatch
from livecontent.storage.person import Clearable, ForgettingCaches
from livecontent.storage.queue import Recorder
from livecontent.storage.showings import drawn_under
from livecontent.storage.spool import Spool
from livecontent.storage.sqlite.storage import SPOOLS, SqliteStorage
from livecontent.stores import PRESENCE, open_storage
from livecontent.triggers.job import TriggerJob
from livecontent.triggers.rules import MOST, read_triggers
from livecontent.triggers.telling import AT_ONCE
from livecontent.triggers.webhook import Webhooks
from livecontent.vocabulary import Vocabulary
from livecontent.warming import Warming

log = logging.getLogger(__name__)

DRAWS = "draws"  # the key of chance, which stays when others are replaced: who is held out stays so
FILES_SEEN = 10.0  # seconds between looks at whether files of addresses and networks have changed
TIDIED = 10.0  # and between two times that memory is given back
SWEPT = 600.0  # and between two looks through all objects, which hold up everybody


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that was chosen, for the server and for commands."""

    settings: Settings
    kit: Engine
    storage: Storage
    recorder: Recorder
    gazetteer: Gazetteer
    geoip: GeoIp
    systems: AsnDatabase
    tables: Tables
    keys: SecretKeys
    workshop: Workshop
    publisher: Publisher | None
    versions: PublishedVersions | None
    pools: PoolWatch
    warming: Warming
    learning: Learning
    triggers: TriggerJob
    webhooks: Webhooks
    pictures: list[Clearable] = field(default_factory=list)  # of people, kept by what answers: forgotten with them
    closing: list[Part] = field(default_factory=list)  # of what answers: what closes before all else
    parts: tuple[Part, ...] = ()  # in the order in which they start; they close the other way round

    @property
    def problems(self) -> Sequence[Problem]:
        """Of creatives that can't be used."""
        return self.publisher.problems if self.publisher else ()

    async def start(self) -> None:
        """Starts what runs beside the opens."""
        for part in self.parts:
            await part.start()

    async def aclose(self) -> None:
        """Lets go of all that is held."""
        for part in (*self.closing, *reversed(self.parts)):
            await part.close()


def make_fonts(settings: Settings) -> Fonts:
    """The fonts of the settings, then those that ship with livecontent."""
    return Fonts([*settings.fonts, shipped("fonts")], store=settings.data / "fonts")


def make_workshop(
    settings: Settings, vocabulary: Vocabulary | None = None, images: RemoteImages | None = None, *, keep: bool = False
) -> Workshop:
    """What creatives are compiled and opened with. What is static stands in files, for all processes."""
    store = StaticStore(settings.data / "static" if keep else None)
    painter = Painter(make_fonts(settings), store)
    folder = TileFolder()
    painter.images.elsewhere = lambda digest: (images and images.data(digest)) or folder.data(digest)
    tiles = Tiles(settings.map.server, folder if settings.map.folder else images or NoRemoteImages())
    names = vocabulary or make_vocabulary(SOURCES, settings, _columns(settings))
    return Workshop.of(painter, names, images, settings.images.hosts, tiles)


def _columns(settings: Settings) -> Mapping[str, str]:
    """Those of the catalogue, where one was imported."""
    if not (settings.data / "products.db").is_file():
        return NO_COLUMNS
    with closing(SqliteStorage(settings.data, settings.consent).products) as products:
        return products.attributes()


def make_count_job(settings: Settings, segments: Segments, most: int | None = None) -> CountJob:
    """What counts segments over all recipients, or some, as they are known now."""
    rules = {name: rule.source for name, rule in segments.items()}
    return CountJob(settings, partial(open_storage, settings), rules, datetime.now(UTC), most)


@manual_gc()
def make_services(settings: Settings, only: str | None = "*", sources: Sequence[type[Source]] = SOURCES) -> Services:
    """Chooses and opens everything; of the creatives all, only one, or (None) none.

    Raises `LivecontentError` for what can't be used.
    """
    storage = open_storage(settings)
    storage.open()
    images = make_images(settings)
    workshop = make_workshop(
        settings, make_vocabulary(sources, settings, storage.products.attributes()), images, keep=True
    )
    versions = PublishedVersions(settings.data) if only == "*" else None
    publisher = Publisher(settings.templates, workshop, only, versions) if only else None
    gazetteer = load_gazetteer(settings.places, PackedPlaces())
    geoip, http = GeoIp(settings.geoip), Http()
    dependencies = _dependencies(settings, storage, publisher, http, gazetteer, geoip)
    library = publisher.library if publisher else {}
    recorder = Recorder(storage.events, storage.consents, spool=Spool(settings.data / SPOOLS))
    gatherer = Gatherer([source.make(dependencies) for source in sources], settings.deadline)
    hours, lock = BestHours(storage, gatherer), settings.data / "learning.lock"
    learning = Learning(storage.showings, partial(_by_name, library), lock, [hours.learn])
    webhooks = Webhooks(settings.webhooks, MOST * AT_ONCE)
    renderer = Renderer(workshop.painter)
    kit = Engine(
        library,
        gatherer,
        renderer,
        FallbackChain(renderer.pool, lambda: publisher.blanks if publisher else {}),
        images,
        Deciding(
            Draws(load_secret(settings.data / DRAWS)), lambda: learning.learned, partial(_elsewhere, storage, recorder)
        ),
    )
    made = Services(
        settings=settings,
        kit=kit,
        storage=storage,
        recorder=recorder,
        gazetteer=gazetteer,
        geoip=geoip,
        systems=AsnDatabase(settings.asn),
        tables=make_tables(settings),
        keys=SecretKeys(settings.key_path, settings.data),
        workshop=workshop,
        publisher=publisher,
        versions=versions,
        pools=PoolWatch(storage.codes),
        warming=Warming(storage, kit, everything=settings.demo),
        learning=learning,
        triggers=_trigger_job(settings, storage, kit, workshop.vocabulary, webhooks, dependencies.stores),
        webhooks=webhooks,
    )
    return replace(made, parts=_parts(made, http))


def _dependencies(
    settings: Settings, storage: Storage, publisher: Publisher | None, http: Http, gazetteer: Gazetteer, geoip: GeoIp
) -> SourceDependencies:
    stores = load_stores(settings.stores) if settings.stores else Stores(())
    polls, maps = (publisher.polls, publisher.maps) if publisher else (dict, tuple)
    return SourceDependencies(
        *(settings, http, gazetteer, geoip, stores, storage.codes, storage.votes),
        *(polls, storage.products, storage.picks, storage.history, maps),
    )


def _trigger_job(
    settings: Settings, storage: Storage, kit: Engine, names: Vocabulary, webhooks: Webhooks, stores: Stores
) -> TriggerJob:
    triggers = read_triggers(settings.templates, names)
    return TriggerJob(triggers, storage, kit.gatherer, webhooks, stores.names, settings.data / "triggers.lock")


def _parts(made: Services, http: Http) -> tuple[Part, ...]:
    """What starts and closes with services."""
    settings, storage, kit, publisher = made.settings, made.storage, made.kit, made.publisher
    forgetting = ForgettingCaches(storage, lambda: _of_people(made))
    watched = made.geoip, made.systems, made.tables, forgetting, made.keys
    return (
        Presence(settings.data / PRESENCE),
        storage,
        Closing(http.aclose),
        Closing(kit.renderer.pool.close),
        kit.gatherer,
        made.recorder,
        every(FILES_SEEN, lambda: [files.refresh() for files in watched]),
        *(_image_parts(kit.images, kit) if kit.images else ()),
        *(Background(made.pools.run), Background(made.learning.run)),
        Closing(made.webhooks.aclose),
        every(TIDIED, trim_heap),
        every(SWEPT, gc.collect),
        *((Background(publisher.watch), _recommender(settings, storage, publisher)) if publisher else ()),
        made.warming,
    )


def _of_people(made: Services) -> Sequence[Clearable]:
    """Whatever is made of what is known of people; static images are the same for all."""
    workshop, images = made.workshop, made.kit.images
    found: list[Clearable] = [made.kit.renderer.cache, workshop.memo]
    found += [*workshop.layout.caches, *workshop.painter.caches, *made.tables.caches, *made.geoip.caches]
    return [*found, *made.pictures, *([images] if images else [])]


def _elsewhere(storage: Storage, recorder: Recorder, ref: str) -> tuple[str, Sequence[SeenVariant]] | None:
    """What counts once for a person, whichever of their identities opens; None where nobody can tell."""
    try:
        identities = storage.history.identities(ref)
        if len(identities) == 1:
            return ref, recorder.fresh(ref)
        seen = storage.showings.seen_by([one for one in identities if one != ref])
        key = drawn_under(ref, {**recorder.first_shown(identities), **storage.showings.first_shown(identities)})
        return key, [*seen, *(one for key in identities for one in recorder.fresh(key))]
    except StorageError as error:
        log.warning("what people saw can't be read, so nothing that is limited is shown: %s", error)
        return None


def _by_name(library: Mapping[str, CompiledCreative]) -> Mapping[str, Creative]:
    return {name: compiled.loaded.creative for name, compiled in library.items()}


def _image_parts(images: RemoteImages, kit: Engine) -> Sequence[Part]:
    """What runs for images by address: they are fetched ahead, and forgotten."""
    ahead = Background(lambda: images.fetch_ahead(kit.gatherer.addresses))
    return images, ahead, every(SWEPT, images.tidy)


def _recommender(settings: Settings, storage: Storage, publisher: Publisher) -> Part:
    def wanted() -> bool:
        return any(compiled.loaded.asks(RECOMMENDED.root) for compiled in publisher.library.values())

    work = partial(pick_alone, settings.data, partial(open_storage, settings))
    return Background(Recommender(storage.picks, work, wanted).run)


def make_tables(settings: Settings) -> Tables:
    """The lists that classify clients: those in the data folder, else those that ship with livecontent."""
    return Tables(settings.data / "tables", Windows(settings.scanners.security, settings.scanners.microsoft))
