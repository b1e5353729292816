"""The image in the width that a page shows it at: `?w=480`, in pixels of the screen.

Pixels are reduced, never the layout: lines break where they break in the image itself. Widths are few, so that a
stranger can't have as many images made as there are numbers.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import blake2b

from livecontent.errors import DrawingError
from livecontent.facts import Opening
from livecontent.pipeline import Answer
from livecontent.render.fallback import FallbackLevel
from livecontent.render.reduced import ReducedImage, reduce_image
from livecontent.runtime.cache import Cache
from livecontent.runtime.pool import RenderPool
from livecontent.runtime.turns import stays

WIDTH = "w"  # the parameter
STEPS = (160, 240, 320, 480, 640, 800, 960, 1280, 1600)  # pixels
CACHE_BYTES = 4 * 1024 * 1024
_MOVES = "gif"  # of one that is reduced, only the first frame would be left
_NARROW = (FallbackLevel.SILENT, FallbackLevel.NEUTRAL)  # images that are of no creative, or of one pixel


def srcset(address: str, whole: int) -> str:
    """The widths of an image as a browser chooses among them, up to the whole one."""
    joint = "&" if "?" in address else "?"
    steps = [f"{address}{joint}{WIDTH}={step} {step}w" for step in STEPS if step < whole]
    return ", ".join([*steps, f"{address} {whole}w"])


class Widths:
    """Reduces images, and keeps those that are asked for often."""

    def __init__(self, pool: RenderPool) -> None:
        self._pool = pool
        self.cache: Cache[tuple[bytes, int], ReducedImage] = Cache("reduced", CACHE_BYTES, _size_of)

    async def fit(self, opening: Opening, found: Answer, spent: float, left: Callable[[], bool] = stays) -> Answer:
        """The answer in the width that the address asks for, or the next larger one; else as it is.

        It stays as it is where it moves, and where time is short. `spent` is in seconds, since the open began.
        """
        width = _asked(opening, found)
        if width is None:
            return found
        key = blake2b(found.data, digest_size=16).digest(), width
        reduced = self.cache.get(key)
        if reduced is None:
            try:
                work = partial(reduce_image, found.data, width)
                reduced = self.cache.put(key, await self._pool.run(work, spent, left))
            except DrawingError:  # the pool is busy: the whole image is ready
                return found
        return replace(found, data=reduced.data, format=reduced.format)


def _asked(opening: Opening, found: Answer) -> int | None:
    """The width to reduce an image to; None for the whole."""
    text, compiled = opening.params.get(WIDTH, ""), found.compiled
    if not (text.isascii() and text.isdigit() and len(text) <= 5) or compiled is None or found.level in _NARROW:
        return None
    creative = compiled.loaded.creative
    if WIDTH in creative.params or found.format == _MOVES or found.decision is None:
        return None
    whole = creative.size_of(found.decision.variant)[0] * creative.scale
    return next((step for step in STEPS if int(text) <= step < whole), None)


def _size_of(image: ReducedImage) -> int:
    return len(image.data)
