"""The two addresses of a creative: its image, and the link around it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from livecontent.facts import Moment, Opening, Place
from livecontent.pipeline import Answer, Engine, answer
from livecontent.sources.place.source import found_by_address
from livecontent.storage.events import Event, count_of, last_place_of, who_of
from livecontent.storage.queue import Recorder
from livecontent.web.merge_tags import MergeTagMonitor
from livecontent.web.metrics import Metrics
from livecontent.web.opening import OpeningParser
from livecontent.web.response import image_headers, unchanged

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
SendMessage = Callable[[MutableMapping[str, Any]], Awaitable[None]]
HttpScope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventRecorder:
    """Records what happened, as far as the recipient consents; a ref that nobody has could be anybody's invention."""

    recorder: Recorder
    locate: Callable[[str], Place | None]  # tells the place of an address
    knows: Callable[[str], bool]  # tells whether somebody has a ref

    def saw(self, opening: Opening, event: Event, moment: Moment | None = None) -> None:
        """Puts the event in the queue, or only a count; and the place of who came with a browser.

        The moment is that of a picture: where it did not need the place, nobody looks for one.
        """
        if opening.preview is not None:
            return
        known = moment is not None and moment.value("recipient") is not None
        if opening.consent != "full" or (event.ref and not (known or self.knows(event.ref))):
            self.recorder.put(count_of(event))
            return
        self.recorder.put(event)
        if (moment is None or found_by_address(moment)) and (place := self._place(opening, event)):
            self.recorder.put(last_place_of(opening.ref, place, event.at))

    def _place(self, opening: Opening, event: Event) -> Place | None:
        client = opening.client
        came = client.name == "browser" and client.place_trust == "ip" and event.who != "machine"
        return self.locate(opening.address) if came and opening.ref and opening.address else None


class ImageEndpoint:
    """Answers every request with 200 and a picture."""

    def __init__(self, kit: Engine, reader: OpeningParser, witness: EventRecorder, metrics: Metrics) -> None:
        self._kit = kit
        self._reader = reader
        self._witness = witness
        self._metrics = metrics
        self._flaws = MergeTagMonitor(metrics)

    async def __call__(self, scope: HttpScope, _receive: Receive, send: SendMessage) -> None:
        """An ASGI application."""
        opening = self._reader.opening(scope)
        found = await answer(opening, self._kit)
        if scope["method"] == "GET":
            self._metrics.answered(found)
            self._flaws.look(opening, found)
            self._witness.saw(opening, _shown(opening, found), found.moment)  # first: a click may follow at once
        headers = image_headers(opening, found)
        same = not opening.named and unchanged(dict(scope["headers"]).get(b"if-none-match", b""), headers)
        if same:
            headers = [field for field in headers if field[0] != b"content-length"]
        await send({"type": "http.response.start", "status": 304 if same else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if same or scope["method"] == "HEAD" else found.data})


class ClickEndpoint:
    """Leads to where the picture that was shown promised."""

    def __init__(self, kit: Engine, reader: OpeningParser, witness: EventRecorder, landing: str) -> None:
        self._kit = kit
        self._reader = reader
        self._witness = witness
        self._landing = landing

    async def __call__(self, scope: HttpScope, receive: Receive, send: SendMessage) -> None:
        """An ASGI application."""
        response = await self._respond(scope)
        await response(scope, receive, send)

    async def _respond(self, scope: HttpScope) -> Response:
        opening = self._reader.opening(scope)
        shown = self._last_shown(opening)
        if shown is not None:
            link, variant, version = shown.link, shown.variant, shown.version
        else:  # never shown, or not recorded: the same decision is taken again
            found = await answer(opening, self._kit)
            link, variant, version = found.link, found.variant, found.version
        if scope["method"] == "GET":
            self._witness.saw(opening, _clicked(opening, link, variant, version))
        link = link or self._landing
        headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
        if not link:
            return HTMLResponse(_NOWHERE, 404, headers)
        return RedirectResponse(link, 302, headers)

    def _last_shown(self, opening: Opening) -> Event | None:
        if opening.preview is not None or opening.consent != "full" or not opening.ref:
            return None
        return self._witness.recorder.last_shown(opening.creative, opening.ref, opening.send)


def _clicked(opening: Opening, link: str | None, variant: str, version: str) -> Event:
    return Event(
        kind="clicked",
        at=time.time(),
        creative=opening.creative,
        ref=opening.ref,
        version=version,
        variant=variant,
        client=opening.client.name,
        link=link,
        flaw=opening.flaw,
        who=who_of(opening.client),
        time=opening.client.time,
        send=opening.send,
    )


def _shown(opening: Opening, found: Answer) -> Event:
    return Event(
        kind="shown",
        at=time.time(),
        creative=found.creative,
        ref=opening.ref,
        version=found.version,
        variant=found.variant,
        step=found.level,
        format=found.format,
        client=opening.client.name,
        link=found.link,
        flaw=opening.flaw,
        reasons={root: fact.reason for root, fact in found.moment.facts.items()},
        micros=found.micros,
        who=who_of(opening.client),
        time=opening.client.time,
        send=opening.send,
    )


_NOWHERE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>This link no longer works</title>
<style>:root{color-scheme:light dark;font:1rem/1.5 system-ui}body{display:grid;place-content:center;min-height:90vh;
text-align:center}</style>
<h1>This link no longer works</h1>
<p lang="fr">Ce lien ne fonctionne plus.</p></html>"""
