import time
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import texts

from livecontent.compose.context import LayoutContext
from livecontent.compose.text.breaks import Breaks
from livecontent.compose.text.layout import TextStyle, set_text
from livecontent.compose.text.paragraphs import paragraphs_of
from livecontent.compose.text.said import Said
from livecontent.compose.text.words import Style
from livecontent.compose.text.wrap import Typesetter
from livecontent.compose.values import Rect
from livecontent.creative.model import Creative
from livecontent.facts import Moment
from livecontent.render.paint.bidi import runs_right_to_left
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Run, Stroke, Text
from made_creatives import composed, creative_of, moment_of

BREAKS = Breaks()
BOX = Rect(10, 20, 200, 60)
INTER = ("Inter", 400, False)
LINE = TextStyle(INTER, 20, "start", "top", 1.2, None, 20)
CREATIVE = creative_of()


def styled(size: float, lines: int | None, smallest: float | None, *rest: Any) -> TextStyle:
    return TextStyle(INTER, size, *rest, lines, smallest or size)


aligns = st.sampled_from(["start", "left", "center", "right", "end"])
valigns = st.sampled_from(["top", "middle", "bottom"])
sizes = st.floats(6, 40)
styles = st.builds(
    styled, sizes, st.none() | st.integers(1, 4), st.none() | st.floats(4, 30), aligns, valigns, st.floats(0.8, 2)
)
boxes = st.builds(Rect, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 300), st.integers(1, 120))


def said(words: str) -> Said:
    return Said(words, "en", runs_right_to_left(words))


def set_at(
    fonts: Fonts, scale: int, words: str, style: TextStyle = LINE, box: Rect = BOX
) -> tuple[tuple[Run, ...], ...]:
    return set_text(said(words), style, box, LayoutContext(fonts, scale))


def runs_of(fonts: Fonts, words: str, style: TextStyle = LINE, box: Rect = BOX) -> tuple[Run, ...]:
    return tuple(run for line in set_at(fonts, 1, words, style, box) for run in line)


def lines_of(runs: tuple[Run, ...]) -> int:
    return len({run.y for run in runs})


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in sorted(runs, key=lambda run: (run.y, run.x)))


@given(texts, styles, boxes)
def test_lines_break_in_the_same_places_at_every_scale(fonts: Fonts, text: str, style: TextStyle, box: Rect) -> None:
    once, twice, thrice = (set_at(fonts, scale, text, style, box) for scale in (1, 2, 3))
    written = [[run.text for run in line] for line in once]
    assert [[run.text for run in line] for line in twice] == written
    assert [[run.text for run in line] for line in thrice] == written
    for one, two in zip(chain(*once), chain(*twice), strict=True):
        assert abs(two.x - 2 * one.x) <= 2
        assert abs(two.y - 2 * one.y) <= 2 + 2 * len(once)


@given(texts, styles, boxes)
def test_never_more_lines_than_allowed_and_none_wider_than_the_box(
    fonts: Fonts, text: str, style: TextStyle, box: Rect
) -> None:
    runs = runs_of(fonts, text, style, box)
    smallest = min(style.shrink_to, style.size)
    held = max(1, int(box.height / (smallest * style.line_height)))
    assert lines_of(runs) <= (style.lines or held)
    for run in runs:
        if len(run.text) > 1 and run.text.isalpha() and run.text.isascii():
            assert box.x - 1 <= run.x
            assert run.x <= box.x + box.width + 1


@given(texts, styles, boxes)
def test_words_shrink_only_when_they_do_not_fit_and_never_below_the_smallest(
    fonts: Fonts, text: str, style: TextStyle, box: Rect
) -> None:
    runs = runs_of(fonts, text, style, box)
    sizes = {run.size for run in runs}
    assert len(sizes) <= 1
    for size in sizes:
        assert min(style.shrink_to, style.size) <= size <= style.size


