"""The page Preview: an image as anybody would see it, anywhere, at any time, and why it looks so.

Its address holds all that was set. What it shows is opened by the line that answers recipients, from the request that
they would send: the bytes are those that the public address serves. The page is a form and needs no script; the script
asks for the page of the next state together with its picture.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.compose.values import Size
from livecontent.creative.drafts import DraftError
from livecontent.errors import CreativeError, Problem
from livecontent.facts import Now
from livecontent.links import MEDIA_TYPES
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import FallbackLevel
from livecontent.studio.pages.why import PreviewImage, all_facts, explain_image
from livecontent.studio.pages.wish import TYPICAL, FoundPerson, preview_people, search
from livecontent.studio.person.looks import record_look
from livecontent.studio.previewing.controls import controls_for, settings_of
from livecontent.studio.previewing.frames import FRAMES_TYPE, make_frame
from livecontent.studio.previewing.looking import is_known
from livecontent.studio.previewing.state import PREFIX, PreviewState, page_address, read_preview_state
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/preview/{creative}"
PIXEL = Size(1, 1)  # of an image with nothing to say
DATA = "/v1/creatives/{creative}/preview"
FOUND = 8  # people that a search offers
FIND, VIEW, DRAFT = f"{PREFIX}find", f"{PREFIX}view", "draft"
VIEWS = ("", "2x", "phone", "off")  # as wide as in the email, twice as wide, on a phone, with images off


class Previewed(NamedTuple):
    """The creative that a page is about: published, or its draft; with what is wrong with it."""

    name: str
    compiled: CompiledCreative | None
    draft: bool
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What a request asks for."""

    previewed: Previewed
    compiled: CompiledCreative
    state: PreviewState
    wrong: Sequence[str]  # names whose values can't be used
    view: str = ""
    hidden: bool = False  # whether somebody was named whom the member's role may not see

    @property
    def extra(self) -> dict[str, str]:
        """What the address holds besides the state."""
        shown = {VIEW: self.view} if self.view else {}
        return shown | self.draft

    @property
    def draft(self) -> dict[str, str]:
        """What the address of a draft holds."""
        return {DRAFT: "1"} if self.previewed.draft else {}

    def address(self, page: str = "", **changes: Any) -> str:
        """Of this page, or one below it, with some of the state changed."""
        name = self.previewed.name
        below = f"{quote(name)}/{page}" if page else quote(name)
        query = replace(self.state, **changes).query() | self.extra
        return f"/studio/preview/{below}?{urlencode(query, safe=':')}" if query else f"/studio/preview/{below}"

    @property
    def why(self) -> str:
        """Where it is asked why something is shown, or nothing."""
        return f"/studio/why?{urlencode({'creative': self.previewed.name, **self.state.query()}, safe=':')}"

    @property
    def data(self) -> str:
        """Where all of it is as JSON."""
        query = urlencode(self.state.query() | self.draft, safe=":")
        path = DATA.format(creative=quote(self.previewed.name))
        return f"{path}?{query}" if query else path


def preview_routes(site: Site) -> list[StudioRoute]:
    """The page, the same with its picture, and the picture alone."""
    preview = PreviewPages(site)
    return [
        StudioRoute("/studio/find", preview.find, "open" if site.parts.settings.demo else "people"),  # all are made up
        StudioRoute(PATH, preview.page, "view"),
        StudioRoute(DATA, preview.data, "view"),
        StudioRoute(f"{PATH}/look", preview.look, "view", smaller=False),
        StudioRoute(f"{PATH}/picture", preview.picture, "view", smaller=False),
        StudioRoute(f"{PATH}/text", preview.text, "view"),
        StudioRoute("/b/{font}.woff2", preview.font, "open", smaller=False),
    ]


