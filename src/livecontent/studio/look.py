"""The language and the appearance of the pages, kept by the browser of whoever chose them."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.studio.forms import local_path, read_form
from livecontent.studio.pages.catalogue import LANGUAGES
from livecontent.studio.pages.wish import THEMES
from livecontent.studio.site import LANGUAGE_COOKIE, THEME_COOKIE, Site, StudioRoute

PATH = "/studio/look"
_YEAR = 365 * 24 * 3600


def look_routes(_: Site) -> list[StudioRoute]:
    """Where the choice is sent."""
    return [StudioRoute(PATH, choose_look, "open", ("POST",))]


async def choose_look(request: Request) -> Response:
    """Keeps the choice, and goes back to the page that it was made on."""
    chosen = await read_form(request)
    back = RedirectResponse(local_path(chosen.get("back", "")), 303)
    for name, cookie, known in (("lang", LANGUAGE_COOKIE, LANGUAGES), ("theme", THEME_COOKIE, ("", *THEMES))):
        if chosen.get(name) in known:
            back.set_cookie(cookie, chosen[name], max_age=_YEAR, samesite="lax", httponly=True)
    return back
