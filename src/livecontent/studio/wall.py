"""The wall: every creative as it looks now, and what state it is in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.facts import NOBODY, Opening
from livecontent.pipeline import answer
from livecontent.render.compile import CompiledCreative
from livecontent.studio.site import HEADERS, Site, StudioParts, StudioRoute

WallState = Literal["published", "broken", "removed"]
THUMBNAIL = "/studio/thumbnail/{creative}"


@dataclass(frozen=True, slots=True)
class Card:
    """A creative on the wall."""

    name: str
    title: str
    state: WallState
    width: int = 0  # of the picture, in CSS pixels; 0 where there is none
    height: int = 0
    version: str = ""
    problem: str = ""

    @property
    def address(self) -> str:
        """Of its preview."""
        return f"/studio/preview/{quote(self.name)}"

    @property
    def thumbnail(self) -> str:
        """Of its picture; another one for each version."""
        return f"{THUMBNAIL.format(creative=quote(self.name))}?v={self.version}" if self.width else ""


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

    async def page(self, request: Request) -> Response:
        """All creatives by name."""
        cards = list(find_cards(self._parts))
        return self._site.render(request, "wall.html", cards=cards, folder=self._parts.templates)

    async def thumbnail(self, request: Request) -> Response:
        """A creative as somebody unknown sees it now."""
        name, parts = request.path_params["creative"], self._parts
        if name not in parts.kit.creatives:
            raise HTTPException(404)
        found = await answer(Opening(name, NOBODY.ref, parts.reader.clock(), person=NOBODY), parts.kit)
        kind = "jpeg" if found.format == "jpg" else found.format
        return Response(found.data, media_type=f"image/{kind}", headers={**HEADERS, "cache-control": "no-store"})


def find_cards(parts: StudioParts) -> Iterator[Card]:
    """Every creative that is served, or was, or has errors, by name."""
    publisher, served = parts.publisher, parts.kit.creatives
    broken = publisher.in_error if publisher else frozenset()
    blanks = publisher.blanks if publisher else {}
    problems = publisher.problems if publisher else ()
    for name in sorted({*served, *broken, *blanks}):
        first = next((str(problem) for problem in problems if f"/{name}/" in problem.file), "")
        if name in served:
            yield _served(name, served[name], first if name in broken else "")
        else:
            yield Card(name, name, "broken" if name in broken else "removed", problem=first)


def _served(name: str, compiled: CompiledCreative, problem: str) -> Card:
    creative = compiled.loaded.creative
    state: WallState = "broken" if problem else "published"
    return Card(name, creative.title or name, state, *creative.size, compiled.loaded.version, problem)
