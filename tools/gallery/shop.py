"""The gallery's shop: its creatives, opened with real parts by its invented people, at any time, offline."""

from __future__ import annotations

import asyncio
import json
import math
import tomllib
from collections.abc import Awaitable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from livecontent.checked import publish
from livecontent.clients.classify import known_clients
from livecontent.clients.user_agents import load_agents
from livecontent.config import Settings, shipped
from livecontent.facts import NOBODY, Fact, FactsByKey, Opening, Person, Reason
from livecontent.imports.products import import_products, open_products
from livecontent.imports.refused import RefusedRows
from livecontent.lint import load_checked
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.fallback import FallbackChain
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.render.static_store import StaticStore
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source
from livecontent.sources.feed.source import FEED
from livecontent.sources.gather import Gatherer
from livecontent.sources.now import NowSource
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.source import PlaceSource
from livecontent.sources.poll import POLL
from livecontent.sources.product.source import ProductSource, ProductsSource
from livecontent.sources.recipient import RecipientSource
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.sources.store.source import StoreSource, StoresSource
from livecontent.sources.store.stores import load_stores
from livecontent.sources.weather.file import WeatherFile
from livecontent.sources.weather.provider import GridCell
from livecontent.sources.weather.source import WeatherSource
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.vocabulary import FactType
from tools.demo.seed import DATA
from tools.gallery.drawings import GALLERY

EVENING = "2026-11-29T18:12+01:00"
PATIENCE = 60.0  # seconds
PEOPLE = {one["id"]: one for one in map(json.loads, (GALLERY / "people.jsonl").read_text("utf-8").splitlines())}


class ToldWeather(Source):
    """The weather of a file, as of the moment of each opening."""

    fact = WeatherSource.fact
    needs = frozenset({"place"})

    def ask(self, opening: Opening, facts: FactsByRoot, _: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        return self._ask(opening, facts["place"].value)

    async def _ask(self, opening: Opening, place: Any) -> Fact[Any]:
        if place is None or place.latitude is None:
            return Fact(None, Reason.MISSING, "file")
        file = WeatherFile(GALLERY / "weather.json", lambda: opening.at)
        forecast = (await file.fetch(GridCell(place.latitude, place.longitude), None)).value
        return Fact(forecast and forecast.told(opening.at), Reason.FRESH, "file")


class Told(Source):
    """What feeds answered and people voted, from a file."""

    def __init__(self, fact: FactType) -> None:
        self.fact = fact
        self._told = json.loads((GALLERY / "told.json").read_text("utf-8"))[fact.root]

    def ask(self, _opening: Opening, _facts: FactsByRoot, _: Keys = NO_KEYS, /) -> Fact[Any]:
        values = {name: Fact(value, Reason.FRESH, "told") for name, value in self._told.items()}
        return Fact(FactsByKey(values), Reason.FRESH, "told")


def catalogue(folder: Path) -> SqliteStorage:
    """A storage in a folder, with the demo's products."""

    async def import_all() -> None:
        file = DATA / "products.csv"
        with open_products(file, {}) as products, RefusedRows(None, file) as refused:
            await import_products(products, storage.products, refused)

    storage = SqliteStorage(folder, "full")
    storage.open()
    asyncio.run(import_all())
    return storage


class Shop(AbstractContextManager["Shop"]):
    """Opens creatives of the gallery, until it is left."""

    def __init__(self, painter: Painter | None = None) -> None:
        stores = load_stores(DATA / "stores.csv")
        self._folder = TemporaryDirectory()  # gone with the shop
        self._storage = catalogue(Path(self._folder.name))
        products = self._storage.products
        self._sources = (
            ProductSource(products, math.inf, "Europe/Paris"),
            ProductsSource(products, math.inf, "Europe/Paris"),
            RecipientSource(),
            PlaceSource(load_gazetteer(DATA / "places.csv"), GeoIp(None)),
            ToldWeather(),
            NowSource("Europe/Paris"),
            StoreSource(stores),
            StoresSource(stores),
            Told(FEED),
            Told(POLL),
        )
        feeds = tomllib.loads((GALLERY / "livecontent.toml").read_text("utf-8"))["feeds"]
        vocabulary = make_vocabulary(SOURCES, Settings(feeds=feeds))
        self.workshop = Workshop.of(
            painter or Painter(Fonts([shipped("fonts")], system=()), StaticStore(None)), vocabulary
        )
        self.clients = known_clients(load_agents())
        self._compiled: dict[str, CompiledCreative] = {}
        self._renderer = Renderer(self.workshop.painter).patient(PATIENCE)

    def __exit__(self, *_: object) -> None:
        self._renderer.pool.close()
        asyncio.run(self._storage.close())
        self._folder.cleanup()

    def compiled(self, name: str) -> CompiledCreative:
        """A creative, checked. Raises `CreativeError`."""
        if name not in self._compiled:
            loaded = load_checked(GALLERY / name, self.workshop.vocabulary, self.workshop.available)
            self._compiled[name] = publish(loaded, self.workshop)
        return self._compiled[name]

    def opened(self, name: str, person: str = "", client: str = "browser", at: str = EVENING, **params: str) -> Answer:
        """What somebody gets; "" is somebody of whom nothing is known."""
        who = Person(person, profile=PEOPLE[person]) if person else NOBODY
        opening = Opening(
            name, who.ref, datetime.fromisoformat(at), client=self.clients[client], params=params, person=who
        )
        fallbacks = FallbackChain(self._renderer.pool)
        kit = Engine({name: self.compiled(name)}, Gatherer(self._sources, PATIENCE), self._renderer, fallbacks)
        return asyncio.run(answer(opening, kit))


def creatives() -> list[Path]:
    """The folders of all creatives of the gallery."""
    return sorted(file.parent for file in GALLERY.glob("*/creative.yaml"))
