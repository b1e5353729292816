"""The page Embed: what to paste into an email tool or a web page, the file of links, and a test by mail."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from livecontent.errors import ConfigError
from livecontent.links import click_path, image_path
from livecontent.net.smtp import MailError, send_mail
from livecontent.render.compile import CompiledCreative
from livecontent.runtime.rate_limit import RateLimit
from livecontent.storage.base import is_send
from livecontent.studio.forms import read_form
from livecontent.studio.pages.paste import WEB
from livecontent.studio.pages.wish import TOOL, find, preview_people, search
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/embed/{creative}"
_PART = r"[^@\s,;:<>\"()\[\]\\\x00-\x20\x7f-\x9f]"
_ADDRESS = re.compile(f"{_PART}{{1,64}}@{_PART}{{1,190}}")
MOST_TESTS, TESTS_WITHIN = 30, 3600.0  # mails of a member, and seconds
_ROWS = 500  # of the file of links, between two turns of others

_MAIL = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:24px;background:#ffffff">
{}</body></html>
"""


def embed_routes(site: Site) -> list[StudioRoute]:
    """The page, its file, and the test."""
    pages = EmbedPages(site)
    return [
        StudioRoute(PATH, pages.page, "view"),
        StudioRoute(f"{PATH}/links.csv", pages.links, "people", smaller=False),
        StudioRoute(f"{PATH}/test", pages.test, "edit", ("POST",)),
    ]


class EmbedPages:
    """The page of a creative."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._limit = RateLimit(site.clock, MOST_TESTS, TESTS_WITHIN)

    async def page(self, request: Request) -> Response:
        """What to paste, for the email tool that is chosen."""
        return await self._page(request)

    async def _page(self, request: Request, *, said: str = "", failed: str = "", to: str = "") -> Response:
        compiled, snippets = self._compiled(request), self._parts.snippets
        query = request.query_params
        tool = query.get("tool", "") if query.get("tool") in {*snippets.tools, WEB} else TOOL
        send, field = query.get("send", "").strip(), query.get("field", "").strip()
        wrong = self._site.words(request).texts["embed"]["wrong_send"] if send and not is_send(send) else ""
        try:
            html = snippets.html(compiled, tool, "" if wrong else send, field)
        except ConfigError as error:
            wrong, html = str(error), snippets.html(compiled, tool)
        server = self._parts.settings.smtp
        host = urlsplit(self._parts.settings.url).hostname or ""
        return self._site.render(
            request,
            "embed.html",
            creative=compiled.loaded.name,
            tool=tool,
            send=send,
            field=field,
            wrong=wrong,
            tools=snippets.tools,
            web=WEB,
            html=html,
            notes=snippets.notes(tool),
            local=host in ("localhost", "::1") or host.startswith("127."),
            linked=bool(self._parts.settings.landing or compiled.loaded.creative.link),
            people=await preview_people(self._parts.storage.recipients) if self._site.shows_people(request) else (),
            recipients=await self._parts.storage.recipients.count(),
            server=server,
            said=said,
            failed=failed,
            to=to,
            base=f"/studio/embed/{quote(compiled.loaded.name)}",
        )

    async def links(self, request: Request) -> Response:
        """The file of links of all recipients, as `livecontent links` writes it."""
        compiled = self._compiled(request)
        send = request.query_params.get("send", "")
        if send and not is_send(send):
            raise HTTPException(422, f"{send!r} can't be the id of a send")
        name = compiled.loaded.name
        await self._site.record(request, "links exported", name)
        headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}-links.csv"'}
        return StreamingResponse(self._lines(compiled, send), media_type="text/csv; charset=utf-8", headers=headers)

    async def _lines(self, compiled: CompiledCreative, send: str) -> AsyncIterator[str]:
        name, format_, url = compiled.loaded.name, compiled.loaded.creative.format, self._parts.settings.url
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("id", "ref", "image", "click"))
        count = 0
        async for ref, recipient_id in self._parts.storage.recipients.iterate():
            image, click = image_path(name, ref, format_, send), click_path(name, ref, send)
            writer.writerow((recipient_id, ref, url + image, url + click))
            count += 1
            if count % _ROWS == 0:
                yield _taken(text)
                await asyncio.sleep(0)
        yield _taken(text)

    async def test(self, request: Request) -> Response:
        """Sends the creative to one address, as a recipient would get it; the address is kept nowhere."""
        compiled, form = self._compiled(request), await read_form(request)
        texts = self._site.words(request).texts["embed"]
        to, who = form.get("to", "").strip(), form.get("person", "").strip()
        if not _ADDRESS.fullmatch(to):
            return await self._page(request, failed=texts["no_address"], to=to)
        if who and not self._site.shows_people(request):
            raise HTTPException(403, texts["who_sends_as"])
        if self._limit.wait(sender := self._site.name_of(request)):
            return await self._page(request, failed=texts["too_many"].format(MOST_TESTS), to=to)
        recipients = self._parts.storage.recipients
        person = await find(recipients, who)
        if who and person.id != who:
            found = await search(recipients, who, 1)
            if not found:
                return await self._page(request, failed=texts["no_person"].format(who), to=to)
            person = found[0]
        message = mail_of(compiled, self._parts.snippets.filled(compiled, person.ref if who else ""), to)
        message["From"] = self._parts.settings.smtp.sender
        self._limit.count(sender)
        try:
            async with self._site.recorded(
                request, "test sent", compiled.loaded.name, seen_by="a recipient" if who else "nobody known"
            ):
                await asyncio.to_thread(send_mail, message, self._parts.settings.smtp)
        except MailError as error:
            return await self._page(request, failed=str(error), to=to)
        return await self._page(request, said=texts["sent"].format(to), to=to)

    def _compiled(self, request: Request) -> CompiledCreative:
        compiled: CompiledCreative | None = self._parts.kit.creatives.get(request.path_params["creative"])
        if compiled is None:
            raise HTTPException(404, self._site.words(request).texts["embed"]["not_published"])
        return compiled


def mail_of(compiled: CompiledCreative, snippet: str, to: str) -> EmailMessage:
    """A mail with a creative and nothing else."""
    creative = compiled.loaded.creative
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = " ".join(f"Test: {creative.title or compiled.loaded.name}".split())
    message.set_content(f"{creative.title}\n")
    message.add_alternative(_MAIL.format(snippet), subtype="html")
    return message


def _taken(text: io.StringIO) -> str:
    """What was written since the last time."""
    found = text.getvalue()
    text.seek(0)
    text.truncate()
    return found
