"""The facts `product` and `products`: what was imported of the catalogue, and what the shop has told live since."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, tzinfo
from types import MappingProxyType
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

from babel.numbers import get_territory_currencies

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.facts import Fact, FactsByKey, Opening, Reason
from livecontent.runtime.cache import Cache
from livecontent.runtime.lifecycle import Background
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.keys import PART
from livecontent.sources.product.told import INTERNAL, NAMES, SAMPLE, Told, Viewing, tell, volatile_names
from livecontent.storage.products import AVAILABILITIES, ProductStore, SelectedBy, Selection, StoredProduct
from livecontent.vocabulary import FactType

log = logging.getLogger(__name__)

LISTED = 100  # products of a list
AHEAD = 500  # products, the first of the catalogue, whose images are fetched before they are shown
LOOK = 60.0  # seconds between looks at which these are
COUNTRIES = 300
SELECTIONS = 100  # that are kept
KEPT = 0.5  # seconds

_SELECTION = re.compile(r"(category|brand|group) ?= ?(.+)", re.DOTALL)
PRODUCT = FactType(
    "product",
    NAMES,
    SAMPLE,
    shape="keyed",
    volatile=volatile_names(("availability", "price", "sale_price", "stock")),
    choices={"availability": AVAILABILITIES},
    extensible=True,
)
PRODUCTS = replace(PRODUCT, root="products", sample=[SAMPLE, SAMPLE], shape="lists")


NO_COLUMNS: Mapping[str, str] = MappingProxyType({})
_KINDS: Mapping[str, tuple[Any, object]] = MappingProxyType(
    {"text": (str, "a"), "number": (float, 1), "boolean": (bool, True), "list": (list[Any], ["a"])}
)


def with_columns(fact: FactType, columns: Mapping[str, str]) -> FactType:
    """The declaration with the own columns of a catalogue, by the kind of their values."""
    internal = {*NAMES, *INTERNAL}
    own = {name: _KINDS[kind] for name, kind in columns.items() if name not in internal and kind in _KINDS}
    if not columns:
        return fact
    one: Any = fact.sample[0] if isinstance(fact.sample, list) else fact.sample
    sample = {**one, **{name: value for name, (_, value) in own.items()}}
    return replace(
        fact,
        names={**fact.names, **{name: kind | None for name, (kind, _) in own.items()}},
        sample=[sample, sample] if isinstance(fact.sample, list) else sample,
        known=True,
    )


class ProductSource(Source):
    """Tells `product`, by SKU, at once where the store has it at hand."""

    fact = PRODUCT
    needs = frozenset({"recipient"})

    def __init__(self, store: ProductStore, max_age: float, zone: str | None) -> None:
        """Live values are told for `max_age` seconds; the zone is the shop's, of dates without one."""
        self._store = store
        self._max_age = max_age
        self._zone: tzinfo = ZoneInfo(zone) if zone else UTC
        self._asked = False
        self._paid: Cache[tuple[str, date], Sequence[str]] = Cache("currencies", COUNTRIES)
        self._ahead: Sequence[str] = ()
        self._looking = Background(self._look_ahead)

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of the server."""
        settings = dependencies.settings
        return cls(dependencies.products, settings.products.max_age, settings.timezone)

    @classmethod
    def declared(cls, settings: Settings, /) -> FactType:
        """With the columns that time changes."""
        return replace(cls.fact, volatile=volatile_names(settings.products.volatile))

    def addresses(self) -> Iterable[str]:
        """The images of the first of the catalogue, once somebody has opened what shows products."""
        return self._ahead

    async def start(self) -> None:
        """Begins to look which these are, as catalogues change."""
        await self._looking.start()

    async def close(self) -> None:
        """Looks no more."""
        await self._looking.close()

    async def _look_ahead(self) -> None:
        while True:
            try:
                found = self._store.select(Selection(), AHEAD) if self._asked else []
                products = found if isinstance(found, list) else await found
                self._ahead = [image for one in products if isinstance(image := one.values.get("image"), str)]
            except StorageError as error:
                log.warning("images of products are not fetched ahead: %s", error)
            await asyncio.sleep(LOOK)

    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """All that are asked for, in one look."""
        self._asked = True
        try:
            found = self._store.look_up(keys)
            if isinstance(found, Mapping):
                return self._by_sku(found, self._viewing(opening, facts))
        except StorageError as error:
            return Fact(None, Reason.BROKEN, "products", note=str(error))
        return self._later(found, self._viewing(opening, facts))

    async def _later(self, found: Awaitable[Mapping[str, StoredProduct]], viewing: Viewing) -> Fact[Any]:
        return self._by_sku(await found, viewing)

    def _by_sku(self, found: Mapping[str, StoredProduct], viewing: Viewing) -> Fact[Any]:
        told = {sku: _fact(tell(stored, viewing)) for sku, stored in found.items()}
        return Fact(FactsByKey(told), Reason.CACHED, "products")

    def _currencies(self, own: str, country: str, day: date) -> Sequence[str]:
        """Those in which somebody pays: their own, else those of their country."""
        if own or not country:
            return (own,) if own else ()
        key = country, day
        return self._paid.get(key) or self._paid.put(key, get_territory_currencies(country, day, day))

    def _viewing(self, opening: Opening, facts: FactsByRoot) -> Viewing:
        profile = facts["recipient"].value or {}
        spoken = profile.get("language") or opening.client.language
        return Viewing(
            opening.at if opening.at.tzinfo else opening.at.replace(tzinfo=self._zone),
            self._zone,
            self._max_age,
            _text(spoken).replace("_", "-"),
            self._currencies(_text(profile.get("currency")), _text(profile.get("country")), opening.at.date()),
            later=opening.client.time != "live",
        )


class ProductsSource(ProductSource):
    """Tells `products`: those of a list of SKUs, of a category, a brand or a group, or the first of all."""

    fact = PRODUCTS

    def __init__(
        self,
        store: ProductStore,
        max_age: float,
        zone: str | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The clock is in seconds."""
        super().__init__(store, max_age, zone)
        self._clock = clock
        self._selected: Cache[Selection, tuple[float, list[StoredProduct]]] = Cache("selections", SELECTIONS)

    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """A list for each key."""
        self._asked = True
        try:
            asked = {key: self._listed(key) for key in keys}
        except StorageError as error:
            return Fact(None, Reason.BROKEN, "products", note=str(error))
        viewing = self._viewing(opening, facts)
        if all(isinstance(found, list) for found in asked.values()):
            return _lists(cast("Mapping[str, list[StoredProduct]]", asked), viewing)
        return self._lists_later(asked, viewing)

    def _listed(self, key: str) -> list[StoredProduct] | Awaitable[list[StoredProduct]]:
        match = _SELECTION.fullmatch(key)
        if key == "*" or match:
            by = cast("SelectedBy", match[1]) if match else ""
            return self._select(Selection(by, match[2] if match else ""))
        skus = list(dict.fromkeys(key.split(PART)))[:LISTED]
        found = self._store.look_up(skus)
        return _in_order(skus, found) if isinstance(found, Mapping) else self._ordered_later(skus, found)

    def _select(self, selection: Selection) -> list[StoredProduct] | Awaitable[list[StoredProduct]]:
        """A large category is looked through once a second."""
        now = self._clock()
        held = self._selected.get(selection)
        if held and now - held[0] < KEPT:
            return held[1]
        found = self._store.select(selection, LISTED)
        if isinstance(found, list):
            self._selected.put(selection, (now, found))
        return found

    async def _ordered_later(
        self, skus: list[str], found: Awaitable[Mapping[str, StoredProduct]]
    ) -> list[StoredProduct]:
        return _in_order(skus, await found)

    async def _lists_later(
        self, asked: Mapping[str, list[StoredProduct] | Awaitable[list[StoredProduct]]], viewing: Viewing
    ) -> Fact[Any]:
        return _lists({key: one if isinstance(one, list) else await one for key, one in asked.items()}, viewing)


def _lists(found: Mapping[str, Iterable[StoredProduct]], viewing: Viewing) -> Fact[Any]:
    facts = {}
    for key, products in found.items():
        told = [tell(stored, viewing) for stored in products]
        late = next((f"{one.words['sku']}: {one.late}" for one in told if one.late), "")
        age = max((one.age for one in told), default=0.0)
        facts[key] = Fact([one.words for one in told], _reason(late), "products", age, late)
    return Fact(FactsByKey(facts), Reason.CACHED, "products")


def _in_order(skus: Iterable[str], found: Mapping[str, StoredProduct]) -> list[StoredProduct]:
    return [found[sku] for sku in skus if sku in found]


def _fact(told: Told) -> Fact[Any]:
    return Fact(told.words, _reason(told.late), "products", told.age, told.late)


def _reason(late: str) -> Reason:
    """Whether some of it was too old to be told."""
    return Reason.STALE if late else Reason.CACHED


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
