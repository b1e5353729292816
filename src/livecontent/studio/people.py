"""The pages of people: search, one person with all that is known and their timeline, export and forget.

Of who consents to nothing the page says only that.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.errors import DataError
from livecontent.persons import erase_people, find_person, plain_record, read_person
from livecontent.storage.person import PersonBrief
from livecontent.storage.timeline import FILTERS, Mark, TimelinePage, read_mark, read_timeline
from livecontent.studio.forms import read_form
from livecontent.studio.pages.wish import MAX_TEXT, search
from livecontent.studio.person.known import history_told, known_now, limit_told, skus_of
from livecontent.studio.person.looks import record_look
from livecontent.studio.person.timeline import days_of, skus_told
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/people"
FOUND = 20  # people that a search shows
CREATIVES = 20  # that one may be seen in


def people_routes(site: Site) -> list[StudioRoute]:
    """The page, the export, and where one is forgotten."""
    people = People(site)
    return [
        StudioRoute(PATH, people.page, "people"),
        StudioRoute(f"{PATH}/export", people.export, "forget"),
        StudioRoute(f"{PATH}/forget", people.forget, "forget", ("POST",)),
    ]


class People:
    """The pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts

    async def page(self, request: Request) -> Response:
        """Who was found, or one of them."""
        sought, who = (request.query_params.get(name, "").strip()[:MAX_TEXT] for name in ("q", "person"))
        if who:
            try:
                brief = await find_person(who, self._parts.settings, self._parts.storage)
            except DataError:
                return await self._search(request, sought, who, 404)
            await record_look(self._site, request, brief.ref)
            return await self._person(request, who, brief)
        return await self._search(request, sought)

    async def _search(self, request: Request, sought: str, nobody: str = "", status: int = 200) -> Response:
        store = self._parts.storage.recipients
        found = await search(store, sought, FOUND) if sought else []
        count = await store.count()
        return self._site.render(
            request, "people.html", status=status, sought=sought, nobody=nobody, found=found, count=count
        )

    async def _person(self, request: Request, who: str, brief: PersonBrief) -> Response:
        known = await known_now(brief, self._parts)
        query = request.query_params
        only = text if (text := query.get("only", "")) in FILTERS else ""
        mark = read_mark(query.get("before", ""))
        silent = brief.person.consent == "none"
        page = TimelinePage((), None) if silent else await self._timeline(brief, only, mark)
        words = self._site.words(request)
        history = known.fact("history").value
        others = await self._others(brief)
        named = others.get(brief.ref, who)
        names = await self._names(skus_told(page.entries) | skus_of(history))
        return self._site.render(
            request,
            "person.html",
            who=who,
            brief=brief,
            silent=silent,
            known=known,
            history=list(history_told(history, words, names)),
            habits=list(said(words.language)) if (said := getattr(known.fact("habit").value, "said", None)) else [],
            days=days_of(page.entries, words, known.zone, named, names),
            only=only,
            later=mark is not None,
            filters={name: self._address(who, name) for name in ("", *FILTERS)},
            older=page.next and self._address(who, only, page.next),
            others=others,
            previews=[] if silent else self._previews(request, named),
            at=self._site.moment,
            limit_told=limit_told,
        )

    async def _timeline(self, brief: PersonBrief, only: str, mark: Mark | None) -> TimelinePage:
        return await read_timeline(brief.ref, self._parts.storage, only=only, since=mark)

    async def _names(self, skus: set[str]) -> Mapping[str, str]:
        """What products are called."""
        found = await self._parts.storage.products.values_of(skus) if skus else {}
        return {sku: str(values["name"]) for sku, values in found.items() if values.get("name")}

    async def _others(self, brief: PersonBrief) -> Mapping[str, str]:
        """The ids of the recipients that they are, by their refs."""
        profiles = {ref: await self._parts.storage.recipients.get(ref) for ref in brief.recipients}
        return {ref: str(profile["id"]) if profile else ref for ref, profile in profiles.items()}

    def _previews(self, request: Request, who: str) -> Sequence[tuple[str, str]]:
        known = sorted(self._parts.kit.creatives.items())[:CREATIVES]
        pages = {name: self._site.address_of(request, "preview", name) for name, _ in known}
        person = f"?f.person={quote(who, safe='')}"
        return [(one.loaded.creative.title or name, pages[name] + person) for name, one in known if pages[name]]

    def _address(self, who: str, only: str, before: Mark | None = None) -> str:
        query: dict[str, Any] = {"person": who, **({"only": only} if only else {})}
        return f"{PATH}?{urlencode(query | ({'before': str(before)} if before else {}))}#timeline"

    async def export(self, request: Request) -> Response:
        """All that is kept of somebody, as a file."""
        record = await read_person(request.query_params.get("person", ""), self._parts.settings, self._parts.storage)
        await record_look(self._site, request, record.ref)
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
