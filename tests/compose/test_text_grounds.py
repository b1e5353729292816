"""What a text stands on: its box, or as much as its words take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rows import leaves, scene_of

from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Group, Shape, Text
from made_creatives import moment_of, valid

WORDS = st.lists(st.sampled_from(("sale", "of", "umbrellas", "12 €", "<b>now</b>")), min_size=1, max_size=8).map(
    " ".join
)


def shown(fonts: Fonts, layer: dict[str, Any], language: str = "en", scale: int = 1) -> tuple[Box, list[Text]]:
    """The ground, and the lines of a text."""
    variants = [{"name": "only", "layers": [{"background": "#ff0000", **layer}]}]
    creative = valid({"title": "T", "size": "300x100", "scale": scale, "language": language, "variants": variants})
    ground, *lines = leaves(scene_of(creative, moment_of(), fonts, scale).nodes)
    assert isinstance(ground, Shape)
    return ground.box, [line for line in lines if isinstance(line, Text)]


def test_it_fills_the_box(fonts: Fonts) -> None:
    box, lines = shown(fonts, {"text": "hi", "padding": [4, 10], "box": [5, 6, 100, 40]})
    assert box == Box(5, 6, 100, 40)
    assert lines[0].runs[0].x == 15


@pytest.mark.parametrize(
    ("align", "language", "left"),
    [("start", "en", 0), ("end", "en", 1), ("center", "en", 0.5), ("start", "ar", 1), ("left", "ar", 0)],
)
def test_or_it_is_as_wide_as_the_words_where_they_stand(fonts: Fonts, align: str, language: str, left: float) -> None:
    layer = {"text": "hi", "padding": [4, 10], "width": "auto", "align": align, "box": [5, 6, 100, 40]}
    box, lines = shown(fonts, layer, language)
    assert (box.y, box.height) == (6, 40)
    assert 30 < box.width < 40
    assert abs(box.x - (5 + left * (100 - box.width))) <= 1
    assert abs(lines[0].runs[0].x - (box.x + 10)) <= 1


def test_or_as_high_as_its_lines(fonts: Fonts) -> None:
    layer = {"text": "hi\nyou", "padding": [4, 10], "height": "auto", "box": [5, 6, 100, 80], "font": {"size": 10}}
    assert shown(fonts, layer)[0] == Box(5, 6, 100, 32)
    assert shown(fonts, {**layer, "valign": "bottom"})[0] == Box(5, 54, 100, 32)


def test_it_throws_the_shadow_and_is_seen_through_with_the_words(fonts: Fonts) -> None:
    variants = [{"name": "only", "layers": [{"text": "hi", "background": "#f00", "opacity": 0.5, "shadow": {"y": 3}}]}]
    creative = valid({"title": "T", "size": "300x100", "variants": variants})
    (group,) = scene_of(creative, moment_of(), fonts).nodes
    assert isinstance(group, Group)
    assert group.opacity == 0.5
    assert [bool(node.shadow) for node in group.nodes] == [True, False]


@given(WORDS, st.sampled_from(("start", "center", "end")), st.integers(20, 280))
def test_words_do_not_leave_it(fonts: Fonts, words: str, align: str, width: int) -> None:
    layer = {"text": words, "padding": 3, "width": "auto", "height": "auto", "align": align, "box": [10, 0, width, 90]}
    box, lines = shown(fonts, layer, scale=2)
    assert box.x >= 19
    assert box.x + box.width <= 2 * (10 + width) + 1
    for line in lines:
        for run in line.runs:
            end = run.x + 2 * fonts.advance(run.text, run.face, run.size / 2)
            assert run.x >= box.x + 5
            assert end <= box.x + box.width - 5
