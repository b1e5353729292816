"""A block as a page: the words of an open as text over the picture without them."""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from time import perf_counter
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, JSONResponse, Response

from livecontent.compose.live_text import LiveText, ReadText, families_of, parse_variant
from livecontent.config import Settings
from livecontent.creative.context import written_in
from livecontent.errors import DrawingError, LivecontentError
from livecontent.facts import Opening
from livecontent.links import MEDIA_TYPES, Format, click_path, image_path
from livecontent.pipeline import Answer, Engine, answer, undrawn_answer
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.web_fonts import WebFonts
from livecontent.render.static_images import encoder_of
from livecontent.runtime.turns import stays
from livecontent.scene import Scene
from livecontent.web.block_html import BlockPicture, write_block
from livecontent.web.widths import srcset

log = logging.getLogger(__name__)

DRAWN = frozenset({FallbackLevel.LIVE, FallbackLevel.STALE, FallbackLevel.DEFAULTS})
_LONGEST = timedelta(hours=1)  # that a block is kept, where nothing in it changes by itself
_CHANGING, _TICKING = timedelta(minutes=5), timedelta(minutes=1)  # where the outside changes it, or the clock

BLOCK_HEADERS: Mapping[str, str] = MappingProxyType(
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
class WebBlock:
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
            return {**BLOCK_HEADERS, "cache-control": "private, no-cache"}
        seconds = (self.good_for if self.found.level is FallbackLevel.LIVE else _TICKING).total_seconds()
        return {**BLOCK_HEADERS, "cache-control": f"private, max-age={int(seconds)}"}

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


class BlockPages:
    """Makes the pages."""

    def __init__(self, creatives: Mapping[str, CompiledCreative], workshop: Workshop, settings: Settings) -> None:
        """Fonts are cut for the creatives that name them."""
        self._creatives = creatives
        self._workshop = workshop
        self._url = settings.url
        self._fonts = WebFonts(workshop.painter.fonts, settings.data / "web-fonts")

    async def look(self, opening: Opening, kit: Engine, query: str) -> Response:
        """The page of an open that somebody looks at ahead: it is neither counted nor recorded."""
        block = WebBlock(opening, await undrawn_answer(opening, kit), self._url, query)
        _, page = await self.page(block, kit, perf_counter())
        return page

    async def page(
        self, block: WebBlock, kit: Engine, begun: float, left: Callable[[], bool] = stays
    ) -> tuple[WebBlock, Response]:
        """The page of a block, and the block with what was drawn; `begun` is when the open did."""
        parted = await self._parted(block, kit, begun, left)
        if parted is None:
            block = replace(block, found=await answer(block.opening, kit, left))
            parted = (), BlockPicture(_data_url(block.found.data, block.found.format), *block.size, block.found.alt)
        return block, self._written(block, *parted)

    def _written(self, block: WebBlock, texts: tuple[ReadText, ...], picture: BlockPicture) -> Response:
        language = next((text.language for text in texts if text.language), "") or block.language
        styles = {span.style for text in texts if isinstance(text, LiveText) for span in text.spans}
        base = f"{urlsplit(self._url).path}/b/"
        fonts = [font.rule(base) for font in self._fonts.of((style.family, style.italic) for style in styles)]
        page, style = write_block(texts, picture, language, block.found.alt, block.link or "", fonts)
        return HTMLResponse(page, headers={**block.headers, "content-security-policy": _POLICY.format(style)})

    async def font(self, name: str) -> Response:
        """A file of a font that a page names."""
        try:
            data = await self._fonts.data(name, self._uses)
        except (LivecontentError, OSError) as error:
            log.warning("%s", error)
            data = None
        if data is None:
            return JSONResponse({"error": "there is no such font"}, 404, BLOCK_HEADERS)
        headers = {**BLOCK_HEADERS, "cache-control": "public, max-age=31536000, immutable"}
        return Response(data, headers=headers, media_type="font/woff2")

    def _uses(self, family: str) -> bool:
        """Whether a creative names a family of fonts: others are cut for nobody."""
        loaded = (compiled.loaded.creative for compiled in self._creatives.values())
        return any(family in families_of(one.layers_of(variant)) for one in loaded for variant in one.variants)

    async def _parted(
        self, block: WebBlock, kit: Engine, begun: float, left: Callable[[], bool]
    ) -> tuple[tuple[ReadText, ...], BlockPicture] | None:
        """Words and the picture under them; None of an image that moves, is silent, or can't be drawn now."""
        found, renderer = block.found, kit.renderer
        if found.prepared is None or found.level not in DRAWN:
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


def _data_url(data: bytes, format_: Format) -> str:
    return f"data:{MEDIA_TYPES[format_]};base64,{b64encode(data).decode()}"