@given(
    st.lists(
        st.sampled_from(["mardi", "24", "novembre,", "18:56", "quelqu’un", "Saint-Étienne", "à", "שלום"]), min_size=3
    ),
    st.sampled_from([20.0, 33.3, 60.0]),  # each size that is tried is opened
    st.integers(1, 3),
    st.integers(100, 400),
)
def test_no_size_between_is_passed_over(fonts: Fonts, words: list[str], size: float, most: int, width: int) -> None:
    style = LINE._replace(size=size, lines=most, shrink_to=4)
    text, box = " ".join(words), Rect(0, 0, width, 200)
    tried = size
    while tried > 4:
        setter = Typesetter(fonts, Style(*INTER, tried), Cache("test", 9), BREAKS.parts)
        lines = setter.wrapped(setter.words(paragraphs_of(said(text), fonts, BREAKS)), width)
        if len(lines) <= most and not any(word.parted for line in lines for word in line.words):
            break
        tried = max(tried - max(0.5, tried / 24), 4)
    assert {run.size for run in runs_of(fonts, text, style, box)} == {tried}


@given(texts, styles, boxes)
def test_equal_words_are_set_equally(fonts: Fonts, text: str, style: TextStyle, box: Rect) -> None:
    assert runs_of(fonts, text, style, box) == runs_of(fonts, text, style, box)


@given(texts, styles, boxes, st.integers(-99, 99), st.integers(-99, 99))
def test_where_the_box_stands_moves_the_words_and_nothing_else(
    fonts: Fonts, text: str, style: TextStyle, box: Rect, dx: int, dy: int
) -> None:
    moved = runs_of(fonts, text, style, box._replace(x=box.x + dx, y=box.y + dy))
    for one, other in zip(runs_of(fonts, text, style, box), moved, strict=True):
        assert abs(other.x - one.x - dx) <= 1
        assert abs(other.y - one.y - dy) <= 1
        assert (one.text, one.face, one.size) == (other.text, other.face, other.size)


@pytest.mark.parametrize(
    ("align", "latin", "hebrew"),
    [
        ("start", "left", "right"),
        ("left", "left", "left"),
        ("center", "center", "center"),
        ("right", "right", "right"),
        ("end", "right", "left"),
    ],
)
def test_lines_stand_where_their_direction_starts(fonts: Fonts, align: str, latin: str, hebrew: str) -> None:
    style = LINE._replace(align=align)  # type: ignore[arg-type]
    for words, side in (("Hello", latin), ("שלום", hebrew)):
        (run,) = runs_of(fonts, words, style)
        left = run.x - BOX.x
        right = BOX.x + BOX.width - run.x - fonts.advance(run.text, run.face, 20, run.rtl)
        assert {"left": left, "right": right, "center": left - right}[side] == pytest.approx(0, abs=1)


def test_the_block_of_lines_stands_at_the_top_in_the_middle_or_at_the_bottom(fonts: Fonts) -> None:
    first, middle, last = (
        [run.y for run in runs_of(fonts, "a\nb", LINE._replace(valign=valign))]  # type: ignore[arg-type]
        for valign in ("top", "middle", "bottom")
    )
    assert first[1] - first[0] == middle[1] - middle[0] == 24
    assert [y - first[0] for y in (middle[0], last[0])] == [6, 12]
    assert BOX.y < first[0] < first[0] + 24 < BOX.y + BOX.height


@pytest.mark.parametrize(
    ("words", "fit", "shown"),
    [
        ("one two three four five six", {"lines": 1}, "onetwothreefour…"),
        ("one two three four five six", {"lines": 2}, "onetwothreefourfivesix"),
        ("one, two, three, four, five", {"lines": 1}, "one,two,three,four…"),
        ("a\n\nb", {"lines": 2}, "a…"),
        ("W" * 40, {"lines": 1}, "W" * 9 + "…"),
        ("one two three four five six", {"lines": 1, "shrink_to": 5}, "onetwothreefourfivesix"),
        ("short", {"lines": 1, "shrink_to": 5}, "short"),
    ],
)
def test_what_does_not_fit_shrinks_then_ends_in_an_ellipsis(
    fonts: Fonts, words: str, fit: dict[str, Any], shown: str
) -> None:
    runs = runs_of(fonts, words, LINE._replace(**fit))
    assert text_of(runs) == shown
    assert lines_of(runs) <= fit["lines"]


