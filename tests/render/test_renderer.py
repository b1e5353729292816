"""Files made of parts are the files that are made in one go: byte for byte, whatever was printed before."""

import pickle
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from any_scene import nodes as any_nodes
from livecontent.links import Format
from livecontent.render.encode.jpeg import JpegEncoder, save_jpeg
from livecontent.render.encode.tiles import Grid
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer, render_whole
from livecontent.render.static_images import StaticBase, encoder_of, make_base
from livecontent.scene import (
    Box,
    Colour,
    CountdownClock,
    DigitGroup,
    Gradient,
    Group,
    Node,
    Scene,
    Shadow,
    Shape,
    Text,
    Ticker,
    tickers_of,
)
from nightly import cases

SIZES = ((72, 56), (64, 33), (333, 40), (480, 64), (1, 9), (200, 130))
GROUND = Colour(240, 230, 220)
FORMATS: tuple[tuple[Format, bool], ...] = (("jpg", False), ("png", False), ("png", True), ("gif", True))


def moved(node: Node, dx: int, dy: int) -> Node:
    """A node that stands elsewhere."""
    changes: dict[str, object] = {"box": node.box._replace(x=node.box.x + dx, y=node.box.y + dy)}
    match node:
        case Text():
            changes["runs"] = tuple(run._replace(x=run.x + dx, y=run.y + dy) for run in node.runs)
        case Group():
            changes["nodes"] = tuple(moved(inner, dx, dy) for inner in node.nodes)
        case Ticker():
            clock = node.clock
            changes["clock"] = clock._replace(
                groups=tuple(group._replace(x=group.x + dx, y=group.y + dy) for group in clock.groups),
                static=tuple(moved(inner, dx, dy) for inner in clock.static),
                ended=tuple(moved(inner, dx, dy) for inner in clock.ended),
            )
    return node._replace(**changes)  # type: ignore[arg-type]


@st.composite
def prints(draw: st.DrawFn, painter: Painter) -> tuple[list[tuple[Node, bool]], list[list[Node]], tuple[int, int]]:
    """Nodes, each with whether it is the same for everybody; others to stand for those that are not; a size."""
    width, height = draw(st.sampled_from(SIZES))
    one = st.builds(moved, any_nodes(painter), st.integers(0, width - 1), st.integers(0, height - 1))
    drawn = draw(st.lists(st.tuples(one, st.booleans()), min_size=1, max_size=draw(st.sampled_from([5, 14]))))
    nodes = [(node, fixed and not tickers_of((node,))) for node, fixed in drawn]  # a countdown is never fixed
    moving = sum(not fixed for _, fixed in nodes)
    more = draw(st.lists(st.lists(one, min_size=moving, max_size=moving), max_size=2))
    return nodes, more, (width, height)


def base_of(
    scene: Scene, static: list[Node], ready: int, painter: Painter, format_: Format, few: bool = False
) -> StaticBase:
    """The base of a scene with these static nodes, of which the first stand below all that moves."""
    whole = scene._replace(nodes=tuple(static))
    return make_base("a", format_, whole, ready, painter, encoder_of(format_, painter.draw(whole), few=few))


def test_whatever_moves_the_file_is_that_of_the_whole_picture(painter: Painter) -> None:
    @settings(max_examples=cases(50, by_night=1000))
    @given(printed=prints(painter))
    def law(printed: tuple[list[tuple[Node, bool]], list[list[Node]], tuple[int, int]]) -> None:
        nodes, more, size = printed
        static = [node for node, fixed in nodes if fixed]
        ready = next((n for n, (_, fixed) in enumerate(nodes) if not fixed), len(nodes))
        moving = tuple(n for n, (_, fixed) in enumerate(nodes) if not fixed)
        scene = Scene(*size, GROUND, tuple(node for node, _ in nodes), 4, moving)
        for format_, few in FORMATS:
            base = base_of(scene, static, ready, painter, format_, few)
            renderer = Renderer(painter)
            for others in ([node for node, fixed in nodes if not fixed], *more, *more[:1]):
                left = iter(others)
                shown = scene._replace(nodes=tuple(node if fixed else next(left) for node, fixed in nodes))
                data = renderer.render_now(shown, base, format_)
                assert data == render_whole(shown, base, format_, painter), (format_, few)
                check(data, shown, base, painter)

    law()


