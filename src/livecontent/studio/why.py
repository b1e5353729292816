"""The page Why: why something was shown to somebody, or nothing, and what would have to be different.

What was recorded of an open and what would be decided at another time are told apart: the facts of an open are not
kept, and what was learned has changed since.
"""

from dataclasses import dataclass, replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.decide.different import Way
from livecontent.decide.sentences import told_ways
from livecontent.errors import DataError
from livecontent.persons import find_person
from livecontent.render.compile import CompiledCreative
from livecontent.storage.events import Event
from livecontent.storage.person import PersonBrief
from livecontent.storage.timeline import with_choice
from livecontent.studio.pages.wish import FoundPerson
from livecontent.studio.person.looks import record_look
from livecontent.studio.person.timeline import choice_told
from livecontent.studio.previewing.looking import is_known
from livecontent.studio.previewing.state import PreviewState, page_address, read_preview_state
from livecontent.studio.site import Site, StudioRoute
from livecontent.ways import ways_between

PATH = "/studio/why"


def why_routes(site: Site) -> list[StudioRoute]:
    """The page."""
    return [StudioRoute(PATH, WhyPage(site).page, "view")]


@dataclass(frozen=True, slots=True)
class ToldWay:
    """What would have to be different, in a sentence, and the preview where it is so; "" where none can show it."""

    said: str
    address: str


class WhyPage:
    """The page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts

    async def page(self, request: Request) -> Response:
        """A form, and the answer where a creative is named."""
        known = dict(sorted(self._parts.kit.creatives.items()))
        name = request.query_params.get("creative", "")
        titles = {key: one.loaded.creative.title or key for key, one in known.items()}
        if not name:
            return self._site.render(request, "asking.html", titles=titles, asked=None, state=PreviewState())
        if name not in known:
            raise HTTPException(404, f"{name}: {', '.join(known)}")
        state, wrong = read_preview_state(request.query_params, known[name].loaded.creative)
        hidden = state.person != "" and not self._site.shows_people(request)
        state = replace(state, person="") if hidden else state
        brief = await self._look_up(request, state)
        answer = await self._answer(request, known[name], state)
        recorded = await self._recorded(request, name, brief)
        return self._site.render(
            request, "asking.html", titles=titles, asked=name, state=state, wrong=wrong, hidden=hidden, brief=brief,
            recorded=recorded, choice_told=choice_told, at=self._site.moment, **answer,
        )  # fmt: skip

    async def _look_up(self, request: Request, state: PreviewState) -> PersonBrief | None:
        """Who it is about, where the store knows them; that is written into the audit log."""
        if not state.person:
            return None
        try:
            brief = await find_person(state.person, self._parts.settings, self._parts.storage)
        except DataError:
            return None
        await record_look(self._site, request, brief.ref)
        return brief

    async def _answer(self, request: Request, compiled: CompiledCreative, state: PreviewState) -> dict[str, Any]:
        """What is decided as the form says, and what would have to be different."""
        looker, language = self._site.looker, self._site.words(request).language
        person = await looker.person(state)
        found = await looker.undrawn(compiled, state, person)
        ways = await ways_between(found)
        sentences = told_ways(ways, language)
        told = []
        for said, way in zip(sentences, ways.found, strict=False):  # the last may be of all of them
            there = tried_in(state, way) if await self._holds(way, compiled, state, person) else None
            told.append(ToldWay(said, self._preview(request, compiled, there)))
        told += [ToldWay(said, "") for said in sentences[len(ways.found) :]]
        preview = self._preview(request, compiled, state)
        return {
            "answer": found,
            "compiled": compiled,
            "ways": told,
            "person": person,
            "known": is_known(person),
            "preview": preview,
        }

    async def _holds(self, way: Way, compiled: CompiledCreative, state: PreviewState, person: FoundPerson) -> bool:
        """Whether it is so at another time with the facts of that time, such as the forecast."""
        if [change.kind for change in way.changes] not in (["time"], ["limit"]):
            return True
        later = replace(state, at=way.changes[0].value.isoformat(timespec="seconds"))
        return (await self._site.looker.undrawn(compiled, later, person)).variant == way.variant

    def _preview(self, request: Request, compiled: CompiledCreative, state: PreviewState | None) -> str:
        name = compiled.loaded.name
        there = state is not None and self._site.address_of(request, "preview", name)
        return page_address("preview", name, state.query()) if there and state else ""

    async def _recorded(self, request: Request, creative: str, brief: PersonBrief | None) -> Event | None:
        """The open of that person that the address names."""
        number = request.query_params.get("open", "")
        if brief is None or not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        event = await self._parts.storage.events.numbered(brief.recipients, int(number))
        if event is None or event.creative != creative:
            return None
        told = with_choice(event, self._parts.storage)
        return told if isinstance(told, Event) else None


def tried_in(state: PreviewState, way: Way) -> PreviewState | None:
    """What a preview is of where a way is so; None where a preview can't be set so."""
    for change in way.changes:
        match change.kind, change.path:
            case "time" | "limit", _:
                state = replace(state, at=change.value.isoformat(timespec="seconds"))
            case "fact", ("weather", "condition"):
                degrees = state.weather.partition(":")[2] or "8"
                state = replace(state, weather=f"{change.value}:{degrees}")
            case "consent", _:
                state = replace(state, consent="full")
            case "live", _:
                state = replace(state, client="")
            case _:
                return None
    return state
