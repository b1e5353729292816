"""A scene with countdowns in, out come its digits, each put in its slot, and the patches of the seconds that follow.

Digits are kept one by one, and put on a ground that is kept, too. A patch is kept under how the digits turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from PIL import Image

from livecontent.render.base import StaticBase
from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.tiles import Rows, Segment
from livecontent.render.motion import Turn, Turned, changed, slots, stands_alone, tickers_of, turned_at, turns
from livecontent.render.paint.bounds import common, grown, meet, union
from livecontent.render.paint.painter import Painter
from livecontent.render.regions import DirtyRegion, Ink, Print, cut
from livecontent.runtime.lru import LruCache
from livecontent.scene import Box, Scene, Ticker

_NEW = 15_000  # pixels that cost what a patch costs beside its own
_OVERHEAD = 60  # bytes that a kept row or patch takes beside its own
_PICTURE = 1000  # that a picture takes


class FrameCache:
    """What was drawn of the countdowns of a scene, whatever the time, on the same ground."""

    def __init__(self, near: tuple[Ink, ...], reach: Box, mosaic: GifEncoder, slots: Sequence[Sequence[Box]]) -> None:
        self.near = near  # they, and all that is within reach
        self.reach = reach
        self.mosaic = mosaic
        self.slots = slots  # of each
        every = list(chain.from_iterable(slots))
        # whether no digit can be seen where another may be, so that each can be put in its slot
        self.sparse = not any(meet(one, other) for one, other in combinations(every, 2))
        self.patches: dict[Turn, Segment] = {}  # b"" where nothing is seen of a turn
        self.digits: dict[tuple[Box, str], Image.Image] = {}
        self.size = _PICTURE  # bytes


Kept = Rows | FrameCache | Image.Image
FrameParts = LruCache[tuple[object, ...], Kept]


def size_of(made: Kept) -> int:
    """Bytes, with what Python takes for them."""
    if isinstance(made, FrameCache):
        return made.size
    if isinstance(made, Image.Image):
        return made.width * made.height + _PICTURE
    return sum(map(len, made)) + _OVERHEAD * len(made)


@dataclass(frozen=True, slots=True)
class Animation:
    """A scene with countdowns on a plate, and what is known of it; to be drawn by any thread."""

    scene: Scene
    plate: StaticBase
    painter: Painter
    parts: FrameParts
    reel: FrameCache
    tickers: Sequence[Ticker]
    turns: Sequence[tuple[int, Turn]]

    @property
    def pixels(self) -> int:
        """About how many are to be drawn and encoded for the patches that are not known."""
        known = self.reel.patches
        new = {turned_at(self.tickers, second) for second, turn in self.turns if turn not in known}
        return sum(
            max(len(turn.before), len(turn.after)) * ticker.cells[0].slot * ticker.size + _NEW
            for turned in new
            if turned not in known
            for ticker, turn in zip(self.tickers, turned, strict=True)
        )

    def cut(self, bunches: Iterable[DirtyRegion]) -> Iterable[DirtyRegion]:
        """The bunches of the first frame, with digits apart from what is the same at any time."""
        return chain.from_iterable(map(cut, bunches)) if self.reel.sparse else bunches

    def tells(self, bunch: DirtyRegion) -> bool:
        """Whether a bunch has digits that can be put in their slots."""
        return self.reel.sparse and bunch.tells

    def tell(self, bunch: DirtyRegion) -> Image.Image:
        """A bunch with digits: each is put in its slot, on what was drawn when they were others."""
        area = self.plate.mosaic.grid.box(bunch.cells)
        ground = self.parts.get(bunch.timeless)
        if not isinstance(ground, Image.Image):
            ground = self.reel.mosaic.mapped(self._part(area))
            self.parts.keep(bunch.timeless, ground)
            return ground
        picture = ground.copy()
        pixels = picture.im  # without the checks of each paste, which take most of its time
        for slot, digit in chain.from_iterable(ink.digits for ink in bunch.inks):
            if not meet(slot, area):
                continue
            found = self.reel.digits.get((slot, digit))
            if found is None:
                found = self.reel.mosaic.mapped(self._part(slot))
                if self._has_room:
                    self.reel.digits[slot, digit] = found
                    self._grow(size_of(found))
            x, y = slot.x - area.x, slot.y - area.y
            pixels.paste(found.im, (x, y, x + slot.width, y + slot.height))
        return picture

    def patches(self) -> list[tuple[int, Segment]]:
        """What changes later, and when; a number that was drawn before, on the same ground, is not drawn again."""
        film: list[tuple[int, Segment]] = []
        patches = self.reel.patches
        for second, turn in self.turns:
            patch = patches.get(turn)
            if patch is None:
                turned = turned_at(self.tickers, second)
                patch = patches.get(turned)
                if patch is None:
                    patch = self._turn(second, turned)
                if turned in patches:
                    patches[turn] = patch
            if patch:
                film.append((second, patch))
        return film

    def _turn(self, second: int, turned: tuple[Turned, ...]) -> Segment:
        """The patch of a turn that was not drawn before."""
        reel, area = self.reel, changed(self.scene, second, self.painter.fonts)
        patch = reel.mosaic.patch(self._part(area, second), area.x, area.y) if area else b""
        alone = area is None or (common(area, reel.reach) == area and stands_alone(reel.slots, turned, area))
        if alone and self._has_room:
            reel.patches[turned] = patch
            self._grow(len(patch) + _OVERHEAD)
        return patch

    def _part(self, area: Box, second: int = 0) -> Image.Image:
        return self.painter.region(self.scene, area, self.plate.ground, self.plate.ready, second)

    @property
    def _has_room(self) -> bool:
        return self.reel.size < self.parts.capacity // 16

    def _grow(self, size: int) -> None:
        self.reel.size += size
        self.parts.keep(self.reel.near, self.reel)


def animation_of(
    scene: Scene, plate: StaticBase, moving: Iterable[Print], painter: Painter, parts: FrameParts
) -> Animation | None:
    """The film of a scene, None where nothing moves; what was drawn of it is found among the parts."""
    if scene.seconds == 1 or not isinstance(plate.mosaic, GifEncoder):
        return None
    tickers = tickers_of(scene.nodes)
    inks = [ink for found in moving for ink in found.inks]
    clocks = [ink.clock.box for ink in inks if ink.clock]
    reach = union([*clocks, *(grown(ticker.box, ticker.size) for ticker in tickers)])
    if reach is None:
        return None
    near = tuple([ink.clock or ink for ink in inks if ink.clock or meet(ink.box, reach) or tickers_of((ink.node,))])
    reel = parts.get(near)
    if not isinstance(reel, FrameCache):
        reel = FrameCache(near, reach, plate.mosaic, [slots(ticker, painter.fonts) for ticker in tickers])
        parts.keep(near, reel)
    return Animation(scene, plate, painter, parts, reel, tickers, turns(tickers, scene.seconds))


def whole_film(scene: Scene, plate: StaticBase, mosaic: GifEncoder, painter: Painter) -> list[tuple[int, Segment]]:
    """All patches of a scene, each drawn: what all else is measured by."""
    return [
        (second, mosaic.patch(painter.region(scene, area, plate.ground, plate.ready, second), area.x, area.y))
        for second, _ in turns(tickers_of(scene.nodes), scene.seconds)
        if (area := changed(scene, second, painter.fonts))
    ]
