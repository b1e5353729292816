"""The page of offers: each as a creative shows it, where it is used, by which rule and limits, and what came of it."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.creative.limits import OVER, Cap
from livecontent.creative.model import Variant
from livecontent.creative.offers import checked_offer
from livecontent.creative.shared import OFFERS, SharedFiles
from livecontent.creative.source import read_source
from livecontent.errors import CreativeError, Problem, StorageError
from livecontent.expressions.template import MissingValueError, Template
from livecontent.expressions.window import read_moment
from livecontent.facts import NOBODY, Client, Opening
from livecontent.links import MEDIA_TYPES
from livecontent.pipeline import answer
from livecontent.render.compile import CompiledCreative
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/offers"
PICTURE = f"{PATH}/{{creative}}/{{offer}}/picture"
WIDTH = 800  # pixels of a picture
PERIODS = (7, 30, 90)  # days
_DAY = 86_400.0
_DEFAULT = re.compile(r"\{\{[^{}]*default:\s*(['\"])(.*?)\1[^{}]*\}\}")
_FACT = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")

State = Literal["running", "coming", "ended", "depends", "unused", "broken"]


class OfferCard(NamedTuple):
    """An offer: in which creatives, by place; `variant` as the first of these has it, None where none shows it."""

    name: str
    title: str
    state: State
    used_in: Sequence[tuple[str, int]] = ()
    version: str = ""  # of the creative that the picture is of
    size: tuple[int, int] = (0, 0)
    variant: Variant | None = None
    tags: Sequence[str] = ()
    begins: datetime | None = None
    ends: datetime | None = None
    problem: Problem | None = None
    people: int = 0  # who saw it in the period, and who clicked
    clicked: int = 0


def offers_routes(site: Site) -> list[StudioRoute]:
    """The page and its pictures."""
    offers = Offers(site)
    return [StudioRoute(PATH, offers.page, "view"), StudioRoute(PICTURE, offers.picture, "view", smaller=False)]


class Offers:
    """The page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._kit = site.looker.kit

    async def page(self, request: Request) -> Response:
        """All offers by name, with what came of them in a period."""
        words = self._site.words(request)
        asked = request.query_params.get("days", "")
        days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
        now = self._site.clock()
        try:
            counts = await self._parts.storage.showings.offers_seen(now - days * _DAY)
        except StorageError:  # the page is there without figures
            counts = {}
        cards = await asyncio.to_thread(self._cards, words, now, counts)
        return self._site.render(
            request,
            "offers.html",
            cards=cards,
            days=days,
            periods=PERIODS,
            folder=self._parts.templates / OFFERS,
            picture=lambda card: _address(card, words.language),
            limits=lambda variant: list(limits_in_words(variant, words.area("offers"))),
        )

    def _cards(self, words: Catalogue, now: float, counts: Mapping[str, tuple[int, int]]) -> list[OfferCard]:
        shown: dict[str, list[CompiledCreative]] = {}
        for compiled in self._kit.creatives.values():
            for variant in compiled.loaded.creative.variants:
                if variant.offers:
                    shown.setdefault(variant.name, []).append(compiled)
        names = {*shown, *SharedFiles(self._parts.templates).offer_names}
        publisher = self._parts.publisher
        problems = {
            one.file: one for one in reversed(publisher.problems if publisher else ())
        }  # of each file the first
        found = []
        for name in sorted(names):
            file = self._parts.templates / OFFERS / f"{name}.yaml"
            title, tags, problem = _written(name, file, words.language)
            people, clicked = counts.get(name, (0, 0))
            card = OfferCard(name, title, "unused", tags=tags, people=people, clicked=clicked)
            users = sorted(shown.get(name, ()), key=lambda one: (one.loaded.creative.place, one.loaded.name))
            card = self._used(card, users, now) if users else card
            problem = problem or problems.get(str(file))
            found.append(card._replace(state="broken", problem=problem) if problem else card)
        return found

    def _used(self, card: OfferCard, users: Sequence[CompiledCreative], now: float) -> OfferCard:
        """With what the creatives that show it tell."""
        first = users[0].loaded
        creative = first.creative
        variant = next(one for one in creative.variants if one.name == card.name and one.offers)
        zone = ZoneInfo(creative.timezone or self._parts.settings.timezone or "UTC")
        begins, ends = _moment(variant.from_, zone), _moment(variant.until, zone)
        return card._replace(
            state=_state(variant, begins, ends, datetime.fromtimestamp(now, UTC)),
            used_in=[(one.loaded.name, one.loaded.creative.place) for one in users],
            version=first.version,
            size=creative.size_of(variant),
            variant=variant,
            begins=begins,
            ends=ends,
        )

    async def picture(self, request: Request) -> Response:
        """An offer as a creative shows it to somebody unknown, in fewer pixels."""
        creative, offer = request.path_params["creative"], request.path_params["offer"]
        compiled = self._kit.creatives.get(creative)
        if compiled is None or not any(one.name == offer for one in compiled.loaded.creative.variants):
            raise HTTPException(404)
        client = Client(language=self._site.words(request).language)
        opening = Opening(creative, NOBODY.ref, self._parts.reader.clock(), client=client, person=NOBODY)
        found = await answer(opening, replace(self._kit, creatives={creative: compiled.only(offer)}))
        small = await self._site.reduced.reduce(found.data, WIDTH)
        return Response(small.data, media_type=MEDIA_TYPES[small.format], headers=HEADERS)


