"""The page Review: before and after, what others say, and the button that publishes."""

import time
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.runtime.rate_limit import RateLimit
from livecontent.studio.forms import read_form
from livecontent.studio.reviewing.desk import ReviewDesk, Reviewed, name_of, pins_of
from livecontent.studio.reviewing.releases import Releases
from livecontent.studio.reviewing.sharing import DAYS, RIGHTS, Right, SharedLink, read_link, write_link
from livecontent.studio.site import Site, StudioRoute

PATH = "/studio/review/{creative}"
SHARED = "/studio/shared/{link}"
_DAY = 86_400
MOST_WORDS, WORDS_WITHIN = 30, 3600.0  # comments and judgements by a link, and seconds
MOST_COMMENTS = 500  # of guests, of a version


def review_routes(site: Site) -> list[StudioRoute]:
    """The page, what its forms do, and the same for guests with a link."""
    review, guests = ReviewPages(site), GuestPages(site)
    return [
        StudioRoute(PATH, review.page, "view"),
        StudioRoute(f"{PATH}/picture", review.picture, "view", smaller=False),
        StudioRoute(f"{PATH}/comment", review.comment, "comment", ("POST",)),
        StudioRoute(f"{PATH}/settle", review.settle, "comment", ("POST",)),
        StudioRoute(f"{PATH}/judge", review.judge, "approve", ("POST",)),
        StudioRoute(f"{PATH}/share", review.share, "edit", ("POST",)),
        StudioRoute(f"{PATH}/publish", review.publish, "publish", ("POST",)),
        StudioRoute(SHARED, guests.page, "open"),
        StudioRoute(f"{SHARED}/picture", guests.picture, "open", smaller=False),
        StudioRoute(f"{SHARED}/comment", guests.comment, "open", ("POST",)),
        StudioRoute(f"{SHARED}/judge", guests.judge, "open", ("POST",)),
    ]


