"""Scene and plate in, file out: only what moves is drawn, only the cells that it touches are encoded.

The nodes that move are put in bunches, so that no two bunches share a cell. The parts of a bunch are kept under its
nodes: an icon, a badge or a name that was seen before costs a look-up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from PIL import Image

from livecontent.links import Format
from livecontent.render.animation import Animation, FrameParts, animation_of, size_of, whole_film
from livecontent.render.base import StaticBase, encoder_of
from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.jpeg import JpegEncoder
from livecontent.render.encode.tiles import Rows, Segment, TiledEncoder
from livecontent.render.paint.bounds import common, meet
from livecontent.render.paint.painter import Painter
from livecontent.render.regions import DirtyRegion, Inks, Print, bunches_of, sliced
from livecontent.runtime.lru import LruCache
from livecontent.runtime.pool import RenderPool
from livecontent.scene import Box, Scene

LONG = 1_000_000  # pixels: to paint and encode them takes 5 to 20 ms
_BLUR = 4  # times that it costs to blur what is thrown
CACHE_BYTES = 24 * 1024 * 1024


@dataclass(slots=True)
class RenderJob:
    """A drawn scene, to be encoded: its parts, those still to be made of pictures, and what changes later."""

    mosaic: TiledEncoder
    parts: list[Segment]
    bunches: list[tuple[DirtyRegion, Image.Image]] = field(default_factory=list)
    film: list[tuple[int, Segment]] = field(default_factory=list)
    made: list[tuple[DirtyRegion, Rows]] = field(default_factory=list)

    @property
    def quick(self) -> bool:
        """Whether encoding takes so little that a thread of its own would take more."""
        return not self.bunches or isinstance(self.mosaic, JpegEncoder | GifEncoder)

    def encode(self) -> bytes:
        """The file. Touches nothing but this sheet, so that it may run in a thread."""
        for bunch, picture in self.bunches:
            rows = self.mosaic.rows(picture, bunch.cells)
            self.mosaic.grid.lay(rows, bunch.cells, self.parts)
            self.made.append((bunch, rows))
        if self.film and isinstance(self.mosaic, GifEncoder):
            return self.mosaic.film(self.parts, self.film)
        return self.mosaic.file(self.parts)


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """What is to be drawn and encoded for a file, told without drawing."""

    pixels: int
    draw: Callable[[], RenderJob]  # once, by any thread

    @property
    def long(self) -> bool:
        """Whether it takes so long that others must not wait for it."""
        return self.pixels > LONG


class Renderer:
    """Prints scenes, and keeps the parts used last."""

    def __init__(self, painter: Painter, cache_bytes: int = CACHE_BYTES) -> None:
        self.painter = painter
        self.parts: FrameParts = LruCache(cache_bytes, size_of)
        self._inks = Inks(painter.fonts)
        self.pool = RenderPool()

    def patient(self, deadline: float) -> Renderer:
        """The same with another deadline, in seconds."""
        other = Renderer(self.painter)
        other.pool = RenderPool(deadline=deadline)
        return other

    async def render(self, scene: Scene, base: StaticBase, format_: Format, spent: float = 0.0) -> bytes:
        """The file of a scene."""
        plan = self.plan(scene, base, format_)
        if plan.long:
            return await self.pool.run(partial(self.print, plan), spent)
        sheet = plan.draw()
        data = sheet.encode() if sheet.quick else await asyncio.to_thread(sheet.encode)
        self.keep(sheet)
        return data

    def draw(self, scene: Scene, plate: StaticBase, format_: Format) -> RenderJob:
        """What is to be encoded of a scene that stands on a plate."""
        return self.plan(scene, plate, format_).draw()

    def plan(self, scene: Scene, plate: StaticBase, format_: Format) -> RenderPlan:
        """What is to be drawn of a scene that stands on a plate; in a format that is not the plate's, all of it."""
        if format_ != plate.format:
            frames = scene.seconds if format_ == "gif" else 1
            return RenderPlan(scene.width * scene.height * frames, partial(self.draw_whole, scene, plate, format_))
        grid = plate.mosaic.grid
        sheet = RenderJob(plate.mosaic, list(plate.parts))
        nodes = scene.nodes[plate.ready :]
        prints = [self._inks.of(node, plate.name, grid) for node in nodes]
        moving = [one for node, one in zip(nodes, prints, strict=True) if id(node) not in plate.still]
        film = animation_of(scene, plate, moving, self.painter, self.parts)
        found = film.cut(bunches_of(moving)) if film else bunches_of(moving)
        if grid.columns == 1:
            found = chain.from_iterable(map(sliced, found))
        new: list[DirtyRegion] = []
        for bunch in found:
            rows = self.parts.get(bunch)
            if isinstance(rows, list):
                grid.lay(rows, bunch.cells, sheet.parts)
            else:
                new.append(bunch)
        pixels = sum(_painted(bunch, grid.box(bunch.cells)) for bunch in new) + (film.pixels if film else 0)
        return RenderPlan(pixels, partial(self._draw, sheet, plate, prints, new, film))

    def _draw(
        self,
        sheet: RenderJob,
        plate: StaticBase,
        prints: Sequence[Print],
        new: Iterable[DirtyRegion],
        film: Animation | None,
    ) -> RenderJob:
        """A sheet with all that is new."""
        for bunch in new:
            if film and film.tells(bunch):
                picture = film.tell(bunch)
            else:
                area = plate.mosaic.grid.box(bunch.cells)
                seen = [ink.node for found in prints for ink in found.inks if meet(ink.box, area)]
                picture = self.painter.over(plate.ground, area, seen)
            sheet.bunches.append((bunch, picture))
        sheet.film = film.patches() if film else []
        return sheet

    def draw_whole(self, scene: Scene, plate: StaticBase, format_: Format) -> RenderJob:
        """All of a scene: what all else is measured by."""
        picture = self.painter.draw(scene, plate.ground, plate.ready)
        mosaic = plate.mosaic if format_ == plate.format else encoder_of(format_, picture)
        whole = mosaic.grid.whole
        sheet = RenderJob(mosaic, [b""] * (whole.right * whole.bottom))
        sheet.bunches.append((DirtyRegion(whole, ()), picture))
        if isinstance(mosaic, GifEncoder) and scene.seconds > 1:
            sheet.film = whole_film(scene, plate, mosaic, self.painter)
        return sheet

    def print(self, plan: RenderPlan) -> bytes:
        """The file, all at once: for a thread of its own."""
        sheet = plan.draw()
        data = sheet.encode()
        self.keep(sheet)
        return data

    def keep(self, sheet: RenderJob) -> None:
        """Keeps what was made, for others who see the same."""
        for bunch, rows in sheet.made:
            if bunch.inks:
                self.parts.keep(bunch, rows)


def _painted(bunch: DirtyRegion, area: Box) -> int:
    """How many pixels are painted for a bunch: those of its cells, and of each ink on them."""
    pixels = area.width * area.height
    for ink in bunch.inks:
        if ink.box and (share := common(ink.box, area)):
            pixels += share.width * share.height * (_BLUR if ink.node.shadow and ink.node.shadow.blur else 1)
    return pixels
