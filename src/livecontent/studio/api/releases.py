"""The API of reviews, versions in force, recalls, results and snippets: what their pages show and do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request

from livecontent.errors import ConfigError
from livecontent.recalling import wrong_images
from livecontent.storage.base import is_send
from livecontent.studio.api.operations import Operation, OperationAnswer, Parameter, read_model
from livecontent.studio.api.release_models import (
    DraftRead,
    HeadsCounted,
    HistoryEntry,
    HistoryList,
    PastedHtml,
    RecallWish,
    Released,
    ReleaseWish,
    ResultsRead,
    VariantOutcome,
    VariantReviewed,
)
from livecontent.studio.history import DAYS, heads_asked
from livecontent.studio.pages.paste import WEB
from livecontent.studio.pages.wish import TOOL
from livecontent.studio.reviewing.desk import ReviewDesk
from livecontent.studio.reviewing.releases import Releases, WishedStandIn
from livecontent.studio.site import Site, StudioRoute

_OF, _EXAMPLE = "/v1/creatives/{creative}", '{"version": "..."}'  # of a body
_CHANGED = {409: "It has changed since, or is not in the state for that", 413: "The body is too large"}
_TIME = {"type": "string", "description": "ISO 8601, on the shop's clock"}

RELEASES: Sequence[Operation] = (
    Operation("GET", f"{_OF}/draft", "Its draft beside what is published", "view", DraftRead),
    Operation(
        *("POST", f"{_OF}/publish", "Publish the draft that was looked at", "publish", Released),
        body=ReleaseWish,
        also=_CHANGED,
    ),
    Operation("GET", f"{_OF}/history", "What was done with its versions, newest first", "view", HistoryList),
    Operation(
        *("POST", f"{_OF}/rollback", "Put a version of before in force", "publish", Released),
        body=ReleaseWish,
        also=_CHANGED,
    ),
    Operation(
        *("GET", f"{_OF}/heads", "How many people saw it, and how many will see something else", "view", HeadsCounted),
        query=(
            Parameter("version", "Of this one; else of the one recalled, or in force"),
            Parameter("variant", "Of this one alone"),
            Parameter("since", "Since when", _TIME),
        ),
    ),
    Operation(
        *("POST", f"{_OF}/recall", "Show something else in all mail that was sent", "recall", Released),
        body=RecallWish,
        also=_CHANGED,
    ),
    Operation("DELETE", f"{_OF}/recall", "Undo the recall", "recall", None, 204, also=_CHANGED),
    Operation("GET", f"{_OF}/results", f"What became of it in {DAYS} days", "view", ResultsRead),
    Operation(
        *("GET", f"{_OF}/snippet", "What to paste into an email tool, or a web page", "view", PastedHtml),
        query=(
            Parameter("tool", "The key of an email tool, or web"),
            Parameter("send", "The id of the send"),
            Parameter("field", "The contact field that holds the ref"),
        ),
    ),
)


def release_routes(site: Site) -> list[StudioRoute]:
    """The addresses of these operations."""
    api = ReleaseApi(site)
    answers: Mapping[str, OperationAnswer] = {
        "GET draft": api.draft,
        "POST publish": api.publish,
        "GET history": api.history,
        "POST rollback": api.roll_back,
        "GET heads": api.heads,
        "POST recall": api.recall,
        "DELETE recall": api.undo_recall,
        "GET results": api.results,
        "GET snippet": api.snippet,
    }
    return [one.route(answers[f"{one.method} {one.path.rpartition('/')[2]}"]) for one in RELEASES]


class ReleaseApi:
    """Answers; each raises `HTTPException` and `LivecontentError`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._desk = ReviewDesk(site)
        self._releases = Releases(site, self._desk)

    async def draft(self, request: Request) -> DraftRead:
        """Both sides of a draft, in words."""
        reviewed = await self._desk.reviewed(request.path_params["creative"])
        errors = [str(problem) for problem in reviewed.problems]
        if reviewed.after is None:
            return DraftRead(version=reviewed.version, publishable=False, problems=errors)
        seen = await self._desk.look(reviewed, people=False)
        changed = set(seen.changed)
        return DraftRead(
            version=reviewed.version,
            publishable=reviewed.changed and seen.approval.approved(self._parts.settings.studio.approvals),
            problems=errors,
            variants=[
                VariantReviewed(
                    name=name,
                    changed=name in changed,
                    approved_by=list(seen.approval.variants.get(name, ())),
                    in_earlier_version=name in seen.approval.carried,
                )
                for name in seen.variants
            ],
            changes_wanted_by=[one.by for one in seen.approval.changes],
        )

    async def publish(self, request: Request) -> Released:
        """As the button does."""
        wish = await read_model(request, ReleaseWish, _EXAMPLE)
        reviewed = await self._desk.reviewed(request.path_params["creative"])
        taken = await self._releases.publish(request, reviewed, wish.version, wish.why)
        return self._released(request, in_folder=taken)

    async def roll_back(self, request: Request) -> Released:
        """As the button does."""
        wish = await read_model(request, ReleaseWish, _EXAMPLE)
        await self._releases.roll_back(request, wish.version, wish.why)
        return self._released(request)

    async def recall(self, request: Request) -> Released:
        """As the button does; a picture of one's own is for the page."""
        wish = await read_model(request, RecallWish, _EXAMPLE)
        await self._releases.recall(request, WishedStandIn(wish.kind, wish.version, link=wish.link), wish.why)
        return self._released(request)

    async def undo_recall(self, request: Request) -> None:
        """As the button does."""
        await self._releases.undo_recall(request)

    async def history(self, request: Request) -> HistoryList:
        """What was done, by whom and why."""
        name, versions, _ = self._releases.published(request)
        return HistoryList(
            entries=[
                HistoryEntry(action=one.what, version=one.version, at=self._site.moment(one.at), by=one.by, why=one.why)
                for one in versions.history(name)
            ]
        )

    async def heads(self, request: Request) -> HeadsCounted:
        """The head count."""
        name, versions, _ = self._releases.published(request)
        asked = heads_asked(request.query_params, wrong_images(name, versions), UTC)
        found = await self._parts.storage.events.head_count(asked.wrong)
        recipients = await self._parts.storage.recipients.count()
        return HeadsCounted(
            versions=list(asked.wrong.versions),
            saw=found.saw,
            perhaps=found.perhaps,
            kept_by_service=found.kept,
            seen_something_else_since=found.right,
            recipients_not_fetched_for=max(0, recipients - found.reached),
            unrecorded_fetches=found.unrecorded,
        )

    async def results(self, request: Request) -> ResultsRead:
        """Of the last weeks."""
        name, _, _ = self._releases.published(request)
        since = self._parts.reader.clock() - timedelta(days=DAYS)
        found = await self._parts.storage.events.results(name, since.timestamp())
        return ResultsRead(
            since=since,
            variants=[
                VariantOutcome(
                    name=one.variant,
                    people=one.people,
                    clicked=one.clicked,
                    share=one.share if one.tells else None,
                    fetches=one.fetches,
                )
                for one in found.variants
            ],
            people_by_client=found.clients,
            fetches_by_level=found.levels,
            unrecorded_fetches=found.unrecorded,
        )

    async def snippet(self, request: Request) -> PastedHtml:
        """The HTML."""
        compiled = self._parts.kit.creatives.get(request.path_params["creative"])
        if compiled is None:
            raise HTTPException(404, "there is no such creative that is published")
        query, snippets = request.query_params, self._parts.snippets
        tool, send = query.get("tool", TOOL), query.get("send", "")
        if tool not in {*snippets.tools, WEB}:
            raise HTTPException(422, f"tool: one of {', '.join(sorted(snippets.tools))}, or {WEB}")
        if send and not is_send(send):
            raise HTTPException(422, "send: letters, digits, dots, underscores and hyphens, at most 64")
        try:
            return PastedHtml(html=snippets.html(compiled, tool, send, query.get("field", "")))
        except ConfigError as error:
            raise HTTPException(422, str(error)) from None

    def _released(self, request: Request, *, in_folder: bool | None = None) -> Released:
        name, versions, _ = self._releases.published(request)
        now = versions.current[name]
        return Released(version=now.version, recalled=now.recalled or None, in_folder=in_folder)
