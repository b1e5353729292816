"""Keeps strangers and other sites out of the studio, by what a request says of itself; no tokens in forms."""

from urllib.parse import urlsplit

from starlette.requests import Request

from livecontent.studio.access.roles import Action, Member

_SAFE = frozenset({"GET", "HEAD"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-host", "forwarded"})


class RefusedRequestError(Exception):
    """A request that is not answered: the status, and the word of the page that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class Guard:
    """Decides on each request; `local`: who comes by a loopback address needs no token."""

    def __init__(self, url: str, *, local: bool) -> None:
        """The public address of the studio, "" where it has none."""
        self._public = urlsplit(url)
        self._local = local

    async def admit(self, request: Request, action: Action) -> Member | None:
        """Who asks, None where nobody needs to be known. Raises `RefusedRequestError`."""
        host = request.headers.get("host", "").lower()
        if action == "open" and request.method in _SAFE:
            return self._member(request, host)
        if _name(host) not in LOOPBACK and host != self._public.netloc.lower():
            raise RefusedRequestError(421, "wrong_host")
        check_origin(request, self._origin(host))
        member = self._member(request, host)
        if action == "open":
            return member
        if member is None:
            raise RefusedRequestError(401, "sign_in_first")
        if not member.may(action):
            raise RefusedRequestError(403, "not_allowed")
        return member

    def _origin(self, host: str) -> str:
        public = host == self._public.netloc.lower()
        return f"{self._public.scheme if public else 'http'}://{host}"

    def _member(self, request: Request, host: str) -> Member | None:
        here = self._local and _name(host) in LOOPBACK and not FORWARDED & set(request.headers)
        return Member("demo", "admin") if here else None


def check_origin(request: Request, own: str) -> None:
    """Raises `RefusedRequestError` for what another site makes a browser ask for; links to pages are let through."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if request.method not in _SAFE:
        if site != "same-origin" and not (site is None and origin == own):
            raise RefusedRequestError(403, "other_site")
    elif site in ("cross-site", "same-site"):
        mode, goal = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
        if (mode, goal) != ("navigate", "document"):
            raise RefusedRequestError(403, "other_site")


def _name(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