class ReviewPages:
    """For those who are signed in."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._desk = ReviewDesk(site)
        self._releases = Releases(site, self._desk)

    async def page(self, request: Request) -> Response:
        """Before and after."""
        return await self._page(request, await self._desk.reviewed(request.path_params["creative"]))

    async def _page(self, request: Request, reviewed: Reviewed, link: str = "") -> Response:
        people = self._site.shows_people(request)
        seen = await self._desk.look(reviewed, people=people) if reviewed.after else None
        needed = self._parts.settings.studio.approvals
        return self._site.render(
            request,
            "review.html",
            creative=reviewed.name,
            reviewed=reviewed,
            seen=seen,
            needed=needed,
            ready=bool(seen and seen.approval.approved(needed)),
            done=request.query_params.get("done", ""),
            link=link,
            base=f"/studio/review/{quote(reviewed.name)}",
            when=self._desk.when,
            pins_of=pins_of,
            rights=RIGHTS,
            days=DAYS,
        )

    async def picture(self, request: Request) -> Response:
        """One picture of either side."""
        return await self._desk.picture(request, await self._desk.reviewed(request.path_params["creative"]))

    async def comment(self, request: Request) -> Response:
        """Keeps a comment."""
        name, form = request.path_params["creative"], await read_form(request)
        reviewed = await self._desk.reviewed(name)
        await self._desk.comment(name, reviewed.version, form, self._site.name_of(request), guest=False)
        await self._site.record(request, "commented", name, version=reviewed.version)
        return self._back(name, "commented", "#comments")

    async def settle(self, request: Request) -> Response:
        """Says that a comment is dealt with, or not."""
        name, form = request.path_params["creative"], await read_form(request)
        done = form.get("done") == "1"
        if not await self._parts.storage.reviews.settle(name, form.get("id", ""), done=done):
            raise HTTPException(404, "there is no such comment")
        return self._back(name, "settled", "#comments")

    async def judge(self, request: Request) -> Response:
        """Approves, or asks for changes."""
        name, form = request.path_params["creative"], await read_form(request)
        reviewed, who = await self._desk.reviewed(name), self._site.name_of(request)
        if self._parts.settings.studio.approvals and who == reviewed.draft.by and form.get("judgement") == "approved":
            raise HTTPException(403, self._site.words(request).texts["review"]["own_draft"])
        judgement = await self._desk.judge(reviewed, form, who, guest=False)
        await self._site.record(request, judgement, name, version=reviewed.version)
        return self._back(name, judgement)

    async def share(self, request: Request) -> Response:
        """Makes a link for whoever has it."""
        name, form = request.path_params["creative"], await read_form(request)
        reviewed = await self._desk.reviewed(name)
        right: Right = next((one for one in RIGHTS if one == form.get("right")), RIGHTS[0])
        days = next((one for one in DAYS if str(one) == form.get("days")), DAYS[0])
        until = time.time() + days * _DAY
        link = SharedLink(name, reviewed.version, form.get("facts", "")[:500], right, until, self._token_of(request))
        await self._site.record(request, "shared", name, version=reviewed.version, right=right)
        address = self._site.base(request) + SHARED.format(link=write_link(link, self._parts.keys))
        return await self._page(request, reviewed, address)

    async def publish(self, request: Request) -> Response:
        """Puts the draft in force, as it was looked at, and tells where its files are."""
        name, form = request.path_params["creative"], await read_form(request)
        reviewed = await self._desk.reviewed(name)
        taken = await self._releases.publish(request, reviewed, form.get("version", ""), form.get("why", ""))
        done = "published" if taken else "published_only"
        return RedirectResponse(f"/studio/history/{quote(name)}?done={done}", 303)

    def _token_of(self, request: Request) -> str:
        member = self._site.member(request)
        return member.token if member else ""

    def _back(self, name: str, done: str, place: str = "") -> Response:
        return RedirectResponse(f"/studio/review/{quote(name)}?done={done}{place}", 303)


class GuestPages:
    """For whoever has a link: what it is of, without recipients; a guest's approval decides nothing."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._desk = ReviewDesk(site)
        self._limit = RateLimit(site.clock, MOST_WORDS, WORDS_WITHIN)

    async def page(self, request: Request) -> Response:
        """Every variant, before and after."""
        link, reviewed = await self._opened(request, "view")
        stale = reviewed.version != link.version
        seen = None if stale or reviewed.after is None else await self._desk.look(reviewed, people=False)
        words = self._site.words(request)
        return self._site.render(
            request,
            "shared.html",
            t={**words.area("review"), **words.texts["shared"]},
            when=self._desk.when,
            pins_of=pins_of,
            reviewed=reviewed,
            link=link,
            seen=seen,
            done=request.query_params.get("done", ""),
            base=SHARED.format(link=request.path_params["link"]),
        )

    async def picture(self, request: Request) -> Response:
        """One picture of either side."""
        _, reviewed = await self._current(request, "view")
        return await self._desk.picture(request, reviewed)

    async def comment(self, request: Request) -> Response:
        """Keeps a comment."""
        link, reviewed = await self._current(request, "comment")
        form = await read_form(request)
        await self._bound(request, link)
        await self._desk.comment(reviewed.name, link.version, form, name_of(form), guest=True)
        await self._site.record(request, "commented", reviewed.name, version=link.version, guest=name_of(form))
        return self._back(request, "commented")

    async def judge(self, request: Request) -> Response:
        """Keeps what a guest thinks."""
        link, reviewed = await self._current(request, "approve")
        form = await read_form(request)
        await self._bound(request, link)
        judgement = await self._desk.judge(reviewed, form, name_of(form), guest=True)
        await self._site.record(request, judgement, reviewed.name, version=link.version, guest=name_of(form))
        return self._back(request, judgement)

    async def _opened(self, request: Request, right: Right) -> tuple[SharedLink, Reviewed]:
        link = read_link(request.path_params["link"], self._site.parts.keys)
        if link is None or not self._holds(link):
            raise HTTPException(404, self._site.words(request).texts["shared"]["no_link"])
        if not link.allows(right):
            raise HTTPException(403, self._site.words(request).texts["shared"]["no_right"])
        return link, await self._desk.reviewed(link.creative)

    def _holds(self, link: SharedLink) -> bool:
        """Whether who made a link is still let in."""
        token = self._site.parts.storage.team.token(link.token) if link.token else None
        return not link.token or (token is not None and token.holds(self._site.clock()))

    async def _bound(self, request: Request, link: SharedLink) -> None:
        """Raises `HTTPException` where too much was said by a link, or by guests of a version."""
        comments = await self._site.parts.storage.reviews.comments(link.creative)
        said = sum(one.guest and one.version == link.version for one in comments)
        if self._limit.wait(link) or said >= MOST_COMMENTS:
            raise HTTPException(429, self._site.words(request).texts["shared"]["too_much"])
        self._limit.count(link)

    async def _current(self, request: Request, right: Right) -> tuple[SharedLink, Reviewed]:
        """What a link opens, while it is what was shared. Raises `HTTPException` where it has changed since."""
        link, reviewed = await self._opened(request, right)
        if reviewed.version != link.version:
            raise HTTPException(410, self._site.words(request).texts["shared"]["stale_means"])
        return link, reviewed

    def _back(self, request: Request, done: str) -> Response:
        return RedirectResponse(f"{SHARED.format(link=request.path_params['link'])}?done={done}", 303)
