"""The page History: what was published, the way back, recalls with their head count, and what became of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.creative.load import MAX_ASSET
from livecontent.creative.version_files import Current, Version, VersionChange
from livecontent.creative.versions import PublishedVersions
from livecontent.links import MEDIA_TYPES
from livecontent.recalling import wrong_images
from livecontent.storage.results import ENOUGH, HeadCount, Results, WrongImages
from livecontent.studio.forms import read_form, read_whole_body
from livecontent.studio.pages.wish import YEARS
from livecontent.studio.previewing.state import PreviewState
from livecontent.studio.reviewing.counting import RecentCounts
from livecontent.studio.reviewing.desk import ReviewDesk
from livecontent.studio.reviewing.releases import KINDS, Releases, WishedStandIn
from livecontent.studio.reviewing.versions import CompiledVersions
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/history/{creative}"
DAYS = 30  # of results
_WIDTH = 300  # pixels of a picture
_LONGEST = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A version, with who put it in force last and why."""

    version: Version
    made: datetime
    note: VersionChange | None
    state: str  # "in_force", "recalled", "stands_in", "" for those of before


class CountedHeads(NamedTuple):
    """Whose heads are counted, with the version and the time as the form has them."""

    wrong: WrongImages
    version: str
    since: str


def history_routes(site: Site) -> list[StudioRoute]:
    """The page, its pictures, and what its forms do."""
    pages = HistoryPages(site)
    return [
        StudioRoute(PATH, pages.page, "view"),
        StudioRoute(f"{PATH}/picture/{{version}}", pages.picture, "view", smaller=False),
        StudioRoute(f"{PATH}/rollback", pages.roll_back, "publish", ("POST",)),
        StudioRoute(f"{PATH}/recall", pages.recall, "recall", ("POST",)),
        StudioRoute(f"{PATH}/undo", pages.undo, "recall", ("POST",)),
    ]


class HistoryPages:
    """The page of a creative."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = parts = site.parts
        self._releases = Releases(site, ReviewDesk(site))
        self._heads = RecentCounts[HeadCount](site.clock)
        self._results = RecentCounts[Results](site.clock)
        self._compiled = CompiledVersions(parts.templates, parts.workshop, parts.publisher)

    async def page(self, request: Request) -> Response:
        """What was published, the newest first."""
        name, versions, _ = self._releases.published(request)
        now, zone = self._parts.reader.clock(), ZoneInfo(self._parts.settings.timezone or "UTC")
        current = versions.current[name]
        events, recipients = self._parts.storage.events, self._parts.storage.recipients
        counted = heads_asked(request.query_params, wrong_images(name, versions), zone)
        since = (now - timedelta(days=DAYS)).timestamp()
        results = await self._results.get(name, lambda: events.results(name, since))
        return self._site.render(
            request,
            "history.html",
            creative=name,
            rows=_rows(name, versions, zone),
            changes=[(datetime.fromtimestamp(one.at, zone), one) for one in versions.history(name)],
            current=current,
            since=datetime.fromtimestamp(current.at, zone),
            done=request.query_params.get("done", ""),
            heads=await self._heads.get(counted.wrong, lambda: events.head_count(counted.wrong)),
            counted=counted,
            recipients=await recipients.count(),
            results=results,
            variants=sorted({one.variant for one in results.variants} | {counted.wrong.variant} - {""}),
            enough=ENOUGH,
            days=DAYS,
            base=f"/studio/history/{quote(name)}",
        )

    async def picture(self, request: Request) -> Response:
        """A version as somebody unknown sees it now."""
        name, versions, _ = self._releases.published(request)
        version = request.path_params["version"]
        compiled = await asyncio.to_thread(self._compiled.open, name, version, versions)
        if compiled is None:
            raise HTTPException(404)
        found = (await self._site.looker.look(compiled, PreviewState())).answer
        reduced = await self._site.reduced.reduce(found.data, _WIDTH)
        return Response(reduced.data, media_type=MEDIA_TYPES[reduced.format], headers=HEADERS)

    async def roll_back(self, request: Request) -> Response:
        """Puts a version of before in force, at once."""
        form = await read_form(request)
        await self._releases.roll_back(request, form.get("version", ""), form.get("why", ""))
        return self._back(request, "rolled_back")

    async def recall(self, request: Request) -> Response:
        """Shows something else in all mail that was sent; a picture comes as the body, the rest in the query."""
        sent = request.headers.get("content-type", "").startswith("image/")
        form = dict(request.query_params) if sent else await read_form(request)
        picture = (form.get("name", ""), await read_whole_body(request, MAX_ASSET)) if sent else None
        kind = next((one for one in KINDS if one == ("picture" if sent else form.get("kind"))), None)
        if kind is None or (kind == "picture") != sent:
            raise HTTPException(422, self._site.words(request).texts["history"]["choose"])
        wished = WishedStandIn(kind, form.get("version", ""), picture, form.get("link", ""))
        await self._releases.recall(request, wished, form.get("why", ""))
        return self._back(request, "recalled")

    async def undo(self, request: Request) -> Response:
        """Ends a recall."""
        await self._releases.undo_recall(request)
        return self._back(request, "undone")

    def _back(self, request: Request, done: str) -> Response:
        return RedirectResponse(f"/studio/history/{quote(request.path_params['creative'])}?done={done}", 303)


def heads_asked(query: Mapping[str, str], usual: WrongImages, zone: tzinfo) -> CountedHeads:
    """What an address asks to count: a version, a variant, since when; else what was recalled, or is served."""
    version, variant = query.get("version", "")[:_LONGEST], query.get("variant", "")[:_LONGEST]
    try:
        since = datetime.fromisoformat(query.get("since", "")).replace(tzinfo=zone)
    except ValueError:
        since = None
    since = since if since and since.year in YEARS else None
    versions = (version,) if version else usual.versions
    wrong = usual._replace(versions=versions, variant=variant, since=since.timestamp() if since else 0.0)
    return CountedHeads(wrong, version, f"{since:%Y-%m-%dT%H:%M}" if since else "")


def _rows(name: str, versions: PublishedVersions, zone: tzinfo) -> Sequence[HistoryRow]:
    current, notes = versions.current[name], {}
    for note in reversed(versions.history(name)):
        notes[note.version] = note
    return [
        HistoryRow(
            version, datetime.fromtimestamp(version.at, zone), notes.get(version.id), _state(version.id, current)
        )
        for version in versions.of(name)
    ]


def _state(version: str, current: Current) -> str:
    if version == current.version:
        return "removed" if current.removed else "stands_in" if current.recalled else "in_force"
    return "recalled" if version == current.recalled else ""
