"""There is always an image: how far an answer is from what was wanted, and what stands in where it can't be made."""

import logging
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import partial
from io import BytesIO
from types import MappingProxyType
from typing import get_args

from PIL import Image

from livecontent.creative.version_files import UNKNOWN, Blank
from livecontent.facts import Moment, Need, Reason
from livecontent.links import Format
from livecontent.render.compile import CompiledCreative
from livecontent.render.static_images import encoder_of
from livecontent.runtime.cache import Cache
from livecontent.runtime.pool import RenderPool
from livecontent.scene import Colour

log = logging.getLogger(__name__)

WHITE = Colour(255, 255, 255)
_BLANKS = 100  # images; one has a few kilobytes


class FallbackLevel(StrEnum):
    """How far down an answer comes from."""

    SILENT = "silent"  # there is nothing to say, and that is known: one pixel

    LIVE = "live"  # every fact it names is known and fresh
    STALE = "stale"  # a fact is past its time
    DEFAULTS = "defaults"  # a fact is not known: default words, or a layer left out
    VARIANT = "variant"  # the variant's image with default words
    STATIC = "static"  # the creative's fallback
    LOAD = "load"  # what is ready, as more images are asked for than can be drawn in time
    LEFT = "left"  # the same, for a client that has gone
    NEUTRAL = "neutral"  # nothing is ready, or there is no such creative: a plain image


READY = frozenset(FallbackLevel) - {FallbackLevel.LIVE, FallbackLevel.STALE, FallbackLevel.DEFAULTS}  # not drawn


def level_of(moment: Moment, needs: Iterable[Need], left_out: Iterable[str]) -> FallbackLevel:
    """The fallback level of an image drawn from these facts."""
    step = FallbackLevel.LIVE
    for need in needs:
        fact = moment.facts.get(need) if type(need) is str else moment.fact(need)
        if fact is None or not fact.reason.known:
            return FallbackLevel.DEFAULTS
        if fact.reason is Reason.STALE:
            step = FallbackLevel.STALE
    return FallbackLevel.DEFAULTS if any(left_out) else step


class FallbackChain:
    """The images that stand in for one that can't be made in time."""

    def __init__(
        self, pool: RenderPool | None = None, left: Callable[[], Mapping[str, Blank]] = lambda: MappingProxyType({})
    ) -> None:
        """What is not ready yet is made by the pool; `left` is what is left of creatives that can't be shown."""
        self._pool = pool or RenderPool()
        self._left = left
        self._blanks: Cache[tuple[object, ...], bytes] = Cache("blank images", _BLANKS)
        self.silent: Mapping[Format, bytes] = {format_: _nothing(1, 1, format_) for format_ in get_args(Format)}

    def unknown(self, name: str, asked: str | None) -> tuple[bytes, Format]:
        """What is answered where there is no such creative: an empty image of the size of what there was before.

        In the format asked for, else that of before. It lets through what is behind it, where the format can.
        """
        blank = self._left().get(name, UNKNOWN)
        format_: Format = asked or blank.format  # type: ignore[assignment]  # addresses have no other
        key = (blank, format_)
        return self._blanks.get(key) or self._blanks.put(key, _empty(blank, format_)), format_

    async def pick(
        self, compiled: CompiledCreative, variant: str | None, format_: Format, spent: float = 0.0
    ) -> tuple[bytes, FallbackLevel]:
        """The best that is ready, or can be in time: of the variant, where one was chosen, else of the creative.

        `spent` is in seconds, since the open began. Where nothing can, the image is plain.
        """
        creative = compiled.loaded.creative
        try:
            if variant and format_ == creative.format:
                one = compiled.variants[variant]
                return await self._made(one.ready_fallback, one.fallback, spent), FallbackLevel.VARIANT
        except Exception as error:  # noqa: BLE001  a recipient waits
            log.warning("%s: no image of %s: %s", compiled.loaded.name, variant, error)
        try:
            make = partial(compiled.fallback, format_)
            return await self._made(compiled.ready_fallback(format_), make, spent), FallbackLevel.STATIC
        except Exception as error:  # noqa: BLE001
            log.warning("%s: no fallback: %s", compiled.loaded.name, error)
        chosen = next((one for one in creative.variants if one.name == variant), None)
        size = creative.size_of(chosen) if chosen else creative.size
        width, height = (round(side * creative.scale) for side in size)
        return _plain(width, height, creative.background, format_), FallbackLevel.NEUTRAL

    async def _made(self, ready: bytes | None, make: Callable[[], bytes], spent: float) -> bytes:
        return await self._pool.run(make, spent) if ready is None else ready


def _empty(blank: Blank, format_: Format) -> bytes:
    width, height = blank.width, blank.height
    return (
        _plain(width, height, Colour(*blank.background), format_)
        if format_ == "jpg"
        else _nothing(width, height, format_)
    )


def _nothing(width: int, height: int, format_: Format) -> bytes:
    """An image that nobody sees; white, where the format knows no other."""
    if format_ == "jpg":
        return _plain(width, height, WHITE, format_)
    data = BytesIO()
    image = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    image.save(data, {"png": "PNG", "gif": "GIF", "webp": "WEBP"}[format_])
    return data.getvalue()


def _plain(width: int, height: int, colour: Colour, format_: Format) -> bytes:
    image = Image.new("RGB", (width, height), colour[:3])
    return encoder_of(format_, image).encode(image)
