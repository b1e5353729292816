"""The page of segments: who is in each, of whom that is not known and why, which overlap, and what uses them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.errors import CreativeError, Problem
from livecontent.expressions.rule import MAX_SOURCE
from livecontent.sources.segment import FILE, TRIAL, Segments, read_segments, read_trial
from livecontent.sources.segment_counts import SegmentCounts
from livecontent.studio.forms import read_form
from livecontent.studio.segment_counting import SAMPLE, CountedSegments
from livecontent.studio.segment_figures import FEW, Figures, figures_of, overlaps
from livecontent.studio.segment_use import segments_of
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/segments"
PAIRS = 20  # overlaps that are shown
LACKS = 5  # facts that are missing, of each segment
REFRESH = 2  # seconds until the page looks again while it is counted
_WAIT = 2.0  # seconds in which most counts end


class ExamplePerson(NamedTuple):
    """Somebody who is in a segment."""

    id: str
    name: str


class SegmentCard(NamedTuple):
    """A segment: `used_in` is creatives and their variants; no figures where it was not counted as it is now."""

    name: str
    rule: str
    used_in: Sequence[tuple[str, Sequence[str]]]
    figures: Figures | None = None
    examples: Sequence[ExamplePerson] = ()


class Trial(NamedTuple):
    """What somebody wants to try: where it is wrong, or why it is not counted."""

    expression: str
    column: int = 0
    problem: str = ""


def segments_routes(site: Site) -> list[StudioRoute]:
    """The page, and where somebody asks for a count, or tries an expression."""
    segments = SegmentsPage(site)
    return [
        StudioRoute(PATH, segments.page, "view"),
        StudioRoute(f"{PATH}/count", segments.count, "view", ("POST",)),
        StudioRoute(f"{PATH}/try", segments.attempt, "people", ("POST",)),
        StudioRoute(f"{PATH}/try", segments.page, "people"),  # where a change of language leads from a mistake
    ]


class SegmentsPage:
    """The page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._counting = site.parts.counting

    async def page(self, request: Request) -> Response:
        """All segments as they are written now, with what was counted last."""
        return await self._page(request)

    async def _page(self, request: Request, trial: Trial | None = None, status: int = 200) -> Response:
        segments, problems = await asyncio.to_thread(self._written)
        counting, exact = self._counting, self._site.shows_people(request)
        last, tried = counting.last, counting.tried if exact else None
        cards = [await self._card(request, name, segments[name].source, last) for name in segments]
        pairs = overlaps(last.counts, {card.name for card in cards if card.figures}, exact=exact) if last else []
        everybody = await self._parts.storage.recipients.count()
        answer = self._site.render(
            request, "segments.html", status=status, cards=cards, problems=problems, file=FILE, last=last,
            folder=self._parts.templates, counting=counting, everybody=everybody, sample=SAMPLE, pairs=pairs,
            shown=PAIRS, lacking=LACKS, few=FEW, at=self._site.moment, people=exact, tried=tried, trial=trial,
            figures=tried and figures_of(tried.counts, TRIAL, exact=False), longest=MAX_SOURCE,
            expression=trial.expression if trial else counting.trial or (tried.rules[TRIAL] if tried else ""),
        )  # fmt: skip
        if counting.running and not trial:
            answer.headers["refresh"] = str(REFRESH)
        return answer

    async def count(self, request: Request) -> Response:
        """Counts a sample, or all; where that takes longer, the page tells how far it is."""
        everyone = (await read_form(request)).get("of") == "all"
        segments, _ = await asyncio.to_thread(self._written)
        everybody = await self._parts.storage.recipients.count()
        if segments and everybody:
            await self._counting.ask(segments, None if everyone else SAMPLE, everybody, _WAIT)
        return RedirectResponse(PATH, 303, HEADERS)

    async def attempt(self, request: Request) -> Response:
        """Tries an expression: says what is wrong in it, or counts of how many it holds."""
        form, words = await read_form(request), self._site.words(request).area("segments")
        expression = " ".join(form.get("expression", "").splitlines()).strip()
        try:
            rules = await asyncio.to_thread(read_trial, expression, self._parts.templates)
        except ValueError as error:
            column, _, problem = str(error).partition(": ")
            return await self._page(request, Trial(expression, int(column), problem), 422)
        everybody = await self._parts.storage.recipients.count()
        if not everybody:
            return await self._page(request, Trial(expression, problem=words["tried_nobody"]))
        busy = Trial(expression, problem=words["busy"])
        if self._counting.running:
            return await self._page(request, busy, 409)
        await self._site.record(request, "try-segment", expression=expression)
        most = None if form.get("of") == "all" else SAMPLE
        if not await self._counting.ask(rules, most, everybody, _WAIT, expression):
            return await self._page(request, busy, 409)
        return RedirectResponse(PATH, 303, HEADERS)

    def _written(self) -> tuple[Segments, Sequence[Problem]]:
        try:
            return read_segments(self._parts.templates), ()
        except CreativeError as error:
            return {}, error.problems

    async def _card(self, request: Request, name: str, rule: str, last: CountedSegments | None) -> SegmentCard:
        used, people = self._used_in(name), self._site.shows_people(request)
        if last is None or last.rules.get(name) != rule:
            return SegmentCard(name, rule, used)
        examples = await self._examples(last.counts, name) if people else ()
        return SegmentCard(name, rule, used, figures_of(last.counts, name, exact=people), examples)

    def _used_in(self, segment: str) -> list[tuple[str, Sequence[str]]]:
        found = ((name, segments_of(one.loaded.creative)) for name, one in sorted(self._parts.kit.creatives.items()))
        return [(name, variants[segment]) for name, variants in found if segment in variants]

    async def _examples(self, counts: SegmentCounts, name: str) -> Sequence[ExamplePerson]:
        """Those that are still there: the refs of others are let go of."""
        found = {ref: one for ref in counts.examples.get(name, ()) if (one := await self._example(ref))}
        counts.examples[name] = [*found]
        return [*found.values()]

    async def _example(self, ref: str) -> ExamplePerson | None:
        """None for who was erased meanwhile, or has withdrawn all consent."""
        profile = await self._parts.storage.recipients.get(ref)
        if profile is None or (await self._parts.storage.people.look_up(ref)).consent == "none":
            return None
        names: Mapping[str, object] = profile
        said = " ".join(str(names[key]) for key in ("first_name", "last_name") if names.get(key))
        return ExamplePerson(str(names["id"]), said or str(names["id"]))
