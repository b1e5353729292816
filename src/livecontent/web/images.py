"""The two addresses of a creative: its image, and the link around it, however the addresses were mangled."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from livecontent.creative.load import needs_of_links
from livecontent.creative.params import Poll
from livecontent.errors import StorageError
from livecontent.facts import Moment, Opening, Place
from livecontent.net.ranges import IpAddress
from livecontent.pipeline import Answer, Engine, answer, link_now, undrawn_answer
from livecontent.render.fallback import FallbackLevel
from livecontent.runtime.shared_counts import Counts
from livecontent.runtime.turns import stays
from livecontent.showings import Decided, slot_of
from livecontent.sources.code import CODE
from livecontent.sources.place.source import found_by_address
from livecontent.storage.events import Event, EventKind, count_of, last_place_of, who_of
from livecontent.storage.queue import Recorder
from livecontent.storage.votes import Vote, VoteStore
from livecontent.web.metrics import Metrics
from livecontent.web.opening import REFUSED, OpeningParser
from livecontent.web.response import image_headers, unchanged
from livecontent.web.widths import WIDTH, Widths

log = logging.getLogger(__name__)

LEFT = "livecontent.left"  # the key of a scope that tells whether the client has gone


@dataclass(frozen=True, slots=True)
class EventRecorder:
    """Records what happened, as far as the recipient consents; previews are not recorded."""

    recorder: Recorder
    locate: Callable[[IpAddress], Place | None]  # tells the place of an address

    def shown(self, opening: Opening, found: Answer) -> None:
        """An image that was answered; nobody has seen one whose client had gone."""
        if opening.preview is None and found.level is not FallbackLevel.LEFT:
            reasons = {root: fact.reason for root, fact in found.moment.facts.items()}
            more: dict[str, Any] = {"step": found.level, "format": found.format, "reasons": reasons}
            more |= {"micros": found.micros, "choice": _choice(opening, found)}
            name = found.creative if found.version else ""  # of one that there is none of, it could be anything
            self._record(opening, _event("shown", opening, name, found, **more), found.moment)

    def clicked(self, opening: Opening, shown: Event | Answer) -> None:
        """A link that was followed, by the image that it was around."""
        if opening.preview is None:
            self._record(opening, _event("clicked", opening, opening.creative if shown.version else "", shown))

    def _record(self, opening: Opening, event: Event, moment: Moment | None = None) -> None:
        """Puts the event in the queue, or only a count; and the place of who came with a browser.

        The moment is that of an image: where it did not need the place, nobody looks for one.
        """
        person = opening.person
        if person.consent != "full" or not (person.known or not event.ref):
            self.recorder.put(count_of(event))
            return
        self.recorder.put(event)
        client = opening.client
        came = client.name == "browser" and client.place_trust == "ip" and event.who != "machine"
        if came and opening.ref and opening.address and (moment is None or found_by_address(moment)):  # noqa: SIM102
            if place := self.locate(opening.address):
                self.recorder.put(last_place_of(opening.ref, place, event.at))


def _choice(opening: Opening, found: Answer) -> Decided | None:
    """What is counted of what a person reads now; of a prefetch or a machine, nothing."""
    creative = found.compiled.loaded.creative if found.compiled else None
    if creative is None or not creative.ranked or found.decision is None or not opening.by_human:
        return None
    return found.decision.choice(creative, slot_of(opening.send, opening.at))


class ImageEndpoint:
    """Answers every request with 200 and an image."""

    def __init__(self, kit: Engine, reader: OpeningParser, witness: EventRecorder, metrics: Metrics) -> None:
        self._kit = kit
        self._reader = reader
        self._witness = witness
        self._metrics = metrics
        self.widths = Widths(kit.renderer.pool)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """An ASGI application."""
        begun = perf_counter()
        opening = await self._reader.opening(scope)
        left = scope.get(LEFT, stays)
        found = await answer(opening, self._kit, left)
        if WIDTH in opening.params:
            found = await self.widths.fit(opening, found, perf_counter() - begun, left)
        if scope["method"] == "GET":
            self._metrics.answered(opening, found)
            if "extensions" in scope:
                self._metrics.refused(scope["extensions"].get(REFUSED, {}).get("why"))
            self._witness.shown(opening, found)  # first: a click may follow at once
        headers = image_headers(opening, found)
        same = not opening.named and unchanged(dict(scope["headers"]).get(b"if-none-match", b""), headers)
        if same:
            headers = [field for field in headers if field[0] != b"content-length"]
        status = 304 if same else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if same or scope["method"] == "HEAD" else found.data})
        self._metrics.replied("image", status, perf_counter() - begun)


class VoteRecorder:
    """Keeps votes: answers to polls that people click on."""

    def __init__(self, votes: VoteStore, patience: float) -> None:
        """Nobody waits longer than that, in seconds; the vote is kept also where that is too late."""
        self._votes = votes
        self._patience = patience
        self.lost = 0

    async def clicked(self, opening: Opening, polls: Mapping[str, Poll]) -> None:
        """A link that was followed, with an answer in its address; those of machines are no votes."""
        answers = {name: opening.params[name] for name in polls.keys() & opening.params.keys()}
        for name, chosen in answers.items():
            if chosen in polls[name].answers and opening.by_human:
                vote = Vote(name, opening.ref, chosen, opening.at.timestamp())
                try:
                    await asyncio.wait_for(asyncio.shield(self._votes.cast(vote)), self._patience)
                except (StorageError, TimeoutError) as error:
                    self.lost += 1
                    log.warning("poll %s: a vote was late or lost: %s", name, error or "the store is slow")


class ClickEndpoint:
    """Leads to where the image that was shown promised."""

    def __init__(
        self,
        kit: Engine,
        reader: OpeningParser,
        witness: EventRecorder,
        votes: VoteRecorder,
        metrics: Metrics,
        landing: str,
        identified: Callable[[str, Opening], str],
    ) -> None:
        """`identified` adds to a link what tells the shop's own pages who comes."""
        self._kit = kit
        self._reader = reader
        self._witness = witness
        self._votes = votes
        self._metrics = metrics
        self._landing = landing
        self._identified = identified

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        begun = perf_counter()
        response = await self._respond(scope)
        await response(scope, receive, send)
        self._metrics.replied("click", response.status_code, perf_counter() - begun)

    async def _respond(self, scope: Scope) -> Response:
        opening = await self._reader.opening(scope)
        compiled = self._kit.creatives.get(opening.creative)
        polls = compiled.loaded.creative.polls if compiled else {}
        await self._votes.clicked(opening, polls)
        # What was shown last may have been another answer, or of a creative that was taken out.
        other = compiled is None or polls.keys() & opening.params.keys()
        recorded = None if other else await self._last_shown(opening)
        if recorded is None:  # never shown, or not recorded: the same decision is taken again
            shown: Event | Answer = await undrawn_answer(opening, self._kit)
        else:
            shown = await self._with_code(opening, recorded)
        if scope["method"] == "GET":
            self._witness.clicked(opening, shown)
        link = shown.link or self._landing
        headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
        if not link:
            return HTMLResponse(_NOWHERE, 404, headers)
        return RedirectResponse(self._identified(link, opening), 302, headers)

    async def _with_code(self, opening: Opening, shown: Event) -> Event:
        """What was shown; a code in its link is filled in at the click of a person, and not told to machines."""
        compiled = self._kit.creatives.get(opening.creative)
        drawn = compiled.variants.get(shown.variant) if compiled else None
        if compiled is None or drawn is None:
            return shown
        needs = needs_of_links(compiled.loaded.creative, drawn.variant)
        if not any(isinstance(need, tuple) and need[0] == CODE.root for need in needs):
            return shown
        link, moment = await link_now(opening, compiled, drawn.variant, self._kit.gatherer)
        codes = [quote(code.value) for code in (moment.value(CODE.root) or {}).values() if code.value]
        if opening.client.time == "live" and all(code in (shown.link or "") for code in codes):
            return shown
        return shown._replace(link=link)

    async def _last_shown(self, opening: Opening) -> Event | None:
        if opening.preview is not None or opening.person.consent != "full" or not opening.ref:
            return None
        return await self._witness.recorder.last_shown(opening.creative, opening.ref, opening.send)


