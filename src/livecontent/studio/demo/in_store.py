"""A till and a mixer of the demo, which tell what people do, and the requests that they send."""

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from livecontent.facts import Store
from livecontent.sources.store.stores import load_stores
from livecontent.studio.demo.page import SHOP, DemoPages
from livecontent.studio.demo.sending import SentRequest, ShopServer
from livecontent.studio.demo.shelf import Shelf, ShelfProduct
from livecontent.studio.forms import read_form
from livecontent.studio.pages.wish import FoundPerson
from livecontent.studio.site import Site, StudioRoute

_SHELF, _STORES = 6, 4
_CENTRE = (50.6, 3.1)  # near Lille: where the list of stores begins, and how it is read at all
_EVERYWHERE = 1000

# What the mixer can cook, and how it tells of it: in a shape of its own, which nobody here has to know before.
RECIPES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "squash": {"recipe": "Squash velouté", "minutes": 26, "servings": 4, "celsius": 100, "speeds": [2, 7, 10]},
        "onion": {"recipe": "Onion soup", "minutes": 41, "servings": 2, "celsius": 98, "speeds": [1, 1, 3]},
        "chocolate": {"recipe": "Hot chocolate", "minutes": 8, "servings": 1, "celsius": 85, "speeds": [3, 4]},
    }
)
_DEVICE = MappingProxyType({"model": "Mistral 3", "firmware": "2.4.1"})


class _Telling(NamedTuple):
    """An event that is to be told."""

    event: str
    properties: Mapping[str, object]


def in_store_routes(site: Site) -> list[StudioRoute]:
    """Both pages, which are forms: open to all, as all is made up."""
    pages = _InStore(site)
    both = ("GET", "POST")
    return [
        StudioRoute(f"{SHOP}till", pages.till, "open", both),
        StudioRoute(f"{SHOP}mixer", pages.mixer, "open", both),
    ]


class _InStore:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._pages = DemoPages(site)
        self._shelf = Shelf(site)
        self._server = ShopServer(site.parts.settings)
        listed = load_stores(site.parts.settings.stores) if site.parts.settings.stores else None
        self._stores = [one.store for _, one in listed.nearest(*_CENTRE, _EVERYWHERE)] if listed else []

    async def till(self, request: Request) -> Response:
        """Who comes in, what is rung up, and a question to the service."""
        form = await _pressed(request)
        customers = await self._pages.customers()
        person = self._card(request, customers)
        products = await self._shelf.first(request, person.ref, _SHELF)
        stores = sorted(self._stores, key=lambda store: store.city != person.city)[:_STORES]
        sent = await self._send(person, form, _at_the_till(form, products, stores))
        context = {"customers": customers, "sent": sent, "form": form, "products": products, "stores": stores}
        return await self._page(request, "till.html", person, **context)

    async def mixer(self, request: Request) -> Response:
        """What is cooked at home."""
        form = await _pressed(request)
        customers = await self._pages.customers()
        person = self._card(request, customers)
        recipe = RECIPES.get(form.get("recipe", ""))
        telling = _Telling("Recipe Cooked", {**recipe, "device": dict(_DEVICE)}) if recipe else None
        sent = await self._send(person, form, telling)
        return await self._page(request, "mixer.html", person, customers=customers, sent=sent, recipes=RECIPES)

    async def _send(self, person: FoundPerson, form: Mapping[str, str], telling: _Telling | None) -> SentRequest | None:
        if telling is None:
            return None
        return await self._server.send(telling.event, person.id, telling.properties, form["message"])

    async def _page(self, request: Request, template: str, person: FoundPerson, **context: object) -> Response:
        kept = await self._pages.kept(person)
        message = secrets.token_hex(8)  # a form that is sent again counts once
        return self._pages.page(request, template, person, kept=kept, message=message, at=self._site.moment, **context)

    def _card(self, request: Request, customers: Sequence[FoundPerson]) -> FoundPerson:
        wanted = request.query_params.get("as")
        first = self._pages.first(self._site.words(request), customers)
        return next((one for one in customers if one.id == wanted), first)


async def _pressed(request: Request) -> Mapping[str, str]:
    """The form of a button that was pressed; nothing of a page that is looked at."""
    form = await read_form(request) if request.method == "POST" else {}
    return form if form.get("message") else {}


def _at_the_till(form: Mapping[str, str], products: Sequence[ShelfProduct], stores: Sequence[Store]) -> _Telling | None:
    """What a button tells; None where none was pressed, or what it names is not there."""
    store = next((one.id for one in stores if one.id == form.get("store")), "")
    bought = next((one for one in products if one.sku == form.get("sku")), None)
    match form.get("do"):
        case "visit" if store:
            return _Telling("Store Visited", {"store_id": store})
        case "order" if bought and store:
            order = {"order_id": f"till-{form['message']}", "store_id": store, "channel": "store"}
            paid = {"total": bought.price, "currency": bought.currency}
            return _Telling("Order Completed", {**order, **paid, "products": [{**bought.told, "quantity": 1}]})
        case "ask":
            return _Telling("Ticket Opened", {"ticket_id": "repair", "channel": "email"})
        case "answer":
            return _Telling("Ticket Closed", {"ticket_id": "repair"})
    return None
