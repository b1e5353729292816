"""The page of segments: who is in each, of whom that is not known and why, which overlap, and what uses them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.errors import CreativeError, Problem
from livecontent.expressions.remembered import Lack
from livecontent.sources.segment import FILE, Segments, read_segments
from livecontent.sources.segment_counts import SegmentCounts
from livecontent.studio.forms import read_form
from livecontent.studio.segment_counting import SAMPLE, CountedSegments
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
    counted: bool = False
    inside: int = 0
    unknown: int = 0
    lacks: Sequence[tuple[Lack, int]] = ()
    examples: Sequence[ExamplePerson] = ()


class Overlap(NamedTuple):
    """How many are in two segments, and as shares of each."""

    first: str
    second: str
    people: int
    of_first: float
    of_second: float


def segments_routes(site: Site) -> list[StudioRoute]:
    """The page, and where somebody asks for a count."""
    segments = SegmentsPage(site)
    return [
        StudioRoute(PATH, segments.page, "view"),
        StudioRoute(f"{PATH}/count", segments.count, "view", ("POST",)),
    ]


class SegmentsPage:
    """The page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._counting = site.parts.counting

    async def page(self, request: Request) -> Response:
        """All segments as they are written now, with what was counted last."""
        segments, problems = await asyncio.to_thread(self._written)
        last, counting = self._counting.last, self._counting
        cards = [await self._card(request, name, segments[name].source, last) for name in segments]
        pairs = list(overlaps(last, {card.name for card in cards if card.counted})) if last else []
        everybody = await self._parts.storage.recipients.count()
        answer = self._site.render(
            request, "segments.html", cards=cards, problems=problems, file=FILE, folder=self._parts.templates,
            last=last, counting=counting, everybody=everybody, sample=SAMPLE, pairs=pairs, shown=PAIRS, lacking=LACKS,
            at=self._site.moment, people=self._site.shows_people(request),
        )  # fmt: skip
        if counting.running:
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

    def _written(self) -> tuple[Segments, Sequence[Problem]]:
        try:
            return read_segments(self._parts.templates), ()
        except CreativeError as error:
            return {}, error.problems

    async def _card(self, request: Request, name: str, rule: str, last: CountedSegments | None) -> SegmentCard:
        used = self._used_in(name)
        if last is None or last.rules.get(name) != rule:
            return SegmentCard(name, rule, used)
        counts = last.counts
        examples = await self._examples(counts, name) if self._site.shows_people(request) else ()
        unknown = counts.unknown[name]
        return SegmentCard(name, rule, used, True, counts.inside(name), unknown, counts.lacks_of(name), examples)

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


def overlaps(last: CountedSegments, known: set[str]) -> Iterator[Overlap]:
    """Pairs that have people in common, those with the most first."""
    counts = last.counts
    for (one, other), people in sorted(counts.together.items(), key=lambda pair: (-pair[1], pair[0])):
        if one != other and people and {one, other} <= known:
            yield Overlap(one, other, people, people / counts.inside(one), people / counts.inside(other))
