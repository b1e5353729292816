"""The shop of the demo: a web page with the same creatives as its emails, for a visitor whom nobody knows or knows."""

import inspect
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from livecontent.errors import StorageError
from livecontent.links import click_path, image_path
from livecontent.pipeline import alt_text
from livecontent.storage.products import ProductStore, Selection, StoredProduct
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.pages.wish import FIRST, UNKNOWN, FoundPerson, find
from livecontent.studio.site import Site, StudioRoute

PATH = "/shop/"
BLOCKS = ("umbrella", "nearest-store", "loyalty")  # from top to bottom
SHELF = 10  # products
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "red": "#d8563a",
        "ochre": "#e0a63c",
        "yellow": "#ecc13c",
        "navy": "#2f5580",
        "blue": "#4f86a6",
        "green": "#2f7a5b",
        "black": "#39424d",
        "ecru": "#e6dcc6",
        "white": "#f4f1ea",
    }
)
UNDYED = "#9aa7b1"
DRAWN = ("umbrellas", "parasols", "coats", "boots", "hats")  # kinds with a drawing of their own; others are bags


class ShopBlock(NamedTuple):
    """A creative on the page: its name, size in CSS pixels, and what is there without script."""

    name: str
    ref: str
    width: int
    height: int
    image: str
    link: str
    alt: str


class ShelfProduct(NamedTuple):
    """A product as the page shows it."""

    sku: str
    name: str
    words: str
    price: str
    colour: str
    kind: str


def storefront_routes(site: Site) -> list[StudioRoute]:
    """The page: open to all, as all is made up."""
    return [StudioRoute(PATH, _Storefront(site).page, "open")]


class _Storefront:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts

    async def page(self, request: Request) -> Response:
        """The page for whoever is asked for; to begin with for a visitor whom nobody knows."""
        words = self._site.words(request)
        known = [await find(self._parts.storage.recipients, FIRST[language]) for language in FIRST]
        visitor = next((one for one in known if one.id == request.query_params.get("as")), FoundPerson())
        url = self._parts.settings.url  # of the images, which need not be the address that the page was asked for by
        return self._site.render(
            request,
            "storefront.html",
            policy={"connect-src": f"'self' {url}", "img-src": f"'self' blob: {url}"},
            visitor=visitor,
            visitors=[FoundPerson(), *(one for one in known if one.id != UNKNOWN)],
            unknown=UNKNOWN,
            blocks=await self._blocks(request, "" if visitor.id == UNKNOWN else visitor.ref),
            products=await _shelf(self._parts.storage.products, words),
        )

    async def _blocks(self, request: Request, ref: str) -> Sequence[ShopBlock]:
        """Those of the creatives that are published."""
        found = []
        for name in BLOCKS:
            if compiled := self._parts.kit.creatives.get(name):
                width, height = compiled.loaded.creative.size
                image = image_path(name, ref)
                opening = await self._parts.reader.opening({**request.scope, "path": image, "query_string": b""})
                alt = await alt_text(opening, self._parts.kit)
                found.append(ShopBlock(name, ref, width, height, image, click_path(name, ref), alt))
        return found


async def _shelf(products: ProductStore, words: Catalogue) -> Sequence[ShelfProduct]:
    """The first products of the catalogue, one of each group; none where it can't be read."""
    try:
        selected = products.select(Selection(), 4 * SHELF)
        found = await selected if inspect.isawaitable(selected) else selected
    except StorageError:
        return []
    groups = {str(one.values.get("group", one.sku)): one for one in reversed(found)}
    return [_shown(one, words) for one in list(groups.values())[::-1][:SHELF]]


def _shown(product: StoredProduct, words: Catalogue) -> ShelfProduct:
    values = product.values
    spoken = values.get(f"[{words.language}]")
    told = {**values, **spoken} if isinstance(spoken, dict) else values
    price = values.get("sale_price") or values.get("price")
    written = f"{words.number(float(str(price)), '0.00')}\N{NO-BREAK SPACE}€" if price is not None else ""
    colour = COLOURS.get(str(values.get("color", "")), UNDYED)
    kind = str(values.get("category", "")).rpartition("> ")[2].lower()
    return ShelfProduct(
        product.sku,
        str(told.get("name", product.sku)),
        str(told.get("description", "")),
        written,
        colour,
        kind if kind in DRAWN else "bags",
    )
