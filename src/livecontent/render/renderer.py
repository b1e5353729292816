"""Renders a scene on its static base into a file: only what moves is painted, only the tiles it touches are encoded."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from PIL import Image

from livecontent.links import Format
from livecontent.render.animation import Animation, Frames, every_patch, timeless
from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.jpeg import JpegEncoder
from livecontent.render.encode.tiles import Segment
from livecontent.render.encode.webp import WebpEncoder
from livecontent.render.film import Patches, Showing, all_frames, joined, whole_film
from livecontent.render.paint.bounds import common
from livecontent.render.paint.painter import Painter
from livecontent.render.regions import Footprint, Region, RenderCache, footprints, regions_of
from livecontent.render.static_images import StaticBase, encoder_of
from livecontent.runtime.cache import Cache
from livecontent.runtime.pool import RenderPool
from livecontent.runtime.turns import Turns, stays
from livecontent.scene import Box, Group, Scene

LONG = 1_000_000  # pixels: to paint and encode them takes 5 to 20 ms
CACHE_BYTES = 16 * 1024 * 1024
_WEBP = 5  # times that it costs to encode a pixel of a WebP
_SLOW = 4  # times that it costs to blur what throws a shadow, or to bend a picture
_ENTRY, _LEAF, _ROW = 300, 250, 41  # bytes that Python takes for each, beside their pixels and segments


def rendered_size(value: object) -> int:
    """Bytes of what is kept, about, with what Python takes for it and for its key."""
    match value:
        case Frames():
            return value.size + _ENTRY
        case Footprint():
            return _ENTRY + _LEAF * len(value.leaves)
        case Image.Image():
            return value.width * value.height + _ENTRY
        case list() if value and isinstance(value[0], tuple):
            return sum([len(patch) + _LEAF for _, patch in value]) + _ENTRY
        case list():
            return sum(map(len, value)) + _ROW * len(value) + _ENTRY
    raise TypeError(type(value))


@dataclass(slots=True)
class _Job:
    """A scene on its way: the segments that are known, and what is still to be drawn and encoded."""

    scene: Scene
    base: StaticBase
    segments: list[Segment]
    new: list[Region]
    animation: Animation | None
    showing: Showing | None = None
    pictures: list[Image.Image] = field(default_factory=list)
    patches: list[tuple[int, Segment]] = field(default_factory=list)
    shown: Patches = field(default_factory=list)

    @property
    def pixels(self) -> int:
        """About how many are to be painted."""
        animated = self.animation.pixels if self.animation else 0
        if self.showing:
            animated = self.showing.pixels * (1 if self.base.format == "gif" else _WEBP)
        return animated + sum([_painted(region, self.base.encoder.grid.box(region.tiles)) for region in self.new])


class Renderer:
    """Renders scenes on their static bases; `cache` keeps what is drawn and encoded, by the rules of `Cache`."""

    def __init__(
        self,
        painter: Painter,
        pool: RenderPool | None = None,
        cache_bytes: int = CACHE_BYTES,
        turns: Turns | None = None,
    ) -> None:
        self.painter = painter
        self.turns = turns or Turns()
        self.cache: RenderCache = Cache("rendered", cache_bytes, rendered_size)
        self.pool = pool or RenderPool()

    def patient(self, deadline: float) -> Self:
        """Another with a deadline of its own, in seconds, and the same cache: it is emptied when one is forgotten."""
        other = type(self)(self.painter, RenderPool(deadline=deadline), turns=Turns(deadline))
        other.cache = self.cache
        return other

    async def render(
        self, scene: Scene, base: StaticBase, format_: Format, spent: float = 0.0, left: Callable[[], bool] = stays
    ) -> bytes:
        """The file of a scene; what takes long is done by other threads, in what is left of the deadline.

        `spent` is in seconds, since the open began; `left` says whether its client has gone. Raises `DrawingError`,
        also where it is not done in time.
        """
        job = self._job(scene, base) if format_ == base.format else None
        work = partial(self._finish, job) if job else partial(render_whole, scene, base, format_, self.painter)
        changed = job is None or job.new or job.animation or job.showing
        if changed and (job.pixels if job else _pixels(scene, format_)) > LONG:
            return await self.pool.run(work, spent, left)
        await self.turns.take(spent, left)
        try:
            if job is None:
                return work()
            self._paint(job)
            if job.pictures and not isinstance(base.encoder, JpegEncoder | GifEncoder):
                return await asyncio.to_thread(self._encode, job)  # compresses without holding up others
            return self._encode(job)
        finally:
            self.turns.done()

    def render_now(self, scene: Scene, base: StaticBase, format_: Format) -> bytes:
        """The same, all at once and by this thread."""
        if format_ != base.format:
            return render_whole(scene, base, format_, self.painter)
        return self._finish(self._job(scene, base))

    def _job(self, scene: Scene, base: StaticBase) -> _Job:
        """Looks up what is known, and draws nothing."""
        nodes = list(map(scene.nodes.__getitem__, scene.moving))
        showing = None
        if scene.film and isinstance(base.encoder, GifEncoder | WebpEncoder):
            showing = Showing(scene, base, base.encoder, self.painter, self.cache)
        animated = not showing and scene.seconds > 1 and isinstance(base.encoder, GifEncoder)
        if animated:
            nodes = [timeless(node) for node in nodes]
        prints = footprints(nodes, scene.moving, base, self.cache, self.painter.fonts)
        regions = regions_of(prints, base)
        animation = Animation(scene, base, prints, self.painter, self.cache) if animated else None
        if animation:
            regions = list(animation.split(regions))
        job = _Job(scene, base, list(base.segments), [], animation, showing)
        known = []
        for region in regions:
            rows = self.cache.get(region)
            if rows is None:
                job.new.append(region)
            else:
                known.append((region.tiles, rows))
        base.encoder.grid.splice(known, job.segments)
        return job

    def _paint(self, job: _Job) -> None:
        for region in job.new:
            if job.animation and region.digits:
                picture = job.animation.draw(region)
            else:
                area = job.base.encoder.grid.box(region.tiles)
                picture = self.painter.over(job.base.image, area, region.nodes)
            job.pictures.append(picture)
        if job.animation:
            job.patches = job.animation.patches()
        if job.showing:
            job.shown = job.showing.patches()

    def _encode(self, job: _Job) -> bytes:
        encoder = job.base.encoder
        for region, picture in zip(job.new, job.pictures, strict=True):
            rows = self.cache.put(region, list(encoder.rows(picture, region.tiles)))
            encoder.grid.splice([(region.tiles, rows)], job.segments)
        if job.shown and job.scene.film and isinstance(encoder, GifEncoder | WebpEncoder):
            return joined(encoder, job.segments, job.shown, job.scene.film)
        if job.patches and isinstance(encoder, GifEncoder):
            return encoder.join_film(job.segments, job.patches, job.patches[-1][0] + 1, 1)
        return encoder.join(job.segments)

    def _finish(self, job: _Job) -> bytes:
        self._paint(job)
        return self._encode(job)


def render_whole(scene: Scene, base: StaticBase, format_: Format, painter: Painter) -> bytes:
    """The file of a scene of which all is drawn and encoded: what all else is measured by."""
    picture = painter.draw(scene, base.image, base.ready)
    colours = all_frames(scene, painter) if scene.film and format_ == "gif" else None
    encoder = base.encoder if format_ == base.format else encoder_of(format_, picture, colours=colours)
    segments: Sequence[Segment] = encoder.segments(picture)
    if scene.film and isinstance(encoder, GifEncoder | WebpEncoder):
        return joined(encoder, segments, whole_film(scene, base, encoder, painter), scene.film)
    if isinstance(encoder, GifEncoder) and (patches := every_patch(scene, base, encoder, painter)):
        return encoder.join_film(segments, patches, patches[-1][0] + 1, 1)
    return encoder.join(segments)


def _pixels(scene: Scene, format_: Format) -> int:
    """About how many are painted and encoded for the whole of a scene."""
    frames = len(scene.film.cuts) + 1 if scene.film else scene.seconds if format_ == "gif" else 1
    return scene.width * scene.height * frames


def _painted(region: Region, area: Box) -> int:
    """How many pixels are painted for a region: its own, and those of each node on it."""
    pixels = area.width * area.height
    for node in region.nodes:
        if share := common(node.box, area):
            slow = (node.shadow and node.shadow.blur) or (isinstance(node, Group) and node.effects)
            pixels += share.width * share.height * (_SLOW if slow else 1)
    return pixels
