"""A source in one file: products of a shop's feed, by their number, asked for again every so often."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from livecontent.errors import SourceError
from livecontent.facts import Fact, FactsByKey, NamedValue, Opening, Reason, names_of
from livecontent.net.http import Http
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.vocabulary import FactType


@dataclass(frozen=True, slots=True)
class Product(NamedValue):
    """What a shop sells."""

    name: str
    price: float
    color: str | None = None
    reviews: tuple[dict[str, object], ...] = ()


class ProductSource(Source):
    """Tells `product` from a feed in memory."""

    fact = FactType(
        "product",
        names_of(Product),
        sample=Product("Umbrella", 19.9, "red", ({"stars": 5, "by": "Ann"},)),
        shape="keyed",
        volatile=frozenset({"price"}),
        choices={"color": frozenset({"red", "blue"})},
    )
    url: ClassVar[str] = ""  # of the feed
    every: ClassVar[float] = 0.05  # seconds

    def __init__(self, http: Http) -> None:
        self._http = http
        self._products: dict[str, Product] = {}
        self._problem = "the feed was not read yet"
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        return cls(dependencies.http)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._refresh())

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def ask(self, _opening: Opening, _facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any]:
        if not self._products:
            return Fact(None, Reason.BROKEN, "feed", note=self._problem)
        found = {key: Fact(self._products[key], Reason.CACHED, "feed") for key in keys if key in self._products}
        return Fact(FactsByKey(found), Reason.CACHED, "feed")

    async def _refresh(self) -> None:
        while True:
            try:
                rows = (await self._http.get(self.url, {})).data
                self._products = {
                    sku: Product(row["name"], row["price"], row.get("color"), tuple(row.get("reviews", ())))
                    for sku, row in rows.items()
                }
            except SourceError as error:
                self._problem = str(error)
            await asyncio.sleep(self.every)
