"""The products of the demo's shop, as its pages show them."""

import inspect
from collections.abc import Sequence
from typing import NamedTuple

from livecontent.errors import StorageError
from livecontent.storage.products import ProductStore, Selection, StoredProduct
from livecontent.studio.pages.catalogue import Catalogue

_MOST = 40  # products that are looked through


class ShelfProduct(NamedTuple):
    """A product: texts in the visitor's language, the price in euros as a number and as it is written."""

    sku: str
    name: str
    words: str
    price: float
    written: str

    @property
    def told(self) -> dict[str, object]:
        """As events tell of it."""
        return {"sku": self.sku, "name": self.name, "price": self.price, "currency": "EUR"}


async def shelf(products: ProductStore, words: Catalogue, limit: int) -> Sequence[ShelfProduct]:
    """The first products of the catalogue, one of each group; none where it can't be read."""
    try:
        selected = products.select(Selection(), _MOST)
        found = await selected if inspect.isawaitable(selected) else selected
    except StorageError:
        return []
    groups = {str(one.values.get("group", one.sku)): one for one in reversed(found)}
    return [_shown(one, words) for one in list(groups.values())[::-1][:limit]]


async def product_of(products: ProductStore, sku: str, words: Catalogue) -> ShelfProduct | None:
    """The product with an SKU; None where there is none. Raises `StorageError`."""
    selected = products.look_up([sku])
    found = await selected if inspect.isawaitable(selected) else selected
    return _shown(found[sku], words) if sku in found else None


def _shown(product: StoredProduct, words: Catalogue) -> ShelfProduct:
    values = product.values
    spoken = values.get(f"[{words.language}]")
    told = {**values, **spoken} if isinstance(spoken, dict) else values
    price = float(str(values.get("sale_price") or values.get("price") or 0))
    written = f"{words.number(price, '0.00')}\N{NO-BREAK SPACE}€"
    return ShelfProduct(
        product.sku, str(told.get("name", product.sku)), str(told.get("description", "")), price, written
    )