class PreviewPages:
    """The pages of creatives."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._looker = site.looker

    async def page(self, request: Request) -> Response:
        """As somebody sees the image."""
        previewed = await find_previewed(self._site, request)
        if previewed.compiled is None:
            return self._site.render(request, "broken.html", creative=previewed.name, previewed=previewed)
        asked = await self._read(request, previewed, previewed.compiled)
        _, context = await self._context(request, asked)
        return self._site.render(request, "preview.html", policy={"frame-src": "'self'"}, **context)

    async def look(self, request: Request) -> Response:
        """The page with its picture, in one answer: they are of one opening."""
        asked = await self._asked(request)
        picture, context = await self._context(request, asked, whole=False)
        page = self._site.render(request, "preview.html", **context)
        answer = picture.answer
        head = {"page": bytes(page.body).decode(), "type": MEDIA_TYPES[answer.format]}
        return Response(make_frame(head, answer.data), media_type=FRAMES_TYPE, headers=HEADERS)

    async def picture(self, request: Request) -> Response:
        """The file, as the public address would serve it."""
        asked = await self._asked(request)
        found = (await self._looker.look(asked.compiled, asked.state)).answer
        headers = {**HEADERS, "x-variant": found.variant}
        return Response(found.data, media_type=MEDIA_TYPES[found.format], headers=headers)

    async def text(self, request: Request) -> Response:
        """The same as HTML, in a frame: words over the picture without them."""
        asked = await self._asked(request)
        return await self._looker.block(asked.compiled, asked.state, self._parts.blocks)

    async def font(self, request: Request) -> Response:
        """A font of that page, which is of no origin in its frame."""
        return await self._parts.blocks.font(f"{request.path_params['font']}.woff2")

    async def find(self, request: Request) -> Response:
        """People by id or name."""
        found = await search(self._parts.storage.recipients, request.query_params.get("q", ""), FOUND)
        return self._site.json({"people": [{"id": one.id, "name": one.name, "city": one.city} for one in found]})

    async def data(self, request: Request) -> Response:
        """All of it as JSON."""
        return self._site.json(await self.explain(request))

    async def explain(self, request: Request) -> dict[str, Any]:
        """All of it as plain data."""
        asked = await self._asked(request)
        found = (await self._looker.look(asked.compiled, asked.state, await self._person(request, asked))).answer
        return {
            **explain_image(found, asked.compiled),
            "given": asked.state.query(),
            "not_understood": list(asked.wrong),
            "draft": asked.previewed.draft,
            "recalled": self._parts.recalled(asked.previewed.name),
        }

    async def _asked(self, request: Request) -> PreviewRequest:
        return await self._read(request, *await find_compiled(self._site, request))

    async def _read(self, request: Request, previewed: Previewed, compiled: CompiledCreative) -> PreviewRequest:
        query = request.query_params
        view = text if (text := query.get(VIEW, "")) in VIEWS else ""
        state, wrong = read_preview_state(query, compiled.loaded.creative)
        if not self._site.shows_people(request):
            return PreviewRequest(
                previewed, compiled, replace(state, person=""), wrong, view, hidden=state.person != ""
            )
        if sought := query.get(FIND, "").strip():  # without the script, a search takes the first
            found = await search(self._parts.storage.recipients, sought, 1)
            state = replace(state, person=found[0].id if found else sought)
        return PreviewRequest(previewed, compiled, state, wrong, view)

    async def _person(self, request: Request, asked: PreviewRequest) -> FoundPerson:
        """Who opens; that their facts are shown is written into the audit log."""
        person = await self._looker.person(asked.state)
        if is_known(person):
            await record_look(self._site, request, person.ref)
        return person

    def _versions(self, asked: PreviewRequest) -> Sequence[tuple[str, str, bool]]:
        """What is published and the draft, where there are both: names, addresses, and which one is shown."""
        name, draft = asked.previewed.name, asked.previewed.draft
        if name not in self._parts.drafts.names or (draft and name not in self._parts.kit.creatives):
            return ()
        both = (("published", False), ("draft", True))
        return [
            (word, replace(asked, previewed=asked.previewed._replace(draft=which)).address(), which == draft)
            for word, which in both
        ]

    async def _context(
        self, request: Request, asked: PreviewRequest, *, whole: bool = True
    ) -> tuple[PreviewImage, Mapping[str, Any]]:
        """What the page shows; not `whole`: without the long lists that the script keeps."""
        words = self._site.words(request)
        person = await self._person(request, asked)
        picture = await self._looker.look(
            asked.compiled,
            asked.state,
            person,
            image=asked.address("picture"),
            why=asked.data,
        )
        silent = picture.answer.level is FallbackLevel.SILENT
        shown = picture.answer.decision
        offered = await preview_people(self._parts.storage.recipients)
        now = self._parts.reader.clock()
        creative = asked.compiled.loaded.creative
        return picture, {
            "creative": asked.previewed.name,
            "words": words,
            "asked": asked,
            "state": asked.state,
            "person": person,
            "known": is_known(person),
            "people": people_with(offered, person) if self._site.shows_people(request) else (),
            "picture": picture,
            "answer": picture.answer,
            "facts": all_facts([picture]),
            "title": title_of(asked.compiled),
            "scale": 1 if silent else creative.scale,
            "size": PIXEL if silent else creative.size_of(shown.variant) if shown else creative.size,
            "controls": controls_for(creative, asked.state, words, now),
            "settings": settings_of(creative, asked.state, person, words, asked.address),
            "versions": self._versions(asked),
            "beside": page_address("grid", asked.previewed.name, asked.state.query() | asked.draft),
            "pinned": asked.state.at or picture.opening.at.isoformat(timespec="seconds"),
            "moment": _moment(picture),
            "typical": TYPICAL,
            "twin": asked.address("text"),
            "recalled": not asked.previewed.draft and self._parts.recalled(asked.previewed.name),
            "cities": self._parts.cities if whole else (),
            "views": VIEWS,
        }


async def find_previewed(site: Site, request: Request) -> Previewed:
    """What a request is about. Raises `HTTPException` for a creative that there is not."""
    name = request.path_params["creative"]
    parts = site.parts
    if request.query_params.get(DRAFT) == "1":
        try:
            return Previewed(name, await asyncio.to_thread(site.compiled_drafts.open, name), draft=True)
        except CreativeError as error:
            return Previewed(name, None, draft=True, problems=error.problems)
        except DraftError as error:
            raise HTTPException(404, str(error)) from None
    problems = parts.publisher.problems_of(name) if parts.publisher else []
    compiled = parts.kit.creatives.get(name)
    if compiled is None and not problems:
        known = ", ".join(sorted(parts.kit.creatives))
        raise HTTPException(404, f"{name}: {known}")
    return Previewed(name, compiled, draft=False, problems=problems)


async def find_compiled(site: Site, request: Request) -> tuple[Previewed, CompiledCreative]:
    """What a request is about, where it can be looked at. Raises `HTTPException`."""
    previewed = await find_previewed(site, request)
    if previewed.compiled is None:
        raise HTTPException(409, str(previewed.problems[0]))
    return previewed, previewed.compiled


def people_with(offered: Sequence[FoundPerson], person: FoundPerson) -> list[FoundPerson]:
    """Those who are offered, with the one who is chosen, and nobody in particular."""
    return [*offered, *(() if person in offered or not is_known(person) else (person,)), FoundPerson()]


def _moment(picture: PreviewImage) -> datetime:
    """When it is opened, on the recipient's own clock where that is known."""
    now = picture.answer.moment.value("now")
    return now.at if isinstance(now, Now) else picture.opening.at


def title_of(compiled: CompiledCreative) -> str:
    """What a creative is called."""
    return compiled.loaded.creative.title or compiled.loaded.name
