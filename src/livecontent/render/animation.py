"""Countdowns that tick: the digits of the first frame, and for each later second the patch that changes.

What is drawn of a countdown depends on its time only by its digits. So digits are kept by slot, and patches by how the
digits change, both under the countdown without its time: whoever opens a minute later finds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple, cast

from PIL import Image

from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.tiles import Segment
from livecontent.render.paint.bounds import bounds, common, meet, spread, union
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.regions import Footprint, Region, RenderCache
from livecontent.render.static_images import StaticBase
from livecontent.scene import Box, Group, Node, Scene, Text, Ticker, tickers_of

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

_PATCH = 15_000  # pixels that cost what a patch costs beside its own
_MOST = 768 * 1024  # bytes that are kept of a countdown


class DigitChange(NamedTuple):
    """How one countdown changes: the first digit that does, and all from there on, before and after."""

    place: int
    before: str
    after: str


Change = int | tuple[DigitChange, ...]  # of one alone, where only its smallest unit changes, that number is enough
Changes = Sequence[tuple[int, Change]]  # and the second of each


class Frames(NamedTuple):
    """What was drawn of countdowns without their time, and of all that is near them."""

    sparse: bool  # no digit can be seen where another may be, so that each can be put in its slot
    digits: Mapping[tuple[Box, str], ImagingCore]  # in the colours of the palette ('L')
    patches: Mapping[Change, Segment]  # b"" where nothing is seen of a change

    @property
    def size(self) -> int:
        """Bytes, with what Python takes for them."""
        images = sum([box.width * box.height + 300 for box, _ in self.digits])
        return images + sum([len(patch) + 200 for patch in self.patches.values()])


class Animation:
    """The countdowns of a scene on a base, while it is rendered; what is kept of them is in the cache."""

    def __init__(
        self, scene: Scene, base: StaticBase, prints: Sequence[Footprint], painter: Painter, cache: RenderCache
    ) -> None:
        self._scene = scene
        self._base = base
        self._encoder = cast("GifEncoder", base.encoder)
        self._painter = painter
        self._cache = cache
        self._tickers = tickers_of([scene.nodes[index] for index in scene.moving])
        self._slots = [boxes for one in prints for boxes in one.slots]
        self._shown = [ticker.digits(0) for ticker in self._tickers]
        reach = union([one.reach for one in prints])
        near = [leaf for one in prints for leaf in one.leaves if reach and meet(leaf.box, reach)]
        self._key = (base.id, Frames, tuple(near))
        self._known: Frames = cache.get(self._key) or Frames(_sparse(self._slots), {}, {})
        self._changes = changes(self._tickers, scene.seconds)
        self._unknown = [one for one in self._changes if one[1] not in self._known.patches]
        self._digits: dict[tuple[Box, str], ImagingCore] = {}  # that are new

    @property
    def pixels(self) -> int:
        """About how many are to be drawn and encoded for the patches that are not known."""
        slot = max([box.width * box.height for boxes in self._slots for box in boxes], default=0)
        return len(self._unknown) * (_PATCH + 2 * slot)

    def split(self, regions: Iterable[Region]) -> Iterator[Region]:
        """Regions cut where digits begin and end, as all above and below them is the same at any time."""
        grid = self._base.encoder.grid
        for region in regions:
            area = grid.box(region.tiles)
            inside = [any(meet(box, area) for box in boxes) for boxes in self._slots]
            digits = tuple([text for text, here in zip(self._shown, inside, strict=True) if here and text])
            if not digits:
                yield region
                continue
            around = union([union(boxes) for boxes, here in zip(self._slots, inside, strict=True) if here])
            rows, tiles = (grid.tiles(around) if around else None) or region.tiles, region.tiles
            top, bottom = max(rows.top, tiles.top), min(rows.bottom, tiles.bottom)
            yield region._replace(tiles=tiles._replace(top=top, bottom=bottom), digits=digits)
            if tiles.top < top:
                yield region._replace(tiles=tiles._replace(bottom=top))
            if bottom < tiles.bottom:
                yield region._replace(tiles=tiles._replace(top=bottom))

    def draw(self, region: Region) -> Image.Image:
        """A region with digits: each is put in its slot, on what was drawn without any."""
        area = self._encoder.grid.box(region.tiles)
        if not self._known.sparse:
            return self._part(area)
        key = (*region[:3], Image.Image)
        ground = self._cache.get(key)
        if ground is None:
            drawn = self._painter.over(self._base.image, area, region.nodes)
            ground = self._cache.put(key, self._encoder.mapped(drawn))
        picture: Image.Image = ground.copy()
        pixels, known = picture.im, self._known.digits
        for shown, boxes in zip(self._shown, self._slots, strict=True):
            for slot, digit in zip(boxes, shown, strict=False):
                if meet(slot, area):
                    x, y = slot.x - area.x, slot.y - area.y
                    ink = known.get((slot, digit)) or self._digit(slot, digit)
                    pixels.paste(ink, (x, y, x + slot.width, y + slot.height))
        return picture

    def _digit(self, slot: Box, digit: str) -> ImagingCore:
        found = self._digits.get((slot, digit))
        if found is None:
            found = self._digits[slot, digit] = self._encoder.mapped(self._part(slot)).im
        return found

    def patches(self) -> list[tuple[int, Segment]]:
        """What changes later, and when; what was drawn before is not drawn again. To be called last."""
        known, new = self._known.patches, {}
        drawn: dict[int, Segment] = {}
        for second, change in self._unknown:
            area = changed(self._scene, second, self._painter.fonts)
            drawn[second] = self._encoder.patch(self._part(area, second), area.x, area.y) if area else b""
            if area is None or self._alone(second, area):
                new[change] = drawn[second]
        if new or self._digits:
            more = Frames(self._known.sparse, {**self._known.digits, **self._digits}, {**known, **new})
            self._cache.put(self._key, more if more.size <= _MOST else Frames(more.sparse, self._digits, new))
        found = [(second, drawn[second] if second in drawn else known[change]) for second, change in self._changes]
        return [one for one in found if one[1]]

    def _alone(self, second: int, area: Box) -> bool:
        """Whether none of the digits that do not change, each in its slot, can be seen in an area."""
        turned = _changes_at(self._tickers, second)
        return not any(
            meet(box, area) for boxes, change in zip(self._slots, turned, strict=True) for box in boxes[: change.place]
        )

    def _part(self, area: Box, second: int = 0) -> Image.Image:
        return self._painter.region(self._scene, area, self._base.image, self._base.ready, second)


def _sparse(slots: Iterable[Sequence[Box]]) -> bool:
    return not any(meet(one, other) for one, other in combinations(chain.from_iterable(slots), 2))


def every_patch(scene: Scene, base: StaticBase, encoder: GifEncoder, painter: Painter) -> list[tuple[int, Segment]]:
    """All patches of a scene, each drawn: what all else is measured by."""
    return [
        (second, encoder.patch(painter.region(scene, area, base.image, base.ready, second), area.x, area.y))
        for second, _ in changes(tickers_of(scene.nodes), scene.seconds)
        if (area := changed(scene, second, painter.fonts))
    ]


def timeless(node: Node) -> Node:
    """A node whose countdowns tell no time, but for those that are at their end."""
    if isinstance(node, Ticker):
        return node if node.left == 0 and node.clock.ended else node._replace(left=None)
    if isinstance(node, Group) and tickers_of(node.nodes):
        return node._replace(nodes=tuple([timeless(inner) for inner in node.nodes]))
    return node


def changes(tickers: Sequence[Ticker], seconds: int) -> Changes:
    """The seconds after the first frame at which something changes, and what."""
    if len(tickers) == 1:
        return _changes(tickers[0], seconds)
    found: list[tuple[int, Change]] = []
    for second in sorted({second for ticker in tickers for second in ticker.ticks(seconds)}):
        turned = _changes_at(tickers, second)
        if any(change.before != change.after for change in turned):
            found.append((second, turned))
    return found


def _changes(ticker: Ticker, seconds: int) -> Changes:
    found: list[tuple[int, Change]] = []
    left, up, group = ticker.left or 0, ticker.clock.up, ticker.clock.groups[-1]
    divisor, modulus = group.divisor, group.modulus
    for second in ticker.ticks(seconds):
        number = (left + second if up else left - second + divisor) // divisor % modulus if modulus else 0
        if number and (up or second < left):  # nothing is carried to the groups before, or borrowed of them
            found.append((second, number))
        elif ticker.digits(second - 1) != ticker.digits(second):
            found.append((second, _changes_at((ticker,), second)))
    return found


def _changes_at(tickers: Iterable[Ticker], second: int) -> tuple[DigitChange, ...]:
    """How countdowns change at a second."""
    return tuple([_change(ticker.digits(second - 1), ticker.digits(second)) for ticker in tickers])


def _change(before: str, after: str) -> DigitChange:
    same = 0
    while same < len(before) and before[same : same + 1] == after[same : same + 1]:
        same += 1
    return DigitChange(same, before[same:], after[same:])


def changed(scene: Scene, second: float, fonts: Fonts, before: float | None = None) -> Box | None:
    """Where the image at a second is not as it was at another, or a second before."""
    before = second - 1 if before is None else before
    area = union(_changed(node, before, second, fonts) for node in scene.nodes)
    return area and common(area, Box(0, 0, scene.width, scene.height))


def _changed(node: Node, before: float, second: float, fonts: Fonts) -> Box | None:
    """Where a node, or its shadow, is not as it was."""
    if isinstance(node, Group):
        if node.stay and node.stay.holds(before) != node.stay.holds(second):
            return bounds(node, fonts, max(before, second, key=node.stay.holds))
        if node.stay and not node.stay.holds(second):
            return None
        area = union(_changed(inner, before, second, fonts) for inner in node.nodes)
    elif isinstance(node, Ticker):
        ours, theirs = set(_letters(node.nodes(int(before)))), set(_letters(node.nodes(int(second))))
        area = union(bounds(inner, fonts) for inner in ours ^ theirs)
    else:
        return None
    return spread(area, node) if area else None


def _letters(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes, with texts taken apart in runs."""
    for node in nodes:
        if isinstance(node, Text):
            yield from (node._replace(runs=(run,)) for run in node.runs)
        else:
            yield node
