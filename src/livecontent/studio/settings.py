"""Settings of the team: tokens, what each role may do, and the audit log."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from livecontent.storage.team import AuditEntry, new_token
from livecontent.studio.access.roles import ALLOWED, ROLES, role_named
from livecontent.studio.forms import read_form
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/settings"
SHOWN = 50  # entries on a page
LONGEST_NAME = 80  # characters
DAYS = (30, 90, 365, 0)  # that a token may hold; 0: until it is revoked
DAY = 24 * 3600  # seconds
_READ = 500  # entries at once


def settings_routes(site: Site) -> list[StudioRoute]:
    """The page, what its forms are sent to, and the log as a file."""
    settings = TeamSettings(site)
    return [
        StudioRoute(PATH, settings.page, "admin"),
        StudioRoute(f"{PATH}/tokens", settings.create, "admin", ("POST",)),
        StudioRoute(f"{PATH}/tokens/{{token}}/revoke", settings.revoke, "admin", ("POST",)),
        StudioRoute(f"{PATH}/audit.jsonl", settings.export, "admin"),
    ]


class TeamSettings:
    """The page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._team = site.parts.storage.team

    async def page(self, request: Request) -> Response:
        """Tokens, roles, and a page of the log."""
        return await self._page(request)

    async def create(self, request: Request) -> Response:
        """Makes a token, which this page shows and none after it."""
        form = await read_form(request)
        name, role = " ".join(form.get("name", "").split())[:LONGEST_NAME], role_named(form.get("role", ""))
        days = form.get("days", "")
        if not name or not name.isprintable() or role is None or days not in map(str, DAYS):
            raise HTTPException(422, str(self._site.words(request).texts["settings"]["wrong"]))
        now = self._site.clock()
        token, text = new_token(name, role, now, now + int(days) * DAY if int(days) else 0.0)
        await self._team.add_token(token, self._site.name_of(request))
        return await self._page(request, made=text)

    async def revoke(self, request: Request) -> Response:
        """Takes a token out of use."""
        who = self._site.name_of(request)
        if not await self._team.revoke(request.path_params["token"], self._site.clock(), who):
            raise HTTPException(404, str(self._site.words(request).texts["settings"]["no_token"]))
        return RedirectResponse(PATH, 303, HEADERS)

    async def export(self, _: Request) -> Response:
        """The whole log as JSON Lines, from the newest."""
        headers = {**HEADERS, "content-disposition": 'attachment; filename="audit.jsonl"'}
        return StreamingResponse(self._lines(), media_type="application/jsonl", headers=headers)

    async def _lines(self) -> AsyncIterator[str]:
        before = 0
        while entries := await self._team.entries(_READ, before):
            for entry in entries:
                yield json.dumps(entry_as_json(entry), ensure_ascii=False) + "\n"
            before = entries[-1].number
            if before == 1:
                return

    async def _page(self, request: Request, made: str = "") -> Response:
        before = request.query_params.get("before", "")
        number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
        entries = await self._team.entries(SHOWN, number)
        return self._site.render(
            request,
            "settings.html",
            made=made,
            base=self._site.base(request),
            tokens=await self._team.tokens(),
            now=self._site.clock(),
            roles={role: sorted(ALLOWED[role] - {"open"}) for role in ROLES},
            days=DAYS,
            entries=entries,
            older=entries[-1].number if entries and entries[-1].number > 1 else 0,
            broken=await self._team.broken_at(),
            at=self._site.moment,
        )


def entry_as_json(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the log as plain data; times are ISO 8601."""
    return {
        "number": entry.number,
        "at": datetime.fromtimestamp(entry.at, UTC).isoformat(),
        "who": entry.who,
        "action": entry.action,
        "creative": entry.creative,
        "details": dict(entry.details),
        "chain": entry.chain.hex(),
        "person": entry.ref,
    }
