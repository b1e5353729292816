"""The mock inbox of the demo: a page with four live images and the reasons for each.

The page is whole without its script: the controls are a form, and the explanations stand in it. The script asks for the
page of the next wish and takes over what has changed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.templating import Jinja2Templates

from livecontent.facts import spell_out
from livecontent.pipeline import Engine
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.storage.base import RecipientStore
from livecontent.studio.assets import SMALLER, Assets
from livecontent.studio.pages.catalogue import LANGUAGES, Catalogue, language_from, load_catalogues
from livecontent.studio.pages.why import (
    PreviewImage,
    PreviewParser,
    Window,
    all_facts,
    as_time,
    explain_image,
    gist,
    rules,
    traits,
)
from livecontent.studio.pages.wish import (
    CLIENTS,
    COLDEST,
    FIRST,
    HOTTEST,
    SKIES,
    THEMES,
    UNKNOWN,
    FoundPerson,
    Wish,
    find,
    preview_people,
    read_wish,
    search,
)

HERE = Path(__file__).parent
LETTER = ("umbrella", "countdown", "nearest-store", "loyalty")  # from top to bottom
PARIS = ZoneInfo("Europe/Paris")
PATIENCE = 5.0  # seconds for each image: who previews waits longer than a recipient, and sees no fallback instead
FOUND = 8  # people that a search offers

# Addresses for examples (RFC 5737), and whose the demo's GeoIP file says they are.
ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "192.0.2.1": "Lille",
        "192.0.2.65": "Brest",
        "192.0.2.113": "Nice",
        "198.51.100.1": "London",
        "198.51.100.161": "Tromsø",
        "203.0.113.1": "Montréal",
        "203.0.113.49": "Tokyo",
        "203.0.113.81": "Sydney",
    }
)

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


def inbox_routes(
    kit: Engine, recipients: RecipientStore, reader: PreviewParser, gazetteer: Gazetteer
) -> list[BaseRoute]:
    """The page, what its script asks for, and its files."""
    kit = replace(kit, gatherer=kit.gatherer.patient(PATIENCE), renderer=kit.renderer.patient(PATIENCE))
    assets = Assets(HERE / "static")
    inbox = _Inbox(kit, recipients, reader, gazetteer, assets)
    return [
        Route("/", inbox.page, middleware=SMALLER),
        Route("/studio/people", inbox.people, middleware=SMALLER),
        Route("/studio/explain/{creative}/{ref}", inbox.explain, middleware=SMALLER),
        assets.mount(),
    ]


class _Inbox:
    def __init__(
        self, kit: Engine, recipients: RecipientStore, reader: PreviewParser, gazetteer: Gazetteer, assets: Assets
    ) -> None:
        self._kit = kit
        self._recipients = recipients
        self._reader = reader
        self._words = load_catalogues()
        self._cities = gazetteer.names
        loader = FileSystemLoader(HERE / "pages")
        environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.update(explain_rules=rules, spell_out=spell_out, gist=gist, traits=traits, as_time=as_time)
        environment.globals["asset"] = assets.address
        self._templates = Jinja2Templates(env=environment)

    async def page(self, request: Request) -> Response:
        """The email as somebody would see it."""
        wish = read_wish(request.query_params)
        if sought := request.query_params.get("find", "").strip():  # without the script, a search takes the first
            found = await search(self._recipients, sought, 1)
            wish = replace(wish, person=found[0].id if found else UNKNOWN)
        words = self._words[wish.lang or language_from(request.headers.get("accept-language", ""))]
        offered = await preview_people(self._recipients)
        person = await find(self._recipients, wish.person or FIRST[words.language])
        now = self._reader.clock()
        pictures = await self._look(request, person, wish, now)
        spoken = pictures[0].language[:2] if pictures else ""
        context = {
            **self._choices(words, offered, person, now),
            "wish": wish,
            "person": person,
            "pictures": pictures,
            "facts": all_facts(pictures),
            "letter": self._words[spoken if spoken in LANGUAGES else "en"].texts["letter"],
            "sent": (now - timedelta(days=1)).astimezone(PARIS).replace(hour=17, minute=45),
        }
        return self._templates.TemplateResponse(request, "inbox.html", context, headers=dict(HEADERS))

    async def _look(self, request: Request, person: FoundPerson, wish: Wish, now: datetime) -> list[PreviewImage]:
        window = Window(self._kit, self._reader, request.scope)
        pictures = []
        for name in LETTER:
            if compiled := self._kit.creatives.get(name):
                own = {"until": deadline(now).isoformat()} if "until" in compiled.loaded.creative.params else {}
                pictures.append(await window.look(compiled, person.ref, wish.image_query() | own))
        return pictures

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
        window = Window(self._kit, self._reader, request.scope)
        picture = await window.look(compiled, request.path_params["ref"], dict(request.query_params))
        return JSONResponse(explain_image(picture.answer, compiled), headers=HEADERS)

    def _choices(
        self, words: Catalogue, offered: list[FoundPerson], person: FoundPerson, now: datetime
    ) -> dict[str, Any]:
        """What there is to choose from."""
        listed = person.id == UNKNOWN or person in offered
        return {
            "words": words,
            "t": words.texts,
            "languages": {language: known.texts["name"] for language, known in self._words.items()},
            "themes": ("", *THEMES),
            "people": [*offered, *(() if listed else (person,)), FoundPerson()],
            "cities": self._cities,
            "first": FIRST[words.language],
            "skies": ("", *SKIES),
            "coldest": COLDEST,
            "hottest": HOTTEST,
            "times": _times(now),
            "clients": CLIENTS,
            "addresses": ADDRESSES,
        }


def deadline(now: datetime) -> datetime:
    """When the offer of the email ends: the next Christmas Eve, so that there is always something to count down to."""
    end = datetime(now.astimezone(PARIS).year, 12, 24, 18, tzinfo=PARIS)
    return end if now < end else end.replace(year=end.year + 1)


def _times(now: datetime) -> dict[str, str]:
    """Moments worth a look, as the control takes them, in the reader's time zone; "" is now."""
    today = now.astimezone(PARIS).date()
    sunday = today + timedelta(days=(6 - today.weekday()) % 7)
    later = deadline(now).date() + timedelta(days=1)
    return {
        "now": "",
        "morning": f"{today}T08:05",
        "evening": f"{today}T19:30",
        "night": f"{today}T23:30",
        "sunday": f"{sunday}T12:00",
        "later": f"{later}T10:00",
    }
