"""The addresses of the API: the same answers that the pages show, in JSON, to tokens with the same roles."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request

from livecontent.persons import erase_people, plain_record, read_person
from livecontent.storage.reviews import Comment, Verdict
from livecontent.storage.team import Token, new_token
from livecontent.studio.api.documented import document_of, operations_of
from livecontent.studio.api.models import (
    AuditLine,
    AuditPage,
    CreativeList,
    CreativeReview,
    CreativeSummary,
    CreativeVersion,
    MadeToken,
    PersonInBrief,
    PersonList,
    ReviewComment,
    ReviewVerdict,
    SourceList,
    SourceState,
    TokenInBrief,
    TokenList,
    TokenWish,
    ValuesByName,
    VersionList,
)
from livecontent.studio.api.operations import OperationAnswer, read_model
from livecontent.studio.api.releases import release_routes
from livecontent.studio.cards import Card, CardReader
from livecontent.studio.drafting import looked_version
from livecontent.studio.pages.wish import MAX_TEXT, search
from livecontent.studio.person.looks import record_look
from livecontent.studio.settings import DAY, entry_as_json
from livecontent.studio.site import Site, StudioRoute
from livecontent.studio.sources import find_sources

MOST = 200  # entries or people of an answer


def api_routes(site: Site) -> list[StudioRoute]:
    """All operations, and the document of them."""
    api = Api(site)
    answers: Mapping[str, OperationAnswer] = {
        "GET /v1/openapi.json": api.document,
        "GET /v1/creatives": api.creatives,
        "GET /v1/creatives/{creative}": api.creative,
        "GET /v1/creatives/{creative}/versions": api.versions,
        "GET /v1/creatives/{creative}/review": api.review,
        "GET /v1/people": api.people,
        "GET /v1/people/{person}": api.export,
        "DELETE /v1/people/{person}": api.forget,
        "GET /v1/sources": api.sources,
        "GET /v1/tokens": api.tokens,
        "POST /v1/tokens": api.create_token,
        "DELETE /v1/tokens/{token}": api.revoke_token,
        "GET /v1/audit": api.audit,
    }
    operations = {f"{each.method} {each.path}": each for each in operations_of(site.parts.settings)}
    return [*release_routes(site), *(operations[name].route(answer) for name, answer in answers.items())]


class Api:
    """Answers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._team = site.parts.storage.team
        self._cards = CardReader(site.parts, site.clock)
        self._document = document_of(site.parts.settings)

    async def document(self, _: Request) -> ValuesByName:
        """Of all operations."""
        return ValuesByName(self._document)

    async def creatives(self, _: Request) -> CreativeList:
        """As on the wall."""
        return CreativeList(creatives=[_creative(card) for card in await self._cards.read()])

    async def creative(self, request: Request) -> CreativeSummary:
        """One of them. Raises `HTTPException`."""
        found = next((card for card in await self._cards.read() if card.name == request.path_params["creative"]), None)
        if found is None:
            raise HTTPException(404, "there is no such creative")
        return _creative(found)

    async def versions(self, request: Request) -> VersionList:
        """Of a creative. Raises `HTTPException`."""
        name, versions = request.path_params["creative"], self._parts.versions
        if versions is None or name not in versions.current:
            raise HTTPException(404, "nothing was published of it")
        now = versions.current[name]
        found = [
            CreativeVersion(id=one.id, at=_moment(one.at), in_force=one.id == now.version and not now.removed)
            for one in versions.of(name)
        ]
        return VersionList(versions=found)

    async def review(self, request: Request) -> CreativeReview:
        """Of a creative. Raises `HTTPException`."""
        name, parts = request.path_params["creative"], self._parts
        if name not in parts.kit.creatives and name not in parts.drafts.names:
            raise HTTPException(404, "there is no such creative")
        draft = await asyncio.to_thread(parts.drafts.open, name)
        reviews = parts.storage.reviews
        return CreativeReview(
            draft=await asyncio.to_thread(looked_version, draft, parts.templates) if draft.is_changed else None,
            comments=[_comment(one) for one in await reviews.comments(name)],
            verdicts=[_verdict(one) for one in await reviews.verdicts(name)],
        )

    async def people(self, request: Request) -> PersonList:
        """Those who are found."""
        sought = request.query_params.get("q", "")[:MAX_TEXT]
        found = await search(self._parts.storage.recipients, sought, _number(request, "limit", 20, 1, MOST))
        return PersonList(people=[PersonInBrief(id=one.id, ref=one.ref, name=one.name, city=one.city) for one in found])

    async def export(self, request: Request) -> ValuesByName:
        """All that is kept of somebody."""
        record = await read_person(request.path_params["person"], self._parts.settings, self._parts.storage)
        await record_look(self._site, request, record.ref)
        await self._site.record(request, "person.export")
        return ValuesByName(plain_record(record))

    async def forget(self, request: Request) -> None:
        """Erases somebody."""
        who = request.path_params["person"]
        record = await read_person(who, self._parts.settings, self._parts.storage)
        await erase_people({who: record}, self._parts.settings, self._parts.storage)
        await self._site.record(request, "person.forget")

    async def sources(self, _: Request) -> SourceList:
        """All of them."""
        now = self._site.clock()
        return SourceList(
            sources=[
                SourceState(
                    name=one.name,
                    kind=one.kind,
                    state=one.state,
                    age=now - one.at if one.at else None,
                    error=one.error,
                    detail=one.detail,
                )
                for one in await find_sources(self._parts, now)
            ]
        )

    async def tokens(self, _: Request) -> TokenList:
        """Without their secrets."""
        return TokenList(tokens=[_token(one) for one in await self._team.tokens()])

    async def create_token(self, request: Request) -> MadeToken:
        """Makes one. Raises `HTTPException`."""
        wish = await read_model(request, TokenWish, '{"name": "Anna", "role": "viewer"}')
        if not wish.name.isprintable():
            raise HTTPException(422, "name: write letters that can be printed")
        now = self._site.clock()
        token, text = new_token(wish.name, wish.role, now, now + wish.days * DAY if wish.days else 0.0)
        await self._team.add_token(token, self._site.name_of(request))
        return MadeToken(id=token.id, token=text)

    async def revoke_token(self, request: Request) -> None:
        """Takes one out of use. Raises `HTTPException`."""
        token = request.path_params["token"]
        if not await self._team.revoke(token, self._site.clock(), self._site.name_of(request)):
            raise HTTPException(404, "no such token is in use")

    async def audit(self, request: Request) -> AuditPage:
        """The log, from the newest."""
        before = _number(request, "before", 0, 0, 2**53)
        entries = await self._team.entries(_number(request, "limit", 50, 1, MOST), before)
        lines = [AuditLine.model_validate(entry_as_json(entry)) for entry in entries]
        return AuditPage(entries=lines, broken_at=await self._team.broken_at())


def _number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise HTTPException(422, f"{name}: write a number from {least} to {most}")
    return int(text)


def _creative(card: Card) -> CreativeSummary:
    return CreativeSummary(
        name=card.name,
        title=card.title,
        state=card.state,
        version=card.version,
        published=_moment(card.published) if card.published else None,
        problem=str(card.problem) if card.problem else None,
        opens_today=card.day.opens,
        fetches_today=card.day.steps,
    )


def _comment(one: Comment) -> ReviewComment:
    told = {name: getattr(one, name) for name in ReviewComment.model_fields}
    return ReviewComment.model_validate(told | {"at": _moment(one.at)})


def _verdict(one: Verdict) -> ReviewVerdict:
    told = {name: getattr(one, name) for name in ReviewVerdict.model_fields}
    return ReviewVerdict.model_validate(told | {"at": _moment(one.at)})


def _token(one: Token) -> TokenInBrief:
    times = {"made": one.made, "expires": one.expires, "revoked": one.revoked, "used": one.used}
    told = {name: _moment(at) if at else None for name, at in times.items()}
    return TokenInBrief.model_validate({"id": one.id, "name": one.name, "role": one.role, **told})


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
