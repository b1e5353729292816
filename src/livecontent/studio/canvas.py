"""The canvas: the picture that is sent, with its layers to be taken in hand; each change is an edit of the YAML.

An edit is done on the text, compiled and checked, and only then written: the canvas never breaks a creative.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent.creative.drafts import Draft, DraftChangedError, DraftError, version_of
from livecontent.creative.editing.edits import Edit, edited
from livecontent.creative.editing.nodes import EditError
from livecontent.creative.load import FILE
from livecontent.errors import CreativeError
from livecontent.pipeline import prepare
from livecontent.render.compile import CompiledCreative
from livecontent.studio.editing.asked import read_edits, read_sent_json, text_of
from livecontent.studio.editing.noting import EditLog
from livecontent.studio.editing.state import CanvasState
from livecontent.studio.editing.told import problems_json, written_lines
from livecontent.studio.previewing.state import read_preview_state
from livecontent.studio.site import Site, StudioRoute


class CanvasPage:
    """Shows drafts, and edits them."""

    def __init__(self, site: Site, log: EditLog) -> None:
        self._site = site
        self._log = log
        self._drafts = site.parts.drafts
        self._looker = site.looker

    @property
    def routes(self) -> list[StudioRoute]:
        """What its script asks for."""
        return [
            StudioRoute("/studio/state/{creative}", self.state, "edit"),
            StudioRoute("/studio/edit/{creative}/ops", self.edit, "edit", ("POST",)),
        ]

    async def state(self, request: Request) -> Response:
        """The draft as the facts of the address make it."""
        draft = await open_draft(self._site, request)
        return await self._answer(request, draft)

    async def edit(self, request: Request) -> Response:
        """Edits the draft, or goes a step back or forth; answers the state after it and the lines that were written.

        Another version than the one seen: 409. What can't be done, or would break the creative: 422.
        """
        body, name = await read_sent_json(request), request.path_params["creative"]
        by = self._site.name_of(request)
        version, step = text_of(body, "version"), body.get("step")
        steps = {"undo": self._drafts.undo, "redo": self._drafts.redo}
        before = wished = await open_draft(self._site, request)
        try:
            if isinstance(step, str) and step in steps:
                draft = await asyncio.to_thread(steps[step], name, version, by)
            else:
                wished = await asyncio.to_thread(_edited, before, version, read_edits(body.get("ops")))
                draft = await asyncio.to_thread(self._written, wished, version, by)
        except DraftChangedError as error:
            return self._site.json({"error": str(error), "version": error.draft.version}, 409)
        except EditError as error:
            return self._site.json({"error": str(error), "path": list(error.path)}, 422)
        except CreativeError as error:
            return self._broken(error, before, text_in(wished))
        await self._log.note(request, name, draft.version)
        first, lines = written_lines(text_in(before), text_in(draft))
        return await self._answer(request, draft, {"written": {"line": first, "lines": list(lines)}})

    def _written(self, wished: Draft, version: str, by: str) -> Draft:
        """A draft, compiled before it is written."""
        self._site.compiled_drafts.compile(wished)
        return self._drafts.write(wished.name, wished.files, version, by)

    async def _answer(self, request: Request, draft: Draft, more: Mapping[str, Any] | None = None) -> Response:
        try:
            compiled = await asyncio.to_thread(self._site.compiled_drafts.compile, draft)
        except CreativeError as error:
            return self._broken(error, draft, text_in(draft))
        state = await self.look(request, draft, compiled)
        return self._site.json({**state.json(), **(more or {})})

    async def look(self, request: Request, draft: Draft, compiled: CompiledCreative) -> CanvasState:
        """A draft as the facts of an address make it."""
        preview, _ = read_preview_state(request.query_params, compiled.loaded.creative)
        if not self._site.shows_people(request):
            preview = replace(preview, person="")
        person = await self._looker.person(preview)
        opening = await self._looker.opening(compiled.loaded.creative, draft.name, preview, person)
        shown = compiled.only(preview.variant) if preview.variant else compiled
        prepared = await prepare(opening, shown.in_theme(opening.params), self._looker.kit.gatherer)
        return CanvasState(draft, prepared, self._site.parts.workshop.layout, preview.query())

    def _broken(self, error: CreativeError, draft: Draft, text: str) -> Response:
        """What is wrong with a text that a draft has, or would have."""
        told = {"error": str(error.problems[0].message), "problems": problems_json(error.problems, text)}
        return self._site.json({**told, "version": draft.version, "back": draft.back, "forth": draft.forth}, 422)


def _edited(draft: Draft, version: str, edits: Sequence[Edit]) -> Draft:
    """The draft with edits, which is not written yet. Raises `EditError`."""
    if draft.version != version:
        raise DraftChangedError(draft)
    text, _ = edited(text_in(draft), edits)
    return with_text(draft, text)


async def open_draft(site: Site, request: Request) -> Draft:
    """The draft that a request is about. Raises `HTTPException` where there is no such creative."""
    try:
        return await asyncio.to_thread(site.parts.drafts.open, request.path_params["creative"])
    except DraftError as error:
        raise HTTPException(404, str(error)) from None


def text_in(draft: Draft) -> str:
    """The YAML of a draft. Raises `EditError` for one that is not UTF-8."""
    try:
        return draft.text
    except UnicodeDecodeError as error:
        raise EditError((), f"not UTF-8 at byte {error.start}: save the file as UTF-8") from None


def with_text(draft: Draft, text: str) -> Draft:
    """A draft with another text, which is not written yet."""
    try:
        files = {**draft.files, FILE: text.encode()}
    except UnicodeEncodeError:
        raise EditError((), "half of a letter can't be written") from None
    return replace(draft, files=files, version=version_of(files))
