"""The block on a web page: what an image shows, as HTML (`/b/{creative}/{ref}.html`) and as JSON (`.json`).

It is one decision in all forms: the facts, rules and words are those of the image at `/i/`.
"""

import logging
from pathlib import Path
from time import perf_counter
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from livecontent.creative.model import has_themes
from livecontent.pipeline import Engine, undrawn_answer
from livecontent.runtime.turns import stays
from livecontent.web.block_pages import BLOCK_HEADERS, DRAWN, BlockPages, WebBlock
from livecontent.web.images import LEFT, EventRecorder
from livecontent.web.metrics import Metrics
from livecontent.web.opening import OpeningParser

log = logging.getLogger(__name__)

_SCRIPT = Path(__file__).parent / "pages" / "live.js"


def element_route() -> Route:
    """The script of the element `<live-content>`."""
    headers = {**BLOCK_HEADERS, "cache-control": "public, max-age=3600"}

    def script(_: Request) -> Response:
        return FileResponse(_SCRIPT, headers=headers, media_type="text/javascript")

    return Route("/live.js", script)


class BlockEndpoint:
    """Answers with the block of an open."""

    def __init__(
        self,
        kit: Engine,
        reader: OpeningParser,
        witness: EventRecorder,
        metrics: Metrics,
        pages: BlockPages,
        url: str,
    ) -> None:
        self._kit = kit
        self._reader = reader
        self._witness = witness
        self._metrics = metrics
        self._url = url
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        begun = perf_counter()
        if scope["method"] in ("GET", "HEAD"):
            response = await self._respond(scope)
        else:
            response = JSONResponse(
                {"error": "a block is asked for by GET"}, 405, {**BLOCK_HEADERS, "allow": "GET, HEAD"}
            )
        await response(scope, receive, send)
        self._metrics.replied("block", response.status_code, perf_counter() - begun)

    async def _respond(self, scope: Scope) -> Response:
        path, _, ending = str(scope["path"]).rpartition(".")
        if ending == "woff2":
            return await self.pages.font(str(scope["path"]).rpartition("/")[2])
        if ending not in ("html", "json"):
            return JSONResponse({"error": "a block is .html or .json: /b/{creative}/{ref}.html"}, 404, BLOCK_HEADERS)
        begun = perf_counter()
        opening = await self._reader.opening({**scope, "path": path})
        found = await undrawn_answer(opening, self._kit)
        if found.compiled is None:
            return JSONResponse({"error": "there is no such creative"}, 404, BLOCK_HEADERS)
        block = WebBlock(opening, found, self._url, scope.get("query_string", b"").decode("latin-1"))
        if ending == "json":
            return JSONResponse(_as_json(block), headers=block.headers)
        if scope["method"] == "HEAD":
            return _head(block)
        block, page = await self.pages.page(block, self._kit, begun, scope.get(LEFT, stays))
        self._metrics.answered(opening, block.found)
        self._witness.shown(opening, block.found)
        return page


def _head(block: WebBlock) -> Response:
    """What is known of a block before it is drawn; how long it would be is not."""
    response = HTMLResponse(headers=block.headers)
    del response.headers["content-length"]
    return response


def _as_json(block: WebBlock) -> dict[str, Any]:
    found = block.found
    width, height = block.size
    words = found.prepared.content.words if found.prepared and found.level in DRAWN else ()
    return {
        "creative": found.creative,
        "version": found.version,
        "variant": found.variant,
        "alt": found.alt,
        "words": list(words),
        "link": block.link,
        "image": block.image,
        "srcset": block.srcset,
        "width": width,
        "height": height,
        "themes": bool(found.compiled and has_themes(found.compiled.loaded.creative)),
        "level": found.level,
        "until": (block.opening.at + block.good_for).isoformat(timespec="seconds"),
    }
