"""Scene and plate in, file out: only what moves is drawn, only the cells that it touches are encoded.

The nodes that move are put in bunches, so that no two bunches share a cell. The parts of a bunch are kept under its
nodes: an icon, a badge or a name that was seen before costs a look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cachetools import LRUCache
from PIL import Image

from livecontent.bunches import Bunch, Ink, Inks, bunches_of
from livecontent.draw.bounds import bounds, common, grown, meet, union
from livecontent.draw.motion import Turned, changed, stands_alone, tickers_of, turns
from livecontent.draw.painter import Painter
from livecontent.encode.gif import GifMosaic, Rgb, palette_of
from livecontent.encode.jpeg import JpegMosaic
from livecontent.encode.mosaic import Mosaic, Part, Rows
from livecontent.encode.png import PngMosaic
from livecontent.encode.webp import WebpMosaic
from livecontent.links import Format
from livecontent.recent import Recent
from livecontent.scene import Box, Node, Scene, Ticker

Reel = dict[tuple[Turned, ...], Part]  # the patch of each turn, b"" where nothing is seen of it

CACHE_BYTES = 24 * 1024 * 1024
_REELS = 100  # countdowns whose numbers are kept
_PATCHES = 2000  # of a countdown
_OVERHEAD = 60  # bytes that a kept row takes beside its own


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """What of a variant is ready before anybody opens it."""

    name: str  # of this plate and no other
    format: Format
    nodes: tuple[Node, ...]  # all that are the same for everybody, some of them above others that move
    ready: int  # how many of them are below all that move
    ground: Image.Image  # of these
    mosaic: Mosaic
    parts: tuple[Part, ...]  # of the picture of all the nodes
    still: frozenset[int]  # the nodes by identity


@dataclass(slots=True)
class Sheet:
    """A drawn scene, to be encoded: its parts, those still to be made of pictures, and what changes later."""

    mosaic: Mosaic
    parts: list[Part]
    bunches: list[tuple[Bunch, Image.Image]] = field(default_factory=list)
    film: list[tuple[int, Part]] = field(default_factory=list)
    made: list[tuple[Bunch, Rows]] = field(default_factory=list)

    @property
    def quick(self) -> bool:
        """Whether encoding takes so little that a thread of its own would take more."""
        return not self.bunches or isinstance(self.mosaic, JpegMosaic | GifMosaic)

    def encode(self) -> bytes:
        """The file. Touches nothing but this sheet, so that it may run in a thread."""
        for bunch, picture in self.bunches:
            rows = self.mosaic.rows(picture, bunch.cells)
            self.mosaic.grid.lay(rows, bunch.cells, self.parts)
            self.made.append((bunch, rows))
        if self.film and isinstance(self.mosaic, GifMosaic):
            return self.mosaic.film(self.parts, self.film)
        return self.mosaic.file(self.parts)


class Press:
    """Prints scenes, and keeps the parts used last."""

    def __init__(self, painter: Painter, cache_bytes: int = CACHE_BYTES) -> None:
        self.painter = painter
        self.parts: Recent[tuple[Ink, ...], Rows] = Recent(cache_bytes, _size)
        self._inks = Inks(painter.fonts)
        self._reels: LRUCache[Any, Reel] = LRUCache(_REELS)

    def draw(self, scene: Scene, plate: Plate, format_: Format) -> Sheet:
        """What is to be encoded of a scene that stands on a plate; in a format that is not the plate's, all of it."""
        if format_ != plate.format:
            return self.draw_whole(scene, plate, format_)
        grid = plate.mosaic.grid
        sheet = Sheet(plate.mosaic, list(plate.parts))
        nodes = scene.nodes[plate.ready :]
        prints = [self._inks.of(node, plate.name, grid) for node in nodes]
        moving = [found for node, found in zip(nodes, prints, strict=True) if id(node) not in plate.still]
        for bunch in bunches_of(moving):
            if rows := self.parts.get(bunch.inks):
                grid.lay(rows, bunch.cells, sheet.parts)
            else:
                area = grid.box(bunch.cells)
                seen = [ink.node for found in prints for ink in found.inks if meet(ink.box, area)]
                sheet.bunches.append((bunch, self.painter.over(plate.ground, area, seen)))
        if isinstance(plate.mosaic, GifMosaic) and scene.seconds > 1:
            near = [ink.node for found in moving for ink in found.inks]
            sheet.film = list(self._film(scene, plate, plate.mosaic, near))
        return sheet

    def draw_whole(self, scene: Scene, plate: Plate, format_: Format) -> Sheet:
        """All of a scene: what all else is measured by."""
        picture = self.painter.draw(scene, plate.ground, plate.ready)
        mosaic = plate.mosaic if format_ == plate.format else mosaic_of(format_, picture)
        whole = mosaic.grid.whole
        sheet = Sheet(mosaic, [b""] * (whole.right * whole.bottom))
        sheet.bunches.append((Bunch(whole, ()), picture))
        if isinstance(mosaic, GifMosaic) and scene.seconds > 1:
            sheet.film = [
                (second, self._patch(scene, plate, mosaic, second, area))
                for second, _ in turns(tickers_of(scene.nodes), scene.seconds)
                if (area := changed(scene, second, self.painter.fonts))
            ]
        return sheet

    def keep(self, sheet: Sheet) -> None:
        """Keeps what was made, for others who see the same."""
        for bunch, rows in sheet.made:
            if bunch.inks:
                self.parts.keep(bunch.inks, rows)

    def _film(
        self, scene: Scene, plate: Plate, mosaic: GifMosaic, moving: Sequence[Node]
    ) -> Iterable[tuple[int, Part]]:
        """The patches of a countdown; a number that was drawn before, on the same ground, is not drawn again."""
        tickers = tickers_of(scene.nodes)
        reach = union(grown(ticker.box, ticker.size) for ticker in tickers)
        reel = self._reel(plate, reach, moving)
        for second, turned in turns(tickers, scene.seconds):
            patch = reel.get(turned)
            if patch is None:
                area = changed(scene, second, self.painter.fonts)
                patch = self._patch(scene, plate, mosaic, second, area) if area else b""
                alone = area is None or stands_alone(tickers, turned, area, self.painter.fonts)
                if alone and len(reel) < _PATCHES and (area is None or common(area, reach or area) == area):
                    reel[turned] = patch
            if patch:
                yield second, patch

    def _patch(self, scene: Scene, plate: Plate, mosaic: GifMosaic, second: int, area: Box) -> Part:
        picture = self.painter.region(scene, area, plate.ground, plate.ready, second)
        return mosaic.patch(picture, area.x, area.y)

    def _reel(self, plate: Plate, reach: Box | None, moving: Sequence[Node]) -> Reel:
        """The patches of all that is drawn within reach of countdowns, whatever the time that they tell."""
        fonts = self.painter.fonts
        near = (
            replace(node, left=0) if isinstance(node, Ticker) else node
            for node in moving
            if isinstance(node, Ticker) or ((box := bounds(node, fonts)) and reach and common(box, reach))
        )
        return self._reels.setdefault((plate.name, tuple(near)), {})


def _size(rows: Rows) -> int:
    """Bytes, with what Python takes for them."""
    return sum(map(len, rows)) + _OVERHEAD * len(rows)


def mosaic_of(format_: Format, picture: Image.Image, exact: Sequence[Rgb] = ()) -> Mosaic:
    """How files of a format are made of parts, for pictures like this one; with some colours exactly."""
    width, height = picture.size
    match format_:
        case "jpg":
            return JpegMosaic(width, height)
        case "png":
            return PngMosaic(width, height)
        case "webp":
            return WebpMosaic(width, height)
        case "gif":
            return GifMosaic(width, height, palette_of(picture, exact))
