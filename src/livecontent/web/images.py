"""The two addresses of a creative: its image, and the link around it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from livecontent.facts import Opening
from livecontent.pipeline import Answer, Kit, answer
from livecontent.record.events import Event
from livecontent.record.recorder import Recorder
from livecontent.web.answer import image_headers, unchanged
from livecontent.web.flaws import FlawWatch
from livecontent.web.metrics import Metrics
from livecontent.web.request import Reader

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Scope = MutableMapping[str, Any]


class ImageEndpoint:
    """Answers every request with 200 and a picture."""

    def __init__(self, kit: Kit, reader: Reader, recorder: Recorder, metrics: Metrics) -> None:
        self._kit = kit
        self._reader = reader
        self._recorder = recorder
        self._metrics = metrics
        self._flaws = FlawWatch(metrics)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """An ASGI application."""
        opening = self._reader.opening(scope)
        found = await answer(opening, self._kit)
        self._metrics.answered(found)
        self._flaws.look(opening, found)
        if scope["method"] == "GET" and opening.preview is None:
            self._recorder.put(_shown(opening, found))  # first: a click may follow at once
        headers = image_headers(opening, found)
        known = unchanged(dict(scope["headers"]).get(b"if-none-match", b""), headers)
        await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if known or scope["method"] == "HEAD" else found.data})


class ClickEndpoint:
    """Leads to where the picture that was shown promised."""

    def __init__(self, kit: Kit, reader: Reader, recorder: Recorder, landing: str) -> None:
        self._kit = kit
        self._reader = reader
        self._recorder = recorder
        self._landing = landing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        response = await self._respond(scope)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope) -> Response:
        opening = self._reader.opening(scope)
        shown = self._recorder.last_shown(opening.creative, opening.ref) if opening.ref else None
        if shown is not None and opening.preview is None:
            link, variant, version = shown.link, shown.variant, shown.version
        else:  # never shown, or not recorded: the same decision is taken again
            found = await answer(opening, self._kit)
            link, variant, version = found.link, found.variant, found.version
        if scope["method"] == "GET" and opening.preview is None:
            at = time.time()
            self._recorder.put(
                Event("clicked", at, opening.creative, opening.ref, version, variant, link=link, flaw=opening.flaw)
            )
        link = link or self._landing
        headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
        if not link:
            return HTMLResponse(_NOWHERE, 404, headers)
        return RedirectResponse(link, 302, headers)


def _shown(opening: Opening, found: Answer) -> Event:
    return Event(
        kind="shown",
        at=time.time(),
        creative=found.creative,
        ref=opening.ref,
        version=found.version,
        variant=found.variant,
        step=found.step.value,
        format=found.format,
        client=opening.client.name,
        link=found.link,
        flaw=opening.flaw,
        reasons={root: fact.reason.value for root, fact in found.moment.facts.items()},
        micros=found.micros,
    )


_NOWHERE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>This link leads nowhere any more</title>
<style>:root{color-scheme:light dark;font:1rem/1.5 system-ui}body{display:grid;place-content:center;min-height:90vh;
text-align:center}</style>
<h1>This link leads nowhere any more</h1>
<p lang="fr">Ce lien ne mène plus nulle part.</p></html>"""
