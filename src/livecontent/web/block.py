"""The block on a web page: what an image shows, as HTML (`/b/{creative}/{ref}.html`) and as JSON (`.json`).

It is one decision in all forms: the facts, rules and words are those of the image at `/i/`.
"""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from livecontent.compose.live_text import LiveText, ReadText, families_of, parse_variant
from livecontent.config import Settings
from livecontent.creative.context import written_in
from livecontent.creative.model import has_themes
from livecontent.errors import DrawingError, LivecontentError
from livecontent.facts import Opening
from livecontent.links import Format, click_path, image_path
from livecontent.pipeline import Answer, Engine, answer, undrawn_answer
from livecontent.render.compile import Workshop
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.web_fonts import WebFonts
from livecontent.render.static_images import encoder_of
from livecontent.runtime.turns import stays
from livecontent.scene import Scene
from livecontent.web.block_html import BlockPicture, write_block
from livecontent.web.images import LEFT, EventRecorder
from livecontent.web.metrics import Metrics
from livecontent.web.opening import OpeningParser
from livecontent.web.response import MEDIA_TYPES
from livecontent.web.widths import srcset

log = logging.getLogger(__name__)

_DRAWN = frozenset({FallbackLevel.LIVE, FallbackLevel.STALE, FallbackLevel.DEFAULTS})
_SCRIPT = Path(__file__).parent / "pages" / "live.js"
_LONGEST = timedelta(hours=1)  # that a block is kept, where nothing in it changes by itself
_CHANGING, _TICKING = timedelta(minutes=5), timedelta(minutes=1)  # where the outside changes it, or the clock

