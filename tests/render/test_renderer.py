"""Files made of parts are the files that are made in one go: byte for byte, whatever was printed before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from any_scene import nodes as any_nodes
from livecontent.links import Format
from livecontent.render.base import StaticBase, encoder_of
from livecontent.render.encode.jpeg import JpegEncoder, save_jpeg
from livecontent.render.encode.tiles import Grid, TileRange
from livecontent.render.motion import tickers_of
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer, RenderJob
from livecontent.scene import Box, Colour, DigitGroup, Gradient, Group, Node, Scene, Shadow, Shape, Text, Ticker

CASES = settings.default.max_examples * 2 if settings.default else 200
SIZES = ((72, 56), (64, 33), (333, 40), (480, 64), (1, 9), (200, 130))
GROUND = Colour(240, 230, 220)


def moved(node: Node, dx: int, dy: int) -> Node:
    """A node that stands elsewhere."""
    changes: dict[str, object] = {"box": node.box._replace(x=node.box.x + dx, y=node.box.y + dy)}
    match node:
        case Text():
            changes["runs"] = tuple(run._replace(x=run.x + dx, y=run.y + dy) for run in node.runs)
        case Group():
            changes["nodes"] = tuple(moved(inner, dx, dy) for inner in node.nodes)
        case Ticker():
            changes["cells"] = tuple(replace(cell, x=cell.x + dx, y=cell.y + dy) for cell in node.cells)
            changes["still"] = tuple(moved(inner, dx, dy) for inner in node.still)
            changes["ended"] = tuple(moved(inner, dx, dy) for inner in node.ended)
    return replace(node, **changes)  # type: ignore[arg-type]


@st.composite
def prints(draw: st.DrawFn, painter: Painter) -> tuple[list[tuple[Node, bool]], list[list[Node]], tuple[int, int]]:
    """Nodes, each with whether it is the same for everybody; others to stand for those that are not; a size."""
    width, height = draw(st.sampled_from(SIZES))
    one = st.builds(moved, any_nodes(painter), st.integers(0, width - 1), st.integers(0, height - 1))
    drawn = draw(st.lists(st.tuples(one, st.booleans()), min_size=1, max_size=5))
    nodes = [(node, fixed and not tickers_of((node,))) for node, fixed in drawn]  # a countdown is never fixed
    moving = sum(not fixed for _, fixed in nodes)
    more = draw(st.lists(st.lists(one, min_size=moving, max_size=moving), max_size=2))
    return nodes, more, (width, height)


def plate_of(
    scene: Scene, still: list[Node], ready: int, painter: Painter, format_: Format, few: bool = False
) -> StaticBase:
    ground = painter.draw(replace(scene, nodes=tuple(still[:ready])))
    picture = painter.draw(replace(scene, nodes=tuple(still)))
    known = frozenset(map(id, still))
    mosaic = encoder_of(format_, picture, few=few)
    return StaticBase("a", format_, tuple(still), ready, ground, mosaic, tuple(mosaic.parts(picture)), known)


@pytest.mark.parametrize(("format_", "few"), [("jpg", False), ("png", False), ("png", True), ("gif", True)])
def test_whatever_moves_the_file_is_that_of_the_whole_picture(painter: Painter, format_: Format, few: bool) -> None:
    @settings(max_examples=CASES)
    @given(printed=prints(painter))
    def law(printed: tuple[list[tuple[Node, bool]], list[list[Node]], tuple[int, int]]) -> None:
        nodes, more, size = printed
        still = [node for node, fixed in nodes if fixed]
        ready = next((n for n, (_, fixed) in enumerate(nodes) if not fixed), len(nodes))
        scene = Scene(*size, GROUND, tuple(node for node, _ in nodes), 4)
        plate = plate_of(scene, still, ready, painter, format_, few)
        press = Renderer(painter)
        for others in ([node for node, fixed in nodes if not fixed], *more, *more[:1]):
            left = iter(others)
            shown = replace(scene, nodes=tuple(node if fixed else next(left) for node, fixed in nodes))
            sheet = press.draw(shown, plate, format_)
            data = sheet.encode()
            press.keep(sheet)
            assert data == press.draw_whole(shown, plate, format_).encode()
            check(data, shown, plate, painter)

    law()


def clock_of(painter: Painter, gap: int, **style: object) -> Ticker:
    """Minutes and seconds, so many pixels between their digits."""
    ((_, face),) = painter.fonts.split("0123456789", "Inter", 700, False)
    advances = tuple(round(painter.fonts.advance(digit, face, 20)) for digit in "0123456789")
    slot = max(advances) + gap
    cells = tuple(
        DigitGroup(unit, limit, 2, x, 40, slot, advances) for unit, limit, x in ((60, 0, 20), (1, 60, 20 + 2 * slot))
    )
    card = Shape(box=Box(10, 12, 4 * slot + 20, 50), paint=Colour(18, 48, 59), radius=8)
    still = () if style["shadow"] else (card,)  # what stands on a card throws no shadow of its own
    ended = (Shape(box=card.box, paint=Colour(99, 9, 9)),)
    ink, box = Colour(246, 241, 231), card.box
    return Ticker(box=box, left=0, cells=cells, face=face, size=20, colour=ink, still=still, ended=ended, **style)  # type: ignore[arg-type]


@pytest.mark.parametrize("gap", [-9, 0, 14, 40])
@pytest.mark.parametrize("shadow", [None, Shadow(0, 0, 8, Colour(255, 0, 0)), Shadow(6, 9, 0, Colour(0, 255, 0, 90))])
@pytest.mark.parametrize(("opacity", "cache"), [(1.0, 1_000_000), (0.5, 1_000_000), (1.0, 30_000)])
def test_whatever_a_clock_told_before_every_frame_is_that_of_the_whole_picture(
    painter: Painter, gap: int, shadow: Shadow | None, opacity: float, cache: int
) -> None:
    clock = clock_of(painter, gap, shadow=shadow, opacity=opacity)
    below = Shape(box=Box(0, 0, 150, 90), paint=Gradient((Colour(9, 99, 200), GROUND), 90))
    over = [Shape(box=Box(x, 20, 60, 20), paint=Colour(255, 255, 0, 120)) for x in (2, 200)]
    scene = Scene(280, 90, GROUND, (below, clock, over[0]), 4)
    plate = plate_of(scene, [below], 1, painter, "gif")
    press = Renderer(painter, cache)
    for turn, left in enumerate((671, 75, 62, 600, 3, 671, 1, 604, 75, 5999)):
        shown = replace(scene, nodes=(below, replace(clock, left=left), over[turn % 3 == 2]))
        sheet = press.draw(shown, plate, "gif")
        data = sheet.encode()
        press.keep(sheet)
        assert press.parts.size <= cache
        assert data == press.draw_whole(shown, plate, "gif").encode()
        check(data, shown, plate, painter)


@pytest.mark.parametrize("cache", [1_000_000, 30_000])
def test_threads_that_draw_a_clock_at_once_do_not_draw_over_each_other(painter: Painter, cache: int) -> None:
    clock = clock_of(painter, 14, shadow=None)
    below = Shape(box=Box(0, 0, 280, 90), paint=Gradient((Colour(9, 9, 20), GROUND), 90))
    scene = Scene(280, 90, GROUND, (below, clock), 4)
    plate = plate_of(scene, [below], 1, painter, "gif")
    press = Renderer(painter, cache)
    lefts = (671, 75, 62, 600, 3, 671, 1, 75) * 4
    shown = [replace(scene, nodes=(below, replace(clock, left=left))) for left in lefts]
    plans = [press.plan(one, plate, "gif") for one in shown]
    with ThreadPoolExecutor(4) as threads:
        sheets = list(threads.map(lambda plan: plan.draw(), plans))
        files = list(threads.map(RenderJob.encode, sheets))
        list(threads.map(press.keep, sheets))
    assert files == [press.draw_whole(one, plate, "gif").encode() for one in shown]
    assert len(set(files)) == len(set(lefts))
    assert press.parts.size <= cache


def check(data: bytes, scene: Scene, plate: StaticBase, painter: Painter) -> None:
    """The file holds what is drawn from scratch."""
    picture = painter.draw(scene)
    if isinstance(plate.mosaic, JpegEncoder):
        assert data == save_jpeg(picture, plate.mosaic.grid.cell_width // 16)
        return
    with Image.open(BytesIO(data)) as opened:
        if plate.format == "png" and opened.mode == "RGB":
            assert opened.tobytes() == picture.tobytes()
            return
        second = 0
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            frame = painter.draw(scene, frame=second).quantize(palette=plate.mosaic._palette, dither=Image.Dither.NONE)
            assert ImageChops.difference(opened.convert("RGB"), frame.convert("RGB")).getbbox() is None, second
            second += opened.info.get("duration", 0) // 1000


def test_only_what_is_new_is_drawn(painter: Painter) -> None:
    ground = Shape(box=Box(0, 0, 480, 64), paint=GROUND)
    badges = [Shape(box=Box(x, 20, 9, 9), paint=Colour(9, 9, x % 256)) for x in (3, 250)]
    scene = Scene(480, 64, GROUND, (ground, *badges))
    plate = plate_of(scene, [ground], 1, painter, "jpg")
    press = Renderer(painter)
    first = press.draw(scene, plate, "jpg")
    assert [bunch.cells for bunch, _ in first.bunches] == [TileRange(0, 1, 1, 2), TileRange(1, 1, 2, 2)]
    first.encode()
    press.keep(first)
    other = press.draw(replace(scene, nodes=(ground, badges[0], replace(badges[1], opacity=0.5))), plate, "jpg")
    assert [bunch.cells for bunch, _ in other.bunches] == [TileRange(1, 1, 2, 2)]
    assert (press.parts.hits, press.parts.misses) == (1, 3)


def test_strips_are_cut_where_inks_begin_and_end_but_what_is_blurred_is_drawn_once(painter: Painter) -> None:
    ground = Shape(box=Box(0, 0, 100, 320), paint=GROUND)
    card, badge = Shape(box=Box(9, 40, 40, 250), paint=GROUND), Shape(box=Box(60, 100, 9, 9), paint=Colour(9, 9, 9))
    scene = Scene(100, 320, GROUND, (ground, card, badge))
    plate = plate_of(scene, [ground], 1, painter, "png")
    rows = []
    for shadow in (None, Shadow(0, 0, 4, GROUND)):
        moving = replace(scene, nodes=(ground, replace(card, shadow=shadow), badge))
        sheet = Renderer(painter).draw(moving, plate, "png")
        rows.append([(bunch.cells.top, bunch.cells.bottom) for bunch, _ in sheet.bunches])
        check(sheet.encode(), moving, plate, painter)
    assert rows == [[(1, 3), (3, 4), (4, 10)], [(1, 10)]]
    press = Renderer(painter)
    for paint in (GROUND, Colour(1, 2, 3)):  # the badge stays as it is, with another card beside it
        moving = replace(scene, nodes=(ground, replace(card, paint=paint), badge))
        sheet = press.draw(moving, plate, "png")
        check(sheet.encode(), moving, plate, painter)
        press.keep(sheet)


def test_nodes_in_a_group_share_parts_with_the_same_nodes_alone(painter: Painter) -> None:
    ground = Shape(box=Box(0, 0, 480, 64), paint=GROUND)
    badges = tuple(Shape(box=Box(x, 20, 9, 9), paint=Colour(9, 9, x % 256)) for x in (3, 250))
    whole = Box(0, 0, 480, 64)
    alone = Scene(480, 64, GROUND, (ground, *badges))
    handle = Group(box=whole, nodes=(Group(box=whole, nodes=badges),))
    veiled = Group(box=whole, nodes=badges, opacity=0.5)
    plate = plate_of(alone, [ground], 1, painter, "jpg")
    press = Renderer(painter)
    drawn = []
    for nodes in ((ground, *badges), (ground, handle), (ground, veiled)):
        scene = replace(alone, nodes=nodes)
        sheet = press.draw(scene, plate, "jpg")
        drawn.append(len(sheet.bunches))
        data = sheet.encode()
        press.keep(sheet)
        check(data, scene, plate, painter)
    assert drawn == [2, 0, 1]


def test_parts_are_found_as_long_as_they_are_kept(painter: Painter) -> None:
    ground = Shape(box=Box(0, 0, 480, 64), paint=GROUND)
    scenes = [
        Scene(480, 64, GROUND, (ground, Shape(box=Box(3, 20, 9, 9), paint=Colour(9, number // 256, number % 256))))
        for number in range(6500)  # more than are known by their identity
    ]
    plate = plate_of(scenes[0], [ground], 1, painter, "jpg")
    press = Renderer(painter)
    for scene in scenes:
        sheet = press.draw(scene, plate, "jpg")
        if scene is scenes[0]:
            sheet.encode()
            press.keep(sheet)
    again = replace(scenes[0], nodes=(ground, replace(scenes[0].nodes[1])))
    assert not press.draw(again, plate, "jpg").bunches


def test_no_plate_finds_the_parts_of_another(painter: Painter) -> None:
    press = Renderer(painter)
    for index, ground in enumerate((Colour(250, 0, 0), Colour(0, 250, 0))):
        below = Shape(box=Box(0, 0, 100, 20), paint=ground)
        scene = Scene(100, 20, GROUND, (below, Shape(box=Box(0, 0, 9, 9), paint=GROUND)))
        plate = replace(plate_of(scene, [below], 1, painter, "png"), name=f"v{index}")
        sheet = press.draw(scene, plate, "png")
        assert len(sheet.bunches) == 1
        with Image.open(BytesIO(sheet.encode())) as opened:
            assert opened.getpixel((50, 10)) == ground[:3]
        press.keep(sheet)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_grid_finds_the_cells_of_a_box_and_the_box_of_cells(
    width: int, height: int, wide: int, high: int, data: st.DataObject
) -> None:
    grid = Grid(width, height, wide, high)
    box = Box(*(data.draw(st.integers(-50, 100)) for _ in range(2)), *(data.draw(st.integers(1, 99)) for _ in range(2)))
    inside = [
        (x, y)
        for x in range(max(box.x, 0), min(box.x + box.width, width))
        for y in range(max(box.y, 0), min(box.y + box.height, height))
    ]
    cells = grid.cells(box)
    assert (cells is None) == (not inside)
    if cells:
        found = grid.box(cells)
        assert found.x <= inside[0][0]
        assert found.y <= inside[0][1]
        assert {(x // wide, y // high) for x, y in inside} == {
            (c, r) for c in range(cells.left, cells.right) for r in range(cells.top, cells.bottom)
        }
        assert grid.box(grid.whole) == Box(0, 0, width, height)
