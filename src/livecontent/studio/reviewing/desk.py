"""What the pages that review have in common: a draft beside what is published, what was said, and the pictures."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.creative.drafts import Draft, DraftError
from livecontent.errors import CreativeError, Problem
from livecontent.links import MEDIA_TYPES
from livecontent.render.compile import CompiledCreative
from livecontent.storage.reviews import Comment, Judgement, Verdict
from livecontent.studio.drafting import looked_version
from livecontent.studio.pages.wish import person_of
from livecontent.studio.previewing.state import read_preview_state
from livecontent.studio.reviewing.approvals import Approval, standing
from livecontent.studio.reviewing.comparing import SAMPLE, Comparer, Comparison, digests_of
from livecontent.studio.site import HEADERS, Site

WIDTH = 600  # pixels of a picture beside another
LONGEST_TEXT = 2000  # characters of a comment
LONGEST_NAME = 60


class Reviewed(NamedTuple):
    """A draft, and what it is compared with; it may have errors, or there may be nothing published yet."""

    draft: Draft
    version: str  # of all that is looked at, also of what creatives share
    before: CompiledCreative | None
    after: CompiledCreative | None
    problems: Sequence[Problem] = ()

    @property
    def name(self) -> str:
        """Of the creative."""
        return self.draft.name

    @property
    def changed(self) -> bool:
        """Whether there is anything to publish."""
        return self.before is None or self.after is None or self.after.loaded.version != self.before.loaded.version


@dataclass(frozen=True, slots=True)
class ReviewedPictures:
    """What one looks at: every variant, a sample of recipients, and what has been said of them."""

    variants: Mapping[str, Sequence[Comparison]]
    people: Sequence[Comparison]
    approval: Approval
    comments: Sequence[Comment]

    @property
    def changed(self) -> Sequence[str]:
        """The variants that are shown as something else."""
        return [name for name, pairs in self.variants.items() if any(one.changed for one in pairs)]


class ReviewDesk:
    """Opens both sides for pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._looker = site.looker

    def when(self, at: float) -> datetime:
        """A time in seconds since 1970, on the clock of the shop."""
        return datetime.fromtimestamp(at, ZoneInfo(self._parts.settings.timezone or "UTC"))

    async def reviewed(self, name: str) -> Reviewed:
        """A creative by its name. Raises `HTTPException`, `StorageError`."""
        drafts = self._site.compiled_drafts
        before = self._parts.kit.creatives.get(name)
        try:
            draft = await asyncio.to_thread(self._parts.drafts.open, name)
        except DraftError as error:
            raise HTTPException(404, str(error)) from None
        version = await asyncio.to_thread(looked_version, draft, self._parts.templates)
        try:
            after = await asyncio.to_thread(drafts.compile, draft)
        except CreativeError as error:
            return Reviewed(draft, version, before, None, error.problems)
        return Reviewed(draft, version, before, after, after.loaded.warnings)

    async def look(self, reviewed: Reviewed, *, people: bool) -> ReviewedPictures:
        """All pictures of a draft without errors, before and after; recipients are for members only."""
        assert reviewed.after  # noqa: S101  the page says what is wrong instead
        now = self._parts.reader.clock()
        comparer = Comparer(self._looker, reviewed.before, reviewed.after)
        variants = await comparer.variants(now)
        sample = await self._parts.storage.recipients.sample(SAMPLE) if people else []
        seen = await comparer.people([person_of(one) for one in sample], now)
        reviews = self._parts.storage.reviews
        approval = standing(
            await reviews.verdicts(reviewed.name), reviewed.version, digests_of(variants, reviewed.after.loaded)
        )
        return ReviewedPictures(variants, seen, approval, await reviews.comments(reviewed.name))

    async def picture(self, request: Request, reviewed: Reviewed) -> Response:
        """One of the pictures, reduced where the address asks for it; a recipient's for who may see people."""
        query = request.query_params
        compiled = reviewed.before if query.get("side") == "before" else reviewed.after
        if compiled is None:
            raise HTTPException(404)
        state, _ = read_preview_state(query, compiled.loaded.creative)
        if state.person and not self._site.shows_people(request):
            raise HTTPException(404)
        found = (await self._looker.look(compiled, state)).answer
        if "full" in query:
            return Response(found.data, media_type=MEDIA_TYPES[found.format], headers=HEADERS)
        reduced = await self._site.reduced.reduce(found.data, WIDTH)
        return Response(reduced.data, media_type=MEDIA_TYPES[reduced.format], headers=HEADERS)

    async def comment(self, name: str, version: str, form: Mapping[str, str], by: str, *, guest: bool) -> None:
        """Keeps a comment of a form. Raises `HTTPException` for one that says nothing."""
        text = form.get("text", "").strip()[:LONGEST_TEXT]
        if not text:
            raise HTTPException(422, "write what you want to say")
        x, y = _place(form.get("x", "")), _place(form.get("y", ""))
        if x is None or y is None:
            x = y = None
        at, variant = self._parts.reader.clock().timestamp(), form.get("variant", "")[:LONGEST_NAME]
        comment = Comment(secrets.token_hex(8), name, version, at, by, text, variant, x, y, guest=guest)
        await self._parts.storage.reviews.comment(comment)

    async def judge(self, reviewed: Reviewed, form: Mapping[str, str], by: str, *, guest: bool) -> Judgement:
        """Keeps what somebody thinks of the version that they looked at. Raises `HTTPException` if it is another."""
        if form.get("version") != reviewed.version or reviewed.after is None:
            raise HTTPException(409, "the draft has changed since you looked at it; look again")
        judgement: Judgement = "approved" if form.get("judgement") == "approved" else "changes"
        now = self._parts.reader.clock()
        looked = await Comparer(self._looker, None, reviewed.after).digests(now)
        note = form.get("note", "").strip()[:LONGEST_TEXT]
        said = Verdict(reviewed.name, reviewed.version, now.timestamp(), by, judgement, looked, note, guest)
        await self._parts.storage.reviews.judge(said)
        return judgement


def pins_of(comments: Sequence[Comment], variant: str) -> list[tuple[int, Comment]]:
    """The comments that are pinned to a picture of a variant and not settled, with their numbers."""
    numbered = enumerate(comments, 1)
    return [(number, one) for number, one in numbered if one.variant == variant and one.x is not None and not one.done]


def name_of(form: Mapping[str, str]) -> str:
    """The name that a guest gives. Raises `HTTPException` without one."""
    name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
    if not name:
        raise HTTPException(422, "say who you are")
    return name


def _place(text: str) -> float | None:
    try:
        place = float(text)
    except ValueError:
        return None
    return place if 0 <= place <= 1 else None