def clock_of(painter: Painter, gap: int, **style: object) -> Ticker:
    """Minutes and seconds, so many pixels between their digits."""
    ((_, face),) = painter.fonts.split("0123456789", "Inter", 700, False)
    advances = tuple(round(painter.fonts.advance(digit, face, 20)) for digit in "0123456789")
    slot = max(advances) + gap
    groups = tuple(
        DigitGroup(unit, limit, 2, x, 40, slot, advances) for unit, limit, x in ((60, 0, 20), (1, 60, 20 + 2 * slot))
    )
    card = Shape(box=Box(10, 12, 4 * slot + 20, 50), paint=Colour(18, 48, 59), radius=8)
    static = () if style["shadow"] else (card,)  # what stands on a card throws no shadow of its own
    ended = (Shape(box=card.box, paint=Colour(99, 9, 9)),)
    clock = CountdownClock(groups, face, 20, Colour(246, 241, 231), static, ended)
    return Ticker(box=card.box, clock=clock, left=0, **style)  # type: ignore[arg-type]


@pytest.mark.parametrize("gap", [-9, 0, 14, 40])
@pytest.mark.parametrize("shadow", [None, Shadow(0, 0, 8, Colour(255, 0, 0)), Shadow(6, 9, 0, Colour(0, 255, 0, 90))])
@pytest.mark.parametrize(
    ("opacity", "grouped", "cache"),
    [(1.0, False, 1_000_000), (0.5, False, 1_000_000), (1.0, True, 1_000_000), (1.0, False, 30_000)],
)
def test_whatever_a_clock_told_before_every_frame_is_that_of_the_whole_picture(
    painter: Painter, gap: int, shadow: Shadow | None, opacity: float, grouped: bool, cache: int
) -> None:
    clock = clock_of(painter, gap, shadow=shadow, opacity=opacity)
    below = Shape(box=Box(0, 0, 150, 90), paint=Gradient((Colour(9, 99, 200), GROUND), 90))
    over = [Shape(box=Box(x, 20, 60, 20), paint=Colour(255, 255, 0, 120)) for x in (2, 200)]
    scene = Scene(280, 90, GROUND, (below, clock, over[0]), 4, (1, 2))
    base = base_of(scene, [below], 1, painter, "gif")
    renderer = Renderer(painter, cache_bytes=cache)
    for turn, left in enumerate((671, 75, 62, 600, 3, 671, 1, 604, 75, 5999)):
        ticker: Node = clock._replace(left=left)
        if grouped:
            ticker = Group(box=clock.box, nodes=(ticker,), shadow=Shadow(3, 4, 5, Colour(0, 0, 255)), opacity=0.8)
        shown = scene._replace(nodes=(below, ticker, over[turn % 3 == 2]))
        data = renderer.render_now(shown, base, "gif")
        assert renderer.cache.size <= cache
        assert data == render_whole(shown, base, "gif", painter)
        check(data, shown, base, painter)


@pytest.mark.parametrize("cache", [1_000_000, 30_000])
def test_threads_that_draw_a_clock_at_once_do_not_draw_over_each_other(painter: Painter, cache: int) -> None:
    clock = clock_of(painter, 14, shadow=None)
    below = Shape(box=Box(0, 0, 280, 90), paint=Gradient((Colour(9, 9, 20), GROUND), 90))
    scene = Scene(280, 90, GROUND, (below, clock), 4, (1,))
    base = base_of(scene, [below], 1, painter, "gif")
    renderer = Renderer(painter, cache_bytes=cache)
    lefts = (671, 75, 62, 600, 3, 671, 1, 75) * 4
    shown = [scene._replace(nodes=(below, clock._replace(left=left))) for left in lefts]
    with ThreadPoolExecutor(4) as threads:
        files = list(threads.map(lambda one: renderer.render_now(one, base, "gif"), shown))
    assert files == [render_whole(one, base, "gif", painter) for one in shown]
    assert len(set(files)) == len(set(lefts))
    assert renderer.cache.size <= cache


