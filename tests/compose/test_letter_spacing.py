"""Letters further apart than usual, or nearer."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_text_layers import BOX, LINE, boxes, said, styles
from texts import texts

from livecontent.compose.context import LayoutContext
from livecontent.compose.text.clusters import clusters, may_spread
from livecontent.compose.text.layout import TextStyle, measured, set_text
from livecontent.compose.values import Rect
from livecontent.facts import Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Run, Text, Ticker
from made_creatives import NOW, composed, creative_of, moment_of

spacings = st.sampled_from([-100.0, -2.0, -0.5, 0.5, 3.0, 40.0])


def runs_of(fonts: Fonts, words: str, style: TextStyle = LINE, box: Rect = BOX, scale: int = 1) -> list[Run]:
    return list(chain(*set_text(said(words), style, box, LayoutContext(fonts, scale))))


def spread(fonts: Fonts, words: str, spacing: float) -> list[Run]:
    return runs_of(fonts, words, LINE._replace(spacing=spacing), BOX._replace(width=2000))


@pytest.mark.parametrize("spacing", [-1.0, 2.5, 10.0])
def test_each_letter_stands_so_much_further_from_the_one_before(fonts: Fonts, spacing: float) -> None:
    face = fonts.split("a", "Inter", 400, False)[0][1]
    plain, pen = {}, 0.0
    for letter, after in zip("AVATar", "VATar" + " ", strict=True):
        plain[pen] = letter
        pen += fonts.step(letter, after.strip(), face, 20)
    assert pen == pytest.approx(fonts.advance("AVATar", face, 20))
    runs = spread(fonts, "AVATar", spacing)
    assert "".join(run.text for run in runs) == "AVATar"
    for place, (run, usual) in enumerate(zip(runs, plain, strict=True)):
        assert run.x == pytest.approx(BOX.x + usual + place * spacing, abs=1)


def test_words_stand_apart_by_the_space_and_what_is_around_it(fonts: Fonts) -> None:
    a, b = (runs[-1] for runs in (spread(fonts, "a b", 0), spread(fonts, "a b", 7)))
    assert b.x - a.x == pytest.approx(14, abs=1)


def test_a_ligature_is_taken_apart(fonts: Fonts) -> None:
    style = LINE._replace(face=("Fraunces", 400, False), spacing=3.0)
    assert [run.text for run in runs_of(fonts, "fi", style)] == ["f", "i"]
    first, second = runs_of(fonts, "fi", style)
    assert second.x - first.x == pytest.approx(fonts.advance("f", first.face, 20) + 3, abs=1)


@pytest.mark.parametrize("words", ["السلام عليكم", "नमस्ते", "ক্ষমা", "ᠮᠣᠩᠭᠣᠯ", "བོད་ཡིག", "ភាសាខ្មែរ", "ߒߞߏ"])
def test_letters_that_join_are_not_parted(fonts: Fonts, words: str) -> None:
    first = words.split(" ", maxsplit=1)[0]
    assert not may_spread(first)
    assert [run.text for run in spread(fonts, words, 9.0)] == [run.text for run in spread(fonts, words, 0.0)]


@pytest.mark.parametrize("words", ["é́x", "👨\u200d👩\u200d👧🇫🇷👍🏽", "שָׁלוֹם", "กำลัง", "가각"])
def test_what_belongs_to_a_letter_stays_with_it(fonts: Fonts, words: str) -> None:
    runs = spread(fonts, words, 9.0)
    assert sorted(run.text for run in runs) == sorted(cluster.replace("\ufe0f", "") for cluster in clusters(words))


@given(texts, styles, boxes, spacings)
def test_lines_break_in_the_same_places_at_every_scale(
    fonts: Fonts, text: str, style: TextStyle, box: Rect, spacing: float
) -> None:
    style = style._replace(spacing=spacing)
    once, twice = (runs_of(fonts, text, style, box, scale) for scale in (1, 2))
    assert [run.text for run in once] == [run.text for run in twice]
    for one, two in zip(once, twice, strict=True):
        assert abs(two.x - 2 * one.x) <= 2


@given(texts, styles, spacings)
def test_a_text_fits_into_what_was_measured(fonts: Fonts, text: str, style: TextStyle, spacing: float) -> None:
    style = style._replace(spacing=spacing, lines=None, shrink_to=style.size, line_height=2.0)
    context = LayoutContext(fonts)
    found = measured(said(text), style, context)
    height = found.tall(found.most)
    lines = set_text(said(text), style, Rect(0, 0, max(found.most, 1), max(height, 1)), context)
    assert len(lines) <= text.count("\n") + 1
    assert not any(run.text.endswith("…") for line in lines for run in line) or "…" in text


def test_letters_come_nearer_in_proportion_where_the_text_shrinks(fonts: Fonts) -> None:
    layer = "{text: WWWW, letter_spacing: 10, font: {size: 40}, fit: {lines: 1, shrink_to: 4}, box: [0, 0, 100, 60]}"
    (node,) = composed(creative_of(layer), Moment({}), fonts)[0].nodes
    assert isinstance(node, Text)
    size = node.runs[0].size
    step = fonts.step("W", "W", node.runs[0].face, size)
    assert node.runs[1].x - node.runs[0].x == pytest.approx(step + 10 * size / 40, abs=1)


def test_a_line_is_in_the_middle_without_a_gap_behind_its_last_letter(fonts: Fonts) -> None:
    runs = runs_of(fonts, "WWW", LINE._replace(spacing=30.0, align="center"))
    left = runs[0].x - BOX.x
    right = BOX.x + BOX.width - runs[-1].x - fonts.advance("W", runs[-1].face, 20)
    assert left == pytest.approx(right, abs=1)


def test_letters_never_turn_their_order(fonts: Fonts) -> None:
    runs = spread(fonts, "ABC D", -100.0)
    assert "".join(run.text for run in runs) == "ABCD"
    assert [run.x for run in runs] == sorted({run.x for run in runs})


def test_labels_of_a_countdown_may_be_spaced(fonts: Fonts) -> None:
    layer = "{countdown: '2027-01-01T00:00+01:00', letter_spacing: 3, units: [days]}"
    (node,) = composed(creative_of(layer), moment_of(now=NOW), fonts)[0].nodes
    assert isinstance(node, Ticker)
    (label,) = [one for one in node.clock.static if isinstance(one, Text)]
    assert [run.text for run in label.runs] == list("days")
