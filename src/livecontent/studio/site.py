"""What all pages of the studio stand on: the parts they work with, how they are made, and who may ask for them."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from livecontent.config import Settings
from livecontent.creative.drafts import Drafts
from livecontent.creative.versions import PublishedVersions
from livecontent.decide.sentences import told_why
from livecontent.errors import DataError, LivecontentError, StorageError
from livecontent.facts import spell_out
from livecontent.pipeline import Engine
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.base import Storage
from livecontent.storage.queue import Recorder
from livecontent.studio.access.guard import Guard, RefusedRequestError
from livecontent.studio.access.roles import Action, Member
from livecontent.studio.assets import SMALLER, Assets
from livecontent.studio.bar import OF_CREATIVE, PAGES
from livecontent.studio.drafting import CompiledDrafts
from livecontent.studio.forms import here, reads_pages
from livecontent.studio.pages.catalogue import LANGUAGES, Catalogue, language_from, load_catalogues
from livecontent.studio.pages.paste import Snippets
from livecontent.studio.pages.trace import rule_sentence
from livecontent.studio.pages.why import PreviewParser, as_time, gist, rules, sentence, traits
from livecontent.studio.pages.wish import THEMES
from livecontent.studio.previewing.cells import ReducedPictures
from livecontent.studio.previewing.looking import Blocks, PreviewLooker
from livecontent.studio.segment_counting import SegmentCounting

MOST_TOLD = 300  # characters of why something failed
HERE = Path(__file__).parent
SIGN_IN = "/studio/sign-in"
LANGUAGE_COOKIE, THEME_COOKIE = "studio-lang", "studio-theme"

POLICY: Mapping[str, str] = MappingProxyType(
    {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "trusted-types": "page",
        "require-trusted-types-for": "'script'",
    }
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "same-origin",
        "vary": "accept-language",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }
)


@dataclass(frozen=True, slots=True)
class StudioParts:
    """What the pages need of the server."""

    settings: Settings
    kit: Engine
    storage: Storage
    recorder: Recorder
    reader: PreviewParser
    cities: Iterable[str]
    snippets: Snippets
    publisher: Publisher | None
    workshop: Workshop
    versions: PublishedVersions | None
    drafts: Drafts
    keys: SecretKeys
    blocks: Blocks
    files: Callable[[], Mapping[str, tuple[float | None, str]]]  # lists and databases: age in days, and what is wrong
    counting: SegmentCounting

    def recalled(self, name: str) -> str:
        """The version of a creative in whose place something else stands, "" where none was recalled."""
        now = self.versions.current.get(name) if self.versions else None
        return now.recalled if now else ""

    @property
    def templates(self) -> Path:
        """The folder of creatives."""
        return self.settings.templates


class StudioRoute(NamedTuple):
    """An address of the studio, and what one must be allowed to do to ask for it."""

    path: str
    endpoint: Callable[[Request], Awaitable[Response]]
    action: Action
    methods: Sequence[str] = ("GET",)
    smaller: bool = True  # compressed: pages and JSON are, pictures are not


class Site:
    """Makes pages."""

    def __init__(self, parts: StudioParts, *, local: bool = False, clock: Callable[[], float] = time.time) -> None:
        """`local`: who comes by a loopback address is an admin without a token; `clock`: seconds since 1970."""
        self.parts = parts
        self.clock = clock
        self.assets = Assets(HERE / "static")
        self.catalogues = load_catalogues()
        self.guard = Guard(parts.settings, parts.storage.team, clock, local=local)
        self._actions: dict[str, Action] = {}
        loader = FileSystemLoader(HERE / "pages")
        self.environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.environment.globals.update(asset=self.assets.address, quote=quote, documents={})
        self.environment.globals.update(
            explain_rules=rules, rule_sentence=rule_sentence, spell_out=spell_out, gist=gist, told_why=told_why
        )
        self.environment.globals.update(traits=traits, as_time=as_time, sentence=sentence)
        self.compiled_drafts = CompiledDrafts(parts.drafts, parts.templates, parts.workshop, parts.publisher)
        self.looker = PreviewLooker.of(parts.kit, parts.reader, parts.storage.recipients)
        self.reduced = ReducedPictures()
        self._templates = Jinja2Templates(env=self.environment)

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        policy: Mapping[str, str] = MappingProxyType({}),
        **context: Any,
    ) -> Response:
        """A page, in the reader's language: its words are those of the area with the template's name, and the shared.

        With `creative` in the context it has that creative's bar. `policy` replaces directives of the page's policy.
        """
        words = context.setdefault("words", self.words(request))
        context.setdefault("t", words.area(template.partition(".")[0]))
        context.setdefault("theme", _chosen(request, "theme", THEME_COOKIE, THEMES))
        context.setdefault("creative", "")
        member = self.member(request)
        context |= {"member": member, "languages": self.catalogues, "themes": ("", *THEMES)}
        context |= {"here": here(request), "pages": self._open_to(member, PAGES)}
        context["tabs"] = self._open_to(member, OF_CREATIVE) if context["creative"] else []
        rules = "; ".join(f"{name} {value}" for name, value in {**POLICY, **policy}.items())
        headers = {**HEADERS, "content-security-policy": rules}
        return self._templates.TemplateResponse(request, template, context, status, headers)

    def json(self, content: object, status: int = 200) -> Response:
        """An answer to a script."""
        return JSONResponse(content, status, HEADERS)

    def moment(self, at: float) -> datetime:
        """A time in seconds since 1970, in UTC."""
        return datetime.fromtimestamp(at, UTC)

    def words(self, request: Request) -> Catalogue:
        """The texts in the reader's language: that of the address, else the one chosen, else that of the browser."""
        chosen = _chosen(request, "lang", LANGUAGE_COOKIE, LANGUAGES)
        return self.catalogues[chosen or language_from(request.headers.get("accept-language", ""))]

    def member(self, request: Request) -> Member | None:
        """Who asks; on pages that nobody needs to sign in for it may be nobody."""
        found: Member | None = getattr(request.state, "member", None)
        return found

    def routes(self, pages: Iterable[StudioRoute]) -> list[Route]:
        """Their addresses, each behind the guard."""
        made = []
        for page in pages:
            if "GET" in page.methods:
                self._actions[page.path] = page.action
            endpoint = self._guarded(page)
            for path in {page.path, page.path.rstrip("/") or "/"}:
                pressed = SMALLER if page.smaller else ()
                made.append(Route(path, endpoint, methods=list(page.methods), name=page.action, middleware=pressed))
        return made

    def problem(self, request: Request, status: int, why: str) -> Response:
        """Says why something is not answered: as a page, or in JSON to who does not read pages."""
        if not reads_pages(request):
            return self.json({"error": why}, status)
        return self.render(request, "problem.html", status=status, number=status, why=why)

    async def record(self, request: Request, action: str, creative: str = "", **details: str) -> None:
        """Writes into the audit log what somebody did. Raises `StorageError`."""
        await self.parts.storage.team.record(self.name_of(request), action, creative, **details)

    @asynccontextmanager
    async def recorded(self, request: Request, action: str, creative: str = "", **details: str) -> AsyncIterator[None]:
        """Writes what somebody does into the audit log before it is done, and afterwards if it failed."""
        who = self.name_of(request)
        entry = await self.parts.storage.team.record(who, action, creative, **details)
        try:
            yield
        except Exception as error:
            told = {"deed": action, "number": str(entry.number), "why": str(error)[:MOST_TOLD]}
            await self.parts.storage.team.record(who, "failed", creative, **told)
            raise

    def name_of(self, request: Request) -> str:
        """The name of who asks, as the audit log has it; "" for nobody known."""
        member = self.member(request)
        return member.name if member else ""

    def shows_people(self, request: Request) -> bool:
        """Whether who asks may see what is known of people."""
        member = self.member(request)
        return member is not None and member.may("people")

    def base(self, request: Request) -> str:
        """Where the studio is for others: its public address, else the one that was asked."""
        return self.parts.settings.studio.url or str(request.base_url).rstrip("/")

    def refused(self, request: Request, refused: RefusedRequestError) -> Response:
        """Says why; who is not signed in and asks for a page is led to where one signs in."""
        if refused.status == 401 and request.method == "GET" and reads_pages(request):
            return RedirectResponse(f"{SIGN_IN}?next={quote(here(request), safe='')}", 303, HEADERS)
        answer = self.problem(request, refused.status, self.words(request).texts["refused"][refused.why])
        if refused.status == 401:
            answer.headers["www-authenticate"] = "Bearer"
        if refused.wait:
            answer.headers["retry-after"] = str(refused.wait)
        return answer

    async def lost(self, request: Request, error: Exception) -> Response:
        """Answers for an address that there is none of, or not with this method."""
        status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
        why = str(self.words(request).texts["refused"]["no_page" if status == 404 else "no_method"])
        answer = self.problem(request, status, why)
        answer.headers.update(headers or {})
        return answer

    def _guarded(self, page: StudioRoute) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                request.state.member = await self.guard.admit(request, page.action)
                return await page.endpoint(request)
            except RefusedRequestError as refused:
                return self.refused(request, refused)
            except HTTPException as error:
                return self.problem(request, error.status_code, error.detail)
            except LivecontentError as error:
                return self.problem(request, status_of(error), str(error))

        return endpoint

    def address_of(self, request: Request, page: str, creative: str) -> str:
        """Of a page of a creative; "" where it is not there, or not open to who asks."""
        address = dict(self._open_to(self.member(request), OF_CREATIVE)).get(page, "")
        return address.replace("{creative}", quote(creative))

    def _open_to(self, member: Member | None, pages: Mapping[str, str]) -> list[tuple[str, str]]:
        """Name and path of pages that are there, and that somebody may see."""
        actions = ((name, path, self._actions.get(path)) for name, path in pages.items())
        return [(name, path) for name, path, action in actions if action and member and member.may(action)]


def status_of(error: LivecontentError) -> int:
    """Of an answer that an error led to: 503 where a store failed, 404 where somebody is not there, else 422."""
    return 503 if isinstance(error, StorageError) else 404 if isinstance(error, DataError) else 422


def _chosen(request: Request, name: str, cookie: str, known: Sequence[str]) -> str:
    asked = request.query_params.get(name, "")
    chosen = asked if asked in known else request.cookies.get(cookie, "")
    return chosen if chosen in known else ""