def check(data: bytes, scene: Scene, base: StaticBase, painter: Painter) -> None:
    """The file holds what is drawn from scratch."""
    picture = painter.draw(scene)
    if isinstance(base.encoder, JpegEncoder):
        assert data == save_jpeg(picture, base.encoder.grid.tile_width // 16)
        return
    with Image.open(BytesIO(data)) as opened:
        if base.format == "png" and opened.mode == "RGB":
            assert opened.tobytes() == picture.tobytes()
            return
        second = 0
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            frame = painter.draw(scene, frame=second).quantize(palette=base.encoder.palette, dither=Image.Dither.NONE)
            assert ImageChops.difference(opened.convert("RGB"), frame.convert("RGB")).getbbox() is None, second
            second += opened.info.get("duration", 0) // 1000


class Counting(Painter):
    """Tells what it paints, and can be told to fail."""

    def __init__(self, painter: Painter) -> None:
        super().__init__(painter.fonts)
        self.painted: list[Box] = []

    def over(self, ground: Image.Image, box: Box, nodes: Iterable[Node], frame: int = 0) -> Image.Image:
        self.painted.append(box)
        return super().over(ground, box, nodes, frame)


BACKGROUND = Shape(box=Box(0, 0, 480, 64), paint=GROUND)
BADGES = tuple(Shape(box=Box(x, 20, 9, 9), paint=Colour(9, 9, x % 256)) for x in (3, 250))
WITH_BADGES = Scene(480, 64, GROUND, (BACKGROUND, *BADGES), moving=(1, 2))


def test_only_what_is_new_is_drawn(painter: Painter) -> None:
    counting = Counting(painter)
    base = base_of(WITH_BADGES, [BACKGROUND], 1, painter, "jpg")
    renderer = Renderer(counting)
    renderer.render_now(WITH_BADGES, base, "jpg")
    assert counting.painted == [Box(0, 16, 160, 16), Box(160, 16, 160, 16)]
    counting.painted.clear()
    faded = WITH_BADGES._replace(nodes=(BACKGROUND, BADGES[0], BADGES[1]._replace(opacity=0.5)))
    renderer.render_now(faded, base, "jpg")
    assert counting.painted == [Box(160, 16, 160, 16)]
    counting.painted.clear()
    renderer.render_now(pickle.loads(pickle.dumps(faded)), base, "jpg")  # noqa: S301  equal, and nothing the same
    assert counting.painted == []


def test_of_a_card_whose_price_is_new_only_the_line_of_the_price_is_drawn(painter: Painter) -> None:
    counting = Counting(painter)
    ground = Shape(box=Box(8, 2, 300, 250), paint=Colour(255, 255, 255))
    lines = tuple(Shape(box=Box(20, 16 + 24 * n, 99, 10), paint=Colour(9, 9, n)) for n in range(9))
    plate = Shape(box=Box(0, 0, 480, 256), paint=GROUND)
    scene = Scene(480, 256, GROUND, (plate, Group(plate.box, (ground, *lines))), moving=(1,))
    base = base_of(scene, [plate], 1, painter, "jpg")
    renderer = Renderer(counting)
    renderer.render_now(scene, base, "jpg")
    assert len(counting.painted) > 1
    counting.painted.clear()
    changed = (*lines[:4], lines[4]._replace(opacity=0.5), *lines[5:])
    shown = scene._replace(nodes=(plate, Group(plate.box, (ground, *changed))))
    check(renderer.render_now(shown, base, "jpg"), shown, base, painter)
    assert [box.height for box in counting.painted] == [16]


def test_a_second_later_only_the_digits_are_put_in_their_slots(painter: Painter) -> None:
    counting = Counting(painter)
    clock = clock_of(painter, 2, shadow=None)
    scene = Scene(280, 90, GROUND, (BACKGROUND, clock), 60, (1,))
    base = base_of(scene, [BACKGROUND], 1, painter, "gif")
    renderer = Renderer(counting)
    for left in range(700, 560, -1):  # by then all digits are known
        renderer.render_now(scene._replace(nodes=(BACKGROUND, clock._replace(left=left))), base, "gif")
    counting.painted.clear()
    for left in (699, 650, 641):
        shown = scene._replace(nodes=(BACKGROUND, clock._replace(left=left)))
        assert renderer.render_now(shown, base, "gif") == render_whole(shown, base, "gif", painter)
    assert counting.painted == []


def test_nodes_in_a_group_share_segments_with_the_same_nodes_alone(painter: Painter) -> None:
    counting = Counting(painter)
    whole = Box(0, 0, 480, 64)
    handle = Group(box=whole, nodes=(Group(box=whole, nodes=BADGES),))
    veiled = Group(box=whole, nodes=BADGES, opacity=0.5)
    base = base_of(WITH_BADGES, [BACKGROUND], 1, painter, "jpg")
    renderer = Renderer(counting)
    drawn = []
    for nodes in ((BACKGROUND, *BADGES), (BACKGROUND, handle), (BACKGROUND, veiled)):
        scene = WITH_BADGES._replace(nodes=nodes, moving=tuple(range(1, len(nodes))))
        counting.painted.clear()
        data = renderer.render_now(scene, base, "jpg")
        drawn.append(len(counting.painted))
        check(data, scene, base, painter)
    assert drawn == [2, 0, 1]


def test_a_node_above_and_below_a_static_one_are_not_taken_for_each_other(painter: Painter) -> None:
    static = Shape(box=Box(0, 0, 30, 30), paint=Colour(0, 0, 200))
    badge = Shape(box=Box(4, 4, 9, 9), paint=Colour(200, 0, 0))
    scene = Scene(480, 64, GROUND, (BACKGROUND, static))
    base = base_of(scene, [BACKGROUND, static], 1, painter, "png")
    renderer = Renderer(painter)
    for nodes, moving in (((BACKGROUND, badge, static), (1,)), ((BACKGROUND, static, badge), (2,))):
        shown = scene._replace(nodes=nodes, moving=moving)
        check(renderer.render_now(shown, base, "png"), shown, base, painter)


def test_no_base_finds_the_segments_of_another(painter: Painter) -> None:
    renderer = Renderer(painter)
    for index, ground in enumerate((Colour(250, 0, 0), Colour(0, 250, 0))):
        below = Shape(box=Box(0, 0, 100, 20), paint=ground)
        scene = Scene(100, 20, GROUND, (below, Shape(box=Box(0, 0, 9, 9), paint=GROUND)), moving=(1,))
        base = replace(base_of(scene, [below], 1, painter, "png"), id=f"v{index}")
        with Image.open(BytesIO(renderer.render_now(scene, base, "png"))) as opened:
            assert opened.getpixel((50, 10)) == ground[:3]


def test_people_in_turn_find_what_there_is_room_for(painter: Painter) -> None:
    counting = Counting(painter)
    base = base_of(WITH_BADGES, [BACKGROUND], 1, painter, "png")
    people = [
        WITH_BADGES._replace(nodes=(BACKGROUND, Shape(box=Box(3, 20, 99, 40), paint=Colour(9, 9, n))), moving=(1,))
        for n in range(60)
    ]
    renderer = Renderer(counting)
    for scene in people:
        renderer.render_now(scene, base, "png")
    renderer = Renderer(counting, cache_bytes=renderer.cache.size * 19 // 20)
    for _ in range(3):
        counting.painted.clear()
        for scene in people:
            renderer.render_now(scene, base, "png")
    assert len(counting.painted) < len(people) // 2  # where the last used are kept, all of them


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_grid_finds_the_tiles_of_a_box_and_the_box_of_tiles(
    width: int, height: int, wide: int, high: int, data: st.DataObject
) -> None:
    grid = Grid(width, height, wide, high)
    box = Box(*(data.draw(st.integers(-50, 100)) for _ in range(2)), *(data.draw(st.integers(1, 99)) for _ in range(2)))
    inside = [
        (x, y)
        for x in range(max(box.x, 0), min(box.x + box.width, width))
        for y in range(max(box.y, 0), min(box.y + box.height, height))
    ]
    tiles = grid.tiles(box)
    assert (tiles is None) == (not inside)
    if tiles:
        found = grid.box(tiles)
        assert found.x <= inside[0][0]
        assert found.y <= inside[0][1]
        assert {(x // wide, y // high) for x, y in inside} == {
            (c, r) for c in range(tiles.left, tiles.right) for r in range(tiles.top, tiles.bottom)
        }
        assert grid.box(grid.whole) == Box(0, 0, width, height)
