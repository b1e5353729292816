"""Signing in with a token, typed or in the fragment of a link, and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.storage.team import parse_token
from livecontent.studio.access.guard import RefusedRequestError
from livecontent.studio.forms import local_path, read_form
from livecontent.studio.site import HEADERS, SIGN_IN, Site, StudioRoute


def sign_in_routes(site: Site) -> list[StudioRoute]:
    """The page, what it is sent to, and the way out."""
    doorway = Doorway(site)
    return [
        StudioRoute(SIGN_IN, doorway.page, "open"),
        StudioRoute(SIGN_IN, doorway.sign_in, "open", ("POST",)),
        StudioRoute("/studio/sign-out", doorway.sign_out, "open", ("POST",)),
    ]


class Doorway:
    """Where one signs in."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def page(self, request: Request) -> Response:
        """A field for the token."""
        return self._page(request, local_path(request.query_params.get("next", "")))

    async def sign_in(self, request: Request) -> Response:
        """Begins a session, and leads to the page that was asked for."""
        form = await read_form(request)
        goal = local_path(form.get("next", ""))
        try:
            token = self._site.guard.token_of(request, form.get("token", ""))
        except RefusedRequestError as refused:
            await self._wrong(refused, form.get("token", ""))
            page = self._page(request, goal, refused.why, refused.status)
            if refused.wait:
                page.headers["retry-after"] = str(refused.wait)
            return page
        response = RedirectResponse(goal, 303, HEADERS)
        await self._site.guard.sign_in(request, token, response)
        await self._site.parts.storage.team.record(token.name, "sign-in", token=token.id)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Ends the session; with `everywhere`, all of the same token."""
        form = await read_form(request)
        member = self._site.member(request)
        if member and member.token and form.get("everywhere"):
            await self._site.parts.storage.team.end_sessions(member.token)
        if member:
            await self._site.record(request, "sign-out", everywhere="yes" if form.get("everywhere") else "no")
        response = RedirectResponse(SIGN_IN, 303, HEADERS)
        await self._site.guard.sign_out(request, response)
        return response

    async def _wrong(self, refused: RefusedRequestError, text: str) -> None:
        """Notes that somebody guesses at the secret of a token that there is; not each time once they have to wait."""
        team, (token_id, _) = self._site.parts.storage.team, parse_token(text) or ("", "")
        if refused.status == 401 and token_id and (token := team.token(token_id)):
            await team.record("", "wrong-token", token=token.id, name=token.name)

    def _page(self, request: Request, goal: str, wrong: str = "", status: int = 200) -> Response:
        why = self._site.words(request).texts["refused"][wrong] if wrong else ""
        return self._site.render(request, "sign-in.html", status=status, goal=goal, why=why)
