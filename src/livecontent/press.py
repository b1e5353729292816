"""Scene and plate in, file out: only what moves is drawn, only the cells that it touches are encoded.

The nodes that move are put in bunches, so that no two bunches share a cell. The parts of a bunch are kept under its
nodes: an icon, a badge or a name that was seen before costs a look-up. Digits of a countdown are kept one by one, and
put on a ground that is kept, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

from cachetools import LRUCache
from PIL import Image

from livecontent.bunches import Bunch, Ink, Inks, bunches, cut
from livecontent.draw.bounds import common, grown, meet, union
from livecontent.draw.motion import Turn, Turned, changed, slots, stands_alone, tickers_of, turned_at, turns
from livecontent.draw.painter import Painter
from livecontent.encode.gif import GifMosaic, Rgb, palette_of
from livecontent.encode.jpeg import JpegMosaic
from livecontent.encode.mosaic import Mosaic, Part, Rows
from livecontent.encode.png import PngMosaic
from livecontent.encode.webp import WebpMosaic
from livecontent.links import Format
from livecontent.scene import Box, Node, Scene

CACHE_BYTES = 24 * 1024 * 1024
_OVERHEAD = 60  # bytes that a kept part takes beside its own
_PICTURE = 1000  # that a picture takes


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


class Reel:
    """What was drawn of the countdowns of a scene, whatever the time, on the same ground."""

    def __init__(self, near: tuple[Ink, ...], reach: Box, mosaic: GifMosaic, slots: Sequence[Sequence[Box]]) -> None:
        self.near = near  # they, and all that is within reach
        self.reach = reach
        self.mosaic = mosaic
        self.slots = slots  # of each
        every = list(chain.from_iterable(slots))
        # whether no digit can be seen where another may be, so that each can be put in its slot
        self.sparse = not any(meet(one, other) for one, other in combinations(every, 2))
        self.patches: dict[Turn, Part] = {}  # b"" where nothing is seen of a turn
        self.digits: dict[tuple[Box, str], Image.Image] = {}
        self.size = _PICTURE  # bytes


Kept = Rows | Reel | Image.Image


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

    def put(self, rows: Rows) -> None:
        """Puts parts where they belong."""
        for start, end, parts in rows:
            self.parts[start:end] = parts

    def encode(self) -> bytes:
        """The file. Touches nothing but this sheet, so that it may run in a thread."""
        for bunch, picture in self.bunches:
            rows = self.mosaic.grid.rows_of(self.mosaic.parts(picture), bunch.cells)
            self.put(rows)
            self.made.append((bunch, rows))
        if self.film and isinstance(self.mosaic, GifMosaic):
            return self.mosaic.film(self.parts, self.film)
        return self.mosaic.file(self.parts)


class Press:
    """Prints scenes, and keeps the parts used last."""

    def __init__(self, painter: Painter, cache_bytes: int = CACHE_BYTES) -> None:
        self.painter = painter
        self.parts: LRUCache[tuple[object, ...], Kept] = LRUCache(cache_bytes, getsizeof=_size)
        self._inks = Inks(painter.fonts)
        self.hits = self.misses = self.evictions = 0

    def draw(self, scene: Scene, plate: Plate, format_: Format) -> Sheet:
        """What is to be encoded of a scene that stands on a plate; in a format that is not the plate's, all of it."""
        if format_ != plate.format:
            return self.draw_whole(scene, plate, format_)
        grid = plate.mosaic.grid
        sheet = Sheet(plate.mosaic, list(plate.parts))
        nodes = scene.nodes[plate.ready :]
        inks = [self._inks.of(node, plate.name, grid) for node in nodes]
        moving = [ink for node, ink in zip(nodes, inks, strict=True) if id(node) not in plate.still]
        reel = self._reel(scene, plate.mosaic, moving)
        for bunch in bunches(moving):
            for some in cut(bunch) if reel and reel.sparse else (bunch,):
                if found := self._find(some):
                    sheet.put(found)
                elif reel and reel.sparse and some.tells:
                    sheet.bunches.append((some, self._tell(some, plate, inks, reel)))
                else:
                    sheet.bunches.append((some, self._over(plate, grid.box(some.cells), inks)))
        if reel:
            sheet.film = self._film(scene, plate, reel)
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
                self._keep(bunch, rows)

    def _over(self, plate: Plate, area: Box, inks: Iterable[Ink]) -> Image.Image:
        """A part of the first frame."""
        return self.painter.over(plate.ground, area, [ink.node for ink in inks if meet(ink.box, area)])

    def _reel(self, scene: Scene, mosaic: Mosaic, moving: Iterable[Ink]) -> Reel | None:
        """What is kept for a film of all that is drawn within reach of countdowns, whatever the time that they tell."""
        if scene.seconds == 1 or not isinstance(mosaic, GifMosaic):
            return None
        tickers = tickers_of(scene.nodes)
        clocks = [ink.clock.box for ink in moving if ink.clock]
        reach = union([*clocks, *(grown(ticker.box, ticker.size) for ticker in tickers)])
        if reach is None:
            return None
        near = tuple(
            [ink.clock or ink for ink in moving if ink.clock or meet(ink.box, reach) or tickers_of((ink.node,))]
        )
        found = self.parts.get(near)
        if isinstance(found, Reel):
            return found
        reel = Reel(near, reach, mosaic, [slots(ticker, self.painter.fonts) for ticker in tickers])
        self._keep(near, reel)
        return reel

    def _tell(self, bunch: Bunch, plate: Plate, inks: Sequence[Ink], reel: Reel) -> Image.Image:
        """A bunch with digits: each is put in its slot, on what was drawn when they were others."""
        area = plate.mosaic.grid.box(bunch.cells)
        ground = self.parts.get(bunch.timeless)
        if not isinstance(ground, Image.Image):
            ground = reel.mosaic.mapped(self._over(plate, area, inks))
            self._keep(bunch.timeless, ground)
            return ground
        picture = ground.copy()
        for slot, digit in chain.from_iterable(ink.digits for ink in bunch.inks):
            found = reel.digits.get((slot, digit))
            if found is None:
                found = reel.mosaic.mapped(self._over(plate, slot, inks))
                if self._has_room(reel):
                    reel.digits[slot, digit] = found
                    self._grow(reel, _size(found))
            picture.paste(found, (slot.x - area.x, slot.y - area.y))
        return picture

    def _film(self, scene: Scene, plate: Plate, reel: Reel) -> list[tuple[int, Part]]:
        """The patches of a countdown; a number that was drawn before, on the same ground, is not drawn again."""
        film: list[tuple[int, Part]] = []
        tickers = tickers_of(scene.nodes)
        for second, turn in turns(tickers, scene.seconds):
            patch = reel.patches.get(turn)
            if patch is None:
                turned = turned_at(tickers, second)
                patch = reel.patches.get(turned)
                if patch is None:
                    patch = self._turn(scene, plate, reel, second, turned)
                if turned in reel.patches:
                    reel.patches[turn] = patch
            if patch:
                film.append((second, patch))
        return film

    def _turn(self, scene: Scene, plate: Plate, reel: Reel, second: int, turned: tuple[Turned, ...]) -> Part:
        """The patch of a turn that was not drawn before."""
        area = changed(scene, second, self.painter.fonts)
        patch = self._patch(scene, plate, reel.mosaic, second, area) if area else b""
        alone = area is None or (common(area, reel.reach) == area and stands_alone(reel.slots, turned, area))
        if alone and self._has_room(reel):
            reel.patches[turned] = patch
            self._grow(reel, len(patch) + _OVERHEAD)
        return patch

    def _patch(self, scene: Scene, plate: Plate, mosaic: GifMosaic, second: int, area: Box) -> Part:
        picture = self.painter.region(scene, area, plate.ground, plate.ready, second)
        return mosaic.patch(picture, area.x, area.y)

    def _find(self, bunch: Bunch) -> Rows | None:
        found = self.parts.get(bunch)
        if isinstance(found, list):
            self.hits += 1
            return found
        self.misses += 1
        return None

    def _keep(self, key: tuple[object, ...], made: Kept) -> None:
        if _size(made) < self.parts.maxsize // 8:
            before = len(self.parts) + (key not in self.parts)
            self.parts[key] = made
            self.evictions += before - len(self.parts)

    def _has_room(self, reel: Reel) -> bool:
        return reel.size < self.parts.maxsize // 16

    def _grow(self, reel: Reel, size: int) -> None:
        reel.size += size
        self._keep(reel.near, reel)


def _size(made: Kept) -> int:
    """Bytes, with what Python takes for them."""
    if isinstance(made, Reel):
        return made.size
    if isinstance(made, Image.Image):
        return made.width * made.height + _PICTURE
    return sum(sum(map(len, parts)) + _OVERHEAD * len(parts) for _, _, parts in made)


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
