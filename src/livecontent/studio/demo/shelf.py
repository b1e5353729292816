"""The products of the demo's shop, as its pages show them: at the prices that the creatives show the same visitor."""

import inspect
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from starlette.requests import Request

from livecontent.errors import StorageError
from livecontent.facts import Moment
from livecontent.links import image_path
from livecontent.storage.products import Selection, StoredProduct
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.site import Site

_MOST = 40  # products that are looked through


class ShelfProduct(NamedTuple):
    """A product: texts in the language of the page; what the visitor pays, also as it is written, "" where unknown."""

    sku: str
    name: str
    words: str
    price: float | None
    currency: str
    written: str

    @property
    def told(self) -> dict[str, object]:
        """As events tell of it."""
        return {"sku": self.sku, "name": self.name, "price": self.price, "currency": self.currency}


class Shelf:
    """Products for a visitor, by ref; "" for one whom nobody knows."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._products = site.parts.storage.products

    async def first(self, request: Request, ref: str, limit: int) -> Sequence[ShelfProduct]:
        """The first products of the catalogue, one of each group; none where it can't be read."""
        try:
            selected = self._products.select(Selection(), _MOST)
            found = await selected if inspect.isawaitable(selected) else selected
        except StorageError:
            return []
        groups = {str(one.values.get("group", one.sku)): one for one in reversed(found)}
        return await self._shown(request, ref, list(groups.values())[::-1][:limit])

    async def one(self, request: Request, ref: str, sku: str) -> ShelfProduct | None:
        """The product with an SKU; None where there is none. Raises `StorageError`."""
        looked_up = self._products.look_up([sku])
        found = await looked_up if inspect.isawaitable(looked_up) else looked_up
        return next(iter(await self._shown(request, ref, list(found.values()))), None)

    async def _shown(self, request: Request, ref: str, found: Sequence[StoredProduct]) -> list[ShelfProduct]:
        """With the facts of an image that this visitor opens here."""
        parts, words = self._site.parts, self._site.words(request)
        scope = {**request.scope, "path": image_path("product", ref), "query_string": b""}
        needs = frozenset(("product", one.sku) for one in found)
        moment = await parts.kit.gatherer.gather(needs, await parts.reader.opening(scope), Moment({}))
        known = moment.words.get("product")
        facts = known if isinstance(known, Mapping) else {}
        return [_shown(one, facts.get(one.sku) or {}, words) for one in found]


def _shown(product: StoredProduct, facts: Mapping[str, Any], words: Catalogue) -> ShelfProduct:
    values = product.values
    spoken = values.get(f"[{words.language}]")
    told = {**values, **spoken} if isinstance(spoken, dict) else values
    price, currency = facts.get("price"), str(facts.get("currency", ""))
    written = words.money(Decimal(str(price)), currency) if price is not None and currency else ""
    return ShelfProduct(
        product.sku, str(told.get("name", product.sku)), str(told.get("description", "")), price, currency, written
    )