def test_a_long_word_shrinks_rather_than_being_cut(fonts: Fonts) -> None:
    (run,) = runs_of(fonts, "Donaudampfschifffahrt", LINE._replace(shrink_to=8))
    assert run.text == "Donaudampfschifffahrt"
    assert 8 <= run.size < 20


def test_a_word_shrinks_rather_than_being_parted_and_is_parted_at_its_hyphen_rather_than_lost(fonts: Fonts) -> None:
    whole = runs_of(fonts, "Chamonix-Mont-Blanc", LINE._replace(shrink_to=8, lines=2))
    assert [run.text for run in whole] == ["Chamonix-Mont-Blanc"]
    parted = runs_of(fonts, "Chamonix-Mont-Blanc", LINE._replace(shrink_to=18, lines=3), BOX._replace(width=130))
    assert [run.text for run in parted] == ["Chamonix-", "Mont-Blanc"]
    assert {run.size for run in parted} == {20}


NAMES = {
    "long": "W" * 4000,
    "marks": "e" + "\u0301" * 3000,
    "override": "\u202egnp.exe",
    "lines": "\n" * 4000 + "a",
    "families": "👨\u200d👩\u200d👧\u200d👦" * 150,
    "controls": "".join(map(chr, range(160))),
    "no characters": "\uffff\ufffe\U0010ffff\ue000\u0378" * 100,
    "mixed": "سعر 12,50 EUR ภาษาไทยไม่มีช่องว่าง " * 40,
    "joiners": "\u200d\ufe0f\u200c" * 300,
    "hyphens": "-a" * 500,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_any_name_is_set_within_the_box_and_soon(fonts: Fonts, name: str) -> None:
    layer = '{text: "{{ recipient.name }}", font: {size: 54}, fit: {lines: 2, shrink_to: 12}}'
    start = time.process_time()
    scene, made = composed(creative_of(layer), moment_of(recipient={"name": name}), fonts)
    assert time.process_time() - start < 0.3
    lacking = ["text: recipient.name can't be drawn: no font has \u0378 (U+0378)"] if "\u0378" in name else []
    assert made.left_out == lacking
    for node in scene.nodes:
        assert isinstance(node, Text)
        assert all(0 <= run.x <= 300 and 0 <= run.y <= 110 for run in node.runs)


@pytest.mark.parametrize("name", ["W" * 1_000_000, "\ud800"])
def test_a_name_that_can_not_be_written_is_left_out(fonts: Fonts, name: str) -> None:
    scene, made = composed(creative_of('text: "{{ recipient.name }}"'), moment_of(recipient={"name": name}), fonts)
    assert (scene.nodes, len(made.left_out)) == ((), 1)


def test_what_a_text_layer_has_goes_into_its_node(fonts: Fonts) -> None:
    layer = "{text: hi, opacity: 0.5, shadow: {y: 3}, stroke: {width: 0.2}, color: '#010203', box: [5, 6, 70, 80]}"
    creative: Creative = creative_of(layer, scale="2")
    scene, made = composed(creative, Moment({}), fonts)
    (node,) = scene.nodes
    assert isinstance(node, Text)
    assert (node.box, node.opacity, node.colour[:3]) == (Box(10, 12, 140, 160), 0.5, (1, 2, 3))
    assert node.stroke == Stroke(1, (0, 0, 0, 255))
    assert node.shadow is not None
    assert node.shadow.dy == 6
    assert made.said == ["hi"]


def test_empty_words_are_no_node_and_say_nothing(fonts: Fonts) -> None:
    scene, made = composed(creative_of('text: " "'), Moment({}), fonts)
    assert (scene.nodes, made.said, made.left_out) == ((), [], [])


def test_lines_stand_apart_unless_they_are_seen_through_or_throw_shadows(fonts: Fonts) -> None:
    words = "text: one two three four five six, box: [0, 0, 90, 90]"
    scene, _ = composed(creative_of(f"{{{words}}}"), Moment({}), fonts)
    assert len(scene.nodes) == len({run.y for node in scene.nodes for run in node.runs}) > 1  # type: ignore[attr-defined]
    for more in ("opacity: 0.5", "shadow: {blur: 2}", "stroke: {width: 1}"):
        scene, _ = composed(creative_of(f"{{{words}, {more}}}"), Moment({}), fonts)
        assert len(scene.nodes) == 1
