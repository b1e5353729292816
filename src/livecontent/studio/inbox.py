"""The mock inbox of the demo: a page with the live images of an email, and the reasons for each.

The page is whole without its script: the controls are a form, and the explanations stand in it. The script asks for the
page of the next wish and takes over what has changed.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.config import shipped
from livecontent.links import read_path
from livecontent.studio import shop
from livecontent.studio.demo.page import guide
from livecontent.studio.pages import choices
from livecontent.studio.pages.catalogue import LANGUAGES, Catalogue
from livecontent.studio.pages.paste import WEB, read_written
from livecontent.studio.pages.why import PreviewImage, Window, all_facts, explain_image
from livecontent.studio.pages.wish import (
    COLDEST,
    CONSENTS,
    FIRST,
    HOTTEST,
    MAILS,
    SKIES,
    TOOL,
    UNKNOWN,
    FoundPerson,
    Wish,
    find,
    preview_people,
    read_wish,
    search,
    wish_of_image,
)
from livecontent.studio.reading import PATH as READING
from livecontent.studio.reading import Documents
from livecontent.studio.site import Site, StudioRoute

# The images of each email, from top to bottom; those of the second follow what the reader does.
LETTER = ("umbrella", "countdown", "nearest-store", "loyalty")
STORY = ("visit", "basket", "today", "also")


def inbox_routes(site: Site) -> list[StudioRoute]:
    """The page, what its script asks for, where its clicks lead, and the documents: open to all, as all is made up."""
    inbox = _Inbox(site)
    pages = {
        "/": inbox.page,
        "/studio/explain/{creative}/{ref}": inbox.explain,
        f"{shop.PATH}/{{address:path}}": inbox.clicked,
        f"{READING}/{{file:path}}": inbox.reading.read,
    }
    return [StudioRoute(path, page, "open") for path, page in pages.items()]


class _Inbox:
    def __init__(self, site: Site) -> None:
        parts = site.parts
        self._kit = site.looker.kit
        self._site, self._parts = site, parts
        self._recipients = parts.storage.recipients
        known = site.environment.globals
        known.update(written=self._written, paste=parts.snippets.html)
        self.reading = Documents(shipped("docs").parent, self._document)
        known.update(documents=self.reading.links)

    async def page(self, request: Request) -> Response:
        """The email as somebody would see it, or side by side in several mail clients."""
        wish = read_wish(request.query_params)
        if sought := request.query_params.get("find", "").strip():  # without the script, a search takes the first
            found = await search(self._recipients, sought, 1)
            wish = replace(wish, person=found[0].id if found else UNKNOWN)
        if wish.tool not in {*self._parts.snippets.tools, WEB}:
            wish = replace(wish, tool=TOOL)
        words = self._words_for(request, wish)
        person = await find(self._recipients, wish.person or FIRST[words.language])
        now = self._parts.reader.clock()
        pictures = await self._look(request, person, wish, now)
        beside = (replace(wish, client=client) for client in choices.COMPARED if wish.compare)
        spoken = pictures[0].language[:2] if pictures else ""
        spoken = self._site.catalogues[spoken if spoken in LANGUAGES else "en"].texts["inbox"]
        context = {
            **await self._choices(words, person, now),
            "wish": wish,
            "person": person,
            "pictures": pictures,
            "columns": {other.client: await self._look(request, person, other, now) for other in beside},
            "facts": all_facts(pictures),
            "letters": {mail: spoken[mail or "letter"] for mail in MAILS},
            "letter": spoken[wish.mail or "letter"],
            "sent": choices.sent(now),
        }
        followed = person.id if person.id != UNKNOWN else FIRST[words.language]
        context |= {"guide": guide(followed), "told": words.area("demo")["guide"], "step": "inbox" if wish.mail else ""}
        return self._page(request, "inbox.html", **context)

    async def clicked(self, request: Request) -> Response:
        """Where a click on an image would lead, and what was recorded of it."""
        named = read_path(f"/c/{request.path_params['address']}")
        compiled = self._kit.creatives.get(named.creative)
        if compiled is None:
            return RedirectResponse("/")
        ref, query = named.ref, dict(request.query_params)
        window = Window(self._kit, self._parts.reader, request.scope)
        picture = await window.look(compiled, ref, query)
        event = await shop.last_click(picture, self._parts.storage, self._parts.recorder)
        profile = await self._recipients.get(ref) or {}
        wish = wish_of_image(query, str(profile.get("id", UNKNOWN)), query.get("lang", ""))
        words = self._words_for(request, wish)
        context = {
            "wish": wish,
            "words": words,
            "picture": picture,
            "event": event,
            "link": event.link if event else picture.answer.link,
            "at": lambda seconds: datetime.fromtimestamp(seconds, choices.PARIS),
        }
        return self._page(request, "shop.html", **context)

    async def explain(self, request: Request) -> Response:
        """Why an image is as it is, at its public address with the same query."""
        compiled = self._kit.creatives.get(request.path_params["creative"])
        if compiled is None:
            known = ", ".join(sorted(self._kit.creatives))
            return self._site.json({"error": f"no such creative; there are: {known}"}, 404)
        window = Window(self._kit, self._parts.reader, request.scope)
        picture = await window.look(compiled, request.path_params["ref"], dict(request.query_params))
        explained = explain_image(picture.answer, compiled)
        return self._site.json(explained | {"recalled": self._parts.recalled(compiled.loaded.name)})

    def _document(self, request: Request, template: str, context: dict[str, Any]) -> Response:
        context = {"wish": Wish(), "words": self._words_for(request, Wish()), **context}
        return self._page(request, template, **context)

    def _page(self, request: Request, template: str, **context: Any) -> Response:
        texts, theme = context["words"].area("inbox"), context["wish"].theme
        return self._site.render(request, template, t=texts, theme=theme, **context)

    def _words_for(self, request: Request, wish: Wish) -> Catalogue:
        return self._site.catalogues[wish.lang] if wish.lang else self._site.words(request)

    def _written(self, picture: PreviewImage) -> object:
        return read_written(self._parts.templates, picture.name, picture.answer.variant)

    async def _look(self, request: Request, person: FoundPerson, wish: Wish, now: datetime) -> list[PreviewImage]:
        window = Window(self._kit, self._parts.reader, request.scope)
        pictures = []
        for name in STORY if wish.mail else LETTER:
            if compiled := self._kit.creatives.get(name):
                own = {"until": choices.deadline(now).isoformat()} if "until" in compiled.loaded.creative.params else {}
                theme = {"theme": wish.theme} if wish.theme and compiled.dark else {}
                params = wish.image_query() | own | theme
                pictures.append(await window.look(compiled, person.ref, params, wish.lang))
        return pictures

    async def _choices(self, words: Catalogue, person: FoundPerson, now: datetime) -> dict[str, Any]:
        """What there is to choose from."""
        offered = await preview_people(self._recipients)
        listed = person.id == UNKNOWN or person in offered
        return {
            "words": words,
            "people": [*offered, *(() if listed else (person,)), FoundPerson()],
            "cities": self._parts.cities,
            "first": FIRST[words.language],
            "usual_tool": TOOL,
            "skies": ("", *SKIES),
            "coldest": COLDEST,
            "hottest": HOTTEST,
            "times": choices.times_worth_a_look(now),
            "clients": choices.CLIENTS,
            "at_hand": choices.AT_HAND,
            "consents": ("", *CONSENTS),
            "addresses": choices.ADDRESSES,
            "tools": {**self._parts.snippets.tools, WEB: words.texts["inbox"]["web_page"]},
        }