_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "referrer-policy": "no-referrer",
        "vary": "accept-language",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }
)
_POLICY = (
    "default-src 'none'; img-src data:; font-src 'self'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class _Block:
    """What an open comes to, with its addresses."""

    opening: Opening
    found: Answer
    base: str  # of the server
    query: str

    @property
    def image(self) -> str:
        """The address of the image."""
        return self._address(image_path(self.found.creative, self.opening.ref, self.found.format))

    @property
    def srcset(self) -> str:
        """The image in its widths; one that moves has one."""
        compiled, (width, _) = self.found.compiled, self.size
        if compiled is None or width == 0 or self.found.format == "gif":
            return ""
        return srcset(self.image, width * compiled.loaded.creative.scale)

    @property
    def link(self) -> str | None:
        """The address that counts the click, and leads on."""
        return self._address(click_path(self.found.creative, self.opening.ref)) if self.found.link else None

    def _address(self, path: str) -> str:
        return f"{self.base}{path}?{self.query}" if self.query else self.base + path

    @property
    def language(self) -> str:
        """Of its words."""
        compiled = self.found.compiled
        return written_in(compiled.loaded.creative, self.found.moment).tag if compiled else "en"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in CSS pixels; of an image that is not there, none."""
        compiled, decision = self.found.compiled, self.found.decision
        if compiled is None or self.found.level is FallbackLevel.SILENT:
            return 0, 0
        creative = compiled.loaded.creative
        width, height = creative.size_of(decision.variant) if decision else creative.size
        return width, height

    @property
    def headers(self) -> Mapping[str, str]:
        """How long it may be kept: what one person is shown not at all, as a forgotten person is forgotten at once."""
        if self.opening.named:
            return {**_HEADERS, "cache-control": "private, no-cache"}
        seconds = (self.good_for if self.found.level is FallbackLevel.LIVE else _TICKING).total_seconds()
        return {**_HEADERS, "cache-control": f"private, max-age={int(seconds)}"}

    @property
    def good_for(self) -> timedelta:
        """How long it stays as it is, at least about: facts that time changes have their next moment."""
        compiled, decision = self.found.compiled, self.found.decision
        if compiled is None or decision is None:
            return _TICKING
        needs = compiled.loaded.all_needs(decision.variant, self.found.moment)
        roots = {need if isinstance(need, str) else need[0] for need in needs}
        if "now" in roots:
            return _TICKING
        types = compiled.loaded.vocabulary.types
        return _CHANGING if any(root in types and types[root].volatile for root in roots) else _LONGEST


def element_route() -> Route:
    """The script of the element `<live-content>`."""
    headers = {**_HEADERS, "cache-control": "public, max-age=3600"}

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
        workshop: Workshop,
        settings: Settings,
    ) -> None:
        self._kit = kit
        self._reader = reader
        self._witness = witness
        self._metrics = metrics
        self._workshop = workshop
        self._url = settings.url
        self._fonts = WebFonts(workshop.painter.fonts, settings.data / "web-fonts")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        begun = perf_counter()
        if scope["method"] in ("GET", "HEAD"):
            response = await self._respond(scope)
        else:
            response = JSONResponse({"error": "a block is asked for by GET"}, 405, {**_HEADERS, "allow": "GET, HEAD"})
        await response(scope, receive, send)
        self._metrics.replied("block", response.status_code, perf_counter() - begun)

    async def _respond(self, scope: Scope) -> Response:
        path, _, ending = str(scope["path"]).rpartition(".")
        if ending == "woff2":
            return await self._font(str(scope["path"]).rpartition("/")[2])
        if ending not in ("html", "json"):
            return JSONResponse({"error": "a block is .html or .json: /b/{creative}/{ref}.html"}, 404, _HEADERS)
        begun = perf_counter()
        opening = await self._reader.opening({**scope, "path": path})
        found = await undrawn_answer(opening, self._kit)
        if found.compiled is None:
            return JSONResponse({"error": "there is no such creative"}, 404, _HEADERS)
        block = _Block(opening, found, self._url, scope.get("query_string", b"").decode("latin-1"))
        if ending == "json":
            return JSONResponse(_as_json(block), headers=block.headers)
        if scope["method"] == "HEAD":
            return _head(block)
        left = scope.get(LEFT, stays)
        parted = await self._parted(block, begun, left)
        if parted is None:
            found = await answer(opening, self._kit, left)
            block = replace(block, found=found)
            parted = (), BlockPicture(_data_url(found.data, found.format), *block.size, found.alt)
        self._metrics.answered(opening, found)
        self._witness.shown(opening, found)
        return self._page(block, *parted)

    def _page(self, block: _Block, texts: tuple[ReadText, ...], picture: BlockPicture) -> Response:
        language = next((text.language for text in texts if text.language), "") or block.language
        styles = {span.style for text in texts if isinstance(text, LiveText) for span in text.spans}
        base = f"{urlsplit(self._url).path}/b/"
        fonts = [font.rule(base) for font in self._fonts.of((style.family, style.italic) for style in styles)]
        page, style = write_block(texts, picture, language, block.found.alt, block.link or "", fonts)
        return HTMLResponse(page, headers={**block.headers, "content-security-policy": _POLICY.format(style)})

    async def _font(self, name: str) -> Response:
        try:
            data = await self._fonts.data(name, self._uses)
        except (LivecontentError, OSError) as error:
            log.warning("%s", error)
            data = None
        if data is None:
            return JSONResponse({"error": "there is no such font"}, 404, _HEADERS)
        headers = {**_HEADERS, "cache-control": "public, max-age=31536000, immutable"}
        return Response(data, headers=headers, media_type="font/woff2")

    def _uses(self, family: str) -> bool:
        """Whether a creative names a family of fonts: others are cut for nobody."""
        loaded = (compiled.loaded.creative for compiled in self._kit.creatives.values())
        return any(family in families_of(one.layers_of(variant)) for one in loaded for variant in one.variants)

    async def _parted(
        self, block: _Block, begun: float, left: Callable[[], bool]
    ) -> tuple[tuple[ReadText, ...], BlockPicture] | None:
        """Words and the picture under them; None of an image that moves, is silent, or can't be drawn now."""
        found, renderer = block.found, self._kit.renderer
        if found.prepared is None or found.level not in _DRAWN:
            return None
        content, compiled = found.prepared.content, found.prepared.compiled
        scene = compiled.variants[found.variant].scene(content)
        if scene.film is not None or scene.seconds > 1:
            return None
        texts, nodes = parse_variant(content, self._workshop.layout.at_scale(compiled.loaded.creative.scale))
        drawn = scene._replace(nodes=nodes, moving=())
        key = ("block", drawn, found.format)
        files = renderer.cache.get(key)
        if files is None:
            try:
                renderer.turns.come(reader=block.opening.client.time == "live")
                work = partial(self._draw, drawn, found.format)
                files = renderer.cache.put(key, [await renderer.pool.run(work, perf_counter() - begun, left)])
            except DrawingError:
                return None
        return texts, BlockPicture(_data_url(files[0], found.format), *block.size, "" if texts else found.alt)

    def _draw(self, scene: Scene, format_: Format) -> bytes:
        image = self._workshop.painter.draw(scene)
        return encoder_of(format_, image).encode(image)


def _head(block: _Block) -> Response:
    """What is known of a block before it is drawn; how long it would be is not."""
    response = HTMLResponse(headers=block.headers)
    del response.headers["content-length"]
    return response


def _as_json(block: _Block) -> dict[str, Any]:
    found = block.found
    width, height = block.size
    words = found.prepared.content.words if found.prepared and found.level in _DRAWN else ()
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


def _data_url(data: bytes, format_: Format) -> str:
    return f"data:{MEDIA_TYPES[format_]};base64,{b64encode(data).decode()}"
