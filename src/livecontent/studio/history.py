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

from livecontent.creative.load import MAX_ASSET, LoadedCreative
from livecontent.creative.version import Current, Version, VersionChange
from livecontent.creative.versions import PublishedVersions
from livecontent.publish import Publisher
from livecontent.recalling import made_stand_in, wrong_images
from livecontent.render.reduced import reduce_image
from livecontent.storage.heads import WrongImages
from livecontent.storage.results import ENOUGH
from livecontent.studio.pages.wish import YEARS
from livecontent.studio.previewing.looking import PreviewLooker
from livecontent.studio.previewing.state import PreviewState
from livecontent.studio.reviewing.desk import picture_type
from livecontent.studio.reviewing.versions import CompiledVersions
from livecontent.studio.site import HEADERS, Site, StudioRoute, read_form

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
        self._looker = PreviewLooker.of(parts.kit, parts.reader, parts.storage.recipients)
        self._compiled = CompiledVersions(parts.templates, parts.workshop, parts.publisher)

    async def page(self, request: Request) -> Response:
        """What was published, the newest first."""
        name, (versions, _) = self._named(request)
        now, zone = self._parts.reader.clock(), ZoneInfo(self._parts.settings.timezone or "UTC")
        current = versions.current[name]
        events, recipients = self._parts.storage.events, self._parts.storage.recipients
        counted = _counted(request.query_params, wrong_images(name, versions), zone)
        results = await events.results(name, (now - timedelta(days=DAYS)).timestamp())
        return self._site.render(
            request,
            "history.html",
            creative=name,
            rows=_rows(name, versions, zone),
            changes=[(datetime.fromtimestamp(one.at, zone), one) for one in versions.history(name)],
            current=current,
            since=datetime.fromtimestamp(current.at, zone),
            done=request.query_params.get("done", ""),
            heads=await events.head_count(counted.wrong),
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
        name, (versions, _) = self._named(request)
        version = request.path_params["version"]
        compiled = await asyncio.to_thread(self._compiled.open, name, version, versions)
        if compiled is None:
            raise HTTPException(404)
        found = (await self._looker.look(compiled, PreviewState())).answer
        reduced = await asyncio.to_thread(reduce_image, found.data, _WIDTH)
        return Response(reduced.data, media_type=picture_type(reduced.format), headers=HEADERS)

    async def roll_back(self, request: Request) -> Response:
        """Puts a version of before in force, at once."""
        name, (versions, publisher) = self._named(request)
        form = await read_form(request)
        version, why = form.get("version", ""), form.get("why", "").strip()[:_LONGEST]
        if version not in {one.id for one in versions.of(name)}:
            raise HTTPException(404, f"{name}: there is no version {version}")
        before = versions.current[name].version
        await self._site.record(request, "rolled back", name, version=version, before=before, why=why)
        await asyncio.to_thread(versions.choose, name, version, self._who(request), why)
        await asyncio.to_thread(publisher.follow)
        return self._back(name, "rolled_back")

    async def recall(self, request: Request) -> Response:
        """Shows something else in all mail that was sent; a picture comes as the body, the rest in the query."""
        name, (versions, publisher) = self._named(request)
        sent = request.headers.get("content-type", "").startswith("image/")
        form = dict(request.query_params) if sent else await read_form(request)
        picture = (form.get("name", ""), await _body(request)) if sent else None
        if picture is None and form.get("kind") not in ("freeze", "version", "nothing"):
            raise HTTPException(422, self._site.words(request).texts["history"]["choose"])
        instead = await self._instead(name, versions, form, picture)
        why = form.get("why", "").strip()[:_LONGEST]
        before = versions.current[name].version
        version = instead if isinstance(instead, str) else instead.version
        await self._site.record(request, "recalled", name, version=before, instead=version, why=why)
        await asyncio.to_thread(versions.recall, name, instead, self._who(request), why)
        await asyncio.to_thread(publisher.follow)
        return self._back(name, "recalled")

    async def _instead(
        self, name: str, versions: PublishedVersions, form: dict[str, str], picture: tuple[str, bytes] | None
    ) -> LoadedCreative | str:
        kind, version = form.get("kind", ""), form.get("version", "")
        if picture is None and kind == "freeze":
            return versions.current[name].version
        if picture is None and kind == "version":
            if version not in {one.id for one in versions.of(name)}:
                raise HTTPException(422, f"{name}: there is no version {version}")
            return version
        folder, link = self._parts.templates / name, form.get("link", "").strip()
        return await asyncio.to_thread(made_stand_in, folder, versions, self._parts.workshop, picture, link)

    async def undo(self, request: Request) -> Response:
        """Ends a recall."""
        name, (versions, publisher) = self._named(request)
        await self._site.record(request, "recall undone", name, version=versions.current[name].recalled)
        await asyncio.to_thread(versions.undo_recall, name, self._who(request))
        await asyncio.to_thread(publisher.follow)
        return self._back(name, "undone")

    def _named(self, request: Request) -> tuple[str, tuple[PublishedVersions, Publisher]]:
        name, versions, publisher = request.path_params["creative"], self._parts.versions, self._parts.publisher
        if versions is None or publisher is None or name not in versions.current:
            raise HTTPException(404, self._site.words(request).texts["history"]["never"].format(name))
        return name, (versions, publisher)

    def _who(self, request: Request) -> str:
        member = self._site.member(request)
        return member.name if member else ""

    def _back(self, name: str, done: str) -> Response:
        return RedirectResponse(f"/studio/history/{quote(name)}?done={done}", 303)


def _counted(query: Mapping[str, str], usual: WrongImages, zone: tzinfo) -> CountedHeads:
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


async def _body(request: Request) -> bytes:
    """A picture. Raises `HTTPException` for one that is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_ASSET:
            raise HTTPException(413, f"a picture has at most {MAX_ASSET:,} bytes")
    return bytes(body)
