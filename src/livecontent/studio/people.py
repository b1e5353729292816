"""The page of people: search, what is known of somebody and how, export and forget.

Of who consents to nothing the page says only that.
"""

import json
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.errors import DataError
from livecontent.facts import Client, Fact, Moment, Opening, Reason
from livecontent.persons import erase_people, plain_record, read_person
from livecontent.storage.person import PersonRecord
from livecontent.studio.forms import read_form
from livecontent.studio.pages.why import gist
from livecontent.studio.pages.wish import MAX_TEXT, search
from livecontent.studio.site import HEADERS, Site, StudioParts, StudioRoute

PATH = "/studio/people"
FOUND = 20  # people that a search shows
SHOWN = 12  # events
CREATIVES = 20  # that one may be seen in
PATIENCE = 5.0  # seconds for facts: who looks somebody up waits longer than a recipient
FACTS = ("place", "weather", "store")  # that are gathered for somebody


def people_routes(site: Site) -> list[StudioRoute]:
    """The page, the export, and where one is forgotten."""
    people = People(site)
    return [
        StudioRoute(PATH, people.page, "people"),
        StudioRoute(f"{PATH}/export", people.export, "forget"),
        StudioRoute(f"{PATH}/forget", people.forget, "forget", ("POST",)),
    ]


class People:
    """The page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts

    async def page(self, request: Request) -> Response:
        """Who was found, and one of them."""
        sought, who = (request.query_params.get(name, "").strip()[:MAX_TEXT] for name in ("q", "person"))
        context: dict[str, Any] = {"sought": sought, "who": who, "record": None, "facts": {}, "events": ()}
        context["found"] = await search(self._parts.storage.recipients, sought, FOUND) if sought else []
        if who:
            try:
                record = await read_person(who, self._parts.settings, self._parts.storage)
            except DataError:
                return self._site.render(request, "people.html", status=404, count=await self._count(), **context)
            context |= {"record": record, "silent": record.person.consent == "none"}
            context |= {"facts": await known_of(record, self._parts), "events": record.events[: -SHOWN - 1 : -1]}
        known = sorted(self._parts.kit.creatives.items())[:CREATIVES]
        context |= {"gist": gist, "now": self._site.clock(), "at": self._site.moment}
        pages = {name: self._site.address_of(request, "preview", name) for name, _ in known}
        person = f"?f.person={quote(who, safe='')}"
        previews = [(one.loaded.creative.title, pages[name] and pages[name] + person) for name, one in known]
        return self._site.render(request, "people.html", count=await self._count(), previews=previews, **context)

    async def export(self, request: Request) -> Response:
        """All that is kept of somebody, as a file."""
        record = await read_person(request.query_params.get("person", ""), self._parts.settings, self._parts.storage)
        await self._site.record(request, "person.export")
        text = json.dumps(plain_record(record), ensure_ascii=False, indent=2) + "\n"
        headers = {**HEADERS, "content-disposition": 'attachment; filename="person.json"'}
        return Response(text, media_type="application/json", headers=headers)

    async def forget(self, request: Request) -> Response:
        """Erases somebody from all stores and files."""
        who = (await read_form(request)).get("person", "")
        record = await read_person(who, self._parts.settings, self._parts.storage)
        await erase_people({who: record}, self._parts.settings, self._parts.storage)
        await self._site.record(request, "person.forget")
        return RedirectResponse(f"{PATH}?forgotten=1", 303, HEADERS)

    async def _count(self) -> int:
        return await self._parts.storage.recipients.count()


async def known_of(record: PersonRecord, parts: StudioParts) -> dict[str, Fact[Any]]:
    """What is known of where somebody is, now and without a request of theirs; nothing without consent."""
    if record.person.consent == "none":
        return {}
    opening = Opening("", record.ref, parts.reader.clock(), person=record.person)
    told: dict[str, Fact[Any]] = {
        "client": Fact(Client(), Reason.MISSING, "request"),
        "param": Fact({}, Reason.MISSING, "address"),
    }
    needs = frozenset(name for name in FACTS if name in parts.workshop.vocabulary.types)
    moment = await parts.kit.gatherer.patient(PATIENCE).gather(needs, opening, Moment(told))
    return {name: moment.facts[name] for name in FACTS if name in moment.facts}
