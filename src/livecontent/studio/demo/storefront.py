"""The web pages of the demo's shop: they show the creatives of its emails, and tell what visitors do there."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from livecontent.links import click_path, image_path
from livecontent.pipeline import alt_text
from livecontent.studio.demo.page import SHOP, DemoPages
from livecontent.studio.demo.shelf import Shelf
from livecontent.studio.pages.wish import UNKNOWN, FoundPerson
from livecontent.studio.site import Site, StudioRoute

BLOCKS = ("umbrella", "nearest-store", "loyalty")  # from top to bottom
_SHELF = 10  # products


class ShopBlock(NamedTuple):
    """A creative on the page: its name, size in CSS pixels, and what is there without script."""

    name: str
    ref: str
    width: int
    height: int
    image: str
    link: str
    alt: str


def storefront_routes(site: Site) -> list[StudioRoute]:
    """The pages: open to all, as all is made up."""
    store = _Storefront(site)
    return [StudioRoute(SHOP, store.front, "open"), StudioRoute(f"{SHOP}p/{{sku}}", store.product, "open")]


class _Storefront:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._pages = DemoPages(site)
        self._parts = site.parts
        self._shelf = Shelf(site)

    async def front(self, request: Request) -> Response:
        """The page for whoever is asked for; to begin with for a visitor whom nobody knows."""
        customers = await self._pages.customers()
        visitor = _visitor(request, customers)
        ref = _ref(visitor)
        blocks, products = await self._blocks(request, ref), await self._shelf.first(request, ref, _SHELF)
        return self._page(request, "storefront.html", customers, blocks=blocks, products=products, product=None)

    async def product(self, request: Request) -> Response:
        """The page of a product."""
        customers = await self._pages.customers()
        found = await self._shelf.one(request, _ref(_visitor(request, customers)), request.path_params["sku"])
        if found is None:
            return self._site.problem(request, 404, self._site.words(request).texts["refused"]["no_page"])
        return self._page(request, "product.html", customers, product=found)

    def _page(self, request: Request, template: str, customers: Sequence[FoundPerson], **context: object) -> Response:
        url = self._parts.settings.url  # of the images, which need not be the address that the page was asked for by
        return self._pages.page(
            request,
            template,
            _visitor(request, customers),
            policy={"connect-src": f"'self' {url}", "img-src": f"'self' blob: {url}"},
            visitors=[FoundPerson(), *customers],
            clicked="lc" in request.query_params,
            **context,
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


def _visitor(request: Request, customers: Sequence[FoundPerson]) -> FoundPerson:
    return next((one for one in customers if one.id == request.query_params.get("as")), FoundPerson())


def _ref(visitor: FoundPerson) -> str:
    return "" if visitor.id == UNKNOWN else visitor.ref
