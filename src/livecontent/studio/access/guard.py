"""Keeps strangers and other sites out of the studio, by what a request says of itself; no tokens in forms.

Who asks is told by, in this order: a token in the header Authorization, the cookie of a session, the header of a
trusted proxy, and for the demo that they are at this machine.
"""

import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from hmac import compare_digest
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.net.address import client_address, is_trusted
from livecontent.net.ranges import parse_address
from livecontent.runtime.rate_limit import RateLimit
from livecontent.storage.team import TeamStore, Token, parse_token, secret_digest
from livecontent.studio.access.roles import Action, Member, role_named

SESSION = 12 * 3600  # seconds
NOTED = 3600.0  # seconds between two notes that a script uses a token
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_OF_PROXIES = frozenset({"forwarded", "via", "x-real-ip", "cf-connecting-ip"})
_SAFE = frozenset({"GET", "HEAD"})
_NO_TOKEN = b"\0" * 32
_COOKIE, _SECURE_COOKIE = "studio", "__Host-studio"


class RefusedRequestError(Exception):
    """A request that is not answered: the status, the word of the page that says why, and seconds to wait."""

    def __init__(self, status: int, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.status, self.why, self.wait = status, why, math.ceil(wait)


class Guard:
    """Decides on each request."""

    def __init__(self, settings: Settings, team: TeamStore, clock: Callable[[], float], *, local: bool) -> None:
        """The clock is in seconds since 1970. `local`: who comes by a loopback address needs no token."""
        self._public = urlsplit(settings.studio.url)
        self._settings = settings
        self._team = team
        self._clock = clock
        self._local = local
        self._limit = RateLimit(clock)
        self._noted: dict[str, float] = {}  # when it was noted that a script uses a token; there are few

    async def admit(self, request: Request, action: Action) -> Member | None:
        """Who asks, None where nobody needs to be known. Raises `RefusedRequestError`."""
        free = action == "open" and request.method in _SAFE
        if not free:
            host = _host(request)
            if _name(host) not in LOOPBACK and not self._is_public(host):
                raise RefusedRequestError(421, "wrong_host")
            if not (_bearer(request) and self._cookie(request) is None):
                check_origin(request, f"{self._public.scheme if self._is_public(host) else 'http'}://{host}")
        member = self._member(request)
        if member is None and action != "open":
            raise RefusedRequestError(401, "sign_in_first")
        if member and not member.may(action):
            raise RefusedRequestError(403, "not_allowed")
        if member and member.token and _bearer(request):
            await self._note_use(member.token)
        return member

    async def _note_use(self, token_id: str) -> None:
        """Keeps that a script uses a token, if there is room: nobody is refused for that."""
        now = self._clock()
        if now - self._noted.get(token_id, 0.0) >= NOTED:
            self._noted[token_id] = now
            with suppress(StorageError):
                await self._team.note_use(token_id, now)

    def _member(self, request: Request) -> Member | None:
        if bearer := _bearer(request):
            return _member_of(self.token_of(request, bearer))
        cookie = self._cookie(request)
        if cookie and (token := self._team.session(secret_digest(cookie), self._clock())):
            return _member_of(token)
        return self._named_by_proxy(request) or self._at_this_machine(request)

    def token_of(self, request: Request, text: str) -> Token:
        """The token that somebody shows. Raises `RefusedRequestError`, also where they were wrong too often."""
        token_id, secret = parse_token(text) or ("", "")
        peer = request.client.host if request.client else None
        address = client_address(peer, dict(request.headers), self._settings.trusted_proxies)
        who = token_id, address
        if wait := self._limit.wait(who):
            raise RefusedRequestError(429, "too_often", wait)
        token = self._team.token(token_id) if token_id else None
        same = compare_digest(secret_digest(secret), token.digest if token else _NO_TOKEN)
        if token is None or not same or not token.holds(self._clock()):
            self._limit.count(who)
            raise RefusedRequestError(401, "wrong_token")
        self._limit.forget(who)
        return token

    async def sign_in(self, request: Request, token: Token, response: Response) -> None:
        """Begins a session, whose cookie is set by a response. The one before ends."""
        await self._end_session(request)
        cookie, now = secrets.token_urlsafe(32), self._clock()
        end = min(now + SESSION, token.expires or math.inf)
        await self._team.begin_session(secret_digest(cookie), token.id, now, end)
        secure = self._is_public(_host(request))
        response.set_cookie(
            _SECURE_COOKIE if secure else _COOKIE,
            cookie,
            max_age=int(end - now),
            secure=secure,
            httponly=True,
            samesite="lax" if secure else "strict",
        )

    async def sign_out(self, request: Request, response: Response) -> None:
        """Ends the session of a request, if there is one."""
        await self._end_session(request)
        secure = self._is_public(_host(request))
        response.delete_cookie(_SECURE_COOKIE if secure else _COOKIE, secure=secure, httponly=True)

    async def _end_session(self, request: Request) -> None:
        if cookie := self._cookie(request):
            await self._team.end_session(secret_digest(cookie))

    def _cookie(self, request: Request) -> str | None:
        """Of the session; the one of loopback counts there alone."""
        return request.cookies.get(_SECURE_COOKIE if self._is_public(_host(request)) else _COOKIE)

    def _is_public(self, host: str) -> bool:
        return bool(host) and host == self._public.netloc.lower()

    def _named_by_proxy(self, request: Request) -> Member | None:
        """Who a trusted proxy says it is. Raises `RefusedRequestError` for somebody without a role."""
        studio = self._settings.studio
        name = request.headers.get(studio.user_header, "").strip() if studio.user_header else ""
        peer = request.client.host if request.client else None
        if not name or not is_trusted(peer, self._settings.trusted_proxies):
            return None
        role = studio.people.get(name) or studio.people.get("*")
        if role is None:
            raise RefusedRequestError(403, "no_role")
        return Member(name, role)

    def _at_this_machine(self, request: Request) -> Member | None:
        """Who comes from a loopback address, to one; nobody whom a proxy at this machine may have passed on."""
        peer = parse_address(request.client.host) if request.client else None
        here = peer is not None and peer.is_loopback and _name(_host(request)) in LOOPBACK
        return Member("demo", "admin") if self._local and here and not _is_passed_on(request) else None


def check_origin(request: Request, own: str) -> None:
    """Raises `RefusedRequestError` for what another site makes a browser ask for; links to pages are let through."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if request.method not in _SAFE:
        if site not in ("same-origin", None) or origin not in (own, None) or site is origin is None:
            raise RefusedRequestError(403, "other_site")
    elif site in ("cross-site", "same-site"):
        mode, goal = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
        if (mode, goal) != ("navigate", "document"):
            raise RefusedRequestError(403, "other_site")


def _is_passed_on(request: Request) -> bool:
    """Whether there is a sign of a proxy; one that adds no header often speaks HTTP/1.0, which no browser does."""
    named = any(name in _OF_PROXIES or name.startswith("x-forwarded-") for name in request.headers)
    return named or request.scope.get("http_version") == "1.0"


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _member_of(token: Token) -> Member | None:
    role = role_named(token.role)
    return Member(token.name, role, token.id) if role else None


def _host(request: Request) -> str:
    return request.headers.get("host", "").lower()


def _name(host: str) -> str:
    """Without a port."""
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host
