from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import texts

from livecontent.compose.text.layout import Setting, set_words
from livecontent.compose.text.wrap import Style, Typesetter
from livecontent.compose.values import Fit, Font
from livecontent.creative.model import Creative
from livecontent.facts import Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.lru import LruCache
from livecontent.scene import Box, Run, Stroke, Text
from made_creatives import composed, context_of, creative_of, moment_of

BOX = Box(10, 20, 200, 60)
LINE = Setting(Font(size=20), "start", "top", 1.2, Fit())
CREATIVE = creative_of()

aligns = st.sampled_from(["start", "left", "center", "right", "end"])
valigns = st.sampled_from(["top", "middle", "bottom"])
fits = st.builds(Fit, lines=st.none() | st.integers(1, 4), shrink_to=st.none() | st.floats(4, 30))
settings_ = st.builds(Setting, st.builds(Font, size=st.floats(6, 40)), aligns, valigns, st.floats(0.8, 2), fits)
boxes = st.builds(Box, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 300), st.integers(1, 120))


def runs_of(fonts: Fonts, words: str, setting: Setting = LINE, box: Box = BOX) -> tuple[Run, ...]:
    return set_words(words, setting, box, context_of(CREATIVE, Moment({}), fonts))


def lines_of(runs: tuple[Run, ...]) -> int:
    return len({run.y for run in runs})


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in sorted(runs, key=lambda run: (run.y, run.x)))


@given(texts, settings_, boxes)
def test_never_more_lines_than_allowed_and_none_wider_than_the_box(
    fonts: Fonts, text: str, setting: Setting, box: Box
) -> None:
    runs = runs_of(fonts, text, setting, box)
    smallest = min(setting.fit.shrink_to or setting.font.size, setting.font.size)
    held = max(1, int(box.height / (round(smallest) * setting.line_height)))
    assert lines_of(runs) <= (setting.fit.lines or held)
    for run in runs:
        if len(run.text) > 1 and run.text.isalpha() and run.text.isascii():
            assert box.x - 1 <= run.x
            assert run.x + fonts.advance(run.text, run.face, run.size) <= box.x + box.width + 1


@given(texts, settings_, boxes)
def test_words_shrink_only_when_they_do_not_fit_and_never_below_the_smallest(
    fonts: Fonts, text: str, setting: Setting, box: Box
) -> None:
    runs = runs_of(fonts, text, setting, box)
    sizes = {run.size for run in runs}
    assert len(sizes) <= 1
    for size in sizes:
        smallest = min(round(setting.fit.shrink_to or setting.font.size), round(setting.font.size))
        assert smallest <= size <= round(setting.font.size)
        if size < round(setting.font.size):
            larger = replace(setting, font=Font(size=size + max(1, size // 20)), fit=Fit(lines=setting.fit.lines))
            assert text_of(runs_of(fonts, text, larger, box)) != text_of(runs) or size == smallest


@given(
    st.lists(
        st.sampled_from(["mardi", "24", "novembre,", "18:56", "quelqu’un", "Saint-Étienne", "à", "שלום"]), min_size=3
    ),
    st.floats(20, 60),
    st.integers(1, 3),
    st.integers(100, 400),
)
def test_no_size_between_is_passed_over(fonts: Fonts, words: list[str], size: float, most: int, width: int) -> None:
    setting = replace(LINE, font=Font(size=size), fit=Fit(lines=most, shrink_to=4))
    text, box = " ".join(words), Box(0, 0, width, 200)
    tried = round(size)
    while tried > 4:
        lines = Typesetter(fonts, Style("Inter", 400, italic=False, size=tried), None, LruCache(9)).lines(text, width)
        if len(lines) <= most and not any(word.parted for line in lines for word in line.words):
            break
        tried = max(tried - max(1, tried // 24), 4)
    assert {run.size for run in runs_of(fonts, text, setting, box)} == {tried}


@given(texts, settings_, boxes)
def test_equal_words_are_set_equally(fonts: Fonts, text: str, setting: Setting, box: Box) -> None:
    assert runs_of(fonts, text, setting, box) == runs_of(fonts, text, setting, box)


@given(texts, settings_, boxes, st.integers(-99, 99), st.integers(-99, 99))
def test_where_the_box_stands_moves_the_words_and_nothing_else(
    fonts: Fonts, text: str, setting: Setting, box: Box, dx: int, dy: int
) -> None:
    moved = runs_of(fonts, text, setting, box._replace(x=box.x + dx, y=box.y + dy))
    for one, other in zip(runs_of(fonts, text, setting, box), moved, strict=True):
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
    setting = replace(LINE, align=align)  # type: ignore[arg-type]
    for words, side in (("Hello", latin), ("שלום", hebrew)):
        (run,) = runs_of(fonts, words, setting)
        left = run.x - BOX.x
        right = BOX.x + BOX.width - run.x - fonts.advance(run.text, run.face, run.size, run.rtl)
        assert {"left": left, "right": right, "center": left - right}[side] == pytest.approx(0, abs=1)


def test_the_block_of_lines_stands_at_the_top_in_the_middle_or_at_the_bottom(fonts: Fonts) -> None:
    first, middle, last = (
        [run.y for run in runs_of(fonts, "a\nb", replace(LINE, valign=valign))]  # type: ignore[arg-type]
        for valign in ("top", "middle", "bottom")
    )
    assert first[1] - first[0] == middle[1] - middle[0] == 24
    assert [y - first[0] for y in (middle[0], last[0])] == [6, 12]
    assert BOX.y < first[0] < first[0] + 24 < BOX.y + BOX.height


@pytest.mark.parametrize(
    ("words", "fit", "shown"),
    [
        ("one two three four five six", Fit(lines=1), "onetwothreefour…"),
        ("one two three four five six", Fit(lines=2), "onetwothreefourfivesix"),
        ("one, two, three, four, five", Fit(lines=1), "one,two,three,four…"),
        ("a\n\nb", Fit(lines=2), "a…"),
        ("W" * 40, Fit(lines=1), "W" * 9 + "…"),
        ("one two three four five six", Fit(lines=1, shrink_to=5), "onetwothreefourfivesix"),
        ("short", Fit(lines=1, shrink_to=5), "short"),
    ],
)
def test_what_does_not_fit_shrinks_then_ends_in_an_ellipsis(fonts: Fonts, words: str, fit: Fit, shown: str) -> None:
    runs = runs_of(fonts, words, replace(LINE, fit=fit))
    assert text_of(runs) == shown
    assert lines_of(runs) <= (fit.lines or 9)


def test_a_long_word_shrinks_rather_than_being_cut(fonts: Fonts) -> None:
    (run,) = runs_of(fonts, "Donaudampfschifffahrt", replace(LINE, fit=Fit(shrink_to=8)))
    assert run.text == "Donaudampfschifffahrt"
    assert 8 <= run.size < 20


def test_a_word_shrinks_rather_than_being_parted_and_is_parted_at_its_hyphen_rather_than_lost(fonts: Fonts) -> None:
    whole = runs_of(fonts, "Chamonix-Mont-Blanc", replace(LINE, fit=Fit(shrink_to=8, lines=2)))
    assert [run.text for run in whole] == ["Chamonix-Mont-Blanc"]
    parted = runs_of(
        fonts, "Chamonix-Mont-Blanc", replace(LINE, fit=Fit(shrink_to=18, lines=3)), BOX._replace(width=130)
    )
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
    assert made.left_out == []
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
