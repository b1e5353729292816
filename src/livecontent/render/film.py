"""What moves because layers come and go: a first frame, and for each later moment the patch that changes.

A patch is kept by all that is drawn in it, as it is at its moment: what was drawn before is not drawn again.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import accumulate, pairwise
from typing import NamedTuple

from PIL import Image

from livecontent.looks import Film, Stay
from livecontent.render.animation import changed
from livecontent.render.encode.tiles import FilmEncoder, Segment
from livecontent.render.paint.bounds import bounds, meet
from livecontent.render.paint.painter import Painter
from livecontent.render.regions import RenderCache
from livecontent.render.static_images import StaticBase
from livecontent.scene import Box, Group, Node, Scene, Ticker, tickers_of

Patches = list[tuple[float, Segment]]  # each with its second
_LAST = 3.0  # seconds that the last frame stands, where nothing says how long
_FRAME = 24  # bytes that a file takes for a frame beside its pixels, at most


def film_of(scene: Scene, loop: int, most: int) -> Film | None:
    """How a scene moves, where nodes come and go in it; with a countdown it plays once, as time does not come back.

    It is over when the last node goes that came in it, else some time after the last change.
    """
    stays = list(_stays(scene.nodes))
    cuts = sorted({cut for stay in stays for cut in stay if cut})
    if not cuts:
        return None
    end = cuts[-1]
    if any(stay.start == end or (stay.end == end and not stay.start) for stay in stays):
        end += _LAST
    ticking = tickers_of(scene.nodes)
    end = max(end, scene.seconds if ticking else 0)
    return Film(tuple(cut for cut in cuts if cut < end), end, 1 if ticking else loop, most)


def _stays(nodes: Iterable[Node]) -> Iterator[Stay]:
    for node in nodes:
        if isinstance(node, Group):
            if node.stay:
                yield node.stay
            yield from _stays(node.nodes)


def moments_of(scene: Scene) -> list[float]:
    """The seconds at which something may change, after the first frame."""
    film = scene.film
    if film is None:
        return []
    ticks = {second for ticker in tickers_of(scene.nodes) for second in ticker.ticks(int(film.end))}
    return sorted({*film.cuts, *ticks})


def stilled(nodes: Iterable[Node], second: float) -> Iterator[Node]:
    """Nodes as they are at a second, always: equal where they look the same."""
    for node in nodes:
        if isinstance(node, Ticker):
            yield node.at(int(second))
        elif not isinstance(node, Group):
            yield node
        elif node.stay is None or node.stay.holds(second):
            yield node._replace(nodes=tuple(stilled(node.nodes, second)), stay=None)


def frames_of(scene: Scene) -> list[Scene]:
    """A scene at each of its cuts, the first frame before them."""
    cuts = scene.film.cuts if scene.film else ()
    return [scene._replace(nodes=tuple(stilled(scene.nodes, cut)), film=None) for cut in (0.0, *cuts)]


def all_frames(scene: Scene, painter: Painter) -> Image.Image:
    """The frames of a scene below each other: all its colours."""
    frames = frames_of(scene)
    whole = Image.new("RGB", (scene.width, scene.height * len(frames)))
    for index, frame in enumerate(frames):
        whole.paste(painter.draw(frame), (0, index * scene.height))
    return whole


class _Part(NamedTuple):
    """A patch to be: when it is shown, where, and what is drawn there."""

    second: float
    area: Box
    nodes: tuple[Node, ...]


class Showing:
    """The later frames of a scene on a base, while it is rendered; what is kept of them is in the cache."""

    def __init__(self, scene: Scene, base: StaticBase, encoder: FilmEncoder, painter: Painter, cache: RenderCache):
        self._base, self._encoder, self._painter, self._cache = base, encoder, painter, cache
        self._key = (base.id, Film, scene.film, scene.nodes)
        self._known: Patches | None = cache.get(self._key)
        self._parts = [] if self._known is not None else list(self._parted(scene))

    @property
    def pixels(self) -> int:
        """About how many are to be drawn and encoded."""
        return sum([part.area.width * part.area.height for part in self._parts])

    def patches(self) -> Patches:
        """What changes later, and when."""
        if self._known is not None:
            return self._known
        patches = [(part.second, self._patch(part)) for part in self._parts]
        self._cache.put(self._key, patches)
        return patches

    def _parted(self, scene: Scene) -> Iterator[_Part]:
        fonts = self._painter.fonts
        boxes = {}
        for second, area in changes_of(scene, self._painter, self._encoder.step):
            nodes = tuple(stilled(scene.nodes[self._base.ready :], second))
            for node in nodes:
                if node not in boxes:
                    boxes[node] = bounds(node, fonts)
            yield _Part(second, area, tuple([node for node in nodes if meet(boxes[node], area)]))

    def _patch(self, part: _Part) -> Segment:
        key = (self._base.id, Film, part.area, part.nodes)
        found: list[Segment] | None = self._cache.get(key)
        if found is None:
            picture = self._painter.over(self._base.image, part.area, part.nodes)
            found = self._cache.put(key, [self._encoder.patch(picture, part.area.x, part.area.y)])
        return found[0]


def changes_of(scene: Scene, painter: Painter, step: int) -> Iterator[tuple[float, Box]]:
    """When the image changes, and where: from pixels that are multiples of a step."""
    for before, second in pairwise((0.0, *moments_of(scene))):
        if area := changed(scene, second, painter.fonts, before):
            left, top = area.x % step, area.y % step
            yield second, Box(area.x - left, area.y - top, area.width + left, area.height + top)


def whole_film(scene: Scene, base: StaticBase, encoder: FilmEncoder, painter: Painter) -> Patches:
    """All patches of a scene, each drawn as it is at its second: what all else is measured by."""
    return [
        (second, encoder.patch(painter.region(scene, area, base.image, base.ready, second), area.x, area.y))
        for second, area in changes_of(scene, painter, encoder.step)
    ]


def joined(encoder: FilmEncoder, segments: Sequence[Segment], patches: Patches, film: Film) -> bytes:
    """The file of as many frames as fit into its bytes, from the first on, which is always there."""
    head = sum(map(len, segments)) + 2000
    sizes = accumulate((len(patch) + _FRAME for _, patch in patches), initial=head)
    fitting = sum(size <= film.most for size in list(sizes)[1:])
    if not fitting:
        return encoder.join(segments)
    end = film.end if fitting == len(patches) else patches[fitting][0]
    return encoder.join_film(segments, patches[:fitting], end, film.loop)


def played(file: bytes) -> tuple[int, float]:
    """How many frames an image file has, and how long they are together, in seconds."""
    total = 0.0
    with Image.open(BytesIO(file)) as opened:
        count: int = getattr(opened, "n_frames", 1)
        for number in range(count):
            opened.seek(number)
            opened.load()
            total += opened.info.get("duration", 0) / 1000
    return count, total
