"""The page Edit: the draft of a creative as canvas and as text. Both write the same YAML.

Without script it is a form with the text and the list of what is wrong with it.
"""

import asyncio
import secrets
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livecontent.creative.drafts import Draft, DraftChangedError
from livecontent.creative.load import FILE
from livecontent.creative.shared import SharedFiles
from livecontent.errors import CreativeError, Problem
from livecontent.render.compile import CompiledCreative
from livecontent.studio.canvas import CanvasPage, open_draft, with_text
from livecontent.studio.editing.asked import MAX_BODY, read_sent_json, text_of
from livecontent.studio.editing.completing import Described, creative_names, facts_of, keys_by_place
from livecontent.studio.editing.noting import EditLog
from livecontent.studio.editing.told import as_before, problems_json
from livecontent.studio.forms import read_form
from livecontent.studio.site import Site, StudioRoute

PATH = "/studio/edit/{creative}"
AS_TEXT = "text"


def editor_routes(site: Site) -> list[StudioRoute]:
    """The page, where its form is sent, and what its script asks for."""
    editor = Editor(site)
    return [
        StudioRoute(PATH, editor.page, "edit"),
        StudioRoute(PATH, editor.save, "edit", ("POST",)),
        StudioRoute(f"{PATH}/text", editor.save_text, "edit", ("POST",)),
        StudioRoute("/studio/check/{creative}", editor.check, "edit", ("POST",)),
        StudioRoute("/studio/vocabulary/{creative}", editor.vocabulary, "edit"),
        *editor.canvas.routes,
    ]


class Editor:
    """Drafts as pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._log = EditLog(site)
        self.canvas = CanvasPage(site, self._log)

    @cached_property
    def _keys(self) -> dict[str, dict[str, Described]]:
        """Half a second's work, only where somebody writes."""
        return keys_by_place()

    async def page(self, request: Request) -> Response:
        """The canvas, else the text."""
        draft = await open_draft(self._site, request)
        if request.query_params.get("as") == AS_TEXT:
            return await self._text_page(request, draft)
        compiled, _ = await self._checked(draft)
        if compiled is None:
            return await self._text_page(request, draft)
        state = await self.canvas.look(request, draft, compiled)
        creative = compiled.loaded.creative
        return self._site.render(
            request,
            "edit.html",
            creative=draft.name,
            draft=draft,
            state=state.json(),
            title=creative.title,
            variants=[one.name for one in creative.variants],
            spoken=creative.languages,
            themed=compiled.dark is not None,
            chosen=state.query,
            as_text=False,
            canvas_query=request.url.query,
        )

    async def save(self, request: Request) -> Response:
        """Writes what the form has, goes a step back or forth, or gives the draft up."""
        form = await read_form(request, MAX_BODY)
        draft, version = await open_draft(self._site, request), form.get("version", "")
        drafts, name, by = self._parts.drafts, draft.name, self._site.name_of(request)
        shown = "" if form.get("to") == "canvas" else f"?as={AS_TEXT}"
        back = RedirectResponse(f"/studio/edit/{quote(name)}{shown}", 303)
        try:
            match form.get("do"):
                case "undo":
                    await asyncio.to_thread(drafts.undo, name, version, by)
                case "redo":
                    await asyncio.to_thread(drafts.redo, name, version, by)
                case "discard" if draft.version == version:
                    await asyncio.to_thread(drafts.discard, name)
                    await self._site.record(request, "discarded", name, version=version)
                case _ if "text" in form:
                    wished = with_text(draft, as_before(form["text"], _shown(draft)))
                    written = await asyncio.to_thread(drafts.write, name, wished.files, version, by)
                    await self._log.note(request, name, written.version)
                case _:
                    raise HTTPException(400, "a form with the field 'text' is expected")
        except DraftChangedError as error:
            mine = form.get("text", "")
            return await self._text_page(request, error.draft, mine=mine, status=409)
        return back

    async def save_text(self, request: Request) -> Response:
        """The same for a script: writes the text, also one with mistakes, and tells these."""
        body = await read_sent_json(request)
        draft = await open_draft(self._site, request)
        wished = with_text(draft, as_before(text_of(body, "text"), _shown(draft)))
        try:
            drafts = self._parts.drafts
            by = self._site.name_of(request)
            written = await asyncio.to_thread(drafts.write, draft.name, wished.files, text_of(body, "version"), by)
        except DraftChangedError as error:
            told = {"error": str(error), "version": error.draft.version, "text": _shown(error.draft)}
            return self._site.json(told, 409)
        await self._log.note(request, draft.name, written.version)
        return self._site.json({"version": written.version, **await self._problems(written)})

    async def check(self, request: Request) -> Response:
        """What `livecontent check` says of a text, with lines and columns."""
        body = await read_sent_json(request)
        draft = await open_draft(self._site, request)
        return self._site.json(await self._problems(with_text(draft, text_of(body, "text"))))

    async def vocabulary(self, request: Request) -> Response:
        """What can be written at each place."""
        draft = await open_draft(self._site, request)
        compiled, _ = await self._checked(draft)
        shared, available = SharedFiles(self._parts.templates), self._parts.workshop.available
        named = await asyncio.to_thread(creative_names, draft, shared, available)
        keys = await asyncio.to_thread(lambda: self._keys)
        return self._site.json({**keys, **named, **await self._facts(compiled)})

    async def _facts(self, compiled: CompiledCreative | None) -> dict[str, object]:
        vocabulary = compiled.loaded.vocabulary if compiled else self._parts.workshop.vocabulary
        return facts_of(vocabulary, await self._parts.storage.recipients.attributes())

    async def _checked(self, draft: Draft) -> tuple[CompiledCreative | None, Sequence[Problem]]:
        try:
            compiled = await asyncio.to_thread(self._site.compiled_drafts.compile, draft)
        except CreativeError as error:
            return None, error.problems
        return compiled, compiled.loaded.warnings

    async def _problems(self, draft: Draft) -> dict[str, object]:
        _, problems = await self._checked(draft)
        return {"problems": problems_json(problems, _shown(draft))}

    async def _text_page(
        self,
        request: Request,
        draft: Draft,
        *,
        mine: str | None = None,
        status: int = 200,
    ) -> Response:
        """The text; `mine` is what somebody wanted to write while another did."""
        compiled, found = await self._checked(draft)
        words = self._site.words(request)
        nonce = secrets.token_urlsafe(18)
        return self._site.render(
            request,
            "text.html",
            status=status,
            policy={"style-src": f"'self' 'nonce-{nonce}'"},
            creative=draft.name,
            draft=draft,
            text=_shown(draft),
            mine=mine,
            problems=problems_json(found, _shown(draft)),
            nonce=nonce,
            words=words,
            t=words.area("edit"),
            title=compiled.loaded.creative.title if compiled else draft.name,
            as_text=True,
            canvas_query="",
        )


def _shown(draft: Draft) -> str:
    """The text of a draft for people: what is not UTF-8 shows as a sign for it."""
    return draft.files[FILE].decode("utf-8", "replace")