def _event(kind: EventKind, opening: Opening, creative: str, shown: Event | Answer, **more: Any) -> Event:
    return Event(
        kind=kind,
        at=opening.at.timestamp(),
        creative=creative,
        ref=opening.ref,
        version=shown.version,
        variant=shown.variant,
        client=opening.client.name,
        link=shown.link,
        flaw=opening.flaw,
        who=who_of(opening.client),
        time=opening.client.time,
        send=opening.send,
        **more,
    )


_NOWHERE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>This link no longer works</title>
<style>:root{color-scheme:light dark;font:1rem/1.5 system-ui}body{display:grid;place-content:center;min-height:90vh;
text-align:center}</style>
<h1>This link no longer works</h1>
<p lang="fr">Ce lien ne fonctionne plus.</p></html>"""


class PathDispatcher:
    """Takes requests to the door that the first segment of their path names, all others further on.

    Doors count their answers; those to others are counted here.
    """

    def __init__(self, app: ASGIApp, doors: Mapping[str, ASGIApp], requests: Counts) -> None:
        self._app = app
        self._doors = doors
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        app: ASGIApp = self._others
        if scope["type"] == "http":
            scope["path"] = plain_path(scope["path"])
            app = self._doors.get(scope["path"].split("/", 2)[1], app)
        await app(scope, receive, send)

    async def _others(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._requests["other", str(message["status"])][0] += 1
            await send(message)

        await self._app(scope, receive, counting)


def plain_path(path: str) -> str:
    """A path without what was added on the way: `//I;x/./a/` is `/i/a`."""
    first, *others = [part for part in path.split("/") if part not in ("", ".")] or [""]
    return "/".join(("", first.partition(";")[0].lower(), *others))
