"""The wall: every creative as it looks now, what state it is in, what became of it today, and what to do next."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.facts import NOBODY, Opening
from livecontent.links import MEDIA_TYPES
from livecontent.pipeline import answer
from livecontent.render.fallback import FallbackLevel
from livecontent.studio.cards import NEXT, STATES, Card, CardReader
from livecontent.studio.site import HEADERS, Site, StudioRoute

THUMBNAIL = "/studio/thumbnail/{creative}"
WIDTH = 800  # pixels of a thumbnail


def wall_routes(site: Site) -> list[StudioRoute]:
    """The page and its pictures."""
    wall = Wall(site)
    return [
        StudioRoute("/studio/", wall.page, "view"),
        StudioRoute(THUMBNAIL, wall.thumbnail, "view", smaller=False),
    ]


class Wall:
    """The page of all creatives."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._kit = site.looker.kit
        self._cards = CardReader(site.parts, site.clock)

    async def page(self, request: Request) -> Response:
        """All creatives by name, or those that were searched for."""
        sought = request.query_params.get("q", "").strip()[:100]
        state = request.query_params.get("state", "")
        every = await self._cards.read()
        found = [card for card in every if card.matches(sought)]
        return self._site.render(
            request,
            "wall.html",
            cards=[card for card in found if state not in STATES or card.state == state],
            every=len(every),
            counts={name: sum(card.state == name for card in found) for name in STATES},
            sought=sought,
            state=state if state in STATES else "",
            folder=self._parts.templates,
            next_of=lambda card: self._next(request, card),
            thumbnail=lambda card: f"{THUMBNAIL.format(creative=quote(card.name))}?v={card.version}",
            now=self._site.clock(),
        )

    def _next(self, request: Request, card: Card) -> Mapping[str, str]:
        """The first page that is there, and open to who asks: its word and address."""
        for step, page in NEXT[card.state]:
            if address := self._site.address_of(request, page, card.name):
                return {"word": step, "address": address}
        return {}

    async def thumbnail(self, request: Request) -> Response:
        """A creative as somebody unknown sees it now, in fewer pixels; where that is nothing, its first variant."""
        name, parts = request.path_params["creative"], self._parts
        if name not in parts.kit.creatives:
            raise HTTPException(404)
        opening = Opening(name, NOBODY.ref, parts.reader.clock(), person=NOBODY)
        found = await answer(opening, self._kit)
        if found.level is FallbackLevel.SILENT:
            compiled = parts.kit.creatives[name]
            first = compiled.only(compiled.loaded.creative.variants[0].name)
            found = await answer(opening, replace(self._kit, creatives={name: first}))
        small = await self._site.reduced.reduce(found.data, WIDTH)
        return Response(small.data, media_type=MEDIA_TYPES[small.format], headers=HEADERS)
