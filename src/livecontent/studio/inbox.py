"""The mock inbox of the demo: a page with four live images and the reasons for each.

The page is whole without its script: the controls are a form, and the explanations stand in it. The script asks for the
page of the next wish and takes over what has changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.templating import Jinja2Templates

from livecontent.config import shipped
from livecontent.facts import spell_out
from livecontent.links import read_path
from livecontent.pipeline import Engine
from livecontent.storage.base import Storage
from livecontent.storage.queue import Recorder
from livecontent.studio import shop
from livecontent.studio.assets import SMALLER, Assets
from livecontent.studio.pages import choices
from livecontent.studio.pages.catalogue import LANGUAGES, Catalogue, language_from, load_catalogues
from livecontent.studio.pages.paste import WEB, Snippets, read_written
from livecontent.studio.pages.why import (
    PreviewImage,
    PreviewParser,
    Window,
    all_facts,
    as_time,
    explain_image,
    gist,
    rules,
    sentence,
    traits,
)
from livecontent.studio.pages.wish import (
    COLDEST,
    CONSENTS,
    FIRST,
    HOTTEST,
    SKIES,
    THEMES,
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
from livecontent.studio.reading import Documents

HERE = Path(__file__).parent
LETTER = ("umbrella", "countdown", "nearest-store", "loyalty")  # from top to bottom
PATIENCE = 5.0  # seconds for each image: who previews waits longer than a recipient, and sees no fallback instead
FOUND = 8  # people that a search offers

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": "default-src 'self'; img-src 'self'; script-src 'self'; style-src 'self'; "
        "font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "vary": "accept-language",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }
)


@dataclass(frozen=True, slots=True)
class InboxParts:
    """What the page needs of the server."""

    kit: Engine
    storage: Storage
    recorder: Recorder
    reader: PreviewParser
    cities: Iterable[str]
    snippets: Snippets
    templates: Path


def inbox_routes(parts: InboxParts) -> list[BaseRoute]:
    """The page, what its script asks for, where its clicks lead, and its files."""
    assets = Assets(HERE / "static")
    inbox = _Inbox(parts, assets)
    pages = {
        "/": inbox.page,
        "/studio/people": inbox.people,
        "/studio/explain/{creative}/{ref}": inbox.explain,
        f"{shop.PATH}/{{address:path}}": inbox.clicked,
    }
    routes = [Route(path, page, middleware=SMALLER) for path, page in pages.items()]
    return [*routes, inbox.reading.route(), assets.mount()]


class _Inbox:
    def __init__(self, parts: InboxParts, assets: Assets) -> None:
        kit = parts.kit
        self._kit = replace(kit, gatherer=kit.gatherer.patient(PATIENCE), renderer=kit.renderer.patient(PATIENCE))
        self._parts = parts
        self._recipients = parts.storage.recipients
        self._words = load_catalogues()
        loader = FileSystemLoader(HERE / "pages")
        environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.update(explain_rules=rules, spell_out=spell_out, gist=gist, traits=traits, as_time=as_time)
        environment.globals.update(sentence=sentence, written=self._written, paste=parts.snippets.html)
        self.reading = Documents(shipped("docs").parent, self._document)
        environment.globals.update(asset=assets.address, reading=self.reading)
        self._templates = Jinja2Templates(env=environment)

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
        context = {
            **await self._choices(words, person, now),
            "wish": wish,
            "person": person,
            "pictures": pictures,
            "columns": {other.client: await self._look(request, person, other, now) for other in beside},
            "facts": all_facts(pictures),
            "letter": self._words[spoken if spoken in LANGUAGES else "en"].texts["letter"],
            "sent": choices.sent(now),
        }
        return self._templates.TemplateResponse(request, "inbox.html", context, headers=dict(HEADERS))

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
            "t": words.texts,
            "picture": picture,
            "event": event,
            "link": event.link if event else picture.answer.link,
            "at": lambda seconds: datetime.fromtimestamp(seconds, choices.PARIS),
        }
        return self._templates.TemplateResponse(request, "shop.html", context, headers=dict(HEADERS))

    async def people(self, request: Request) -> Response:
        """People by id or name."""
        sought = request.query_params.get("q", "")
        found = await search(self._recipients, sought, FOUND)
        people = [{"id": one.id, "name": one.name, "city": one.city} for one in found]
        return JSONResponse({"people": people}, headers=HEADERS)

    async def explain(self, request: Request) -> Response:
        """Why an image is as it is, at its public address with the same query."""
        compiled = self._kit.creatives.get(request.path_params["creative"])
        if compiled is None:
            known = ", ".join(sorted(self._kit.creatives))
            return JSONResponse({"error": f"no such creative; there are: {known}"}, 404, HEADERS)
        window = Window(self._kit, self._parts.reader, request.scope)
        picture = await window.look(compiled, request.path_params["ref"], dict(request.query_params))
        return JSONResponse(explain_image(picture.answer, compiled), headers=HEADERS)

    def _document(self, request: Request, template: str, context: dict[str, Any]) -> Response:
        words = self._words_for(request, Wish())
        context = {"wish": Wish(), "words": words, "t": words.texts, **context}
        return self._templates.TemplateResponse(request, template, context, headers=dict(HEADERS))

    def _words_for(self, request: Request, wish: Wish) -> Catalogue:
        return self._words[wish.lang or language_from(request.headers.get("accept-language", ""))]

    def _written(self, picture: PreviewImage) -> object:
        return read_written(self._parts.templates, picture.name, picture.answer.variant)

    async def _look(self, request: Request, person: FoundPerson, wish: Wish, now: datetime) -> list[PreviewImage]:
        window = Window(self._kit, self._parts.reader, request.scope)
        pictures = []
        for name in LETTER:
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
            "t": words.texts,
            "languages": {language: known.texts["name"] for language, known in self._words.items()},
            "themes": ("", *THEMES),
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
            "tools": {**self._parts.snippets.tools, WEB: words.texts["web_page"]},
        }
