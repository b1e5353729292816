"""What puts something in force: publish a draft, roll back, recall, undo.

Pages and scripts come here, and the audit log tells of each.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request

from livecontent.creative.drafts import Draft, DraftError, version_of
from livecontent.creative.folder import own_files
from livecontent.creative.load import LoadedCreative, load_creative
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import CreativeError
from livecontent.publish import Publisher
from livecontent.recalling import made_stand_in
from livecontent.studio.reviewing.desk import ReviewDesk, Reviewed
from livecontent.studio.site import Site

StandInKind = Literal["freeze", "version", "nothing", "picture"]
KINDS: tuple[StandInKind, ...] = get_args(StandInKind)
LONGEST_REASON = 500  # characters


class WishedStandIn(NamedTuple):
    """What shall stand in for a recalled image: a picture by its file name and bytes, with where it leads."""

    kind: StandInKind
    version: str = ""
    picture: tuple[str, bytes] | None = None
    link: str = ""


class Releases:
    """Changes what is in force; each raises `HTTPException` and `LivecontentError` where it can't be done."""

    def __init__(self, site: Site, desk: ReviewDesk) -> None:
        self._site = site
        self._parts = site.parts
        self._desk = desk

    def published(self, request: Request) -> tuple[str, PublishedVersions, Publisher]:
        """The creative that a request names, and where its versions are."""
        name, versions, publisher = request.path_params["creative"], self._parts.versions, self._parts.publisher
        if versions is None or publisher is None or name not in versions.current:
            raise HTTPException(404, self._site.words(request).texts["history"]["never"].format(name))
        return name, versions, publisher

    async def publish(self, request: Request, reviewed: Reviewed, seen: str, why: str) -> bool:
        """Puts a draft in force, if it is what was looked at; whether the folder of creatives took its files."""
        versions, publisher, name = self._parts.versions, self._parts.publisher, reviewed.name
        if reviewed.after is None or versions is None or publisher is None:
            raise HTTPException(422, "; ".join(map(str, reviewed.problems)))
        if seen != reviewed.version:
            raise HTTPException(409, self._site.words(request).texts["review"]["changed_since"])
        await self._check_approvals(request, reviewed)
        loaded = reviewed.after.loaded
        folder = None if self._parts.settings.demo else self._parts.templates / name  # the demo's are those that ship
        if folder:
            await asyncio.to_thread(publisher.look)  # an edit in the folder that can be published is a version, too
            await asyncio.to_thread(self._check_folder, request, reviewed.draft, folder, versions)
        why = why.strip()[:LONGEST_REASON]
        async with self._site.recorded(request, "published", name, version=loaded.version, why=why):
            taken = await asyncio.to_thread(versions.publish, loaded, folder, self._site.name_of(request), why)
        await asyncio.to_thread(publisher.look)
        await asyncio.to_thread(self._discard, name, reviewed.draft.version)
        return taken

    async def roll_back(self, request: Request, version: str, why: str) -> None:
        """Puts a version of before in force."""
        name, versions, publisher = self.published(request)
        self._check_kept(name, version, versions)
        before, why = versions.current[name].version, why.strip()[:LONGEST_REASON]
        async with self._site.recorded(request, "rolled back", name, version=version, before=before, why=why):
            await asyncio.to_thread(versions.choose, name, version, self._site.name_of(request), why)
        await asyncio.to_thread(publisher.follow)

    async def recall(self, request: Request, wished: WishedStandIn, why: str) -> None:
        """Shows something else in all mail that was sent."""
        name, versions, publisher = self.published(request)
        before, why = versions.current[name].version, why.strip()[:LONGEST_REASON]
        instead = await self._instead(name, versions, wished)
        version = instead if isinstance(instead, str) else instead.version
        async with self._site.recorded(request, "recalled", name, version=before, instead=version, why=why):
            await asyncio.to_thread(versions.recall, name, instead, self._site.name_of(request), why)
        await asyncio.to_thread(publisher.follow)

    async def undo_recall(self, request: Request) -> None:
        """Ends a recall."""
        name, versions, publisher = self.published(request)
        if not versions.current[name].recalled:
            raise HTTPException(409, f"{name} is not recalled")
        async with self._site.recorded(request, "recall undone", name, version=versions.current[name].recalled):
            await asyncio.to_thread(versions.undo_recall, name, self._site.name_of(request))
        await asyncio.to_thread(publisher.follow)

    async def _instead(self, name: str, versions: PublishedVersions, wished: WishedStandIn) -> LoadedCreative | str:
        if wished.kind == "freeze":
            return versions.current[name].version
        if wished.kind == "version":
            self._check_kept(name, wished.version, versions)
            return wished.version
        folder, link = self._parts.templates / name, wished.link.strip()
        return await asyncio.to_thread(made_stand_in, folder, versions, self._parts.workshop, wished.picture, link)

    async def _check_approvals(self, request: Request, reviewed: Reviewed) -> None:
        needed = self._parts.settings.studio.approvals
        if needed:
            seen = await self._desk.look(reviewed, people=False)
            if not seen.approval.approved(needed):
                raise HTTPException(403, self._site.words(request).texts["review"]["not_approved"].format(needed))

    def _check_folder(self, request: Request, draft: Draft, folder: Path, versions: PublishedVersions) -> None:
        """Nobody's edit in the folder is lost, unless the draft was made from it."""
        with suppress(OSError):
            found = own_files(folder)
            lost = [path for path in versions.unkept(folder) if draft.files.get(path) != found.get(path)]
            if lost and version_of(found) != draft.began and not self._was_published(folder, versions):
                told = self._site.words(request).texts["review"]["edited_in_folder"]
                raise HTTPException(409, told.format(", ".join(f"{folder.name}/{path}" for path in lost)))

    def _was_published(self, folder: Path, versions: PublishedVersions) -> bool:
        """Whether another version was put in the place of what the folder has, and it is not kept any more."""
        with suppress(CreativeError):
            found = load_creative(folder, self._parts.workshop.vocabulary)
            return versions.current[folder.name].instead_of == found.version
        return False

    def _discard(self, name: str, version: str) -> None:
        """The draft, if nobody has changed it meanwhile."""
        with suppress(DraftError):
            if self._parts.drafts.open(name).version == version:
                self._parts.drafts.discard(name)

    @staticmethod
    def _check_kept(name: str, version: str, versions: PublishedVersions) -> None:
        if versions.find(name, version) is None:
            raise HTTPException(404, f"{name}: there is no version {version}")