def _written(name: str, file: Path, language: str) -> tuple[str, Sequence[str], Problem | None]:
    """The title and the tags of an offer, and what is wrong with its file at first sight."""
    try:
        data = checked_offer(name, read_source(str(file), file.read_bytes())).data
    except CreativeError as error:
        return name, (), error.problems[0]
    except OSError:
        return name, (), None
    title = data.get("title", name)
    if isinstance(title, Mapping):
        title = title.get(language) or next(iter(title.values()), name)
    tags = data.get("tags")
    return _told(str(title)), [str(tag) for tag in tags] if isinstance(tags, list) else (), None


def _told(title: str) -> str:
    """A title without facts: with what stands in for them."""
    return _FACT.sub("…", _DEFAULT.sub(r"\2", title))


def _address(card: OfferCard, language: str) -> str:
    creative, _ = card.used_in[0]
    return f"{PICTURE.format(creative=quote(creative), offer=quote(card.name))}?v={card.version}&lang={language}"


def _moment(text: Template | None, zone: tzinfo) -> datetime | None:
    """A moment that is written out; None where it depends on facts."""
    if text is None or not text.fixed:
        return None
    try:
        return read_moment(text.source, zone)
    except MissingValueError:
        return None


def _state(variant: Variant, begins: datetime | None, ends: datetime | None, now: datetime) -> State:
    if ends and ends <= now:
        return "ended"
    if begins and begins > now:
        return "coming"
    known = (begins or not variant.from_) and (ends or not variant.until)
    return "running" if known else "depends"


def limits_in_words(variant: Variant, t: Mapping[str, Any]) -> Iterator[str]:
    """How often it is shown, a sentence for each limit."""
    for cap in variant.cap:
        yield _cap(cap, t)
    if variant.rest:
        yield str(t["rest"]).format(_span(variant.rest, t))
    if variant.vary:
        yield str(t["vary"])


def _cap(cap: Cap, t: Mapping[str, Any]) -> str:
    over = "" if cap.over in OVER[:2] else str(t["over"]["all" if cap.over == "all" else "group"])
    return str(t["cap"]).format(times=cap.times, span=_span(cap.per, t), over=over.format(cap.over))


def _span(span: timedelta, t: Mapping[str, Any]) -> str:
    days, hours = span.total_seconds() / 86_400, span.total_seconds() / 3600
    if days == int(days):
        return str(t["day"] if days == 1 else t["days"]).format(int(days))
    return str(t["hours"]).format(round(hours, 1))
