"""Lines and bars: where numbers stand, whatever they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.facts import Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Path, Shape, Text
from made_creatives import composed, creative_of, moment_of
from pixels import ink_of, inside

laws = settings(max_examples=60, deadline=None, derandomize=True)
numbers = st.lists(st.integers(-1000, 1000) | st.floats(-1e6, 1e6), min_size=1, max_size=30)
FILL, SEEN = (0, 0, 255, 255), (255, 0, 0, 255)
LOOK = "fill: '#0000ff', highlight_fill: '#ff0000'"


def nodes_of(fonts: Fonts, layer: str, moment: Moment | None = None, **keys: str) -> tuple[Any, ...]:
    scene, made = composed(creative_of(layer, **keys), moment or Moment({}), fonts)
    assert made.left_out == []
    return scene.nodes


@laws
@given(values=numbers, scale=st.integers(1, 2), language=st.sampled_from(["en", "ar"]), thickness=st.integers(1, 9))
def test_a_line_runs_through_its_numbers_in_order_and_stays_in_its_box(
    painter: Painter, values: list[float], scale: int, language: str, thickness: int
) -> None:
    layer = f"{{sparkline: {json.dumps(values)}, thickness: {thickness}, fill: '#0000ff', box: [10, 8, 200, 60]}}"
    nodes = nodes_of(painter.fonts, layer, scale=str(scale), language=language)
    (line,) = [node for node in nodes if isinstance(node, Path) and not node.closed]
    assert len(line.points) == len(values)
    xs = [x for x, _ in line.points]
    assert xs == sorted(xs, reverse=language == "ar")
    heights = [y for _, (_, y) in sorted(zip(values, line.points, strict=True), key=lambda pair: pair[0])]
    assert heights == sorted(heights, reverse=True)
    whole = Box(10 * scale, 8 * scale, 200 * scale, 60 * scale)
    for node in nodes:
        ink = ink_of(painter, node)
        assert ink is None or inside(ink, whole)


def test_equal_numbers_are_a_level_line_in_the_middle(fonts: Fonts) -> None:
    line, _ = nodes_of(fonts, "{sparkline: [5, 5, 5], box: [0, 0, 100, 40]}")
    assert {y for _, y in line.points} == {20}


def test_one_number_is_the_dot_at_the_end(fonts: Fonts) -> None:
    line, dot = nodes_of(fonts, "{sparkline: [5], dot: 10, fill: black, box: [0, 0, 100, 40]}")
    assert line.points == ((95, 20),)
    assert dot.box == Box(90, 15, 10, 10)


def test_the_largest_is_at_the_top_and_the_dot_is_whole(fonts: Fonts) -> None:
    line, dot = nodes_of(fonts, "{sparkline: [0, 10], dot: 8, thickness: 2, box: [0, 0, 100, 40]}")
    assert line.points == ((1, 36), (96, 4))
    assert dot.box == Box(92, 0, 8, 8)


@laws
@given(values=numbers, gap=st.integers(0, 6), language=st.sampled_from(["en", "ar"]), highlight=st.integers(-3, 3))
def test_bars_are_as_long_as_their_numbers(
    fonts: Fonts, values: list[float], gap: int, language: str, highlight: int
) -> None:
    layer = f"{{bars: {json.dumps(values)}, gap: {gap}, highlight: {highlight}, {LOOK}, box: [10, 8, 270, 80]}}"
    bars = [node for node in nodes_of(fonts, layer, language=language) if isinstance(node, Shape)]
    low, high = min(0, *values), max(0, *values)
    pixel = (high - low) / 80 or 1
    ends = [8 + round(80 * (high - value) / ((high - low) or 1)) for value in (0, *values)]
    zero = ends[0]
    drawn = [(place, value) for place, value in enumerate(values) if ends[place + 1] != zero]
    assert len(drawn) == len(bars)
    for (place, value), bar in zip(drawn, bars, strict=True):
        assert bar.box.height * pixel == pytest.approx(abs(value), abs=pixel)
        assert (bar.box.y + bar.box.height if value > 0 else bar.box.y) == zero
        assert bar.box.y >= 8
        assert bar.box.y + bar.box.height <= 88
        wanted = highlight - 1 if highlight > 0 else len(values) + highlight if highlight else None
        assert bar.paint == (SEEN if place == wanted else FILL)
    xs = [bar.box.x for bar in bars]
    assert xs == sorted(xs, reverse=language == "ar")


def test_a_bar_of_all_is_as_high_as_the_box(fonts: Fonts) -> None:
    heights = [bar.box.height for bar in nodes_of(fonts, "{bars: [50, 100], of: 100, box: [0, 0, 100, 80]}")]
    assert heights == [40, 80]


def test_zeros_are_no_bars(fonts: Fonts) -> None:
    assert nodes_of(fonts, "{bars: [0, 0], box: [0, 0, 100, 80]}") == ()


def test_labels_stand_below_their_bars_and_are_said_with_the_numbers(fonts: Fonts) -> None:
    layer = "{bars: '12, 4.5', labels: [{en: Mon, fr: Lun}, {en: Tue, fr: Mar}], box: [0, 0, 100, 80]}"
    scene, made = composed(creative_of(layer), moment_of(recipient={"language": "fr"}), fonts)
    assert made.said == ["Lun 12, Mar 4,5"]
    texts = [node for node in scene.nodes if isinstance(node, Text)]
    bars = [node for node in scene.nodes if isinstance(node, Shape)]
    assert [text.runs[0].text for text in texts] == ["Lun", "Mar"]
    assert all(bar.box.y + bar.box.height <= text.runs[0].y - 8 for bar, text in zip(bars, texts, strict=True))


@pytest.mark.parametrize("kind", ["sparkline", "bars"])
@pytest.mark.parametrize("usage", [[3, 5.5, -2], "3, 5.5, -2", ["3", "5.5", "-2"]])
def test_numbers_come_from_lists_and_from_texts(fonts: Fonts, kind: str, usage: object) -> None:
    written = nodes_of(fonts, f"{kind}: [3, 5.5, -2]")
    assert nodes_of(fonts, f"{kind}: recipient.usage", moment_of(recipient={"usage": usage})) == written


@pytest.mark.parametrize("kind", ["sparkline", "bars"])
@pytest.mark.parametrize(
    ("usage", "why"),
    [
        (None, "recipient.usage is not known"),
        ([], "there are no numbers"),
        ([1, None, 3], "'None' is not a number"),
        ("a lot", "'alot' is not a number"),
        ([1e300], "is out of range"),
        ([1] * 999, "there are 999 numbers, at most"),
        ([1] * 2000, "characters or more"),
    ],
)
def test_what_are_no_numbers_is_left_out_with_a_reason(fonts: Fonts, kind: str, usage: object, why: str) -> None:
    recipient = {} if usage is None else {"usage": usage}
    scene, made = composed(creative_of(f"{kind}: recipient.usage"), moment_of(recipient=recipient), fonts)
    assert scene.nodes == ()
    assert why in made.left_out[0]


def test_a_list_of_the_weather_is_a_line_where_it_is_known(fonts: Fonts) -> None:
    layer = "sparkline: \"{{ weather.hours | map: 'temperature' | join: ',' }}\""
    weather = {"hours": [{"temperature": 3.5}, {"temperature": 9}]}
    (line, _) = nodes_of(fonts, layer, moment_of(weather=weather))
    assert len(line.points) == 2
