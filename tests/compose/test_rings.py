"""Rings and gauges have their exact length, and nothing of them is outside of their box."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from livecontent.facts import Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Arc, Box, Node
from made_creatives import composed, creative_of, moment_of

laws = settings(max_examples=60, deadline=None, derandomize=True)
ends = st.sampled_from(["round", "flat"])
directions = st.sampled_from(["clockwise", "counterclockwise"])
BOX = (6, 4, 120, 120)


def nodes_of(fonts: Fonts, layer: str, moment: Moment | None = None) -> list[Any]:
    scene, made = composed(creative_of(layer, size="132x128"), moment or Moment({}), fonts)
    assert made.left_out == []
    return list(scene.nodes)


def ink_of_band(painter: Painter, layer: str, scale: int = 1) -> Image.Image:
    """The ink of the band alone, on white."""
    creative = creative_of(f"{{{layer}, fill: black, track: transparent}}", size="132x128", scale=str(scale))
    return ImageOps.invert(painter.draw(composed(creative, Moment({}), painter.fonts)[0]).convert("L"))


def amount(ink: Image.Image) -> float:
    """How many pixels are inked."""
    return sum(level * count for level, count in enumerate(ink.histogram())) / 255


def angles_of(ink: Image.Image, start: float, turn: int) -> list[float]:
    """How far each pixel with ink is from the start, in degrees: about its middle, up to 360."""
    middle_x, middle_y = BOX[0] + BOX[2] / 2, BOX[1] + BOX[3] / 2
    pixels = ink.load()
    assert pixels is not None
    found = []
    for y in range(ink.height):
        for x in range(ink.width):
            if pixels[x, y] > 90:  # type: ignore[operator]
                angle = math.degrees(math.atan2(x + 0.5 - middle_x, middle_y - y - 0.5))
                found.append(turn * (angle - start) % 360)
    return found


@laws
@given(part=st.floats(0, 100), thickness=st.integers(1, 60), start=st.integers(-360, 360), direction=directions)
def test_a_ring_with_flat_ends_has_exactly_its_part_of_the_area(
    painter: Painter, part: float, thickness: int, start: int, direction: str
) -> None:
    look = f"thickness: {thickness}, start: {start}, direction: {direction}, ends: flat, box: {list(BOX)}"
    whole = math.pi * (60**2 - (60 - thickness) ** 2)
    radius = 60 - thickness / 2
    off = (amount(ink_of_band(painter, f"ring: {part}, {look}")) - whole * part / 100) / thickness
    assert abs(off) < 1  # pixel of the band's length
    assert abs(off) < 0.004 * 2 * math.pi * radius


@laws
@given(part=st.integers(1, 99), ends=ends, start=st.sampled_from([0, 90, -135]), direction=directions)
def test_the_ink_of_a_ring_runs_from_the_start_to_its_part_whatever_its_ends(
    painter: Painter, part: int, ends: str, start: int, direction: str
) -> None:
    ink = ink_of_band(
        painter, f"ring: {part}, thickness: 15, start: {start}, direction: {direction}, ends: {ends}, box: {list(BOX)}"
    )
    found = angles_of(ink, start, 1 if direction == "clockwise" else -1)
    pixel = math.degrees(1.5 / 45)
    assert all(angle <= part * 3.6 + pixel or angle >= 360 - pixel for angle in found)
    inner = [angle for angle in found if angle <= part * 3.6 + pixel]
    assert max(inner) == pytest.approx(part * 3.6, abs=2 * pixel)
    assert min(inner) < 2 * pixel


@laws
@given(
    parts=st.lists(st.floats(0, 100), min_size=2, max_size=4).map(sorted),
    layer=st.sampled_from(["ring: {}", "gauge: {}", "gauge: {}, sweep: 180", "gauge: {}, sweep: 33, start: 100"]),
    ends=ends,
    direction=directions,
)
def test_more_is_never_less_and_nothing_of_it_is_outside_of_its_track(
    painter: Painter, parts: list[float], layer: str, ends: str, direction: str
) -> None:
    look = f"ends: {ends}, direction: {direction}, box: {list(BOX)}"
    amounts = [amount(ink_of_band(painter, f"{layer.format(part)}, {look}")) for part in parts]
    assert all(less <= more + 1 for less, more in pairwise(amounts))
    whole = ink_of_band(painter, f"{layer.format(100)}, {look}")
    for part in parts:
        ink = ink_of_band(painter, f"{layer.format(part)}, {look}")
        beyond = Image.eval(whole, lambda level: 255 if level == 0 else 0)
        beyond.paste(0, mask=ImageOps.invert(ink))
        assert beyond.getextrema()[1] <= 60  # type: ignore[operator]  # of an edge


@pytest.mark.parametrize("layer", ["ring: {}", "gauge: {}", "gauge: {}, sweep: 360"])
@pytest.mark.parametrize("end", ["round", "flat"])
def test_nothing_is_nothing_and_all_is_the_track(fonts: Fonts, layer: str, end: str) -> None:
    def bands(part: object) -> list[Any]:
        return nodes_of(fonts, f"{{{layer.format(part)}, ends: {end}, fill: black, track: black, box: {list(BOX)}}}")

    assert len(bands(0)) == 1
    assert bands(-3) == bands(0)
    track, band = bands(100)
    assert track == band
    assert bands(140) == bands(100)
    assert len(bands(0.01)) == 2


@laws
@given(
    sweep=st.floats(1, 360),
    start=st.none() | st.floats(-360, 360),
    size=st.tuples(st.integers(8, 120), st.integers(8, 120)),
    ends=ends,
    direction=directions,
    scale=st.integers(1, 2),
)
def test_a_gauge_is_as_large_as_its_box_allows_and_stays_in_it(
    painter: Painter, sweep: float, start: float | None, size: tuple[int, int], ends: str, direction: str, scale: int
) -> None:
    first = "" if start is None else f"start: {start}, "
    look = f"{first}sweep: {sweep}, ends: {ends}, direction: {direction}, box: [6, 4, {size[0]}, {size[1]}]"
    ink = ink_of_band(painter, f"gauge: 100, {look}", scale)
    x, y, width, height = (length * scale for length in (6, 4, *size))
    seen = ink.point(lambda level: 255 * (level > 40)).getbbox()
    left, top, right, bottom = seen or (x, y, x, y)  # of a degree nothing may be left
    assert left >= x - 1
    assert top >= y - 1
    assert right <= x + width + 1
    assert bottom <= y + height + 1
    if sweep >= 180 and ends == "flat":
        assert right - left >= width - 4 or bottom - top >= height - 4


def test_a_half_gauge_fills_a_box_twice_as_wide_as_high(fonts: Fonts) -> None:
    track, band = nodes_of(fonts, "{gauge: 25, sweep: 180, thickness: 10, box: [10, 20, 100, 50]}")
    assert (track.box, track.circle) == (Box(10, 20, 100, 50), Box(10, 20, 100, 100))
    assert (track.start, track.sweep, track.thickness) == (270, 180, 10)
    assert (band.start, band.sweep) == (270, 45)


def test_a_gauge_that_runs_the_other_way_begins_at_the_other_end(fonts: Fonts) -> None:
    track, band = nodes_of(fonts, "{gauge: 25, sweep: 180, direction: counterclockwise, box: [10, 20, 100, 50]}")
    assert (track.start, track.sweep) == (270, 180)
    assert (band.start, band.sweep) == (45, 45)


def test_a_ring_stands_in_the_middle_of_its_box(fonts: Fonts) -> None:
    track, band = nodes_of(fonts, "{ring: 25, box: [10, 20, 100, 40]}")
    assert track.box == track.circle == Box(40, 20, 40, 40)
    assert (track.thickness, track.start, track.sweep) == (5, 0, 360)
    assert (band.start, band.sweep, band.round_ends) == (0, 90, True)


def test_a_band_reaches_at_most_to_the_middle_and_is_at_least_a_pixel(painter: Painter) -> None:
    pie, thicker, hair, dot = (
        ink_of_band(painter, f"ring: 25, {look}")
        for look in (
            *("thickness: 60, box: [6, 4, 120, 120]", "thickness: 900, box: [6, 4, 120, 120]"),
            *("thickness: 0.1, box: [6, 4, 120, 120]", "box: [6, 4, 1, 1]"),
        )
    )
    assert thicker.tobytes() == pie.tobytes()
    assert amount(hair) == pytest.approx(math.pi * 119 / 4, abs=2)
    assert dot.getbbox() is not None


def test_opacity_and_shadow_are_those_of_track_and_band_together(fonts: Fonts) -> None:
    (group,) = nodes_of(fonts, "{ring: 25, opacity: 0.5, shadow: {y: 2}, box: [0, 0, 50, 50]}")
    assert (group.opacity, group.shadow.dy) == (0.5, 2)
    assert [type(node) for node in group.nodes] == [Arc, Arc]
    assert all((node.opacity, node.shadow) == (1, None) for node in group.nodes)


@pytest.mark.parametrize("kind", ["ring", "gauge"])
@pytest.mark.parametrize("points", [None, "nan", "1e400", "x", ""])
def test_what_is_no_number_is_left_out_with_a_reason(fonts: Fonts, kind: str, points: object) -> None:
    creative = creative_of(f"{kind}: '{{{{ recipient.points }}}}'")
    scene, made = composed(creative, moment_of(recipient={"points": points}), fonts)
    assert scene.nodes == ()
    assert made.left_out[0].startswith(f"{kind}: ")


def test_a_ring_says_nothing(fonts: Fonts) -> None:
    _, made = composed(creative_of("ring: 5", "gauge: 5"), Moment({}), fonts)
    assert made.said == []


def test_equal_numbers_are_equal_nodes(fonts: Fonts) -> None:
    def nodes(points: object) -> list[Node]:
        return nodes_of(fonts, "{ring: '{{ recipient.points }}', of: 2000}", moment_of(recipient={"points": points}))

    assert nodes(1240) == nodes("1240.0") != nodes(1241)
